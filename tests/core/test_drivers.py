import json
import math
from itertools import pairwise, permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.drivers import (
    MOST_EXACT,
    MOST_FACTORS,
    lmdi,
    lmdi_multiplicative,
    shapley,
)
from okapi.core.errors import Refused, TooLarge

CASES = json.loads(
    (Path(__file__).parents[1] / "data/lmdi-cases/cases.json").read_text(encoding="utf-8")
)
PERIODS = CASES["periods"]
# What is printed has ten digits.
PRINTED = {"rel": 1e-8, "abs": 1e-8}


@pytest.mark.parametrize("case", CASES["additive"], ids=lambda case: case["frm"])
def test_additive_effects_to_every_printed_digit(case):
    before, after = PERIODS[case["frm"]], PERIODS[case["to"]]
    assert lmdi(before, after) == pytest.approx(case["by_factor"], **PRINTED)
    parts = lmdi(before, after, by_slice=True)
    assert parts == pytest.approx(np.array(case["by_slice_factor"]), **PRINTED)
    assert parts.sum() == pytest.approx(case["total"], rel=1e-12)


@pytest.mark.parametrize("case", CASES["multiplicative"], ids=lambda case: case["frm"])
def test_multiplicative_effects_to_every_printed_digit(case):
    found = lmdi_multiplicative(PERIODS[case["frm"]], PERIODS[case["to"]])
    assert found == pytest.approx(case["by_factor"], **PRINTED)
    assert math.prod(found) == pytest.approx(case["total"], rel=1e-9)


def with_the_rest(value, factor):
    """A factor and one other whose product is the value; the other is 1 where any would do."""
    return [factor, value / factor if factor else 1.0]


@pytest.mark.parametrize("case", CASES["zeros"]["cases"])
def test_the_limits_for_zeros(case):
    before = with_the_rest(case["v0"], case["x0"])
    after = with_the_rest(case["vT"], case["xT"])
    found = lmdi(before, after)
    assert found[0] == case["expected"]
    assert found.sum() == case["vT"] - case["v0"]


@pytest.mark.parametrize("which", ["slice_appears", "slice_disappears"])
def test_a_slice_that_appears_or_disappears(which):
    case = CASES["zeros"][which]
    found = lmdi(case["x0"], case["xT"], by_slice=True)
    assert found == pytest.approx(np.array(case["by_slice_factor"]), **PRINTED)


def test_factors_that_come_from_zero_together_share_alike():
    assert lmdi([0, 0, 3], [2, 5, 3]).tolist() == [15, 15, 0]
    assert lmdi([2, 5, 3], [0, 0, 4]).tolist() == [-15, -15, 0]


@pytest.mark.parametrize("scale", [1e-9, 1e-6, 1e-3])
def test_the_limits_for_zeros_are_limits(scale):
    near = lmdi([scale, scale, 3, 7], [2, 5, 3, 7])
    change = 2 * 5 * 21
    # What the other two keep is about the same for both, and fades with the logarithm of the scale.
    assert near[0] == pytest.approx(change / 2, rel=0.6 / -math.log(scale))
    assert near[1] == pytest.approx(change / 2, rel=0.6 / -math.log(scale))


def test_one_product_keeps_its_form():
    assert lmdi([2, 3], [4, 3], by_slice=True).tolist() == [6, 0]
    assert lmdi([[2, 3]], [[4, 3]], by_slice=True).tolist() == [[6, 0]]
    assert lmdi(np.empty((0, 2)), np.empty((0, 2))).tolist() == [0, 0]


def test_nothing_moved():
    assert lmdi([[2, -3], [0, 1]], [[2, -3], [0, 1]]).tolist() == [0, 0]
    assert lmdi_multiplicative([2, 3], [2, 3]).tolist() == [1, 1]


def test_a_negative_factor_may_stay_negative():
    assert lmdi([-2, 3], [-4, 3]).tolist() == [-6, 0]
    assert lmdi([-2, 3], [0, 3]).tolist() == [6, 0]


