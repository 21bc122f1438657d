from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.calendars import WorkingCalendar
from okapi.core.columns import FAR, day_of, days, maybe
from okapi.core.expected import (
    Curve,
    CurveKind,
    Curves,
    Fallback,
    expected,
    expected_linear,
    expected_milestones,
    milestone_curve,
    plan_curve,
)
from okapi.core.spans import Span

D = Decimal
PLAIN = WorkingCalendar()
# Monday 2 to Friday 27 November 2026: 20 working days.
NOVEMBER = Span(date(2026, 11, 2), date(2026, 11, 27))
Q4 = Span(date(2026, 10, 1), date(2026, 12, 31))
OCTOBER, NOVEMBER_END, DECEMBER = date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (date(2026, 11, 1), 0.0),
        (date(2026, 11, 2), 0.05),  # the first day counts
        (date(2026, 11, 6), 0.25),
        (date(2026, 11, 8), 0.25),  # nothing is expected of a weekend
        (date(2026, 11, 27), 1.0),
        (date(2026, 12, 5), 1.0),
    ],
)
def test_linear_over_working_days(day, share):
    assert expected_linear(NOVEMBER, day, PLAIN) == share
    assert expected(Curve(NOVEMBER), day, PLAIN) == share


def test_holidays_and_make_up_days_count():
    calendar = WorkingCalendar(
        holidays=frozenset({date(2026, 11, 3)}), workdays=frozenset({date(2026, 11, 7)})
    )
    assert expected(Curve(NOVEMBER), date(2026, 11, 7), calendar) == 0.25


def test_a_span_without_a_working_day_counts_calendar_days():
    weekend = Span(date(2026, 11, 7), date(2026, 11, 8))
    assert expected(Curve(weekend), date(2026, 11, 7), PLAIN) == 0.5


def test_without_a_curve_nothing_is_expected():
    assert expected(Curve(NOVEMBER, CurveKind.NONE), date(2026, 11, 20), PLAIN) is None


def plan(*values):
    return list(zip((OCTOBER, NOVEMBER_END, DECEMBER), map(D, values), strict=False))


def test_the_plan_of_a_sum_runs_along_its_total():
    curve = plan_curve(Q4, plan("10", "20", "70"), adds_up=True, last_end=DECEMBER)
    assert (curve.kind, curve.shares) == (CurveKind.PLAN, (0.1, 0.3, 1.0))
    assert expected(curve, NOVEMBER_END, PLAIN) == pytest.approx(0.3)


def test_the_plan_of_a_level_runs_from_its_origin():
    curve = plan_curve(Q4, plan("90", "80", "50"), adds_up=False, origin=D(100))
    assert curve.shares == (0.2, 0.4, 1.0)


def test_without_an_origin_a_level_runs_from_its_first_value():
    assert plan_curve(Q4, plan("1", "2", "3"), adds_up=False).shares == (0.0, 0.5, 1.0)


def test_between_the_points_of_a_plan_the_share_runs_straight():
    curve = plan_curve(Q4, plan("10", "20", "70"), adds_up=True)
    assert expected(curve, date(2026, 9, 30), PLAIN) == 0.0
    assert expected(curve, date(2026, 10, 1), PLAIN) == pytest.approx(0.1 / 31)
    assert expected(curve, date(2026, 11, 15), PLAIN) == pytest.approx(0.2)
    assert expected(curve, date(2027, 1, 9), PLAIN) == 1.0


@pytest.mark.parametrize(
    ("values", "adds_up", "fallback"),
    [
        (("5", "5", "5"), False, Fallback.FLAT),
        (("0", "0", "0"), True, Fallback.FLAT),
        (("5", "9", "7"), False, Fallback.NOT_MONOTONE),
        (("5", "-1", "7"), True, Fallback.NOT_MONOTONE),
        (("5", "6"), False, Fallback.INCOMPLETE),
        ((), False, Fallback.INCOMPLETE),
    ],
)
def test_a_plan_that_cannot_be_followed_falls_back_to_linear_and_says_so(values, adds_up, fallback):
    curve = plan_curve(Q4, plan(*values), adds_up=adds_up, last_end=DECEMBER)
    assert (curve.kind, curve.fallback) == (CurveKind.LINEAR, fallback)


def test_milestones_expect_the_weight_that_has_fallen_due():
    due = [date(2026, 11, 10), date(2026, 10, 20), None]
    weights = [1, 2, 1]
    for day, share in [
        (date(2026, 10, 19), 0.0),
        (date(2026, 10, 20), 0.5),
        (date(2026, 11, 10), 0.75),
        (date(2026, 12, 30), 0.75),
        (date(2026, 12, 31), 1.0),
    ]:
        assert expected_milestones(weights, due, Q4, day) == share


def test_milestones_without_weight_expect_nothing():
    assert expected_milestones([0], [date(2026, 11, 10)], Q4, DECEMBER) == 0.0
    assert expected_milestones([], [], Q4, DECEMBER) == 0.0


def test_the_next_point_is_each_rows_own():
    curves = Curves.of(
        [milestone_curve(Q4, [OCTOBER, DECEMBER], [1, 1]), Curve(Q4), Curve(Q4)], PLAIN
    )
    rows = np.array([0, 0, 0, 1])
    found = curves.next_point(rows, days([date(2026, 10, 1), OCTOBER, DECEMBER, OCTOBER]))
    assert day_of(int(found[0])) == OCTOBER
    assert day_of(int(found[1])) == DECEMBER
    assert found[2:].tolist() == [FAR, FAR]


dates = st.integers(0, 120).map(lambda step: date(2026, 9, 15) + timedelta(days=step))
curves_of_any_kind = st.one_of(
    st.just(Curve(Q4)),
    st.just(Curve(NOVEMBER, CurveKind.NONE)),
    st.builds(
        lambda steps: milestone_curve(Q4, [d for d, _ in steps], [w for _, w in steps]),
        st.lists(st.tuples(st.none() | dates, st.integers(0, 4)), max_size=4),
    ),
    st.builds(
        lambda values: plan_curve(Q4, plan(*values), adds_up=True),
        st.lists(st.integers(-1, 9), min_size=3, max_size=3),
    ),
)


@given(st.lists(st.tuples(curves_of_any_kind, dates), max_size=8))
def test_curves_in_columns_are_the_curves_one_by_one(rows):
    columns = Curves.of([curve for curve, _ in rows], PLAIN)
    found = columns.at(np.arange(len(rows)), days(day for _, day in rows))
    assert [maybe(value) for value in found] == [expected(c, day, PLAIN) for c, day in rows]


@given(curves_of_any_kind, dates, st.integers(0, 60))
def test_what_is_expected_never_falls_and_stays_a_share(curve, day, later):
    now, then = (expected(curve, d, PLAIN) for d in (day, day + timedelta(days=later)))
    assert (now is None and then is None) or 0.0 <= now <= then <= 1.0
