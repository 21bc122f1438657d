"""What KPIs do when their organisation changes."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from okapi.base import clock, events, outbox
from okapi.core.errors import Conflict, OkapiError
from okapi.core.frequencies import Frequency
from okapi.kpis import standings
from okapi.kpis.actions import holding
from okapi.kpis.choices import KpiState
from okapi.kpis.models import Kpi, Measurement, Target
from okapi.orgs.choices import Holding
from okapi.orgs.events import (
    ArchivingPillar,
    ArchivingTeam,
    HandingOver,
    Leaving,
    MovingPeriods,
    PeriodsMoved,
)
from okapi.orgs.queries import settings_of

_FISCAL = (Frequency.QUARTER.value, Frequency.HALF.value, Frequency.YEAR.value)
_WEEKLY = (Frequency.WEEK.value,)


def in_use(which: Q) -> QuerySet[Kpi]:
    """The KPIs that are proposed or active; private ones too."""
    rows: QuerySet[Kpi] = Kpi.objects.filter(which, archived_at__isnull=True)
    return rows.exclude(state=KpiState.RETIRED.value)


def on_handing_over(event: HandingOver) -> None:
    """A person's KPIs go to the heir; their definitions, values and targets stay as they are."""
    heir = event.heirs.get(Holding.KPIS)
    if heir is None:
        return
    mine = Q(owner_id=event.person_id)
    standings.lock_kpis(list(in_use(mine).values_list("pk", flat=True)))
    given = list(in_use(mine).order_by("pk"))
    for kpi in given:
        holding.change(event.actor, "hand_over", kpi, {"owner_id": heir})
    if given:
        holding.finish(event.actor, [kpi.pk for kpi in given])


def on_periods_moved(event: PeriodsMoved) -> None:
    """What is due next lies on other days."""
    ids: list[UUID] = list(in_use(Q()).values_list("pk", flat=True))
    today = settings_of(event.organisation_id).today
    outbox.tell(event.organisation_id, standings.renew(ids, at=clock.now(), today=today))


def object_to_leaving(intention: Leaving) -> list[OkapiError]:
    """Nobody would answer for their KPIs."""
    if Holding.KPIS not in intention.without_heir:
        return []
    n = in_use(Q(owner_id=intention.person_id)).count()
    return [Conflict("leaving.kpis", field=Holding.KPIS.value, n=n)] if n else []


def object_to_archiving_team(intention: ArchivingTeam) -> list[OkapiError]:
    """A team with KPIs in use stays."""
    return _in_use("team.has_kpis", Q(team_id=intention.team_id))


def object_to_archiving_pillar(intention: ArchivingPillar) -> list[OkapiError]:
    """A pillar with KPIs in use stays."""
    return _in_use("pillar.has_kpis", Q(pillar_id=intention.pillar_id))


def _in_use(code: str, which: Q) -> list[OkapiError]:
    n = in_use(which).count()
    return [Conflict(code, n=n)] if n else []


def object_to_moving_periods(intention: MovingPeriods) -> list[OkapiError]:
    """Values and targets of quarters and years (or weeks) lie on the days that these have now."""
    kinds = (("fiscal_month", _FISCAL, intention.is_fiscal),
             ("first_weekday", _WEEKLY, intention.is_weekly))  # fmt: skip
    return [
        Conflict("periods.in_use", field=field)
        for field, frequencies, is_moving in kinds
        if is_moving and _lies_on(frequencies)
    ]


def _lies_on(frequencies: tuple[str, ...]) -> bool:
    measured = Measurement.objects.filter(slice__kpi__definition__frequency__in=frequencies)
    planned = Target.objects.filter(frequency__in=frequencies)
    return planned.exists() or measured.exists()


def subscribe() -> None:
    """Listen, and object where numbers would be left alone."""
    events.subscribe(HandingOver, on_handing_over)
    events.subscribe(PeriodsMoved, on_periods_moved)
    events.object_to(Leaving, object_to_leaving)
    events.object_to(ArchivingTeam, object_to_archiving_team)
    events.object_to(ArchivingPillar, object_to_archiving_pillar)
    events.object_to(MovingPeriods, object_to_moving_periods)