factors = st.floats(0.01, 1_000) | st.just(0.0)


@st.composite
def figures(draw):
    """Two periods of up to five slices with up to four factors."""
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    row = st.lists(factors, min_size=columns, max_size=columns)
    table = st.lists(row, min_size=rows, max_size=rows)
    return np.array(draw(table)), np.array(draw(table))


def worth(table):
    return math.fsum(math.prod(row) for row in np.atleast_2d(table).tolist())


@given(figures())
def test_effects_add_up_to_the_change(periods):
    before, after = periods
    size = max(worth(before), worth(after), 1e-9)
    parts = lmdi(before, after, by_slice=True)
    assert parts.shape == before.shape
    assert parts.sum() == pytest.approx(worth(after) - worth(before), abs=1e-9 * size)
    assert lmdi(before, after) == pytest.approx(parts.sum(axis=0), abs=1e-9 * size)


@given(figures())
def test_going_back_undoes_the_effects(periods):
    before, after = periods
    size = max(worth(before), worth(after), 1e-9)
    assert lmdi(after, before) == pytest.approx(-lmdi(before, after), abs=1e-9 * size)


@given(figures().filter(lambda periods: worth(periods[0]) > 0 and worth(periods[1]) > 0))
def test_multiplied_effects_are_the_ratio(periods):
    before, after = periods
    found = lmdi_multiplicative(before, after)
    assert math.prod(found) == pytest.approx(worth(after) / worth(before), rel=1e-6)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ([1, 2], [1, 2, 3], "drivers.shape"),
        (1, 2, "drivers.shape"),
        ([], [], "drivers.shape"),
        ([[[1]]], [[[1]]], "drivers.shape"),
        ([1, "x"], [1, 2], "drivers.not_numbers"),
        ([[1, 2], [3]], [1, 2], "drivers.not_numbers"),
        ([1, None], [1, 2], "drivers.not_finite"),
        ([1, math.nan], [1, 2], "drivers.not_finite"),
        ([1, 2], [1, math.inf], "drivers.not_finite"),
        ([1e300, 1e300], [1, 2], "drivers.too_large"),
        ([-1, 2], [1, 2], "drivers.sign_changes"),
    ],
)
def test_what_cannot_be_split_is_refused(before, after, code):
    with pytest.raises(Refused) as refused:
        lmdi(before, after)
    assert refused.value.code == code


def test_a_change_of_sign_is_told_with_its_place():
    with pytest.raises(Refused) as refused:
        lmdi([[1, 1], [1, 1]], [[1, 1], [1, -1]])
    assert refused.value.data == {"factor": 2, "slice": 2}


@pytest.mark.parametrize(("before", "after"), [([0, 1], [1, 1]), ([1, 1], [1, 0])])
def test_there_is_no_ratio_to_or_from_zero(before, after):
    with pytest.raises(Refused) as refused:
        lmdi_multiplicative(before, after)
    assert refused.value.code == "drivers.no_ratio"


# Shapley ------------------------------------------------------------------------------------------


def sum_of_products(values):
    return math.fsum(math.prod(values[at : at + 3]) for at in range(0, len(values), 3))


@pytest.mark.parametrize("case", CASES["shapley_additive"]["cases"], ids=lambda case: case["frm"])
def test_shapley_as_going_through_all_orders(case):
    before, after = np.ravel(PERIODS[case["frm"]]), np.ravel(PERIODS[case["to"]])
    found = shapley(sum_of_products, before, after).reshape(2, 3)
    assert found == pytest.approx(np.array(case["by_slice_factor"]), **PRINTED)
    assert found.sum(axis=0) == pytest.approx(case["by_factor"], **PRINTED)


def by_orders(function, before, after):
    """The definition, word by word."""
    n = len(before)
    gains = np.zeros(n)
    for order in permutations(range(n)):
        now = list(before)
        for at in order:
            was = function(now)
            now[at] = after[at]
            gains[at] += function(now) - was
    return gains / math.factorial(n)


