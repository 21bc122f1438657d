"""When the next value is to be expected: from the rhythm, the reporting delay, and the habit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from okapi.core.frequencies import Frequency
from okapi.core.freshness import due_on

HABIT_OF = 12
"""The newest values whose days of entry are read as a habit."""
LEAST_HABIT = 4


@dataclass(frozen=True, slots=True)
class Expected:
    """The day on which the next value is to be expected, and whether by habit or by the rule."""

    on: date
    is_habit: bool


def expect_next(
    entries: Sequence[tuple[date, date]],
    newest_last: date | None,
    frequency: Frequency,
    *,
    delay_days: int = 0,
) -> Expected | None:
    """When the value of the period after the newest one is to be expected; None without a rhythm.

    `entries` are pairs of a period's last day and the day on which its value came in. Values that
    came in more than a period after the next one was due (a first import of years) are no habit.
    With at least 4 others the habit is the usual (median) number of days after the period's end;
    else the reporting delay is.
    """
    due = None if newest_last is None else due_on(newest_last, frequency)
    if due is None:
        return None
    usual = frequency.typical_days
    late = sorted((came - last).days for last, came in sorted(entries)[-HABIT_OF:])
    late = [days for days in late if 0 <= days <= usual + delay_days]
    is_habit = len(late) >= LEAST_HABIT
    days = late[len(late) // 2] - 1 if is_habit else delay_days
    # `due` is the day after the period's end: a habit of one day means that very day.
    try:
        return Expected(due + timedelta(days=max(days, 0)), is_habit)
    except OverflowError:
        return Expected(date.max, is_habit)
