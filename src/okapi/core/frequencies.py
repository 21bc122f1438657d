"""Frequencies, and the arithmetic of first and last days beneath periods.

The periods of a frequency are numbered through, so that stepping and counting are plain sums.
Spans are pairs of days, both included. A day outside the years 1 to 9999 is a ValueError or an
OverflowError here; ``okapi.core.periods`` refuses it.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from okapi.core.errors import Refused
from okapi.core.period_labels import Span, months_span, week_number, week_span, whole_months


class Frequency(StrEnum):
    """How often a KPI has a value; ``irregular`` has no rhythm."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    IRREGULAR = "irregular"

    @property
    def typical_days(self) -> int:
        """Days of a usual period; 0 for irregular."""
        return _TYPICAL_DAYS[self]

    @property
    def months(self) -> int | None:
        """Whole months of a period; None for days, weeks and irregular."""
        return _MONTHS.get(self)


_TYPICAL_DAYS = {
    Frequency.DAY: 1,
    Frequency.WEEK: 7,
    Frequency.MONTH: 30,
    Frequency.QUARTER: 91,
    Frequency.HALF: 182,
    Frequency.YEAR: 365,
    Frequency.IRREGULAR: 0,
}
_MONTHS = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.HALF: 6, Frequency.YEAR: 12}
_BY_MONTHS = {months: frequency for frequency, months in _MONTHS.items()}


def shape_of(first: date, last: date) -> Frequency:
    """The frequency whose shape the span has (see ``periods.frequency_of``)."""
    days = (last - first).days + 1
    if days in (1, 7):
        return Frequency.DAY if days == 1 else Frequency.WEEK
    return _BY_MONTHS.get(whole_months(first, last) or 0, Frequency.IRREGULAR)


def index_of(day: date, frequency: Frequency, fiscal_month: int, first_weekday: int) -> int:
    """The number of the period that holds the day. Refused: ``period.irregular``."""
    if frequency is Frequency.IRREGULAR:
        raise Refused("period.irregular")
    if frequency is Frequency.DAY:
        return day.toordinal()
    if frequency is Frequency.WEEK:
        return (day.toordinal() - 1 - first_weekday) // 7
    return (day.year * 12 + day.month - fiscal_month) // _MONTHS[frequency]


def span_at(index: int, frequency: Frequency, fiscal_month: int, first_weekday: int) -> Span:
    """The days of the period with this number. Refused: ``period.irregular``."""
    if frequency is Frequency.IRREGULAR:
        raise Refused("period.irregular")
    if frequency is Frequency.DAY:
        day = date.fromordinal(index)
        return day, day
    if frequency is Frequency.WEEK:
        first = date.fromordinal(index * 7 + 1 + first_weekday)
        return first, first + timedelta(days=6)
    months = _MONTHS[frequency]
    return months_span(0, index * months + fiscal_month, months)


def shifted(first: date, last: date, steps: int) -> Span:
    """The span moved by its own length: whole months if it is made of them, else days."""
    if months := whole_months(first, last):
        return months_span(first.year, first.month + steps * months, months)
    move = steps * ((last - first) + timedelta(days=1))
    return first + move, last + move


def year_earlier(first: date, last: date, *, as_week: bool) -> Span:
    """The same span a year before (see ``periods.a_year_before``)."""
    if months := whole_months(first, last):
        return months_span(first.year - 1, first.month, months)
    if not as_week:
        return _date_a_year_earlier(first), _date_a_year_earlier(last)
    year, number = week_number(first)
    try:
        return week_span(year - 1, number, first.weekday())
    except ValueError:
        return week_span(year - 1, number - 1, first.weekday())


def _date_a_year_earlier(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)
