"""The span of a key result: which periods belong to it, what it starts from, what it reads now.

Rules: product, §4 "Span", "Current", "Start".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from okapi.core.errors import Refused
from okapi.core.periods import (
    Frequency,
    Period,
    next_period,
    period_count,
    period_of,
    previous_period,
)
from okapi.core.progress import Reading
from okapi.core.series import Aggregation, Point, aggregate, newest

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a key result, both ends included. Refused is ``span.backwards``."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Refused("span.backwards", first=self.first, last=self.last, field="due")

    def holds(self, period: Period) -> bool:
        """Whether the period belongs to the span: its last day lies in it."""
        return self.first <= period.last <= self.last


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a KPI's periods lie: its frequency, and where the organisation's years and weeks begin.

    An ``irregular`` KPI has no periods until they are measured.
    """

    frequency: Frequency
    fiscal_month: int = 1
    first_weekday: int = 0

    @property
    def is_irregular(self) -> bool:
        """Whether there is no rhythm."""
        return self.frequency is Frequency.IRREGULAR

    def at(self, day: date) -> Period:
        """The period that holds the day."""
        return period_of(
            day,
            self.frequency,
            fiscal_month=self.fiscal_month,
            first_weekday=self.first_weekday,
        )

    def after(self, period: Period) -> Period:
        """The period after this one."""
        return next_period(
            period,
            self.frequency,
            fiscal_month=self.fiscal_month,
            first_weekday=self.first_weekday,
        )

    def before(self, period: Period) -> Period:
        """The period before this one."""
        return previous_period(
            period,
            self.frequency,
            fiscal_month=self.fiscal_month,
            first_weekday=self.first_weekday,
        )


def span_of(
    cycle_first: date, cycle_last: date, *, agreed_on: date | None = None, due: date | None = None
) -> Span:
    """From the later of agreed date and cycle start to the due date, or the cycle's end."""
    first = cycle_first if agreed_on is None else max(agreed_on, cycle_first)
    return Span(first, cycle_last if due is None else due)


def period_count_in(span: Span, rhythm: Rhythm) -> int:
    """How many periods belong to the span (N of the keep rule); 0 for ``irregular``."""
    if rhythm.is_irregular:
        return 0
    return period_count(
        span.first,
        span.last,
        rhythm.frequency,
        fiscal_month=rhythm.fiscal_month,
        first_weekday=rhythm.first_weekday,
    )


def points_in(points: Sequence[Point], span: Span, today: date) -> tuple[Point, ...]:
    """The values that belong to the span, in the order of their periods.

    Empty until one of their periods has ended by ``today``: then there is something to read, and
    the value of a period that still runs is read too.
    """
    found = sorted((p for p in points if span.holds(p.period)), key=lambda p: p.period)
    return tuple(found) if any(p.period.last <= today for p in found) else ()


def default_reading(how: Aggregation) -> Reading:
    """Last reads the latest period; what adds up or is an extreme reads the span."""
    return Reading.LATEST if how is Aggregation.LAST else Reading.SPAN


def current(
    inside: Sequence[Point], how: Aggregation, reading: Reading, *, scale: Decimal = Decimal(1)
) -> Decimal | None:
    """What the key result reads now, from the values in its span; None for no value."""
    if reading is Reading.LATEST:
        return inside[-1].value if inside else None
    return aggregate(inside, how, scale=scale)


def covered_date(
    inside: Sequence[Point], span: Span, today: date, *, last_end: date | None = None
) -> date | None:
    """The day at which progress and expected are compared; None for no value.

    The end of the newest measured period, not later than today, not earlier than the span's start.
    Once the span is over and its last period (``last_end``) is measured: the span's last day, so
    that weeks which do not end with the quarter do not leave a rest of it uncovered for ever.
    """
    if not inside:
        return None
    end = max(point.period.last for point in inside)
    if last_end is not None and end >= last_end and today > span.last:
        return span.last
    return max(min(end, today), span.first)


def first_end(span: Span, rhythm: Rhythm) -> date | None:
    """The end of the first period that belongs to the span; None if none does or is known."""
    if period_count_in(span, rhythm) == 0:
        return None
    return rhythm.at(span.first).last


def baseline_periods(
    span: Span, rhythm: Rhythm, how: Aggregation, reading: Reading
) -> tuple[Period, ...]:
    """The periods whose values make the automatic start, in order.

    The last period that ended before the span; where the KPI adds up over the span, as many
    periods before it as belong to the span. None for ``irregular``: see ``baseline``.
    """
    if rhythm.is_irregular:
        return ()
    adds_up = how is Aggregation.SUM and reading is Reading.SPAN
    count = max(period_count_in(span, rhythm), 1) if adds_up else 1
    found = []
    period = rhythm.at(span.first)
    for _ in range(count):
        period = rhythm.before(period)
        found.append(period)
    return tuple(reversed(found))


def baseline(
    points: Sequence[Point], span: Span, rhythm: Rhythm, how: Aggregation, reading: Reading
) -> Decimal | None:
    """The automatic start, or None while a value for it is missing (waiting for its baseline).

    The periods are stepped back from the newest one measured before the span, whose years or
    weeks may begin elsewhere than the organisation's. For ``irregular``: the newest value whose
    period ended before the span; where it adds up, those of as many days before the span.
    """
    if rhythm.is_irregular:
        return _irregular_baseline(points, span, how, reading)
    before = newest(point for point in points if point.period.last < span.first)
    if before is None or rhythm.after(before.period).last < span.first:
        return None
    wanted = [before.period]
    for _ in baseline_periods(span, rhythm, how, reading)[1:]:
        wanted.append(rhythm.before(wanted[-1]))
    found = {point.period: point for point in points}
    if any(period not in found for period in wanted):
        return None
    if len(wanted) == 1:
        return before.value
    return aggregate([found[period] for period in wanted], how)


def _irregular_baseline(
    points: Sequence[Point], span: Span, how: Aggregation, reading: Reading
) -> Decimal | None:
    before = sorted((p for p in points if p.period.last < span.first), key=lambda p: p.period)
    if how is Aggregation.SUM and reading is Reading.SPAN:
        earliest = span.first - (span.last - span.first) - _DAY
        before = [point for point in before if point.period.first >= earliest]
        return aggregate(before, how)
    return before[-1].value if before else None


def check_summed_period(span: Span, rhythm: Rhythm, how: Aggregation) -> None:
    """Refuse a summed KPI whose period is longer than the span (``key_result.period_too_long``)."""
    if how is not Aggregation.SUM or rhythm.is_irregular:
        return
    period = rhythm.at(span.last)
    if period.last - period.first > span.last - span.first:
        raise Refused("key_result.period_too_long", field="kpi", period=period.label)


def last_end(span: Span, rhythm: Rhythm) -> date | None:
    """The end of the last period that belongs to the span: once measured, nothing goes stale.

    None if no period belongs to it or none is known.
    """
    if period_count_in(span, rhythm) == 0:
        return None
    period = rhythm.at(span.last)
    return period.last if period.last == span.last else rhythm.before(period).last


def is_complete(inside: Sequence[Point], last_end: date | None) -> bool:
    """Whether the last period that belongs to the span has its value: nothing is to come."""
    return last_end is not None and any(point.period.last >= last_end for point in inside)
