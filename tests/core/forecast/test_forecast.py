import json
import math
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.core.forecast import Basis, Forecast, forecast
from okapi.core.quantities import Direction

WEEKS = [52.0, 55, 54, 58, 57, 61, 60, 63, 62, 66, 65, 68, 70, 69, 73, 72, 75, 74, 78, 77]
MONTHS = [
    100.0 * (1.0 + 0.3 * math.sin(month * math.pi / 6)) * 1.01**month + month % 5
    for month in range(48)
]
LEVELS = (0.1, 0.5, 0.8, 0.95, 0.99)


@pytest.fixture(scope="module")
def weeks() -> Forecast:
    return forecast(WEEKS, 6, 1)


@pytest.fixture(scope="module")
def months() -> Forecast:
    return forecast(MONTHS, 12, 12)


def test_it_goes_on_with_a_trend(weeks: Forecast) -> None:
    assert len(weeks.median) == 6
    assert 76 < weeks.median[0] < 81
    assert 82 < weeks.median[-1] < 90
    assert (np.diff(weeks.median) > 0).all()


def test_it_goes_on_with_a_season(months: Forecast) -> None:
    truth = [100 * (1 + 0.3 * math.sin(one * math.pi / 6)) * 1.01**one for one in range(48, 60)]
    assert months.basis is Basis.SEASONS
    assert np.abs(months.median / np.asarray(truth) - 1).max() < 0.06


def test_what_is_farther_away_is_not_surer(weeks: Forecast, months: Forecast) -> None:
    for made in (weeks, months):
        lower, upper = made.interval(0.8)
        # In months, the same place of the season is compared.
        width = upper - lower if made is weeks else (upper - lower) / made.median
        assert width[-1] >= width[0]


def test_wider_levels_hold_narrower_ones(months: Forecast) -> None:
    intervals = [months.interval(level) for level in LEVELS]
    for (lower, upper), (outer_lower, outer_upper) in pairwise(intervals):
        assert (outer_lower <= lower).all()
        assert (upper <= outer_upper).all()
    assert (intervals[0][0] <= months.median).all()
    assert (months.median <= intervals[0][1]).all()


@pytest.mark.parametrize("level", LEVELS[:4])
def test_chances_agree_with_intervals(months: Forecast, level: float) -> None:
    lower, upper = months.interval(level)
    for step in (1, 7, 12):
        assert months.probability(upper[step - 1], "up", step) == pytest.approx((1 - level) / 2)
        assert months.probability(lower[step - 1], "down", step) == pytest.approx((1 - level) / 2)
        assert months.probability(months.median[step - 1], "up", step) == pytest.approx(0.5)


