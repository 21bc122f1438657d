import gzip
import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.core.slices import Finding, explain, localise

DATA = Path(__file__).parents[1] / "data/rca-synthetic-dev/cases.jsonl.gz"
CASES = [json.loads(line) for line in gzip.decompress(DATA.read_bytes()).splitlines()]
SIZES = {"a": 8, "b": 6, "c": 5, "d": 4}


def grid(sizes):
    """All combinations: by attribute, the value in each cell."""
    values = [[f"{name}{at + 1}" for at in range(size)] for name, size in sizes.items()]
    columns = zip(*itertools.product(*values), strict=True)
    return dict(zip(sizes, map(list, columns), strict=True))


CELLS = grid(SIZES)


def inside(cells, **where):
    """Which cells lie in a combination."""
    return np.all([np.array(cells[name]) == value for name, value in where.items()], axis=0)


def named(found):
    return [dict(finding.where) for finding in found]


def counts(seed, cells=CELLS, mean=30.0):
    """Expected sizes of very different cells, and Poisson counts of them."""
    rng = np.random.default_rng(seed)
    n = len(next(iter(cells.values())))
    expected = mean * np.exp(rng.normal(0, 1, n))
    return rng, expected


def test_the_sample_is_explained_better_than_published_methods_do():
    hits = found_all = true_all = 0
    for case in CASES:
        true = {
            frozenset(tuple(part.split("=")) for part in cause.split("&"))
            for cause in case["causes"].split(";")
        }
        found = localise(CELLS, case["expected"], case["actual"], top=20)
        hits += len({frozenset(finding.where.items()) for finding in found} & true)
        found_all, true_all = found_all + len(found), true_all + len(true)
    assert len(CASES) == 29
    assert 2 * hits / (found_all + true_all) >= 0.85


@pytest.mark.parametrize(
    "where", [{"b": "b2"}, {"a": "a3", "d": "d1"}, {"a": "a5", "b": "b6", "c": "c1"}]
)
@pytest.mark.parametrize("factor", [0.2, 3.0])
def test_one_cause_is_named_and_nothing_else(where, factor):
    rng, expected = counts(3)
    hit = inside(CELLS, **where)
    actual = rng.poisson(expected * np.where(hit, factor, 1.0))
    found = localise(CELLS, expected, actual)
    assert named(found) == [where]
    assert found[0].expected == pytest.approx(expected[hit].sum())
    assert found[0].actual == actual[hit].sum()


def test_shares_are_of_the_total_deviation():
    expected = np.full(960, 100.0)
    actual = expected.copy()
    actual[inside(CELLS, a="a1")] *= 1.5  # 120 cells: 6,000
    actual[inside(CELLS, a="a4", d="d2")] *= 2.0  # 30 cells: 3,000
    found = localise(CELLS, expected, actual)
    assert named(found) == [{"a": "a1"}, {"a": "a4", "d": "d2"}]
    assert [finding.share for finding in found] == pytest.approx([2 / 3, 1 / 3])
    assert found[0].score > found[1].score > 0


def test_a_part_of_the_other_side_does_not_count_beyond_the_whole():
    expected = np.full(960, 100.0)
    actual = expected * 0.99
    actual[inside(CELLS, a="a1")] *= 3
    actual[inside(CELLS, b="b1")] *= 0.4
    found = localise(CELLS, expected, actual, top=1)
    assert all(0 <= finding.share <= 1 for finding in found)


@pytest.mark.parametrize("seed", range(6))
def test_noise_is_not_explained(seed):
    rng, expected = counts(seed)
    assert localise(CELLS, expected, rng.poisson(expected)) == []


def test_nothing_moved():
    assert localise(CELLS, np.full(960, 5.0), np.full(960, 5.0)) == []
    assert localise(CELLS, np.zeros(960), np.zeros(960)) == []


def test_what_moved_everywhere_has_no_place():
    rng, expected = counts(8)
    explained = explain(CELLS, expected, rng.poisson(expected * 1.4))
    assert explained.findings == ()
    assert explained.drift == pytest.approx(2 * 0.4 / 2.4, abs=0.03)


def test_a_cause_beyond_what_moved_everywhere():
    rng, expected = counts(9)
    hit = inside(CELLS, c="c2")
    explained = explain(CELLS, expected, rng.poisson(expected * np.where(hit, 0.3, 1.2)))
    assert named(explained.findings) == [{"c": "c2"}]


def test_parts_that_move_alike_are_one_cause_and_others_are_not():
    rng, expected = counts(10)
    alike = inside(CELLS, a="a2")
    some = inside(CELLS, b="b3") & np.isin(CELLS["c"], ["c1", "c2"])
    actual = rng.poisson(expected * np.where(alike | some, 2.5, 1.0))
    found = named(localise(CELLS, expected, actual, top=10))
    assert {"a": "a2"} in found
    assert {"b": "b3", "c": "c1"} in found
    assert {"b": "b3", "c": "c2"} in found
    assert len(found) == 3


