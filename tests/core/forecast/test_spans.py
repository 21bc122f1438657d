import math

import numpy as np
import pytest

from okapi.core.errors import Refused
from okapi.core.forecast import Forecast, SpanSoFar, at_end, chance_to_keep, forecast
from okapi.core.series import Aggregation

WALK = np.round(100 + np.cumsum(np.random.default_rng(4).normal(0, 2, 40)), 2)
NEXT = 5


@pytest.fixture(scope="module")
def walk() -> Forecast:
    return forecast(WALK, 13)


def test_the_last_value_is_that_of_its_step(walk: Forecast) -> None:
    found = at_end(walk, Aggregation.LAST, SpanSoFar(last=NEXT, values=(1.0, 2.0)))
    assert found.median == pytest.approx(walk.median[NEXT - 1])
    assert found.interval(0.8) == pytest.approx(
        [row[NEXT - 1] for row in walk.interval(0.8)], rel=1e-9
    )


def test_a_sum_counts_what_was_measured(walk: Forecast) -> None:
    without = at_end(walk, Aggregation.SUM, SpanSoFar(last=NEXT))
    having = at_end(walk, Aggregation.SUM, SpanSoFar(last=NEXT, values=(40.0, 60.0)))
    assert having.median == pytest.approx(without.median + 100.0)
    assert without.median == pytest.approx(walk.median[:NEXT].sum(), rel=0.01)


def test_a_mean_is_a_sum_by_its_periods(walk: Forecast) -> None:
    span = SpanSoFar(last=NEXT, values=(40.0, 60.0))
    total = at_end(walk, Aggregation.SUM, span)
    mean = at_end(walk, Aggregation.MEAN, span)
    assert mean.median == pytest.approx(total.median / (NEXT + 2))
    assert mean.probability(80, "up") == pytest.approx(
        total.probability(80 * (NEXT + 2), "up"), abs=1e-9
    )


def test_errors_of_steps_go_together_in_a_sum(walk: Forecast) -> None:
    lower, upper = at_end(walk, Aggregation.SUM, SpanSoFar(last=13)).interval(0.8)
    widths = walk.interval(0.8)[1] - walk.interval(0.8)[0]
    apart = math.sqrt((widths**2).sum())
    assert apart < upper - lower < widths.sum()


def test_the_least_and_the_greatest_heed_what_was(walk: Forecast) -> None:
    span = SpanSoFar(last=NEXT, values=(1.0, 500.0))
    assert at_end(walk, Aggregation.MIN, span).interval(0.95) == pytest.approx((1.0, 1.0))
    assert at_end(walk, Aggregation.MAX, span).interval(0.95) == pytest.approx((500.0, 500.0))
    least = at_end(walk, Aggregation.MIN, SpanSoFar(last=NEXT))
    greatest = at_end(walk, Aggregation.MAX, SpanSoFar(last=NEXT))
    assert least.median < walk.median[:NEXT].min()
    assert greatest.median > walk.median[:NEXT].max()


def test_what_is_reached_for_good_is_all_but_sure(walk: Forecast) -> None:
    span = SpanSoFar(last=NEXT, values=(500.0,))
    assert at_end(walk, Aggregation.MAX, span).probability(400, "up") > 0.99


def test_a_ratio_weighs_its_periods_by_their_denominators(walk: Forecast) -> None:
    equal = SpanSoFar(last=NEXT, values=(80.0, 120.0), weights=(10.0, 10.0))
    mean = SpanSoFar(last=NEXT, values=(80.0, 120.0))
    assert at_end(walk, Aggregation.RATIO, equal).median == pytest.approx(
        at_end(walk, Aggregation.MEAN, mean).median
    )
    heavy = SpanSoFar(last=NEXT, values=(80.0, 120.0), weights=(1000.0, 0.0), weight=1.0)
    assert at_end(walk, Aggregation.RATIO, heavy).median == pytest.approx(80, abs=0.3)


@pytest.mark.parametrize("weights", [(), (1.0,), (1.0, -1.0)])
def test_a_ratio_without_its_denominators_is_refused(
    walk: Forecast, weights: tuple[float, ...]
) -> None:
    with pytest.raises(Refused) as refused:
        at_end(walk, Aggregation.RATIO, SpanSoFar(last=2, values=(1.0, 2.0), weights=weights))
    assert refused.value.code == "forecast.weights"


