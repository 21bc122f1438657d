import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okapi.core.errors import Refused, TooLarge
from okapi.core.signals import Kind, Side, detect
from okapi.core.signals.robust import MOST_VALUES

NAN = math.nan
WEEK = np.array([0.0, 0.5, 1.0, 0.5, 0.0, -4.0, -6.0])


def noise(seed, count, phi=0.0):
    steps = np.random.default_rng(seed).normal(size=count)
    for at in range(1, count):
        steps[at] = phi * steps[at - 1] + math.sqrt(1 - phi * phi) * steps[at]
    return steps


def share(make, runs=150, **options):
    return np.mean([bool(detect(make(seed), **options)) for seed in range(runs)])


# bench/signals.py prints the table, from thousands of runs; these bounds leave room for chance.
@pytest.mark.parametrize(
    ("make", "options", "most"),
    [
        (lambda seed: noise(seed, 37), {}, 0.12),
        (lambda seed: noise(seed, 37, 0.3), {}, 0.14),
        (lambda seed: noise(seed, 37, 0.5), {}, 0.14),
        (lambda seed: np.exp(noise(seed, 37) / 2), {}, 0.12),
        (lambda seed: np.exp(noise(seed, 37, 0.5) / 2), {}, 0.14),
        (lambda seed: noise(seed, 21, 0.5), {"baseline": 8}, 0.16),
        (lambda seed: noise(seed, 37) + np.resize(WEEK, 37), {"season": 7}, 0.12),
        (lambda seed: noise(seed, 37) + 0.5 * np.arange(37), {}, 0.12),
    ],
)
def test_false_alarms_are_rare(make, options, most):
    assert share(make, **options) <= most


@pytest.mark.parametrize("season", [None, 7])
@pytest.mark.parametrize("way", [1, -1])
def test_a_shift_of_one_and_a_half_deviations_is_found(season, way):
    pattern = np.resize(WEEK, 37) if season else np.zeros(37)
    step = 1.5 * way * (np.arange(37) >= 24)
    assert share(lambda seed: noise(seed, 37) + pattern + step, season=season) >= 0.82


def test_without_its_season_a_weekly_pattern_hides_what_the_season_shows():
    def shifted(seed):
        return noise(seed, 37) + np.resize(WEEK, 37) + 1.5 * (np.arange(37) >= 24)

    assert share(shifted, 60, season=7) > share(shifted, 60) + 0.3


def test_a_shift_is_told_with_its_extent_direction_and_size():
    values = noise(4, 80)
    values[40:55] -= 4
    (found,) = detect(values)
    assert (found.kind, found.direction) == (Kind.SHIFT, Side.DOWN)
    assert abs(found.start - 40) <= 1
    assert abs(found.end - 54) <= 1
    assert found.change == pytest.approx(-4, abs=0.8)
    assert found.strength == pytest.approx(4, abs=1.2)


def test_a_lasting_shift_lasts():
    values = noise(4, 120)
    values[40:] += 3
    (found,) = detect(values)
    assert abs(found.start - 40) <= 1
    assert found.end == 119


def test_one_wild_value_is_a_spike_and_the_first_of_a_level_becomes_a_shift():
    values = noise(5, 40)
    values[30] += 12
    (spike,) = detect(values)
    assert (spike.kind, spike.start, spike.end) == (Kind.SPIKE, 30, 30)
    assert spike.direction is Side.UP
    values[31:] += 12
    assert detect(values[:31]) == [spike]
    (shift,) = detect(values)
    assert (shift.kind, shift.start, shift.end) == (Kind.SHIFT, 30, 39)


def test_a_wild_value_in_the_baseline_does_not_hide_a_shift():
    def spoilt(seed):
        values = noise(seed, 37)
        values[10] = 40
        values[24:] += 2
        return values

    assert share(spoilt, 60) >= 0.75


def test_growth_goes_on_without_a_signal_and_its_end_is_one():
    growth = np.exp(0.08 * np.arange(60) + noise(6, 60) / 40)
    assert detect(growth) == []
    stopped = growth.copy()
    stopped[36:] = growth[36] * np.exp(noise(7, 24) / 40)
    found = detect(stopped)
    assert found
    assert {one.direction for one in found} == {Side.DOWN}


@pytest.mark.parametrize(
    "values",
    [[], [1], [1, 2], [None] * 60, [NAN] * 60, range(24), [0.1] * 200, [-1 / 3] * 60],
)
def test_nothing_to_tell_is_an_empty_list(values):
    assert detect(values) == []


