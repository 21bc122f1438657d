"""How counts are weighed, and how far slices are off together."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.slices.evidence import Gain, evidence_of, with_mean_rate
from okapi.core.slices.leaves import read_leaves
from okapi.core.slices.noise import off_together


def gain(periods, was, came):
    """What a group of so many events gains that came where so many were expected."""
    precision, pull = np.array([(was + came) / 2]), np.array([came - was])
    return float(Gain(periods).of(precision, pull)[0])


def test_figures_gain_by_the_square_of_their_shift():
    assert Gain(None).of(np.array([8.0]), np.array([4.0])).tolist() == [1.0]
    assert Gain(None).strength(np.array([8.0]), np.array([4.0])).tolist() == [0.5]


def test_counts_gain_as_two_poisson_counts_do():
    # 10 in one period before and 30 after, where 20 in each would have been alike.
    alike = 10 * math.log(10 / 20) + 30 * math.log(30 / 20)
    assert gain(1.0, 10.0, 30.0) == pytest.approx(2 * alike)
    # With very many periods before, as against a known mean.
    assert gain(1e9, 10.0, 30.0) == pytest.approx(30 * math.log(3) - 20, rel=1e-4)


def test_nothing_expected_and_nothing_come_have_an_answer():
    assert gain(4.0, 0.0, 0.0) == 0.0
    assert gain(4.0, 0.0, 10.0) == pytest.approx(1.25 * 10 * math.log(5))
    assert gain(4.0, 10.0, 0.0) == pytest.approx(1.25 * 40 * math.log(5 / 4))


def test_the_strength_of_a_shift_of_counts_is_its_logarithm():
    strength = Gain(1.0).strength(np.array([20.0]), np.array([20.0]))
    assert strength[0] == pytest.approx(math.log(30.5 / 10.5))


events = st.floats(0, 1e6)


@given(st.sampled_from([None, 1.0, 3.0, 8.0]), events, events, events, events)
def test_two_groups_together_gain_no_more_than_each_alone(periods, was, came, also, other):
    """What the pruning of the search rests on."""
    precision = np.array([(was + came) / 2, (also + other) / 2, (was + came + also + other) / 2])
    pull = np.array([came - was, other - also, came - was + other - also])
    one, two, both = Gain(periods).of(precision, pull)
    assert both <= (one + two) * (1 + 1e-9) + 1e-6


def test_a_fall_weighs_as_much_as_a_rise():
    cells = {"a": ["x", "y"] * 50}
    few, many = np.tile([0.0, 1.0], 50), np.tile([1.0, 0.0], 50)
    rise = evidence_of(read_leaves(cells, few, many, None))
    fall = evidence_of(read_leaves(cells, many, few, None))
    assert rise.precision.tolist() == fall.precision.tolist()
    assert rise.pull.tolist() == (-fall.pull).tolist()


def test_attempts_without_success_get_the_mean_rate():
    leaves = read_leaves({"a": ["x", "y"]}, [10.0, 0.0], [10.0, 0.0], [100.0, 100.0])
    learned = with_mean_rate(leaves).expected
    assert learned == pytest.approx([10.5 * 100 / 110, 0.5 * 100 / 110])


def test_an_even_rate_stays_as_it_is():
    leaves = read_leaves({"a": ["x", "y"]}, [5.0, 20.0], [1.0, 2.0], [50.0, 200.0])
    assert with_mean_rate(leaves).expected == pytest.approx([5.0, 20.0])


@pytest.mark.parametrize(
    ("expected", "actual", "weights"),
    [
        ([1.0, 2.0], [1.0, 2.0], None),
        ([1.0, 2.0], [1.5, 2.0], [9.0, 9.0]),
        ([0.0, 0.0], [1.0, 2.0], [9.0, 9.0]),
        ([1.0, 2.0], [1.0, 2.0], [0.0, 0.0]),
    ],
)
def test_what_has_no_mean_rate_of_counts_is_left_alone(expected, actual, weights):
    leaves = read_leaves({"a": ["x", "y"]}, expected, actual, weights)
    assert with_mean_rate(leaves) is leaves


def slices(seed, beyond, values=12, attributes=3, precision=400.0):
    """By attribute, precision and shift of its values, off by ``beyond`` besides their own."""
    rng = np.random.default_rng(seed)
    own = np.full(values, precision)
    spread = math.hypot(beyond, precision**-0.5)
    return [(own, rng.normal(0, spread, values)) for _ in range(attributes)]


def test_slices_that_are_off_by_their_own_noise_are_hardly_off_together():
    found = [off_together(slices(seed, 0.0)) for seed in range(40)]
    assert np.median(found) < 0.05


def test_slices_that_are_off_together_are_seen_to_be():
    found = [off_together(slices(seed, 0.2)) for seed in range(40)]
    assert 0.15 < np.median(found) < 0.3


def test_a_cause_is_not_taken_for_noise():
    groups = slices(3, 0.0)
    groups[0][1][4] += 2.0
    groups[1][1][:] += 0.4
    assert off_together(groups) < 0.08


def test_too_few_values_tell_nothing():
    assert off_together(slices(1, 0.2, values=2, attributes=9)) is None
    assert off_together(slices(1, 0.2, values=3, attributes=2)) is None
    assert off_together([]) is None
