"""What is known of a slice's future: the cone, what was forecast earlier, or why there is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BigIntegerField, DateField, QuerySet

from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import Part, Question
from okapi.base.statements import Row
from okapi.core.errors import Refused
from okapi.core.forecast import Forecast, Foretold, foretold
from okapi.core.frequencies import Frequency
from okapi.kpis.models import KpiForecast, KpiForecastHistory

# So many of the newest earlier forecasts are shown.
EARLIER = 60


@dataclass(frozen=True, slots=True)
class Fitted:
    """The forecast of a slice as it was last fitted, after a day.

    Without `made` there is none, and `refusal` says by its code why. Step n is the period that
    ends on the n-th of `ends` (days as ordinals). `version` is the number of the definition
    version whose values were read.
    """

    slice_id: int
    made_at: datetime
    after: date | None
    version: int
    frequency: Frequency
    ends: Sequence[int]
    made: Forecast | None
    refusal: str


def fitted_of(slice_ids: Collection[int]) -> dict[int, Fitted]:
    """The forecasts of slices of KPIs that the reader may see, by slice: one statement."""
    return fitted_part(slice_ids).alone() if slice_ids else {}


def fitted_part(slice_ids: Collection[int]) -> Part[dict[int, Fitted]]:
    """As `fitted_of`, to be asked in a round."""
    return _FITTED.part(ids=slice_ids).to(lambda rows: {row[0]: _fitted(row) for row in rows})


def _fits() -> QuerySet[KpiForecast, Any]:
    rows: QuerySet[KpiForecast, Any] = KpiForecast.objects.filter(Among("slice_id", GivenIds()))
    return rows.values_list(
        "slice_id",
        "made_at",
        "last",
        "definition__number",
        "definition__frequency",
        "ends",
        "data",
        "refusal",
    )


_FITTED = Question(_fits)


def _fitted(row: tuple[Any, ...]) -> Fitted:
    slice_id, made_at, after, version, frequency, ends, data, refusal = row
    known = (slice_id, made_at, after, version, Frequency(frequency), ends)
    try:
        made = None if data is None else Forecast.from_dict(data)
    except Refused as refused:
        return Fitted(*known, made=None, refusal=refused.code)
    return Fitted(*known, made=made, refusal=refusal)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was forecast of periods before they came, by their ends (as ordinals).

    `rebuilt` are the days (as ordinals) after which a forecast was made afterwards.
    """

    told: Mapping[int, Foretold]
    rebuilt: frozenset[int] = frozenset()

    def is_rebuilt(self, one: Foretold) -> bool:
        """Whether it was made afterwards, from the values up to its day."""
        return one.after in self.rebuilt


def foretold_of(slice_id: int) -> Mapping[int, Foretold]:
    """By the end of a period (as an ordinal), what was forecast of it before it came."""
    return earlier_of(slice_id).told


def earlier_of(slice_id: int) -> Earlier:
    """The newest earlier forecasts of a slice; one statement."""
    return _earlier(_TOLD.rows(slice=slice_id))


def earlier_part(slice_ids: Collection[int], since: date) -> Part[dict[int, Earlier]]:
    """Of several slices those made since a day, to be asked in a round."""
    return _TOLD_SINCE.part(ids=slice_ids, since=since).to(_by_slice)


def _by_slice(rows: Sequence[Row]) -> dict[int, Earlier]:
    found: dict[int, list[Row]] = defaultdict(list)
    for slice_id, *told in rows:
        found[slice_id].append(tuple(told))
    return {slice_id: _earlier(told) for slice_id, told in found.items()}


def _earlier(rows: Sequence[Row]) -> Earlier:
    told = foretold(
        (after.toordinal(), [(end, *figures) for end, *figures in steps])
        for after, steps, _ in rows
    )
    return Earlier(
        told, frozenset(after.toordinal() for after, _, is_rebuilt in rows if is_rebuilt)
    )


_TELLING = ("last", "steps", "is_rebuilt")


def _told() -> QuerySet[KpiForecastHistory, Any]:
    rows: QuerySet[KpiForecastHistory, Any] = KpiForecastHistory.objects.filter(
        slice_id=Given("slice", BigIntegerField())
    )
    return rows.order_by("-last").values_list(*_TELLING)[: EARLIER + 1]


def _told_since() -> QuerySet[KpiForecastHistory, Any]:
    rows: QuerySet[KpiForecastHistory, Any] = KpiForecastHistory.objects.filter(
        Among("slice_id", GivenIds()), last__gte=Given("since", DateField())
    )
    return rows.order_by("slice_id", "-last").values_list("slice_id", *_TELLING)


_TOLD = Question(_told)
_TOLD_SINCE = Question(_told_since)
