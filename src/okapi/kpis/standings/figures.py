"""The figures of a standing, from facts: no table, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency
from okapi.core.freshness import due_on, stale_on
from okapi.core.limits import Status, TargetLimits, status
from okapi.core.periods import Period, frequency_of, period_of, periods_between, previous_period
from okapi.core.quantities import canonical
from okapi.core.series import Aggregation, Point, aggregate, changes
from okapi.core.targets import break_down_limits, to_date
from okapi.kpis.queries.plan import PlannedRow
from okapi.kpis.standings.facts import SPARK, Facts, Value, year_before
from okapi.orgs.queries import Settings


@dataclass(frozen=True, slots=True)
class Figures:
    """All stored fields of a standing that follow from facts (see `kpis.models.KpiStanding`)."""

    definition_id: UUID
    value: Decimal | None = None
    first: date | None = None
    last: date | None = None
    label: str = ""
    status: str = Status.NO_DATA.value
    slice_key: str = ""
    number: float | None = None
    previous: Decimal | None = None
    year_before: Decimal | None = None
    to_date: Decimal | None = None
    to_date_year_before: Decimal | None = None
    to_date_plan: Decimal | None = None
    to_date_status: str = ""
    target: dict[str, Any] | None = None
    spark: tuple[dict[str, Any], ...] = ()
    due_on: date | None = None
    stale_on: date | None = None
    turns_on: date | None = None


@dataclass(frozen=True, slots=True)
class _ToDate:
    value: Decimal | None
    year_before: Decimal | None
    plan: Decimal | None = None
    status: str = ""


def figures(facts: Facts, settings: Settings, today: date) -> Figures:
    """Where the KPI stands today.

    The value is that of the newest period that has begun; of a sum, of the newest that has ended,
    if one has. Without a total there is no value: only how new the newest is.
    """
    newest = facts.newest
    if newest is None:
        held = facts.plan.holding(today)
        return Figures(facts.definition_id, target=_target(held))
    if not facts.values:
        return _of_parts(facts, newest.point.period, newest.label, today)
    shown = _shown(facts, today)
    point, period = facts.values[shown].point, facts.values[shown].point.period
    held = facts.plan.holding(period.last)
    compared = _compared(facts, shown, settings)
    due, stale = _dates(facts, newest.point.period)
    changing = None if shown == len(facts.values) - 1 else newest.point.period.last
    return Figures(
        definition_id=facts.definition_id,
        value=point.value,
        first=period.first,
        last=period.last,
        label=facts.values[shown].label,
        status=status(point.value, None if held is None else held.target.limits).value,
        number=float(point.value),
        previous=compared[0],
        year_before=compared[1],
        to_date=compared[2].value,
        to_date_year_before=compared[2].year_before,
        to_date_plan=compared[2].plan,
        to_date_status=compared[2].status,
        target=_target(held),
        spark=_spark(facts, facts.values[: shown + 1]),
        due_on=due,
        stale_on=stale,
        turns_on=_turns_on(today, due, stale, changing),
    )


def _of_parts(facts: Facts, period: Period, label: str, today: date) -> Figures:
    due, stale = _dates(facts, period)
    return Figures(
        definition_id=facts.definition_id,
        first=period.first,
        last=period.last,
        label=label,
        due_on=due,
        stale_on=stale,
        turns_on=_turns_on(today, due, stale, None),
    )


def _shown(facts: Facts, today: date) -> int:
    """The place of the value that is shown: a sum is none before its period has ended."""
    last = len(facts.values) - 1
    if facts.measure.aggregation is Aggregation.SUM:
        for at in range(last, -1, -1):
            if facts.values[at].point.period.last <= today:
                return at
    return last


def _dates(facts: Facts, newest: Period) -> tuple[date | None, date | None]:
    frequency = facts.measure.frequency
    return _dates_of(newest.last, frequency, facts.measure.delay_days)


@lru_cache(maxsize=4096)
def _dates_of(last: date, frequency: Frequency, delay_days: int) -> tuple[date | None, date | None]:
    return due_on(last, frequency), stale_on(last, frequency, delay_days)


def _turns_on(today: date, *days: date | None) -> date | None:
    return min((day for day in days if day is not None and day > today), default=None)


def _compared(
    facts: Facts, shown: int, settings: Settings
) -> tuple[Decimal | None, Decimal | None, _ToDate]:
    """The previous value, last year's, and the figures to date."""
    period, measure = facts.values[shown].point.period, facts.measure
    points = [value.point for value in facts.values[: shown + 1]]
    if facts.adds_up:
        previous, earlier, own = _with_year(facts, points, settings)
    else:
        # To date of values that do not add up is the last of them: only neighbours are compared.
        previous, earlier = _neighbours(points, measure.frequency, settings)
        own = _ToDate(None, None)
    longer = facts.plan.to_date(period.last)
    if longer is not None and frequency_of(period) is measure.frequency:
        own = _against_plan(facts, points, longer, settings)
    return previous, earlier, own