@pytest.mark.parametrize("season", [2, 7, 12, 28])
def test_a_perfect_season_has_no_signal_until_it_is_broken(season):
    values = np.resize(np.random.default_rng(1).normal(size=season) / 3, 120)
    assert detect(values, season=season) == []
    values[100] += 0.01
    (found,) = detect(values, season=season)
    assert (found.kind, found.start, found.end, found.strength) == (Kind.SPIKE, 100, 100, None)


def test_a_constant_that_changes_is_told_at_once():
    values = [5.0] * 30 + [6.0]
    (found,) = detect(values)
    assert (found.kind, found.start, found.change, found.strength) == (Kind.SPIKE, 30, 1.0, None)
    (found,) = detect([*values, *[6.0] * 20])
    assert (found.kind, found.start, found.end) == (Kind.SHIFT, 30, 50)


def test_a_season_takes_two_of_its_lengths_as_baseline():
    values = noise(1, 47) + np.resize(np.linspace(0, 30, 24), 47)
    assert detect(values, season=24, baseline=8) == []
    assert detect([*values, 100.0], season=24, baseline=8) == []  # 48 known: all are baseline
    assert detect([*values, 0.0, 100.0], season=24, baseline=8)


def test_gaps_are_passed_over_and_keep_their_place():
    values = noise(4, 80).tolist()
    values[40:] = [value + 4 for value in values[40:]]
    for at in (0, 3, 17, 41, 50):
        values[at] = None
    (found,) = detect(values)
    assert found.start in {39, 40, 42}
    assert found.end == 79


def test_a_phase_that_the_baseline_never_saw_is_not_judged():
    values = noise(2, 60)
    values[6::7] = NAN
    values[55] = 1000
    assert detect(values, season=7) == []


@pytest.mark.parametrize("baseline", [7, 0, -1, 8.5, "24", True, None])
def test_what_is_no_baseline_is_refused(baseline):
    with pytest.raises(Refused) as error:
        detect([1.0] * 40, baseline=baseline)
    assert error.value.code == "signals.baseline"


@pytest.mark.parametrize("season", [0, -7, 61, 7.0, "week", True])
def test_what_is_no_season_is_refused(season):
    with pytest.raises(Refused) as error:
        detect([1.0] * 40, season=season)
    assert error.value.code == "signals.season"


@pytest.mark.parametrize("bad", [math.inf, -math.inf, 1e300, "many"])
def test_what_is_no_number_is_refused(bad):
    with pytest.raises(Refused) as error:
        detect([1.0, bad])
    assert error.value.code == "signals.not_a_number"


def test_too_many_values_are_refused_at_once():
    with pytest.raises(TooLarge) as error:
        detect(np.zeros(MOST_VALUES + 1))
    assert error.value.data["found"] == MOST_VALUES + 1


series = st.tuples(st.integers(0, 10_000), st.integers(26, 70), st.sampled_from([0.0, 2.0, 6.0]))


def made(of):
    seed, count, size = of
    values = noise(seed, count, 0.3) + size * (np.arange(count) >= count - 8)
    values[np.random.default_rng(seed).random(count) < 0.05] = NAN
    return values


def told(found):
    return [(one.kind, one.start, one.end) for one in found]


@settings(max_examples=40, deadline=None)
@given(series, st.sampled_from([None, 7]), st.booleans())
def test_neither_unit_nor_sign_matters(of, season, is_positive):
    values = np.exp(made(of) / 3) if is_positive else made(of)
    found = detect(values, season=season)
    scaled = detect(values * 1024, season=season)
    assert told(scaled) == told(found)
    assert [one.change for one in scaled] == pytest.approx([one.change * 1024 for one in found])
    turned = detect(-values, season=season)
    assert told(turned) == told(found)
    assert all(one.direction is not two.direction for one, two in zip(found, turned, strict=True))
    assert [one.change for one in turned] == pytest.approx([-one.change for one in found])


@settings(max_examples=30, deadline=None)
@given(series)
def test_signals_lie_after_the_baseline_in_order_and_apart(of):
    values = made(of)
    found = detect(values, baseline=12)
    first = np.flatnonzero(~np.isnan(values))[12]
    last = -1
    for one in found:
        assert max(first, last + 1) <= one.start <= one.end < len(values)
        assert (one.change > 0) == (one.direction is Side.UP)
        last = one.end


@settings(max_examples=10, deadline=None)
@given(series)
def test_what_was_told_is_never_taken_back(of):
    values = made(of)
    before: set[int] = set()
    for count in range(26, len(values) + 1):
        now = {at for one in detect(values[:count]) for at in range(one.start, one.end + 1)}
        assert not before or now
        before = now