def test_a_span_that_begins_later_counts_only_its_own(walk: Forecast) -> None:
    found = at_end(walk, Aggregation.SUM, SpanSoFar(first=4, last=6))
    assert found.median == pytest.approx(walk.median[3:6].sum(), rel=0.01)


@pytest.mark.parametrize("how", [Aggregation.LAST, Aggregation.SUM, Aggregation.MEAN])
def test_what_has_arrived_moves_the_rest_and_makes_it_surer(
    walk: Forecast, how: Aggregation
) -> None:
    before = at_end(walk, how, SpanSoFar(last=NEXT))
    high, even = (
        {step: float(walk.quantile(share)[step - 1]) for step in (1, 2, 3)} for share in (0.8, 0.5)
    )
    assert at_end(walk, how, SpanSoFar(last=NEXT, arrived=high)).median > before.median
    after = at_end(walk, how, SpanSoFar(last=NEXT, arrived=even))
    assert np.ptp(after.interval(0.8)) < np.ptp(before.interval(0.8))


def test_what_has_arrived_as_expected_changes_no_median(walk: Forecast) -> None:
    arrived = {1: float(walk.median[0]), 2: float(walk.median[1])}
    after = at_end(walk, Aggregation.LAST, SpanSoFar(last=NEXT, arrived=arrived))
    assert after.median == pytest.approx(walk.median[NEXT - 1], rel=0.005)


def test_closed_form_and_ways_agree(walk: Forecast) -> None:
    arrived = {1: float(WALK[-1] + 2), 3: float(WALK[-1] - 1)}
    closed = walk.at(8, arrived)
    ways = np.sort(walk.paths(8, arrived)[:, 7])
    for share in (0.1, 0.5, 0.9):
        width = closed.quantile(0.9) - closed.quantile(0.1)
        assert abs(np.quantile(ways, share) - closed.quantile(share)) < 0.06 * width


def test_all_arrived_is_all_known(walk: Forecast) -> None:
    arrived = {step: 100.0 + step for step in range(1, 6)}
    found = at_end(walk, Aggregation.SUM, SpanSoFar(last=5, arrived=arrived))
    assert found.interval(0.95) == pytest.approx((515.0, 515.0))
    last = at_end(walk, Aggregation.LAST, SpanSoFar(last=5, arrived=arrived))
    assert last.interval(0.95) == pytest.approx((105.0, 105.0))


def test_surprises_stay_in_part(walk: Forecast) -> None:
    paths = walk.paths(13)
    near = np.corrcoef(paths[:, 0], paths[:, 1])[0, 1]
    far = np.corrcoef(paths[:, 0], paths[:, 12])[0, 1]
    late = np.corrcoef(paths[:, 11], paths[:, 12])[0, 1]
    assert 0.2 < far < near < late < 1


def test_each_step_of_the_ways_is_as_the_forecast_says(walk: Forecast) -> None:
    paths = np.sort(walk.paths(13), axis=0)
    for share in (0.1, 0.5, 0.9):
        assert np.quantile(paths, share, axis=0) == pytest.approx(walk.quantile(share), rel=0.005)


def test_the_chance_to_keep_counts_misses(walk: Forecast) -> None:
    chances = [
        chance_to_keep(walk, SpanSoFar(last=6), low=float(WALK[-1]), high=None, allowed=allowed)
        for allowed in range(7)
    ]
    assert chances == sorted(chances)
    assert 0.0 < chances[0] < 0.6
    assert chances[6] > 0.99


def test_misses_that_were_are_not_forgotten(walk: Forecast) -> None:
    span = SpanSoFar(last=3, values=(0.0, 0.0))
    assert chance_to_keep(walk, span, low=50.0, high=None, allowed=1) < 0.01
    assert chance_to_keep(walk, span, low=50.0, high=None, allowed=2) > 0.9


def test_a_band_is_kept_on_both_sides(walk: Forecast) -> None:
    span = SpanSoFar(last=4)
    wide = chance_to_keep(walk, span, low=50.0, high=150.0, allowed=0)
    narrow = chance_to_keep(walk, span, low=WALK[-1] - 3, high=WALK[-1] + 3, allowed=0)
    assert narrow < wide
    assert wide > 0.9


def test_a_span_beyond_the_forecast_is_refused(walk: Forecast) -> None:
    for how in (Aggregation.LAST, Aggregation.SUM):
        with pytest.raises(Refused) as refused:
            at_end(walk, how, SpanSoFar(last=14))
        assert refused.value.code == "forecast.step"
