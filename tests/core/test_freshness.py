from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.freshness import (
    Freshness,
    due_on,
    due_on_many,
    freshness,
    stale_on,
    stale_on_many,
)
from okapi.core.periods import Frequency, next_period, period_of

DAY = timedelta(days=1)
RHYTHMS = [frequency for frequency in Frequency if frequency is not Frequency.IRREGULAR]
near = st.dates(date(1990, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("newest", "frequency", "delay", "due", "stale"),
    [
        ("2026-11-22", "day", 0, "2026-11-24", "2026-11-25"),
        ("2026-11-22", "day", 2, "2026-11-24", "2026-11-27"),
        ("2026-11-22", "week", 0, "2026-11-30", "2026-12-07"),
        ("2026-12-27", "week", 0, "2027-01-04", "2027-01-11"),  # W52; W53 is missing
        ("2026-10-31", "month", 0, "2026-12-01", "2027-01-01"),
        ("2026-10-31", "month", 10, "2026-12-01", "2027-01-11"),
        ("2023-12-31", "month", 0, "2024-02-01", "2024-03-01"),  # grace: 29 days of February
        ("2024-01-31", "month", 0, "2024-03-01", "2024-04-01"),
        ("2026-09-30", "quarter", 0, "2027-01-01", "2027-02-05"),  # grace: 35 days, not 90
        ("2026-06-30", "half", 0, "2027-01-01", "2027-02-05"),
        ("2025-12-31", "year", 0, "2027-01-01", "2027-02-05"),
        ("2025-12-31", "year", 60, "2027-01-01", "2027-04-06"),
        ("2022-03-31", "year", 0, "2023-04-01", "2023-05-06"),  # a fiscal year follows its like
        ("2023-02-28", "year", 0, "2024-03-01", "2024-04-05"),  # an end of month stays one
        ("2026-01-15", "month", 0, "2026-02-16", "2026-03-16"),
        ("2026-01-30", "month", 0, "2026-03-01", "2026-04-01"),  # 28 February ends a month
    ],
)
def test_due_when_the_next_period_has_ended_stale_after_delay_and_grace(
    newest, frequency, delay, due, stale
):
    day, rhythm = date.fromisoformat(newest), Frequency(frequency)
    assert due_on(day, rhythm) == date.fromisoformat(due)
    assert stale_on(day, rhythm, delay) == date.fromisoformat(stale)


def test_fresh_then_due_then_stale_on_exactly_those_days():
    newest = date(2026, 10, 31)
    found = {
        day: freshness(newest, Frequency.MONTH, date.fromisoformat(day))
        for day in ("2026-10-01", "2026-11-30", "2026-12-01", "2026-12-31", "2027-01-01")
    }
    assert list(found.values()) == [
        Freshness.FRESH,
        Freshness.FRESH,
        Freshness.DUE,
        Freshness.DUE,
        Freshness.STALE,
    ]


def test_a_reporting_delay_moves_stale_but_not_due():
    newest, today = date(2026, 10, 31), date(2027, 1, 5)
    assert freshness(newest, Frequency.MONTH, today) is Freshness.STALE
    assert freshness(newest, Frequency.MONTH, today, delay_days=10) is Freshness.DUE


def test_without_a_value_there_is_no_age():
    assert freshness(None, Frequency.DAY, date(2026, 1, 1)) is Freshness.EMPTY


def test_without_a_rhythm_nothing_is_late():
    newest = date(1974, 12, 31)
    assert freshness(newest, Frequency.IRREGULAR, date(2026, 1, 1)) is Freshness.FRESH
    assert (due_on(newest, Frequency.IRREGULAR), stale_on(newest, Frequency.IRREGULAR)) == (
        None,
    ) * 2


def test_the_end_of_the_calendar_is_no_accident():
    assert due_on(date.max, Frequency.YEAR) == stale_on(date.max, Frequency.YEAR, 365) == date.max


@given(near, st.sampled_from(RHYTHMS), st.integers(0, 90), st.integers(1, 12))
def test_the_dates_are_those_of_the_periods(day, frequency, delay, fiscal_month):
    newest = period_of(day, frequency, fiscal_month=fiscal_month)
    missing = next_period(newest, frequency, fiscal_month=fiscal_month)
    grace = min(next_period(missing, frequency, fiscal_month=fiscal_month).days, 35)
    assert due_on(newest.last, frequency) == missing.last + DAY
    assert stale_on(newest.last, frequency, delay) == missing.last + (delay + grace + 1) * DAY


@given(st.lists(st.tuples(near, st.integers(0, 90)), min_size=1), st.sampled_from(list(Frequency)))
def test_columns_give_the_same_days(rows, frequency):
    dates = np.array([day for day, _ in rows], dtype="datetime64[D]")
    delays = np.array([delay for _, delay in rows])
    due = [due_on(day, frequency) for day, _ in rows]
    stale = [stale_on(day, frequency, delay) for day, delay in rows]
    assert due_on_many(dates, frequency).tolist() == [day.toordinal() if day else 0 for day in due]
    assert stale_on_many(dates, frequency, delays).tolist() == [
        day.toordinal() if day else 0 for day in stale
    ]


def test_no_day_in_a_column_gives_no_day():
    column = np.array(["NaT", "2026-10-31"], dtype="datetime64[D]")
    assert due_on_many(column, Frequency.MONTH).tolist() == [0, date(2026, 12, 1).toordinal()]
    assert stale_on_many(np.array([0]), Frequency.YEAR, 5).tolist() == [0]