def test_a_chance_falls_as_the_target_rises(weeks: Forecast) -> None:
    chances = [weeks.probability(target, "up", 4) for target in range(40, 140)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.98
    assert chances[-1] < 0.05


def test_up_and_down_are_two_sides_of_one_thing(weeks: Forecast) -> None:
    up = weeks.probability(80, Direction.UP, 3)
    assert weeks.probability(80, Direction.DOWN, 3) == pytest.approx(1 - up)


def test_quantiles_are_those_of_the_intervals(weeks: Forecast) -> None:
    assert np.allclose(weeks.quantile(0.1), weeks.interval(0.8)[0])
    assert np.allclose(weeks.quantile(0.5), weeks.median)


def test_the_same_values_give_the_same_forecast(months: Forecast) -> None:
    again = forecast(MONTHS, 12, 12)
    assert np.array_equal(again.knots, months.knots)
    assert np.array_equal(again.paths(5), months.paths(5))


def test_it_is_plain_data(months: Forecast) -> None:
    stored = json.loads(json.dumps(months.to_dict()))
    again = Forecast.from_dict(stored)
    assert np.array_equal(again.knots, months.knots)
    assert again.probability(120, "up", 5) == months.probability(120, "up", 5)
    assert again.basis is months.basis


def test_another_version_is_refused(weeks: Forecast) -> None:
    with pytest.raises(Refused) as refused:
        Forecast.from_dict({**weeks.to_dict(), "version": 0})
    assert refused.value.code == "forecast.version"


@pytest.mark.parametrize("factor", [1e-200, 1e-6, 0.37, 1000.0, 1e200])
def test_the_unit_does_not_matter(weeks: Forecast, factor: float) -> None:
    scaled = forecast([one * factor for one in WEEKS], 6, 1)
    assert np.allclose(scaled.knots / factor, weeks.knots, rtol=1e-3)


def test_a_mirror_image_has_a_mirrored_forecast(weeks: Forecast) -> None:
    mirrored = forecast([-one for one in WEEKS], 6, 1)
    # Of what is never negative, models know growth as well; the images agree within a width.
    width = weeks.interval(0.8)[1] - weeks.interval(0.8)[0]
    assert (np.abs(mirrored.median + weeks.median) < 0.5 * width).all()


def test_where_zero_lies_does_not_matter_to_what_crosses_it() -> None:
    chance = np.random.default_rng(7)
    values = np.cumsum(chance.normal(0, 1, 40))
    values -= values.mean()
    here = forecast(values, 5)
    there = forecast(values + 0.1 * np.ptp(values), 5)
    shift = 0.1 * np.ptp(values)
    assert np.allclose(there.median - shift, here.median, atol=0.05 * np.ptp(values))


def test_decimals_and_gaps_are_read() -> None:
    whole = forecast([Decimal(one) for one in (10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20)], 3)
    gaps = forecast([10, 11, None, 13, 14, math.nan, 16, 17, 18, None, 20], 3)
    assert np.abs(gaps.median - whole.median).max() < 0.5
    assert gaps.measured == 8
    width = [one.interval(0.8)[1] - one.interval(0.8)[0] for one in (whole, gaps)]
    assert (width[1] > width[0]).all()


def test_a_gap_keeps_its_place_in_the_season() -> None:
    values = [*MONTHS]
    values[30] = math.nan
    values[41] = math.nan
    made = forecast(values, 12, 12)
    assert np.abs(made.median / forecast(MONTHS, 12, 12).median - 1).max() < 0.08


def test_periods_without_a_value_at_the_end_are_stepped_over() -> None:
    late = forecast([*WEEKS, None, None], 4)
    whole = forecast(WEEKS, 6)
    assert np.array_equal(late.median, whole.median[2:])
    assert late.horizon == 4
    assert late.probability(80, "up", 1) == whole.probability(80, "up", 3)
    assert late.paths(4).shape[1] == 4


def test_gaps_at_the_start_are_none() -> None:
    assert np.array_equal(forecast([None, math.nan, *WEEKS], 3).knots, forecast(WEEKS, 3).knots)


@pytest.mark.parametrize("values", [[5.0] * 12, [0.0] * 12, [-3.0] * 12])
def test_a_constant_history_is_taken_to_stay(values: list[float]) -> None:
    made = forecast(values, 4)
    assert made.basis is Basis.CONSTANT
    assert (made.median == values[0]).all()
    lower, upper = made.interval(0.8)
    assert (lower == values[0]).all()
    assert (upper == values[0]).all()
    assert 0.9 < made.probability(values[0], "up", 4) <= 1.0
    assert 0.0 < made.probability(values[0] + 2, "up", 4) < 0.05


def test_few_constant_values_are_no_proof() -> None:
    few, many = forecast([5, 5, 5], 2), forecast([5.0] * 40, 2)
    assert few.interval(0.8)[1][0] > 5.0
    assert many.interval(0.95)[1][0] == 5.0
    assert few.probability(5, "up", 1) < many.probability(5, "up", 1)


def test_what_mostly_stands_still_is_told_by_what_came() -> None:
    values = [0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0]
    made = forecast(values, 3)
    assert made.basis is Basis.LUMPY
    assert (made.median == 0).all()
    assert made.probability(0, "up", 1) == 1.0
    assert 0.1 < made.probability(1, "up", 2) < 0.3
    assert made.probability(0, "down", 2) == pytest.approx(1 - 3 / 16, abs=0.05)


def test_a_step_is_believed() -> None:
    made = forecast([10.0] * 15 + [50.0] * 10, 3)
    assert (made.median > 40).all()
    assert made.basis is Basis.VALUES


@pytest.mark.parametrize(
    "values",
    [
        [10, 12, 11],
        [10, 10, 11],
        [-5, 3, 0, 0],
        [0, 0, 1e-9],
        [1, 2, 3, 4, 5, 6, 7],
        [1e300, -1e300, 1e300, 5],
        [5, *[None] * 50, 6, 7],
        list(range(10)),
        [*[1.0] * 30, 2.0],
        [float(2**one) for one in range(60)],
    ],
)
@pytest.mark.parametrize("season", [1, 4, 7, 12, 52])
def test_odd_histories_have_a_finite_answer(values: list[float | None], season: int) -> None:
    made = forecast(values, 5, season)
    for level in LEVELS:
        lower, upper = made.interval(level)
        assert np.isfinite(lower).all()
        assert np.isfinite(upper).all()
        assert (lower <= made.median).all()
        assert (made.median <= upper).all()
    assert 0.0 <= made.probability(1, "up", 5) <= 1.0


def test_what_was_never_negative_stays_so() -> None:
    chance = np.random.default_rng(3)
    made = forecast(chance.poisson(1.5, 40), 8)
    assert (made.interval(0.99)[0] >= 0).all()
    assert made.probability(0, "up", 8) == 1.0
    below = forecast(-chance.poisson(1.5, 40), 8)
    assert (below.interval(0.99)[1] <= 0).all()


def test_ten_years_of_minutes_are_cut_to_what_matters() -> None:
    chance = np.random.default_rng(5)
    values = np.tile([10.0, 20, 30, 20, 10, 5], 876_000) + chance.normal(0, 1, 5_256_000)
    made = forecast(values, 6, 6)
    assert np.abs(made.median - [10, 20, 30, 20, 10, 5]).max() < 3
    assert made.measured == 144


@pytest.mark.parametrize(
    ("values", "horizon", "season", "code"),
    [
        ([], 3, 1, "forecast.too_few"),
        ([1, 2], 3, 1, "forecast.too_few"),
        ([None] * 20, 3, 1, "forecast.too_few"),
        ([1, None, math.nan, 2], 3, 1, "forecast.too_few"),
        ([1, 2, math.inf, 4], 3, 1, "forecast.infinite"),
        ([1, 2, -math.inf, 4], 3, 1, "forecast.infinite"),
        ([1, 2, "three", 4], 3, 1, "forecast.unreadable"),
        (np.ones((3, 3)), 3, 1, "forecast.unreadable"),
        ([1, 2, 10**400], 3, 1, "forecast.too_large"),
        ([1, 2, -2e300], 3, 1, "forecast.too_large"),
        (WEEKS, 0, 1, "forecast.horizon"),
        (WEEKS, 2.5, 1, "forecast.horizon"),
        (WEEKS, True, 1, "forecast.horizon"),
        (WEEKS, 1001, 1, "forecast.horizon"),
        ([*WEEKS, *[None] * 990], 20, 1, "forecast.horizon"),
        (WEEKS, 3, 0, "forecast.season"),
        (WEEKS, 3, -4, "forecast.season"),
    ],
)
def test_what_cannot_be_used_is_refused(
    values: list[float], horizon: int, season: int, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        forecast(values, horizon, season)
    assert refused.value.code == code


def test_what_is_asked_wrongly_is_refused(weeks: Forecast) -> None:
    for asked, code in (
        (lambda: weeks.interval(0), "forecast.level"),
        (lambda: weeks.interval(80), "forecast.level"),
        (lambda: weeks.probability(1, "up", 0), "forecast.step"),
        (lambda: weeks.probability(1, "up", 7), "forecast.step"),
        (lambda: weeks.probability(1, "sideways", 1), "forecast.direction"),
        (lambda: weeks.probability(1, Direction.BAND, 1), "forecast.direction"),
        (lambda: weeks.probability(math.nan, "up", 1), "forecast.target"),
        (lambda: weeks.paths(7), "forecast.step"),
    ):
        with pytest.raises(Refused) as refused:
            asked()
        assert refused.value.code == code


VALUES = st.lists(
    st.one_of(st.none(), st.floats(-1e9, 1e9), st.integers(-5, 5).map(float)),
    min_size=0,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(VALUES, st.integers(1, 8), st.sampled_from([1, 4, 12]))
def test_any_history_is_answered_or_refused(
    values: list[float | None], horizon: int, season: int
) -> None:
    known = [one for one in values if one is not None]
    if len(known) < 3:
        with pytest.raises(Refused):
            forecast(values, horizon, season)
        return
    made = forecast(values, horizon, season)
    assert made.horizon == len(made.median) == horizon
    assert np.isfinite(made.knots).all()
    assert (np.diff(made.knots, axis=1) >= -1e-9 * np.abs(made.knots).max()).all()
    chance = made.probability(known[-1], "up", horizon)
    assert 0.0 <= chance <= 1.0
