"""Values of one rhythm seen in the periods of another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.gathered import gathered
from okapi.core.periods import Frequency, Period, parse_period, period_of, periods_between
from okapi.core.series import Aggregation, Point, aggregate

SEPTEMBER_ON = periods_between(date(2026, 9, 1), date(2026, 11, 30), Frequency.MONTH)


def points(**values: int) -> list[Point]:
    """Values by the labels of their periods, `_` for `-`."""
    return [
        Point(parse_period(label[1:].replace("_", "-")).period, Decimal(value))
        for label, value in values.items()
    ]


WEEKS = points(_2026_W36=1, _2026_W39=2, _2026_W40=4, _2026_W45=8)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        # Week 36 ends on 6 September, week 39 on the 27th, week 40 on 4 October, week 45 on 8
        # November: a week belongs to the month in which it ends.
        (Aggregation.SUM, (3, 4, 8)),
        (Aggregation.MEAN, (Decimal("1.5"), 4, 8)),
        (Aggregation.LAST, (2, 4, 8)),
        (Aggregation.MIN, (1, 4, 8)),
        (Aggregation.MAX, (2, 4, 8)),
    ],
)
def test_weeks_make_the_months_in_which_they_end(how: Aggregation, expected: object) -> None:
    assert gathered(WEEKS, SEPTEMBER_ON, how) == expected


def test_a_longer_period_stands_where_it_ends() -> None:
    quarter = points(_2026_Q3=7)
    assert gathered(quarter, SEPTEMBER_ON, Aggregation.SUM) == (7, None, None)


def test_what_lies_outside_is_left_out() -> None:
    around = points(_2026_08=1, _2026_10=2, _2026_12=3)
    assert gathered(around, SEPTEMBER_ON, Aggregation.SUM) == (None, 2, None)


def test_a_ratio_is_the_ratio_of_sums() -> None:
    days = [
        Point(parse_period("2026-09-01").period, Decimal(10), Decimal(10), Decimal(100)),
        Point(parse_period("2026-09-02").period, Decimal(30), Decimal(90), Decimal(300)),
    ]
    found = gathered(days, SEPTEMBER_ON, Aggregation.RATIO, scale=Decimal(100))
    assert found == (25, None, None)


def test_what_cannot_be_put_together_has_no_value() -> None:
    without_parts = points(_2026_09_01=1, _2026_09_02=2)
    assert gathered(without_parts, SEPTEMBER_ON, Aggregation.RATIO) == (None, None, None)
    twice = points(_2026_W36=1, _2026_09_03=2)
    assert gathered(twice, SEPTEMBER_ON, Aggregation.SUM) == (None, None, None)


def test_of_one_ratio_without_parts_the_value_stands() -> None:
    assert gathered(points(_2026_09_01=1), SEPTEMBER_ON, Aggregation.RATIO) == (1, None, None)


@given(st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=60))
def test_no_day_is_lost_or_counted_twice(days: set[date]) -> None:
    year = periods_between(date(2026, 1, 1), date(2026, 12, 31), Frequency.MONTH)
    given_points = [Point(Period(day, day, ""), Decimal(day.day)) for day in sorted(days)]
    sums = gathered(given_points, year, Aggregation.SUM)
    whole = aggregate(given_points, Aggregation.SUM)
    assert sum(value for value in sums if value is not None) == (whole or 0)
    for month, value in zip(year, sums, strict=True):
        has_any = any(period_of(day, Frequency.MONTH) == month for day in days)
        assert (value is not None) == has_any
