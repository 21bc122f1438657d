"""The cone: bands inside each other, what arrived heeded, totals, and what was said before."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.forecast import Forecast, SpanSoFar, at_end, cone_of, cone_of_totals, forecast
from okapi.core.forecast.cones import foretold
from okapi.core.series import Aggregation

WEEKS = [52, 55, 54, 58, 57, 61, 60, 63, 62, 66, 65, 68, 70, 69, 73, 72, 75, 74, 78, 77]


@pytest.fixture(scope="module")
def made() -> Forecast:
    return forecast(WEEKS, 8)


def test_it_says_what_the_forecast_says(made: Forecast) -> None:
    found = cone_of(made, 8)
    assert [one.step for one in found] == list(range(1, 9))
    assert [one.median for one in found] == pytest.approx(list(made.median))
    for at, level in enumerate((0.5, 0.8, 0.95)):
        lower, upper = made.interval(level)
        assert [one.bands[at][0] for one in found] == pytest.approx(lower.tolist())
        assert [one.bands[at][1] for one in found] == pytest.approx(upper.tolist())


def test_steps_that_have_arrived_are_no_longer_ahead(made: Forecast) -> None:
    found = cone_of(made, 8, {1: 78.0, 3: 95.0})
    assert [one.step for one in found] == [4, 5, 6, 7, 8]
    assert found[0].median > cone_of(made, 4)[-1].median


def test_nothing_is_ahead_when_all_has_arrived(made: Forecast) -> None:
    assert cone_of(made, 2, {1: 1.0, 2: 2.0}) == ()
    assert cone_of_totals(made, SpanSoFar(first=1, last=1, arrived={1: 3.0})) == ()


def test_totals_end_at_the_figure_of_the_span(made: Forecast) -> None:
    span = SpanSoFar(first=1, last=5, values=[70.0, 80.0], arrived={1: 90.0})
    found = cone_of_totals(made, span)
    assert [one.step for one in found] == [2, 3, 4, 5]
    figure = at_end(made, Aggregation.SUM, span)
    assert found[-1].median == pytest.approx(figure.median)
    assert found[0].median > 240
    assert all(one.median < other.median for one, other in pairwise(found))


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=9), st.integers(1, 6))
def test_bands_lie_inside_each_other(values: list[float], last: int) -> None:
    for one in cone_of(forecast(values, 6), last):
        (a, b), (c, d), (e, f) = one.bands
        assert e <= c <= a <= one.median <= b <= d <= f
        assert np.isfinite([e, f]).all()


def test_each_period_is_told_by_the_newest_forecast_before_it() -> None:
    found = foretold(
        [
            (10, [(11, 1.0, 0.0, 2.0), (12, 1.5, 0.0, 3.0)]),
            (11, [(12, 4.0, 3.0, 5.0), (13, 4.0, 3.0, 5.0)]),
        ]
    )
    assert {end: (one.after, one.median) for end, one in found.items()} == {
        11: (10, 1.0),
        12: (11, 4.0),
        13: (11, 4.0),
    }
    assert found[12].holds(3.0)
    assert not found[12].holds(2.9)


def test_what_was_said_afterwards_is_no_forecast() -> None:
    assert foretold([(12, [(11, 1.0, 0.0, 2.0)])]) == {}