def _with_year(
    facts: Facts, points: Sequence[Point], settings: Settings
) -> tuple[Decimal | None, Decimal | None, _ToDate]:
    try:
        differ = changes(
            points,
            points[-1].period,
            facts.measure.frequency,
            how=facts.measure.aggregation,
            scale=facts.scale,
            fiscal_month=settings.fiscal_month,
            first_weekday=settings.first_weekday,
        )
    except Refused:  # there is no year before the year 1
        return None, None, _ToDate(None, None)
    to_date_ = _ToDate(differ.to_date, differ.to_date_year_before.value)
    return differ.previous.value, differ.year_before.value, to_date_


def _neighbours(
    points: Sequence[Point], frequency: Frequency, settings: Settings
) -> tuple[Decimal | None, Decimal | None]:
    """The values that `core.series.changes` compares with, without the years around them."""
    period = points[-1].period
    held = {point.period: point.value for point in points}
    if frequency is not Frequency.IRREGULAR and frequency_of(period) is frequency:
        before: Period | None = previous_period(
            period,
            frequency,
            fiscal_month=settings.fiscal_month,
            first_weekday=settings.first_weekday,
        )
    else:
        before = points[-2].period if len(points) > 1 else None
    earlier = year_before(period, frequency, settings)
    return (
        None if before is None else held.get(before),
        None if earlier is None else held.get(earlier),
    )


def _against_plan(
    facts: Facts, points: Sequence[Point], longer: PlannedRow, settings: Settings
) -> _ToDate:
    """The figures to date in the longer target's period: against its plan, and last year's."""
    measure, newest = facts.measure, points[-1].period
    if measure.aggregation is Aggregation.LAST or longer.target.frequency is None:
        value = points[-1].value
        limits = longer.target.limits
        return _ToDate(value, None, limits.target, status(value, limits).value)
    first, last = _span(longer, newest.last, settings)
    whole = _periods(measure.frequency, first, last, settings)
    so_far = [period for period in whole if period.last <= newest.last]
    held = {point.period: point for point in points}
    parts = break_down_limits(longer.target.limits, len(whole), measure.aggregation)
    plan = [_part(facts, longer, period, part) for period, part in zip(so_far, parts, strict=False)]
    current = to_date(
        [held.get(one) for one in so_far], plan, measure.aggregation, scale=facts.scale
    )
    before = [year_before(one, measure.frequency, settings) for one in so_far]
    earlier = [held.get(one) for one in before if one is not None]
    return _ToDate(
        current.value,
        _aggregated(facts, [point for point in earlier if point is not None]),
        None if current.limits is None else current.limits.target,
        current.status.value,
    )


def _span(longer: PlannedRow, newest_last: date, settings: Settings) -> tuple[date, date]:
    """The longer target's own period, or the later one for which it still holds."""
    frequency = longer.target.frequency
    if longer.last >= newest_last or frequency in (None, Frequency.IRREGULAR):
        return longer.first, longer.last
    period = period_of(
        newest_last,
        frequency,
        fiscal_month=longer.first.month if frequency.months else settings.fiscal_month,
        first_weekday=settings.first_weekday,
    )
    return period.first, period.last


def _periods(frequency: Frequency, first: date, last: date, settings: Settings) -> list[Period]:
    return periods_between(
        first,
        last,
        frequency,
        fiscal_month=settings.fiscal_month,
        first_weekday=settings.first_weekday,
    )


def _part(facts: Facts, longer: PlannedRow, period: Period, equal: TargetLimits) -> TargetLimits:
    """What the plan says of one period: its own target, or its equal part of the longer one."""
    held = facts.plan.holding(period.last)
    is_own = held is not None and held.target.frequency is facts.measure.frequency
    if held is None or not is_own or held.first < longer.first:
        return equal
    return held.target.limits


def _aggregated(facts: Facts, points: Sequence[Point]) -> Decimal | None:
    try:
        return aggregate(points, facts.measure.aggregation, scale=facts.scale)
    except Refused:  # overlaps, or a ratio without parts
        return None


def _target(held: PlannedRow | None) -> dict[str, Any] | None:
    if held is None:
        return None
    target = held.target
    numbers = limit_numbers(target.limits).items()
    return {
        **{name: canonical(number) for name, number in numbers if number is not None},
        "label": target.label,
        "frequency": None if target.frequency is None else target.frequency.value,
    }


def limit_numbers(limits: TargetLimits) -> dict[str, Decimal | None]:
    """Limits as the six columns of a target."""
    band, amber_band = limits.band, limits.amber_band
    return {
        "value": limits.target,
        "amber": limits.amber,
        "low": band.low if band else None,
        "high": band.high if band else None,
        "amber_low": amber_band.low if amber_band else None,
        "amber_high": amber_band.high if amber_band else None,
    }


def _spark(facts: Facts, values: Sequence[Value]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "label": value.label,
            "last": value.point.period.last.isoformat(),
            "value": float(value.point.value),
            "target": _drawn(facts.plan.holding(value.point.period.last)),
        }
        for value in values[-SPARK:]
    )


def _drawn(held: PlannedRow | None) -> float | list[float | None] | None:
    """The target as it is drawn: a number, or the two sides of a band."""
    if held is None:
        return None
    limits = held.target.limits
    if limits.band is not None:
        return [_float(limits.band.low), _float(limits.band.high)]
    return _float(limits.target)


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)
