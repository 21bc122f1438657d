from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.calendars import WorkingCalendar
from okapi.core.errors import Refused

DAY = timedelta(days=1)
PLAIN = WorkingCalendar()
# The Spring Festival of 2026 as announced: 15-23 February off, Saturdays 14 and 28 worked.
CHINA = WorkingCalendar(
    holidays=frozenset(date(2026, 2, day) for day in range(15, 24)),
    workdays=frozenset({date(2026, 2, 14), date(2026, 2, 28)}),
)
GULF = WorkingCalendar(weekend=frozenset({4, 5}))
NEVER_WORKED = WorkingCalendar(weekend=frozenset(range(7)))

near = st.dates(date(2024, 12, 1), date(2027, 2, 28))
calendars = st.builds(
    WorkingCalendar,
    st.frozensets(st.integers(0, 6)),
    st.frozensets(near, max_size=40),
    st.frozensets(near, max_size=20),
)


@pytest.mark.parametrize(
    ("calendar", "day", "works"),
    [
        (PLAIN, date(2026, 11, 23), True),
        (PLAIN, date(2026, 11, 22), False),
        (GULF, date(2026, 11, 22), True),
        (GULF, date(2026, 11, 20), False),
        (CHINA, date(2026, 2, 16), False),
        (CHINA, date(2026, 2, 14), True),
        (CHINA, date(2026, 2, 7), False),
        (WorkingCalendar(holidays=frozenset({date(2026, 1, 1)}),
                         workdays=frozenset({date(2026, 1, 1)})), date(2026, 1, 1), True),
    ],
)  # fmt: skip
def test_make_up_days_win_over_holidays_and_weekends(calendar, day, works):
    assert calendar.is_working(day) is works


@pytest.mark.parametrize(
    ("calendar", "first", "last", "n"),
    [
        (PLAIN, date(2026, 1, 1), date(2026, 12, 31), 261),
        (PLAIN, date(2024, 1, 1), date(2024, 12, 31), 262),
        (PLAIN, date(2026, 11, 21), date(2026, 11, 22), 0),
        (PLAIN, date(2026, 11, 23), date(2026, 11, 23), 1),
        (PLAIN, date(2026, 11, 24), date(2026, 11, 23), 0),
        (CHINA, date(2026, 2, 1), date(2026, 2, 28), 16),
        (NEVER_WORKED, date(2026, 1, 1), date(2026, 12, 31), 0),
        (PLAIN, date.min, date(1, 1, 7), 5),
    ],
)
def test_counts_working_days(calendar, first, last, n):
    assert calendar.count(first, last) == n


@given(calendars, near, st.integers(0, 400))
def test_counts_are_what_counting_day_by_day_gives(calendar, first, length):
    span = [first + n * DAY for n in range(length + 1)]
    assert calendar.count(first, span[-1]) == sum(map(calendar.is_working, span))


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (date(2026, 11, 22), 0.0),
        (date(2026, 11, 23), 0.1),  # the first day counts
        (date(2026, 11, 27), 0.5),
        (date(2026, 11, 29), 0.5),  # a weekend adds nothing
        (date(2026, 12, 3), 0.9),
        (date(2026, 12, 4), 1.0),
        (date(2027, 1, 1), 1.0),
    ],
)
def test_two_weeks_pass_by_tenths(day, share):
    assert PLAIN.elapsed(date(2026, 11, 23), date(2026, 12, 4), day) == share


def test_the_last_day_is_one_even_on_a_holiday():
    assert CHINA.elapsed(date(2026, 2, 9), date(2026, 2, 23), date(2026, 2, 23)) == 1.0
    assert CHINA.elapsed(date(2026, 2, 9), date(2026, 2, 23), date(2026, 2, 13)) == 5 / 6
    assert CHINA.elapsed(date(2026, 2, 9), date(2026, 2, 23), date(2026, 2, 14)) == 1.0


def test_a_span_without_a_working_day_counts_calendar_days():
    first, last = date(2026, 2, 16), date(2026, 2, 19)
    shares = [CHINA.elapsed(first, last, first + n * DAY) for n in range(-1, 5)]
    assert shares == [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]


def test_a_span_of_one_day():
    assert PLAIN.elapsed(date(2026, 11, 22), date(2026, 11, 22), date(2026, 11, 22)) == 1.0


def test_a_span_that_runs_backwards_is_refused():
    with pytest.raises(Refused, match=r"span\.backwards"):
        PLAIN.elapsed(date(2026, 1, 2), date(2026, 1, 1), date(2026, 1, 1))
    with pytest.raises(Refused, match=r"span\.backwards row=1"):
        PLAIN.elapsed_many(np.array([10, 12]), np.array([11, 11]), np.array([11, 11]))


@given(calendars, st.lists(st.tuples(near, st.integers(0, 500), near), min_size=1, max_size=30))
def test_columns_give_the_same_figures_as_single_values(calendar, rows):
    firsts = [first for first, _, _ in rows]
    lasts = [first + length * DAY for first, length, _ in rows]
    days = [day for _, _, day in rows]
    one_by_one = [calendar.elapsed(*row) for row in zip(firsts, lasts, days, strict=True)]
    as_dates = [np.array(column, dtype="datetime64[D]") for column in (firsts, lasts, days)]
    as_ordinals = [np.array([d.toordinal() for d in column]) for column in (firsts, lasts, days)]
    assert calendar.elapsed_many(*as_dates).tolist() == one_by_one
    assert calendar.elapsed_many(*as_ordinals).tolist() == one_by_one


@given(calendars, near, st.integers(0, 400))
def test_the_share_never_falls_and_ends_at_one(calendar, first, length):
    last = first + length * DAY
    shares = [calendar.elapsed(first, last, first + n * DAY) for n in range(-1, length + 1)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_one_day_serves_all_rows_and_no_day_is_no_share():
    firsts = np.array(["2026-11-23", "NaT", "2026-11-30"], dtype="datetime64[D]")
    lasts = np.array(["2026-12-04"], dtype="datetime64[D]")
    found = PLAIN.elapsed_many(firsts, lasts, np.datetime64("2026-11-27"))
    np.testing.assert_array_equal(found, [0.5, np.nan, 0.0])
    assert np.isnan(PLAIN.elapsed_many(np.array([0]), np.array([5]), np.array([3]))).all()


def test_calendars_are_compared_by_their_days():
    assert WorkingCalendar() == PLAIN
    assert hash(WorkingCalendar()) == hash(PLAIN)
    assert CHINA != PLAIN


def test_a_week_has_seven_days():
    with pytest.raises(Refused, match=r"calendar\.weekday"):
        WorkingCalendar(weekend=frozenset({7}))
