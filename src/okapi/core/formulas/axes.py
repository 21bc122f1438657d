"""Time as formulas see it: the periods of a frequency numbered through, in calendars' order.

Every function here takes and gives period numbers (``core.frequencies.index_of``); an ``Axis`` has
the same for a run of periods as columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

import numpy as np

from okapi.core.columns import Ints
from okapi.core.frequencies import Frequency, index_of, span_at, year_earlier

_EPOCH = date(1970, 1, 1).toordinal()

NOWHERE = -(2**40)
"""The number of a period that there is not: before the year 1."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A frequency in an organisation's calendar: its first fiscal month and first weekday."""

    frequency: Frequency
    fiscal_month: int = 1
    first_weekday: int = 0

    def of(self, frequency: Frequency) -> Rhythm:
        """Another frequency in the same calendar."""
        return Rhythm(frequency, self.fiscal_month, self.first_weekday)

    def index(self, day: date) -> int:
        """The number of the period that holds the day."""
        return index_of(day, self.frequency, self.fiscal_month, self.first_weekday)

    def span(self, index: int) -> tuple[date, date]:
        """The first and last day of a period."""
        return _span(self, index)

    def last(self, index: int) -> date:
        """The last day of a period."""
        return _span(self, index)[1]

    def index_range(self, days: tuple[int, int]) -> tuple[int, int]:
        """The periods that hold a first and a last day, told as ordinals."""
        return self.index(date.fromordinal(days[0])), self.index(date.fromordinal(days[1]))

    def day_range(self, periods: tuple[int, int]) -> tuple[int, int]:
        """The last days of a first and a last period, as ordinals."""
        return self.last(periods[0]).toordinal(), self.last(periods[1]).toordinal()

    def year_before(self, index: int) -> int:
        """The same period last year; ``NOWHERE`` before the year 1."""
        return _year_before(self, index)

    def begins(self, index: int, span: Frequency) -> int:
        """The first period whose last day lies in the same ``span`` as this one's."""
        return _begins(self, index, span)

    def ends(self, index: int, span: Frequency) -> int:
        """The last period whose last day lies in the same ``span``."""
        longer = self.of(span)
        return _begins(self, self._first_in(longer.index(self.last(index)) + 1, longer), span) - 1

    def within(self, index: int, longer: Rhythm) -> tuple[int, int]:
        """The first and last of this rhythm's periods that belong to a longer period."""
        return self._first_in(index, longer), self._first_in(index + 1, longer) - 1

    def _first_in(self, index: int, longer: Rhythm) -> int:
        """The first period whose last day lies in the longer one of this number."""
        first = longer.span(index)[0]
        return self.index(first)  # the period that holds the first day ends in it


def index_column(rhythm: Rhythm, days: Ints) -> Ints:
    """The number of the period that holds each day (ordinals)."""
    frequency = rhythm.frequency
    if frequency is Frequency.DAY:
        return days
    if frequency is Frequency.WEEK:
        return (days - 1 - rhythm.first_weekday) // 7
    months = (days - _EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    length = frequency.months or 1
    return np.asarray((months + 1970 * 12 + 1 - rhythm.fiscal_month) // length)


@lru_cache(maxsize=262_144)
def _span(rhythm: Rhythm, index: int) -> tuple[date, date]:
    return span_at(index, rhythm.frequency, rhythm.fiscal_month, rhythm.first_weekday)


@lru_cache(maxsize=262_144)
def _year_before(rhythm: Rhythm, index: int) -> int:
    first, last = rhythm.span(index)
    try:
        earlier = year_earlier(first, last, as_week=rhythm.frequency is Frequency.WEEK)
    except (ValueError, OverflowError):
        return NOWHERE
    return rhythm.index(earlier[1])


@lru_cache(maxsize=262_144)
def _begins(rhythm: Rhythm, index: int, span: Frequency) -> int:
    longer = rhythm.of(span)
    return rhythm.within(longer.index(rhythm.last(index)), longer)[0]


@dataclass(frozen=True)
class Axis:
    """The periods of a rhythm from ``first`` to ``last``, both included, as columns."""

    rhythm: Rhythm
    first: int
    last: int

    def __len__(self) -> int:
        return max(self.last - self.first + 1, 0)

    @cached_property
    def year_before(self) -> Ints:
        """Per period the place of the same one last year; negative where it is not on the axis."""
        earlier = [self.rhythm.year_before(index) for index in range(self.first, self.last + 1)]
        return np.asarray(earlier, dtype=np.int64) - self.first

    def begins(self, span: Frequency) -> Ints:
        """Per period the place at which its ``span`` begins; negative before the axis."""
        found = [self.rhythm.begins(index, span) for index in range(self.first, self.last + 1)]
        return np.asarray(found, dtype=np.int64) - self.first

    def places_in(self, longer: Axis) -> Ints:
        """Per period the place on a longer rhythm's axis of the period that it belongs to."""
        found = [
            longer.rhythm.index(self.rhythm.last(index))
            for index in range(self.first, self.last + 1)
        ]
        return np.asarray(found, dtype=np.int64) - longer.first
