"""Remarks on series: each fault is found where it is, and honest series are left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.columns import Floats
from okapi.core.frequencies import Frequency
from okapi.core.quality import RemarkKind, inspect

Random = np.random.Generator
Maker = Callable[[Random, int], Floats]
STEADY = 100 + 5 * np.random.default_rng(11).normal(size=60)
NOTHING = float("nan")


def found(
    values: object, frequency: Frequency = Frequency.WEEK, **more: Any
) -> list[tuple[str, int, int, int]]:
    remarks = inspect(np.array(values, dtype=float), frequency, **more)
    return [(one.kind.value, one.start, one.end, one.points) for one in remarks]


def changed(at: slice | int | list[int], values: Any) -> Floats:
    series: Floats = STEADY.copy()
    series[at] = values
    return series


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], []),
        ([5.0], []),
        ([NOTHING] * 30, []),
        ([5.0] * 50, []),
        ([0.0] * 50, []),
        (STEADY, []),
        (changed(20, NOTHING), [("missing", 20, 20, 1)]),
        (changed(slice(20, 23), NOTHING), [("missing", 20, 22, 3)]),
        # What comes before the first value and after the newest one is no gap.
        (np.concatenate(([NOTHING] * 3, STEADY, [NOTHING] * 3)), []),
        (np.where(np.arange(60) % 2, STEADY, NOTHING), [("sparse", 1, 59, 29)]),
        (changed([5, 15, 25, 35, 45, 55], NOTHING), [("sparse", 0, 59, 6)]),
        (changed(30, 100 * STEADY[30]), [("scale", 30, 30, 1)]),
        (changed(0, STEADY[0] / 1000), [("scale", 0, 0, 1)]),
        (changed(59, 10_000 * STEADY[59]), [("scale", 59, 59, 1)]),
        (changed(slice(40, 44), 100 * STEADY[40:44]), [("scale", 40, 43, 4)]),
        (changed(30, 10 * STEADY[30]), []),
        (changed(30, -STEADY[30]), [("sign", 30, 30, 1)]),
        (changed(slice(48, 60), STEADY[47]), [("frozen", 47, 59, 13)]),
        (changed(slice(40, 48), STEADY[5:13]), [("repeated", 40, 47, 8)]),
        # Another unit from here on, on purpose: a new level, not thirty slips.
        (changed(slice(30, 60), 100 * STEADY[30:]), []),
        # A zero is neither a slip nor a wrong sign, whatever the rest is.
        (changed(30, 0.0), []),
        (changed(30, float("inf")), [("missing", 30, 30, 1)]),
    ],
)
def test_examples(values: object, expected: list[object]) -> None:
    assert found(values) == expected


def test_the_numbers_show_the_slip() -> None:
    (one,) = inspect(changed(30, 100 * STEADY[30]), Frequency.WEEK)
    assert one.numbers["factor"] == 100
    assert one.numbers["value"] == pytest.approx(100 * STEADY[30])
    assert one.numbers["usual"] == pytest.approx(100, rel=0.1)
    (low,) = inspect(changed(30, STEADY[30] / 1000), Frequency.WEEK)
    assert low.numbers["factor"] == pytest.approx(0.001)


def test_the_numbers_of_a_repeated_stretch_say_how_far_back_it_stood() -> None:
    (one,) = inspect(changed(slice(40, 48), STEADY[5:13]), Frequency.WEEK)
    assert one.numbers == {"back": 35.0}


def test_weekends_that_are_never_measured_are_no_gaps() -> None:
    days = np.resize(STEADY, 84)
    closed = np.where(np.arange(84) % 7 >= 5, NOTHING, days + np.arange(84) / 7)
    assert found(closed, Frequency.DAY) == []
    closed[37] = NOTHING
    assert found(closed, Frequency.DAY) == [("missing", 37, 37, 1)]
    assert found(closed, Frequency.IRREGULAR) == []


def test_a_series_may_rest_at_its_bounds() -> None:
    accidents = np.array([0, 1, 0, 0, 2, 0, 1, 1, 0, 0, 0, 1] + [0] * 30, dtype=float)
    assert found(accidents) == []
    full = np.round(np.minimum(100, STEADY), 1)
    full[-20:] = 100
    assert found(full, bounds=(0.0, 100.0)) == []
    assert found(full) == [("frozen", 40, 59, 20)]


def test_a_bound_where_it_never_stood_before_is_told_quietly() -> None:
    (one,) = inspect(changed(slice(50, 60), 0.0), Frequency.WEEK)
    assert (one.kind, one.severity) == (RemarkKind.FROZEN, 1)


def test_steps_are_judged_by_their_own_history() -> None:
    prices = np.repeat([5.0, 5.5, 6, 6.2, 6.5, 7], 8)
    assert found(prices) == []


def test_a_timetable_that_repeats_anyway_is_no_copy() -> None:
    assert found(np.tile(STEADY[:12], 5), Frequency.MONTH) == []


def test_a_season_of_orders_of_magnitude_is_no_slip() -> None:
    ice_cream = np.tile([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 100.0], 4)
    noise = np.exp(0.02 * np.random.default_rng(4).normal(size=48))
    kinds = [kind for kind, *_ in found(ice_cream * noise, Frequency.MONTH)]
    assert "scale" not in kinds


def test_one_value_under_two_labels_is_told_two_values_are_not() -> None:
    twice = {20: float(STEADY[20]), 21: 1.0}
    assert found(STEADY, twice=twice) == [("twice", 20, 20, 1)]


def _normal(random: Random, n: int) -> Floats:
    return 100 + 10 * random.normal(size=n)


def _centred(random: Random, n: int) -> Floats:
    return random.normal(size=n)


def _autocorrelated(random: Random, n: int) -> Floats:
    noise = random.normal(size=n)
    for at in range(1, n):
        noise[at] += 0.5 * noise[at - 1]
    return 50 + 8 * noise


def _lognormal(sigma: float) -> Maker:
    return lambda random, n: np.exp(3 + sigma * random.normal(size=n))


def _growth(random: Random, n: int) -> Floats:
    return 100 * np.exp(0.1 * np.arange(n) + 0.1 * random.normal(size=n))


def _counts(mean: float) -> Maker:
    return lambda random, n: random.poisson(mean, n).astype(float)


def _capped(random: Random, n: int) -> Floats:
    return np.minimum(100, np.round(99.5 + random.normal(size=n), 1))


def _walk(random: Random, n: int) -> Floats:
    return np.cumsum(random.choice([0, 0, 0, 1, -1], size=n)).astype(float) + 200


def _steps(random: Random, n: int) -> Floats:
    return np.repeat(random.integers(10, 90, n), random.geometric(0.25, n))[:n].astype(float)


def _heavy(random: Random, n: int) -> Floats:
    return 10 * (1 + random.pareto(1.5, n))


HONEST: dict[str, Maker] = {
    "normal": _normal,
    "around zero": _centred,
    "AR(1) 0.5": _autocorrelated,
    "lognormal 0.5": _lognormal(0.5),
    "lognormal 1": _lognormal(1),
    "lognormal 2": _lognormal(2),
    "growth": _growth,
    "counts around 0.3": _counts(0.3),
    "counts around 3": _counts(3),
    "counts around 30": _counts(30),
    "capped at 100": _capped,
    "random walk in steps": _walk,
    "steps of random length": _steps,
    "Pareto 1.5": _heavy,
}


@pytest.mark.parametrize("kind", HONEST)
def test_honest_series_are_left_alone(kind: str) -> None:
    """At most 2 in 100 whole series of 12 to 160 values get any remark at all."""
    random = np.random.default_rng(20_261_128)
    lengths = random.integers(12, 160, 200)
    told = sum(bool(inspect(HONEST[kind](random, int(n)), Frequency.WEEK)) for n in lengths)
    assert told <= 4


def test_faults_in_noisy_series_are_found() -> None:
    random = np.random.default_rng(7)
    hits: Counter[str] = Counter()
    for _ in range(100):
        honest = _normal(random, 60)
        at = int(random.integers(60))
        for kind, place, values in (
            ("scale", at, honest[at] * random.choice([100, 1000, 10_000, 0.01, 0.001])),
            ("sign", at, -honest[at]),
            ("frozen", slice(40, 48), honest[39]),
            ("repeated", slice(50, 56), honest[10:16]),
        ):
            faulty = honest.copy()
            faulty[place] = values
            hits[kind] += any(one.kind == kind for one in inspect(faulty, Frequency.WEEK))
    assert all(hits[kind] >= 95 for kind in ("scale", "sign", "frozen", "repeated")), hits


VALUES = st.lists(
    st.one_of(st.floats(), st.just(NOTHING), st.integers(-3, 3).map(float)), max_size=80
)


@given(VALUES, st.sampled_from(list(Frequency)))
def test_whatever_comes_in_remarks_lie_within_and_have_values(
    values: list[float], frequency: Frequency
) -> None:
    for one in inspect(np.array(values, dtype=float), frequency):
        assert 0 <= one.start <= one.end < len(values)
        assert 1 <= one.points <= len(values)
        assert all(np.isfinite(number) for number in one.numbers.values())


@given(st.integers(-8, 8), st.sampled_from([1.0, -1.0]))
def test_another_unit_of_the_whole_series_changes_no_remark(power: int, sign: float) -> None:
    series = changed(30, 1000 * STEADY[30])
    series[10] = NOTHING
    assert found(series * sign * 2.0**power) == found(series)
