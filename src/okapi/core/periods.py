"""Periods: a first and a last day with a label."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import total_ordering

from okapi.core.errors import Refused


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


_TYPICAL_DAYS = {
    Frequency.DAY: 1,
    Frequency.WEEK: 7,
    Frequency.MONTH: 30,
    Frequency.QUARTER: 91,
    Frequency.HALF: 182,
    Frequency.YEAR: 365,
    Frequency.IRREGULAR: 0,
}


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both ends included, as somebody named it."""

    first: date
    last: date
    label: str = field(compare=False)
    mark: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Refused("period.backwards", first=self.first, last=self.last)

    def __lt__(self, other: Period) -> bool:
        return (self.last, self.first, self.mark) < (other.last, other.first, other.mark)


@dataclass(frozen=True, slots=True)
class Reading:
    """A period as read from a text, with the notes that stood beside it."""

    period: Period
    notes: tuple[str, ...] = ()
