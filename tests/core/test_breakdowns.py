from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.breakdowns import break_down, respread, typed_shares
from okapi.core.errors import Refused
from okapi.core.quantities import canonical, exact_sum

D = Decimal
totals = st.decimals(-(10**12), 10**12, places=2)
shapes = st.lists(st.decimals(0, 1000, places=3), min_size=1, max_size=53).filter(any)


def texts(parts):
    return [canonical(part) for part in parts]


@pytest.mark.parametrize(
    ("total", "n", "places", "parts"),
    [
        ("1200", 4, None, ["300"] * 4),
        ("100", 3, None, ["33.33", "33.34", "33.33"]),
        ("100", 3, 0, ["33", "34", "33"]),
        ("-100", 3, 0, ["-33", "-34", "-33"]),
        ("0.01", 2, 0, ["0", "0.01"]),  # never coarser than the total
        ("0", 2, None, ["0", "0"]),
        ("7", 1, None, ["7"]),
    ],
)
def test_equal_parts(total, n, places, parts):
    assert texts(break_down(D(total), n, places=places)) == parts


@pytest.mark.parametrize(
    ("shape", "parts"),
    [
        (["1", "1", "2"], ["25", "25", "50"]),
        (["0", "3", "1"], ["0", "75", "25"]),
        (["0.2", "0.3", "0.5"], ["20", "30", "50"]),
        (["20", "30", "50"], ["20", "30", "50"]),
        (["1", "2", "4"], ["14.29", "28.57", "57.14"]),
    ],
)
def test_parts_of_a_shape(shape, parts):
    assert texts(break_down(D(100), 3, shape=[D(share) for share in shape])) == parts


@given(totals, shapes)
def test_parts_sum_exactly_to_the_total_and_follow_the_shape(total, shape):
    parts = break_down(total, len(shape), shape=shape, places=4)
    assert exact_sum(parts) == total
    for part, share in zip(parts, shape, strict=True):
        assert abs(part - total * share / sum(shape)) <= D("0.0001") + abs(total) * D("1e-20")
        assert share or not part


@given(totals, st.integers(1, 366))
def test_equal_parts_differ_by_one_step_at_most(total, n):
    parts = break_down(total, n, places=2)
    assert exact_sum(parts) == total
    assert max(parts) - min(parts) <= D("0.01")


@given(totals, st.integers(1, 53))
def test_the_plan_to_date_is_never_off_by_more_than_half_a_step(total, n):
    parts = break_down(total, n, places=2)
    for done in range(1, n + 1):
        exact = total * done / n
        assert abs(exact_sum(parts[:done]) - exact) <= D("0.005") + abs(exact) * D("1e-20")


@pytest.mark.parametrize(
    ("n", "shape", "code"),
    [
        (0, None, "breakdown.nothing_left"),
        (3, [D(1), D(2)], "breakdown.shape_length"),
        (2, [D(1), None], "breakdown.shape_missing"),
        (2, [D(3), D(-1)], "breakdown.shape_negative"),
        (2, [D(0), D(0)], "breakdown.shape_empty"),
    ],
)
def test_shapes_that_cannot_be(n, shape, code):
    with pytest.raises(Refused) as refused:
        break_down(D(100), n, shape=shape)
    assert refused.value.code == code


@pytest.mark.parametrize("shares", [["0.1", "0.2", "0.7"], ["10", "20", "70"]])
def test_typed_shares_sum_to_one_or_a_hundred(shares):
    assert typed_shares([D(share) for share in shares]) == tuple(map(D, shares))


@pytest.mark.parametrize("shares", [["0.1", "0.2", "0.699"], ["33", "33", "33"], []])
def test_typed_shares_that_do_not_are_refused(shares):
    with pytest.raises(Refused, match=r"breakdown\.shares_sum"):
        typed_shares([D(share) for share in shares])


def test_what_is_left_is_spread_over_what_remains():
    assert texts(respread(D(1200), [D(50), D(150)], 10)) == ["100"] * 10
    assert texts(respread(D(100), [D(40)], 2, shape=[D(1), D(3)])) == ["15", "45"]


def test_more_than_everything_done_leaves_a_negative_rest():
    assert texts(respread(D(100), [D(130)], 2)) == ["-15", "-15"]


@given(totals, st.lists(totals, max_size=11), st.integers(1, 12))
def test_done_and_rest_sum_exactly_to_the_total(total, done, n):
    assert exact_sum([*done, *respread(total, done, n)]) == total


def test_after_the_last_period_nothing_can_be_spread():
    with pytest.raises(Refused, match=r"breakdown\.nothing_left"):
        respread(D(100), [D(90)], 0)
