"""What the pages that are measured show in every organisation alike, whatever its size.

Costs are compared between organisations, so that the same must stand on their pages: the reader
has the same roles, the same is forecast, and one KPI in five has a remark on its data.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Count

from bench.sizes import CYCLE, LAST_WEEK_ENDS, TODAY, Size
from okapi.base import clock, scope
from okapi.core.forecast import SEASONS, forecast
from okapi.core.frequencies import Frequency
from okapi.core.quality import RemarkKind
from okapi.goals.models import KeyResult, Objective
from okapi.kpis.models import DataRemark, Kpi, KpiForecast, Measurement, Slice
from okapi.kpis.standings import entries
from okapi.orgs.models import Organisation, Person

STEPS = 13
VALUES = 100
EVERY = 5
BELOW = 8


def objective_of(size: Size) -> str:
    """The key of the objective whose page is measured."""
    return f"O-{size.objectives // 2:06}"


def kpi_of(size: Size) -> str:
    """The key of the KPI whose page is measured; the other parts write no values of it."""
    return f"kpi-{size.kpis // 2:06}"


def above_of(found: Organisation) -> str:
    """The key of the objective whose level of the map is measured: eight contribute to it."""
    with scope.organisation(found.pk):
        counted = Objective.objects.annotate(below=Count("supported_by"))
        return counted.filter(below=BELOW).order_by("key").values_list("key", flat=True)[0]


def prepare(found: Organisation, size: Size) -> None:
    """Bring it about, as far as an earlier run has not."""
    with scope.organisation(found.pk):
        Person.objects.filter(user__email=f"{found.slug}@bench.example").update(is_steward=True)
        objective = Objective.objects.get(key=objective_of(size))
        moved = KeyResult.objects.filter(objective=objective).values("moves__kpi_id")
        for kpi in {*Kpi.objects.filter(pk__in=moved), Kpi.objects.get(key=kpi_of(size))}:
            _forecast(kpi)
        if not DataRemark.objects.exists():
            _remark()


def _forecast(kpi: Kpi) -> None:
    """From the values of the last two years, to the end of the cycle and on."""
    total = Slice.objects.get(kpi=kpi, key="")
    newest = Measurement.objects.filter(slice=total, last__lte=TODAY).order_by("-last")
    values = list(newest.values_list("number", flat=True)[:VALUES])[::-1]
    found = forecast(values, STEPS, SEASONS.get(Frequency.WEEK, 1))
    ends = [LAST_WEEK_ENDS + timedelta(weeks=ahead) for ahead in range(1, STEPS + 1)]
    KpiForecast.objects.update_or_create(
        slice=total,
        defaults={
            "kpi": kpi,
            "definition_id": kpi.definition_id,
            "made_at": clock.now(),
            "last": LAST_WEEK_ENDS,
            "until": max(CYCLE[1], ends[-1]),
            "ends": [end.toordinal() for end in ends],
            "data": found.to_dict(),
        },
    )


def _remark() -> None:
    """Kinds and severities in turn; one in ten was accepted."""
    kinds, now = list(RemarkKind), clock.now()
    totals = list(Slice.objects.filter(key="").order_by("id").values_list("pk", "kpi_id"))
    rows = [
        DataRemark(
            kpi_id=kpi_id,
            slice_id=slice_id,
            kind=kinds[at % len(kinds)].value,
            severity=1 + at % 3,
            state="accepted" if at % 10 == 0 else "open",
            first=LAST_WEEK_ENDS - timedelta(days=6),
            last=LAST_WEEK_ENDS,
            first_label="2026-W47",
            last_label="2026-W47",
            points=1,
            numbers={"value": 900.0, "usual": 90.0, "factor": 10.0, "back": 4.0, "longest": 2.0},
            evidence="bench",
            found_at=now,
            renewed_at=now,
            accepted_at=now if at % 10 == 0 else None,
            reason="as counted" if at % 10 == 0 else "",
        )
        for at, (slice_id, kpi_id) in enumerate(totals[::EVERY])
    ]
    DataRemark.objects.bulk_create(rows, batch_size=1_000)
    with transaction.atomic():
        entries.renew((row.kpi_id for row in rows), TODAY)
