"""What a chart shows of a KPI's forecasts: the cone, and what was forecast earlier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from okapi.base.actor import Actor
from okapi.core.forecast import Basis, Forecast
from okapi.kpis import access
from okapi.kpis.models import KpiForecast, KpiForecastHistory

LEVELS = (0.5, 0.8, 0.95)
# So many of the newest earlier forecasts are shown.
EARLIER = 60


@dataclass(frozen=True, slots=True)
class ConeStep:
    """One period ahead: its last day, its median, and lower and upper at each of ``LEVELS``."""

    last: date
    median: float
    intervals: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Cone:
    """The forecast after a day; without steps where there is none, and `refusal` says why."""

    made_at: datetime
    after: date | None
    steps: tuple[ConeStep, ...]
    basis: Basis | None
    measured: int
    refusal: str


@dataclass(frozen=True, slots=True)
class EarlierForecast:
    """What was forecast after a day: end of the period, median, lower and upper at 80 %."""

    after: date
    steps: tuple[tuple[date, float, float, float], ...]


def cone(actor: Actor, kpi: UUID | str, slice_key: str = "") -> Cone | None:
    """The forecast of a KPI's slice as it was last fitted; None before the first time.

    `NotFound` for a KPI that the actor may not see.
    """
    found = access.get(actor, kpi)
    row = KpiForecast.objects.filter(kpi_id=found.pk, slice__key=slice_key).first()
    if row is None:
        return None
    if row.data is None:
        return Cone(row.made_at, row.last, (), None, 0, row.refusal)
    made = Forecast.from_dict(row.data)
    return Cone(
        row.made_at, row.last, _steps(made, row.ends), made.basis, made.measured, row.refusal
    )


def _steps(made: Forecast, ends: Sequence[int]) -> tuple[ConeStep, ...]:
    intervals = [made.interval(level) for level in LEVELS]
    return tuple(
        ConeStep(
            date.fromordinal(end),
            float(made.median[at]),
            tuple((float(lower[at]), float(upper[at])) for lower, upper in intervals),
        )
        for at, end in enumerate(ends)
    )


def earlier_forecasts(
    actor: Actor, kpi: UUID | str, slice_key: str = ""
) -> tuple[EarlierForecast, ...]:
    """What was forecast earlier, oldest first, the forecast in force left out."""
    found = access.get(actor, kpi)
    ours = KpiForecastHistory.objects.filter(slice__kpi_id=found.pk, slice__key=slice_key)
    rows = list(ours.order_by("-last").values_list("last", "steps")[: EARLIER + 1])
    return tuple(
        EarlierForecast(
            after,
            tuple((date.fromordinal(end), median, low, high) for end, median, low, high in steps),
        )
        for after, steps in reversed(rows[1:])
    )