def mixed(values):
    first, second, third, *rest = values
    return max(first, second) - abs(third) * first + sum(rest) ** 3


four = st.lists(st.floats(-10, 10), min_size=4, max_size=4)


@given(four, four)
def test_shapley_is_the_mean_over_all_orders(before, after):
    found = shapley(mixed, before, after)
    assert found == pytest.approx(by_orders(mixed, before, after), abs=1e-6)
    assert found.sum() == pytest.approx(mixed(after) - mixed(before), abs=1e-6)


def test_sums_and_differences_are_split_exactly():
    profit = lambda values: values[0] - values[1] + values[2]  # noqa: E731 - a formula
    assert shapley(profit, [10, 4, -1], [12, 7, 2]).tolist() == [2, -3, 3]


def test_what_did_not_change_has_no_effect_and_costs_nothing():
    calls = []

    def watched(values):
        calls.append(tuple(values))
        return math.prod(values)

    assert shapley(watched, [2] * 30, [4, *[2] * 29]).tolist() == [2.0**30, *[0.0] * 29]
    assert len(calls) == 2
    assert shapley(watched, [2, 3], [2, 3]).tolist() == [0, 0]


def pairs(values):
    """Each factor acts on the next one."""
    return math.fsum(one * other for one, other in pairwise(values))


def test_many_factors_in_pairs_are_exact_too():
    n = MOST_EXACT + 5
    before, after = np.arange(1.0, n + 1), np.arange(1.0, n + 1)[::-1] ** 1.5
    found = shapley(pairs, before, after)
    # The Shapley value of a product of two: the own change times the mean of the other's values.
    change, mean = after - before, (before + after) / 2
    wanted = np.zeros(n)
    wanted[1:] += change[1:] * mean[:-1]
    wanted[:-1] += change[:-1] * mean[1:]
    assert found == pytest.approx(wanted)
    assert found.sum() == pytest.approx(pairs(after) - pairs(before))


def cubed(values):
    return math.fsum(values) ** 3


@pytest.mark.parametrize("n", [MOST_EXACT + 1, 60, 400])
def test_any_number_of_factors_adds_up(n):
    before, after = np.linspace(1, 2, n), np.linspace(1.5, 1, n)
    found = shapley(cubed, before, after)
    assert found.sum() == pytest.approx(cubed(after) - cubed(before), rel=1e-9)


def test_equal_factors_have_equal_effects():
    n = MOST_EXACT + 8
    found = shapley(lambda values: sum(values) ** 2, [1.0] * n, [2.0] * n)
    assert found == pytest.approx([3.0 * n] * n)


def test_too_many_factors_are_refused():
    n = MOST_FACTORS + 1
    with pytest.raises(TooLarge) as refused:
        shapley(sum, [1] * n, [2] * n)
    assert refused.value.code == "drivers.too_many"


@pytest.mark.parametrize(
    "function",
    [
        lambda values: values[0] / (values[1] - 1),
        lambda values: None if values[1] == 1 else values[0],
        lambda values: math.inf if values[1] == 1 else values[0],
    ],
)
def test_no_value_in_between_is_refused_with_the_place(function):
    with pytest.raises(Refused) as refused:
        shapley(function, [3, 2], [4, 1])
    assert refused.value.code == "drivers.undefined"
    assert refused.value.data["factors"][1] == 1


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ([1, 2], [1], "drivers.shape"),
        ([[1, 2]], [[1, 3]], "drivers.shape"),
        ([1, math.nan], [1, 2], "drivers.not_finite"),
        (["a"], ["b"], "drivers.not_numbers"),
    ],
)
def test_shapley_refuses_what_are_no_factors(before, after, code):
    with pytest.raises(Refused) as refused:
        shapley(sum, before, after)
    assert refused.value.code == code
