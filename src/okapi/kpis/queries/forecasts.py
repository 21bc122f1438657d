"""What is known of a slice's future: the cone, what was forecast earlier, or why there is none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BigIntegerField, QuerySet

from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import Part, Question
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


def foretold_of(slice_id: int) -> Mapping[int, Foretold]:
    """By the end of a period (as an ordinal), what was forecast of it before it came."""
    return foretold(
        (after.toordinal(), [(end, *figures) for end, *figures in steps])
        for after, steps in _TOLD.rows(slice=slice_id)
    )


def _told() -> QuerySet[KpiForecastHistory, Any]:
    rows: QuerySet[KpiForecastHistory, Any] = KpiForecastHistory.objects.filter(
        slice_id=Given("slice", BigIntegerField())
    )
    return rows.order_by("-last").values_list("last", "steps")[: EARLIER + 1]


_TOLD = Question(_told)
