"""Values by period: aggregation over time, overlaps and gaps, and changes (环比, 同比, 累计)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, TypedDict, assert_never

from okapi.core.errors import Refused
from okapi.core.freshness import (
    Freshness,
    due_on,
    due_on_many,
    freshness,
    stale_on,
    stale_on_many,
)
from okapi.core.periods import (
    Frequency,
    Period,
    a_year_before,
    frequency_of,
    next_period,
    period_count,
    period_of,
    periods_between,
    previous_period,
)
from okapi.core.quantities import EXACT, divide, exact_sum

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from okapi.core.period_labels import Span

__all__ = [
    "Aggregation",
    "Changes",
    "Comparison",
    "Freshness",
    "Point",
    "aggregate",
    "changes",
    "due_on",
    "due_on_many",
    "freshness",
    "gaps",
    "newest",
    "overlap",
    "stale_on",
    "stale_on_many",
]


_A_DAY = timedelta(days=1)


class Aggregation(StrEnum):
    """How the values of shorter periods make the value of a longer one."""

    LAST = "last"
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Point:
    """One value of one KPI for one period; a ratio also brings its two parts."""

    period: Period
    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None


def newest(points: Iterable[Point]) -> Point | None:
    """The point of the newest period, by last day; None for nothing."""
    return max(points, key=lambda point: point.period, default=None)


def aggregate(
    points: Sequence[Point], how: Aggregation, *, scale: Decimal = Decimal(1)
) -> Decimal | None:
    """The value of all points together; None for nothing, which is not zero.

    Sums are exact. A ratio is the ratio of sums times ``scale`` (100 for %): 10/100 and 90/300 is
    0.25; None if its denominators sum to 0. Refused: ``series.overlap`` (a sum or ratio of periods
    that share days), ``series.parts_missing`` (a ratio without numerator or denominator).
    """
    if not points:
        return None
    values = [point.value for point in points]
    match how:
        case Aggregation.LAST:
            return max(points, key=lambda point: point.period).value
        case Aggregation.MIN:
            return min(values)
        case Aggregation.MAX:
            return max(values)
        case Aggregation.MEAN:
            return divide(exact_sum(values), Decimal(len(values)))
        case Aggregation.SUM:
            _refuse_overlap(points)
            return exact_sum(values)
        case Aggregation.RATIO:
            _refuse_overlap(points)
            return _ratio(points, scale)
        case _:
            assert_never(how)


def _ratio(points: Sequence[Point], scale: Decimal) -> Decimal | None:
    parts = [
        (point.numerator, point.denominator)
        for point in points
        if point.numerator is not None and point.denominator is not None
    ]
    if len(parts) < len(points):
        lacking = next(p for p in points if p.numerator is None or p.denominator is None)
        raise Refused("series.parts_missing", period=lacking.period.label)
    whole = exact_sum(denominator for _, denominator in parts)
    if whole == 0:
        return None
    return divide(EXACT.multiply(exact_sum(numerator for numerator, _ in parts), scale), whole)


def _refuse_overlap(points: Sequence[Point]) -> None:
    if pair := overlap([point.period for point in points]):
        raise Refused("series.overlap", period=pair[0].label, other=pair[1].label)


def overlap(periods: Iterable[Period]) -> tuple[Period, Period] | None:
    """Two of the periods that share a day, if there are any; a period twice is such a pair."""
    ordered = sorted(periods, key=lambda period: (period.first, period.last))
    for earlier, later in pairwise(ordered):
        if later.first <= earlier.last:
            return earlier, later
    return None


def gaps(
    periods: Iterable[Period],
    frequency: Frequency,
    *,
    fiscal_month: int = 1,
    first_weekday: int = 0,
) -> list[Period]:
    """The periods missing between the oldest and the newest; none without a rhythm.

    A period counts as covered when any given one shares a day with it, so rolling means leave no
    gap.
    """
    ordered = sorted(periods, key=lambda period: (period.first, period.last))
    if not ordered or frequency is Frequency.IRREGULAR:
        return []
    starts = [period.first for period in ordered]
    ends = list(accumulate((period.last for period in ordered), max))
    if all(start - end <= _A_DAY for end, start in zip(ends, starts[1:], strict=False)):
        return []  # no day is left out, so no period is
    missing: list[Period] = []
    step = ordered[0]
    while step.last < ends[-1]:
        step = next_period(step, frequency, fiscal_month=fiscal_month, first_weekday=first_weekday)
        begun = bisect_right(starts, step.last)
        if ends[begun - 1] < step.first:
            missing.append(step)
    return missing


@dataclass(frozen=True, slots=True)
class Comparison:
    """A value against an earlier one; all None where either is not there.

    ``share`` is the difference as a share of the earlier value's size; None if that is 0.
    """

    value: Decimal | None = None
    difference: Decimal | None = None
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What one period's value is compared with.

    ``previous`` is the period before (环比), ``year_before`` the same period last year (同比).
    ``to_date`` is the year up to the period (累计), ``to_date_year_before`` compares it with as
    much of last year; the two numbers of missing periods tell what these lack.
    """

    current: Decimal | None
    previous: Comparison
    year_before: Comparison
    to_date: Decimal | None
    to_date_year_before: Comparison
    missing: int
    missing_year_before: int