def test_the_shorter_of_two_names_is_preferred():
    """Each shop is in one city; all that city c1 has is in shop s1 and s2."""
    rng = np.random.default_rng(4)
    shop = rng.integers(0, 12, 600)
    cells = {
        "shop": [f"s{at}" for at in shop],
        "city": [f"c{at // 2}" for at in shop],
        "hour": [f"h{at}" for at in rng.integers(0, 24, 600)],
    }
    expected = np.full(600, 40.0)
    actual = rng.poisson(expected * np.where(shop // 2 == 1, 2.0, 1.0))
    assert named(localise(cells, expected, actual)) == [{"city": "c1"}]


def test_at_most_as_many_as_asked_for():
    rng, expected = counts(11)
    hit = np.isin(CELLS["a"], ["a1", "a2", "a3"])
    actual = rng.poisson(expected * np.where(hit, 3.0, 1.0))
    assert len(localise(CELLS, expected, actual)) == 3
    assert len(localise(CELLS, expected, actual, top=2)) == 2
    assert localise(CELLS, expected, actual, top=0) == []


# Rates --------------------------------------------------------------------------------------------


def test_a_rate_that_rose_in_one_place():
    rng = np.random.default_rng(12)
    attempts = rng.integers(50, 500, 960)
    hit = inside(CELLS, d="d3", b="b1")
    failures = rng.binomial(attempts, np.where(hit, 0.12, 0.03))
    found = localise(CELLS, attempts * 0.03, failures, attempts)
    assert named(found) == [{"b": "b1", "d": "d3"}]
    assert found[0].weight == attempts[hit].sum()


def test_rates_near_one_are_read_as_what_is_missing():
    """99 % to 97 % is a small change of successes and a large one of failures."""
    rng = np.random.default_rng(13)
    attempts = rng.integers(200, 900, 960)
    hit = inside(CELLS, c="c4")
    successes = rng.binomial(attempts, np.where(hit, 0.97, 0.99))
    found = localise(CELLS, attempts * 0.99, successes, attempts)
    assert named(found) == [{"c": "c4"}]
    assert found[0].actual == successes[hit].sum()


def test_more_of_the_same_rate_is_no_cause_with_both_weights():
    rng = np.random.default_rng(14)
    before = rng.integers(200, 900, 960).astype(float)
    after = before * np.where(inside(CELLS, a="a1"), 3, 1)
    failures = rng.binomial(after.astype(int), 0.05)
    assert localise(CELLS, before * 0.05, failures, (before, after)) == []
    assert named(localise(CELLS, before * 0.05, failures)) == [{"a": "a1"}]


# Input --------------------------------------------------------------------------------------------


def test_values_come_back_as_they_were():
    cells = {"year": [2025, 2025, 2026, 2026] * 60, "who": np.array(["x", "y"] * 120)}
    expected = np.full(240, 50.0)
    actual = np.where(np.array(cells["year"]) == 2026, 90.0, 50.0)
    assert localise(cells, expected, actual)[0].where == {"year": 2026}


def test_missing_values_are_a_value():
    cells = {"k": [None, "x", math.nan, float("nan")] * 60}
    actual = np.array([10.0, 10.0, 30.0, 30.0] * 60)
    found = localise(cells, np.full(240, 10.0), actual)
    assert len(found) == 1
    assert math.isnan(found[0].where["k"])


@pytest.mark.parametrize("size", [1e-290, 1e-120, 1.0, 1e120, 1e290])
def test_any_size_of_figures(size):
    expected = np.full(960, size)
    actual = np.where(inside(CELLS, d="d2"), 2 * size, size)
    found = localise(CELLS, expected, actual)
    assert named(found) == [{"d": "d2"}]
    assert found[0].share == pytest.approx(1.0)


def test_negative_figures_are_figures():
    expected = np.full(960, -100.0)
    actual = np.where(inside(CELLS, d="d2"), -30.0, -100.0)
    assert named(localise(CELLS, expected, actual)) == [{"d": "d2"}]


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_few_cells_have_an_answer(n):
    found = localise({"k": list("abcde")[:n]}, [1.0] * n, [3.0] * n)
    assert all(isinstance(finding, Finding) for finding in found)


@pytest.mark.parametrize(
    ("cells", "expected", "actual", "weights", "code"),
    [
        ({}, [1], [1], None, "slices.no_attributes"),
        ({"a": [1, 2]}, [1], [1], None, "slices.length"),
        ({"a": [1]}, [1], [1, 2], None, "slices.length"),
        ({"a": [1]}, [1], [1], [1, 2], "slices.length"),
        ({"a": [1]}, ["x"], [1], None, "slices.not_numbers"),
        ({"a": [1]}, [[1]], [1], None, "slices.not_numbers"),
        ({"a": [1]}, 1, [1], None, "slices.not_numbers"),
        ({"a": [1]}, [math.nan], [1], None, "slices.not_finite"),
        ({"a": [1]}, [1], [None], None, "slices.not_finite"),
        ({"a": [1]}, [1], [-math.inf], None, "slices.not_finite"),
        ({"a": [1]}, [1], [1], [-1], "slices.negative_weight"),
        ({"a": [1]}, [1], [1], ([1], [-1]), "slices.negative_weight"),
        ({"a": [[1]]}, [1], [1], None, "slices.value"),
    ],
)
def test_what_cannot_be_read_is_refused(cells, expected, actual, weights, code):
    with pytest.raises(Refused) as refused:
        localise(cells, expected, actual, weights)
    assert refused.value.code == code


def test_many_dimensions_and_many_values():
    rng = np.random.default_rng(15)
    n = 4_000
    cells = {f"k{at}": rng.integers(0, 6, n) for at in range(40)}
    cells["id"] = rng.permutation(n)
    expected = np.full(n, 60.0)
    hit = (cells["k7"] == 2) & (cells["k30"] == 4)
    found = localise(cells, expected, rng.poisson(expected * np.where(hit, 3.0, 1.0)))
    assert named(found) == [{"k7": 2, "k30": 4}]


small = st.integers(0, 3)
rows = st.lists(
    st.tuples(small, small, small, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), max_size=40
)


@given(rows, st.integers(1, 5))
def test_any_figures_have_an_answer(table, top):
    columns = list(zip(*table, strict=True)) or [()] * 5
    cells = dict(zip("abc", columns, strict=False))
    found = localise(cells, columns[3], columns[4], top=top)
    assert len(found) <= top
    for finding in found:
        assert finding.where
        assert finding.score > 0
        assert 0 <= finding.share <= 1
    assert [finding.score for finding in found] == sorted(
        (finding.score for finding in found), reverse=True
    )


@given(st.integers(0, 50), st.randoms())
def test_the_order_of_cells_and_attributes_makes_no_difference(seed, chance):
    rng, expected = counts(seed)
    hit = inside(CELLS, a="a3", c="c2")
    actual = rng.poisson(expected * np.where(hit, 4.0, 1.0))
    order = list(range(960))
    chance.shuffle(order)
    names = list(CELLS)
    chance.shuffle(names)
    mixed = {name: [CELLS[name][at] for at in order] for name in names}
    found = localise(CELLS, expected, actual, top=1)
    assert named(found) == named(localise(mixed, expected[order], actual[order], top=1))


def test_a_fall_of_single_events_is_found():
    rng = np.random.default_rng(5)
    lowered = np.where(inside(CELLS, b="b1"), 0.1, 0.6)
    expected, actual = rng.poisson(0.6, len(lowered)), rng.poisson(lowered)
    assert named(localise(CELLS, expected, actual)) == [{"b": "b1"}]


def test_what_grew_from_nearly_nothing_is_a_cause_though_the_whole_grew_by_it():
    """A whole that trebled by one value did not treble everywhere."""
    rng = np.random.default_rng(6)
    mean = np.where(inside(CELLS, c="c2"), 0.4, 0.02)
    expected = rng.poisson(0.05, (4, len(mean))).mean(axis=0)
    assert named(localise(CELLS, expected, rng.poisson(mean))) == [{"c": "c2"}]


@pytest.mark.parametrize("times", [1.5, 4.0])
def test_single_events_that_rose_everywhere_have_no_place(times):
    rng = np.random.default_rng(8)
    assert localise(CELLS, rng.poisson(0.5, 960), rng.poisson(0.5 * times, 960)) == []


def test_by_how_much_single_events_rose_everywhere():
    rng = np.random.default_rng(8)
    before, after = rng.poisson(0.5, 960), rng.poisson(2.0, 960)
    # Relative to the mean of before and after.
    rise = 2 * (after.sum() - before.sum()) / (after.sum() + before.sum())
    assert explain(CELLS, before, after).drift == pytest.approx(rise)


def test_nothing_came_any_more():
    rng = np.random.default_rng(9)
    found = explain(CELLS, rng.poisson(2.0, 960), np.zeros(960))
    assert (found.findings, found.drift) == ((), -2.0)


def test_a_further_cause_has_to_differ_from_the_rest():
    """Beside a cause, all else is a little above what was expected: that is no cause of its own."""
    rng = np.random.default_rng(10)
    mean = np.where(inside(CELLS, a="a2"), 8.0, 1.3)
    found = localise(CELLS, np.full(960, 1.0), rng.poisson(mean), top=9)
    assert named(found) == [{"a": "a2"}]


def test_attempts_that_did_not_fail_make_the_name_longer():
    """No failures were expected in either part of a3; they came in one of them alone."""
    attempts = np.full(960, 40.0)
    rng = np.random.default_rng(11)
    risk = np.where(inside(CELLS, a="a3", d="d1"), 0.3, 0.002)
    expected = rng.binomial(40, 0.002, (4, 960)).mean(axis=0)
    found = localise(CELLS, expected, rng.binomial(40, risk), attempts)
    assert named(found) == [{"a": "a3", "d": "d1"}]


def test_a_moderate_rise_of_many_cells_that_are_far_off_each_is_found():
    rng = np.random.default_rng(12)
    mean = np.exp(rng.normal(4, 1, 960))
    actual = rng.poisson(mean * rng.gamma(4, 1 / 4, 960) * (1 + 0.7 * inside(CELLS, c="c4")))
    assert named(localise(CELLS, mean, actual)) == [{"c": "c4"}]
