from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.core.periods import (
    Frequency,
    Period,
    a_year_before,
    frequency_of,
    next_period,
    parse_period,
    period_count,
    period_of,
    periods_between,
    previous_period,
)

DAY = timedelta(days=1)
RHYTHMS = [frequency for frequency in Frequency if frequency is not Frequency.IRREGULAR]

days = st.dates(date(1900, 2, 1), date(2200, 1, 1))
near = st.dates(date(1990, 1, 1), date(2040, 12, 31))
rhythms = st.sampled_from(RHYTHMS)
years = st.fixed_dictionaries(
    {"fiscal_month": st.integers(1, 12), "first_weekday": st.integers(0, 6)}
)


def period(text, **how):
    return parse_period(text, **how).period


@given(days, rhythms, years)
def test_next_and_previous_are_inverse_and_adjoin(day, frequency, how):
    found = period_of(day, frequency, **how)
    after, before = next_period(found, frequency, **how), previous_period(found, frequency, **how)
    assert after.first == found.last + DAY
    assert before.last == found.first - DAY
    assert after == period_of(found.last + DAY, frequency, **how)
    assert (
        previous_period(after, frequency, **how) == found == next_period(before, frequency, **how)
    )
    assert next_period(before, frequency, **how).label == found.label


@given(near, st.integers(0, 800))
def test_irregular_periods_adjoin_too(first, length):
    found = Period(first, first + length * DAY, "x")
    assert next_period(found, Frequency.IRREGULAR).first == found.last + DAY
    assert previous_period(found, Frequency.IRREGULAR).last == found.first - DAY


@given(near, st.integers(2, 60))
def test_ranges_of_whole_months_step_there_and_back(first, months):
    found = periods_between(first, first + 62 * months * DAY, Frequency.MONTH)[:months]
    whole = Period(found[0].first, found[-1].last, "x")
    after = next_period(whole, Frequency.IRREGULAR)
    assert frequency_of(after) is frequency_of(whole)
    assert previous_period(after, Frequency.IRREGULAR) == whole


@pytest.mark.parametrize(
    ("text", "frequency", "after", "before"),
    [
        ("2026-12-31", "day", "2027-01-01", "2026-12-30"),
        ("2024-02-28", "day", "2024-02-29", "2024-02-27"),
        ("2026-W53", "week", "2027-W01", "2026-W52"),
        ("2026-12", "month", "2027-01", "2026-11"),
        ("2024-02", "month", "2024-03", "2024-01"),
        ("2026Q4", "quarter", "2027Q1", "2026Q3"),
        ("2026H2", "half", "2027H1", "2026H1"),
        ("1998/99", "year", "1999/00", "1997/98"),
        ("2018-20", "irregular", "2021 to 2023", "2015 to 2017"),
        ("2026-11-10/2026-11-12", "month", "2026-12", "2026-10"),
    ],
)
def test_steps(text, frequency, after, before):
    found, rhythm = period(text), Frequency(frequency)
    assert next_period(found, rhythm).label == after
    assert previous_period(found, rhythm).label == before


@pytest.mark.parametrize(
    ("text", "earlier"),
    [
        ("2024-02-29", "2023-02-28"),
        ("2025-02-28", "2024-02-28"),
        ("2026-W53", "2025-W52"),
        ("2027-W01", "2026-W01"),
        ("2021-W10", "2020-W10"),
        ("2025-02", "2024-02"),
        ("2026Q1", "2025Q1"),
        ("2026H2", "2025H2"),
        ("2026", "2025"),
        ("1998/99", "1997/98"),
        ("2018-20", "2017 to 2019"),
        ("2018-03-05/2019-01-02", "2017-03-05/2018-01-02"),
    ],
)
def test_the_same_period_last_year(text, earlier):
    found = a_year_before(period(text))
    assert (found, found.label) == (period(earlier), earlier)


def test_seven_days_that_are_no_week_keep_their_dates():
    found = a_year_before(period("2026-11-01/2026-11-07"), Frequency.IRREGULAR)
    assert (found.first, found.last) == (date(2025, 11, 1), date(2025, 11, 7))


@given(near, rhythms, years)
def test_last_year_has_the_same_shape(day, frequency, how):
    found = period_of(day, frequency, **how)
    earlier = a_year_before(found, frequency, **how)
    assert frequency_of(earlier) is frequency
    assert 350 <= (found.first - earlier.first).days <= 378
    assert earlier == period_of(earlier.first, frequency, **how)


@given(near, st.integers(0, 900), st.integers(0, 900), rhythms, years)
def test_adjoining_spans_share_no_period_and_lose_none(first, length, more, frequency, how):
    middle = first + length * DAY
    last = middle + more * DAY
    whole = periods_between(first, last, frequency, **how)
    rest = [] if more == 0 else periods_between(middle + DAY, last, frequency, **how)
    assert periods_between(first, middle, frequency, **how) + rest == whole
    assert all(a.last + DAY == b.first for a, b in pairwise(whole))
    assert all(first <= each.last <= last for each in whole)
    assert period_count(first, last, frequency, **how) == len(whole)
    if whole:
        assert next_period(whole[-1], frequency, **how).last > last
        assert previous_period(whole[0], frequency, **how).last < first


@pytest.mark.parametrize(
    ("first", "last", "frequency", "n"),
    [
        ("2026-04-01", "2026-06-30", "week", 13),
        ("2026-01-01", "2026-03-31", "month", 3),
        ("2026-01-01", "2026-03-31", "day", 90),
        ("2024-01-01", "2024-12-31", "day", 366),
        ("2026-01-15", "2026-03-30", "month", 2),
        ("2026-01-02", "2026-01-20", "month", 0),
        ("2026-01-02", "2026-01-01", "day", 0),
    ],
)
def test_a_period_belongs_to_the_span_of_its_last_day(first, last, frequency, n):
    found = periods_between(
        date.fromisoformat(first), date.fromisoformat(last), Frequency(frequency)
    )
    assert len(found) == n


def test_week_14_is_in_the_second_quarter():
    second = periods_between(date(2026, 4, 1), date(2026, 6, 30), Frequency.WEEK)
    assert second[0].label == "2026-W14"


def test_irregular_periods_are_not_made():
    for call in (
        lambda: period_of(date(2026, 1, 1), Frequency.IRREGULAR),
        lambda: periods_between(date(2026, 1, 1), date(2026, 2, 1), Frequency.IRREGULAR),
    ):
        with pytest.raises(Refused, match=r"period\.irregular"):
            call()


def test_the_ends_of_the_calendar_are_refused_not_crashed():
    with pytest.raises(Refused, match=r"period\.out_of_range"):
        next_period(period_of(date.max, Frequency.YEAR), Frequency.YEAR)
    with pytest.raises(Refused, match=r"period\.out_of_range"):
        previous_period(period_of(date.min, Frequency.DAY), Frequency.DAY)
    assert period_of(date.max, Frequency.MONTH).last == date.max