class _Years(TypedDict):
    fiscal_month: int
    first_weekday: int


def changes(
    points: Sequence[Point],
    period: Period,
    frequency: Frequency,
    *,
    how: Aggregation,
    scale: Decimal = Decimal(1),
    fiscal_month: int = 1,
    first_weekday: int = 0,
) -> Changes:
    """The changes of one period's value; the points are of one KPI and slice, in any order.

    The previous value is that of the period directly before; a gap gives none. Periods that do not
    have the frequency's shape (rolling means) are compared with their predecessor in the series.
    To date is None where values cannot be added up (overlaps, a ratio without parts).
    """
    held = {point.period: point.value for point in points}
    settings = _Years(fiscal_month=fiscal_month, first_weekday=first_weekday)
    rhythmic = frequency is not Frequency.IRREGULAR and frequency_of(period) is frequency
    if rhythmic:
        before = held.get(previous_period(period, frequency, **settings))
    else:
        older = newest(point for point in points if point.period < period)
        before = None if older is None else older.value
    current = held.get(period)
    to_date = earlier = None
    missing = missing_earlier = 0
    if rhythmic:
        this, last = _years_to_date(period, frequency, settings)
        rhythm = (frequency, settings)
        to_date, missing = _to_date(points, this, rhythm, how, scale)
        earlier, missing_earlier = _to_date(points, last, rhythm, how, scale)
    return Changes(
        current=current,
        previous=_compared(current, before),
        year_before=_compared(current, held.get(a_year_before(period, frequency, **settings))),
        to_date=to_date,
        to_date_year_before=_compared(to_date, earlier),
        missing=missing,
        missing_year_before=missing_earlier,
    )


def _compared(value: Decimal | None, earlier: Decimal | None) -> Comparison:
    if value is None or earlier is None:
        return Comparison(earlier)
    difference = EXACT.subtract(value, earlier)
    return Comparison(earlier, difference, divide(difference, abs(earlier)) if earlier else None)


def _years_to_date(period: Period, frequency: Frequency, settings: _Years) -> tuple[Span, Span]:
    """This year up to the period, and as much of last year: for weeks, as many weeks."""
    year = period_of(period.last, Frequency.YEAR, **settings)
    before = a_year_before(year, **settings)
    if frequency is not Frequency.WEEK:
        end = a_year_before(period, frequency, **settings).last
    else:
        weeks = periods_between(before.first, before.last, frequency, **settings)
        so_far = period_count(year.first, period.last, frequency, **settings)
        end = weeks[min(so_far, len(weeks)) - 1].last
    return (year.first, period.last), (before.first, end)


def _to_date(
    points: Sequence[Point],
    span: Span,
    rhythm: tuple[Frequency, _Years],
    how: Aggregation,
    scale: Decimal,
) -> tuple[Decimal | None, int]:
    frequency, settings = rhythm
    inside = [point for point in points if span[0] <= point.period.last <= span[1]]
    missing = max(period_count(*span, frequency, **settings) - len(inside), 0)
    try:
        return aggregate(inside, how, scale=scale), missing
    except Refused:  # overlaps or a ratio without parts: there is no figure to date
        return None, missing
