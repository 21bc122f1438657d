"""Working days, holidays and make-up working days; the share of a span that has passed.

Counts need no table of days: a closed form for the week's rhythm, and a bisection over the days
that break it. One figure or a million columns come from the same sums.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from okapi.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

SATURDAY_SUNDAY = frozenset({5, 6})
# datetime64 counts days from 1970-01-01, Python's ordinals from 0001-01-01.
EPOCH = date(1970, 1, 1).toordinal()
# The ordinal of no day at all: NaT as an ordinal.
NO_DAY = 0

Days = NDArray[np.datetime64] | NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days are worked: a weekend (0 = Monday), holidays, and make-up working days.

    ``workdays`` win over weekend and holidays, as China's make-up working days do. Refused:
    ``calendar.weekday`` (a weekend day that is not 0 to 6).
    """

    weekend: frozenset[int] = SATURDAY_SUNDAY
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    # Worked days of a week up to each weekday; days that break the rhythm, sorted.
    _rhythm: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _added: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _removed: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.weekend <= frozenset(range(7)):
            raise Refused("calendar.weekday", found=sorted(self.weekend), expected="0-6")
        worked = [day not in self.weekend for day in range(7)]
        added = (day for day in self.workdays if not worked[day.weekday()])
        removed = (day for day in self.holidays - self.workdays if worked[day.weekday()])
        self._keep("_rhythm", [sum(worked[:days]) for days in range(8)])
        self._keep("_added", sorted(day.toordinal() for day in added))
        self._keep("_removed", sorted(day.toordinal() for day in removed))

    def _keep(self, name: str, values: Iterable[int]) -> None:
        object.__setattr__(self, name, tuple(values))

    def is_working(self, day: date) -> bool:
        """Whether the day is worked."""
        if day in self.workdays:
            return True
        return day.weekday() not in self.weekend and day not in self.holidays

    def count(self, first: date, last: date) -> int:
        """Working days from first to last, both included; 0 if last lies before first."""
        if last < first:
            return 0
        return self._until(last.toordinal()) - self._until(first.toordinal() - 1)

    def elapsed(self, first: date, last: date, day: date) -> float:
        """The share of the span's working days up to and including the day.

        The first day counts, the last day is 1.0; before the first day it is 0.0. A span without
        a working day counts calendar days. Refused: ``span.backwards``.
        """
        if last < first:
            raise Refused("span.backwards", first=first, last=last)
        if day < first or day >= last:
            return 0.0 if day < first else 1.0
        whole = self.count(first, last)
        if whole == 0:
            return ((day - first).days + 1) / ((last - first).days + 1)
        return self.count(first, day) / whole

    def elapsed_many(self, first: Days, last: Days, day: Days) -> NDArray[np.float64]:
        """``elapsed`` for columns: days as datetime64 or as Python ordinals; the same figures.

        Columns broadcast (one ``day`` for all rows). NaT or ordinal 0 gives NaN.
        Refused: ``span.backwards`` with the ``row`` of the first span that ends before it starts.
        """
        start, end, now = np.broadcast_arrays(*(ordinals_of(days) for days in (first, last, day)))
        known = (start > NO_DAY) & (end > NO_DAY) & (now > NO_DAY)
        if (wrong := known & (end < start)).any():
            raise Refused("span.backwards", row=int(np.flatnonzero(wrong)[0]))
        before = self._until_many(start - 1)
        whole = self._until_many(end) - before
        done = self._until_many(now) - before
        idle = whole == 0
        whole = np.where(idle, end - start + 1, whole)
        done = np.where(idle, now - start + 1, done)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = done / whole
        share = np.where(now < start, 0.0, np.where(now >= end, 1.0, share))
        return np.asarray(np.where(known, share, np.nan), dtype=np.float64)

    def _until(self, ordinal: int) -> int:
        """Working days from ordinal 1 (a Monday) to this one."""
        weeks, days = divmod(ordinal, 7)
        regular = weeks * self._rhythm[7] + self._rhythm[days]
        return regular + bisect_right(self._added, ordinal) - bisect_right(self._removed, ordinal)

    def _until_many(self, ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
        weeks, days = np.divmod(ordinals, 7)
        regular = weeks * self._rhythm[7] + np.asarray(self._rhythm, dtype=np.int64)[days]
        added = np.searchsorted(np.asarray(self._added, dtype=np.int64), ordinals, side="right")
        removed = np.searchsorted(np.asarray(self._removed, dtype=np.int64), ordinals, side="right")
        return np.asarray(regular + added - removed, dtype=np.int64)


def ordinals_of(days: Any) -> NDArray[np.int64]:
    """A column of days as Python ordinals; NaT becomes 0. Ordinals are taken as they are."""
    column = np.asarray(days)
    if not np.issubdtype(column.dtype, np.datetime64):
        return np.asarray(column, dtype=np.int64)
    whole = column.astype("datetime64[D]")
    return np.where(np.isnat(whole), NO_DAY, whole.astype(np.int64) + EPOCH)
