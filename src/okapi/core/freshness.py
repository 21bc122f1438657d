"""How old the newest period covered is: fresh, due, stale; and on which day that changes.

What counts is the newest period that has a value, never the last time that a source was read.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from okapi.core.calendars import EPOCH, NO_DAY, Days, ordinals_of
from okapi.core.frequencies import Frequency

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST_GRACE = 35  # days
_LAST_DAY = date.max.toordinal()


class Freshness(StrEnum):
    """Where a KPI stands in time.

    Due when a period has ended without a value, stale when that lasts longer than the reporting
    delay and a grace of one period; empty without any value.
    """

    FRESH = "fresh"
    DUE = "due"
    STALE = "stale"
    EMPTY = "empty"


def freshness(
    newest_last: date | None, frequency: Frequency, today: date, *, delay_days: int = 0
) -> Freshness:
    """The freshness today of a KPI whose newest period covered ends on ``newest_last``."""
    if newest_last is None:
        return Freshness.EMPTY
    stale, due = stale_on(newest_last, frequency, delay_days), due_on(newest_last, frequency)
    if stale is not None and today >= stale:
        return Freshness.STALE
    return Freshness.DUE if due is not None and today >= due else Freshness.FRESH


def due_on(newest_last: date, frequency: Frequency) -> date | None:
    """The first day on which the next period has ended; None without a rhythm.

    The next period follows the newest one wherever that ends: after a year to 31 March comes a
    year to 31 March. Days beyond the year 9999 are its last day.
    """
    return _day(due_on_many(np.array([newest_last.toordinal()]), frequency))


def stale_on(newest_last: date, frequency: Frequency, delay_days: int = 0) -> date | None:
    """The first day on which the KPI is stale; None without a rhythm.

    It is the day after: end of the missing period + reporting delay + grace, the grace being the
    length of the period after it, at most 35 days. Monthly values to 31 October, no delay: due
    from 1 December, stale from 1 January.
    """
    return _day(stale_on_many(np.array([newest_last.toordinal()]), frequency, delay_days))


def due_on_many(newest_last: Days, frequency: Frequency) -> NDArray[np.int64]:
    """``due_on`` for a column of days (datetime64 or ordinals), as ordinals; 0 where none."""
    newest = ordinals_of(newest_last)
    return _told(newest, _next_end(newest, frequency) + 1, frequency)


def stale_on_many(
    newest_last: Days, frequency: Frequency, delay_days: NDArray[np.int64] | int = 0
) -> NDArray[np.int64]:
    """``stale_on`` for columns, as ordinals; 0 where there is no newest period or no rhythm."""
    newest = ordinals_of(newest_last)
    missing = _next_end(newest, frequency)
    grace = np.minimum(_next_end(missing, frequency) - missing, LONGEST_GRACE)
    return _told(newest, missing + np.asarray(delay_days, dtype=np.int64) + grace + 1, frequency)


def _told(
    newest: NDArray[np.int64], days: NDArray[np.int64], frequency: Frequency
) -> NDArray[np.int64]:
    known = (newest > NO_DAY) & (frequency is not Frequency.IRREGULAR)
    return np.where(known, np.minimum(days, _LAST_DAY), NO_DAY)


def _next_end(ends: NDArray[np.int64], frequency: Frequency) -> NDArray[np.int64]:
    """The last day of the next period; an end of month stays one."""
    if frequency.months is None:
        return ends + frequency.typical_days
    days = (ends - EPOCH).astype("datetime64[D]")
    month, one_day = days.astype("datetime64[M]"), np.timedelta64(1, "D")
    ends_a_month = (days + one_day).astype("datetime64[M]") != month
    later = month + np.timedelta64(frequency.months, "M")
    last = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - one_day
    into_month = days - month.astype("datetime64[D]")
    same_day = np.minimum(later.astype("datetime64[D]") + into_month, last)
    return np.where(ends_a_month, last, same_day).astype("datetime64[D]").astype(np.int64) + EPOCH


def _day(ordinals: NDArray[np.int64]) -> date | None:
    return date.fromordinal(int(ordinals[0])) if ordinals[0] > NO_DAY else None
