"""The quarter around which the demo is built: everything in it is told as a distance from this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Anchor:
    """The running quarter of a demo, by its first day."""

    first: date

    @classmethod
    def around(cls, day: date) -> Self:
        """The quarter that holds the day."""
        return cls(date(day.year, (day.month - 1) // MONTHS_OF_A_QUARTER * 3 + 1, 1))

    @property
    def number(self) -> int:
        """Quarters since the year 0."""
        return self.first.year * 4 + (self.first.month - 1) // MONTHS_OF_A_QUARTER

    def quarter(self, steps: int) -> date:
        """The first day of the quarter so many after this one."""
        year, quarter = divmod(self.number + steps, 4)
        return date(year, quarter * MONTHS_OF_A_QUARTER + 1, 1)

    def year(self, steps: int) -> date:
        """The first day of the year so many after the one that this quarter is in."""
        return date(self.first.year + steps, 1, 1)

    def boundary(self, steps: int, *, by_year: bool) -> date:
        """The first day of a quarter or year."""
        return self.year(steps) if by_year else self.quarter(steps)

    def day(self, days: int) -> date:
        """The day so many after the quarter's first."""
        return self.first + timedelta(days=days)


# The quarter in which the files of examples/demo are written.
REFERENCE = Anchor(date(2026, 10, 1))
