"""When the next value is to be expected: by habit where there is one, else by the rule."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from okapi.core.frequencies import Frequency
from okapi.core.quality import expect_next

SUNDAYS = [date(2026, 9, 6) + timedelta(weeks=n) for n in range(10)]


@pytest.mark.parametrize(
    ("days", "delay", "expected", "is_habit"),
    [
        ([], 0, date(2026, 11, 16), False),
        ([], 3, date(2026, 11, 19), False),
        ([2] * 10, 0, date(2026, 11, 17), True),
        ([2, 2, 1, 3, 2, 2, 2, 6, 2, 2], 0, date(2026, 11, 17), True),
        # A first import of years is no habit; nor are three values.
        ([400] * 10, 0, date(2026, 11, 16), False),
        ([2] * 3, 0, date(2026, 11, 16), False),
        # Entered before the period was over.
        ([-1] * 10, 0, date(2026, 11, 16), False),
        ([0] * 10, 0, date(2026, 11, 16), True),
    ],
)
def test_weeks(days: list[int], delay: int, expected: date, is_habit: bool) -> None:
    entries = [(sunday, sunday + timedelta(n)) for sunday, n in zip(SUNDAYS, days, strict=False)]
    found = expect_next(entries, SUNDAYS[9], Frequency.WEEK, delay_days=delay)
    assert found is not None
    assert (found.on, found.is_habit) == (expected, is_habit)


def test_nothing_is_expected_without_values_or_rhythm() -> None:
    assert expect_next([], None, Frequency.WEEK) is None
    assert expect_next([], SUNDAYS[0], Frequency.IRREGULAR) is None


def test_the_end_of_time_is_a_day() -> None:
    found = expect_next([], date(9999, 12, 31), Frequency.YEAR, delay_days=400)
    assert found is not None
    assert found.on == date.max
