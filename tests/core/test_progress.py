import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from okapi.core.columns import floats, maybe
from okapi.core.progress import (
    Mode,
    MoveColumns,
    MoveFacts,
    accrued,
    combine_move_columns,
    combine_moves,
    inside_columns,
    is_keep,
    keep_band,
    keep_share,
    milestone_columns,
    milestones,
    misses_allowed,
    move_progress,
    move_progress_one,
    reach,
    reach_band,
)
from okapi.core.quantities import Band, Direction

D = Decimal
UP, DOWN, BAND = Direction.UP, Direction.DOWN, Direction.BAND
CASES = json.loads(
    (Path(__file__).parents[1] / "data/okr-scoring-cases/cases.json").read_text(encoding="utf-8")
)
values = st.decimals(-10_000, 10_000, places=3)
shares = st.floats(-3, 3)


@pytest.mark.parametrize("case", CASES["progress_oslo"]["cases"])
def test_progress_as_oslo_computes_it(case):
    found = reach(D(case["start"]), D(case["target"]), D(case["current"]))
    assert found == pytest.approx(case["percent"] / 100, abs=1e-12)


@pytest.mark.parametrize("case", CASES["kr_numeric"]["cases"])
def test_progress_of_plain_examples(case):
    found = reach(D(case["start"]), D(case["target"]), D(case["current"]))
    assert found == pytest.approx(case["score"], abs=1e-9)


@pytest.mark.parametrize(
    ("start", "target", "current", "expected"),
    [
        ("16.6", "8.3", "18.9", -0.2771),  # falling target, moved the wrong way
        ("3.0353991596103067", "1.5177", "2.2599465000897268", 0.5109),
        ("7.49", "3.0", "6.33", 0.2584),
        ("-5", "5", "0", 0.5),  # crossing zero
        ("-10", "-2", "-4", 0.75),
        ("10", "0", "0", 1.0),  # zero target
        ("0", "100", "175", 1.75),  # raw: not clipped
        ("4", "8", "4", 0.0),
    ],
)
def test_reach(start, target, current, expected):
    assert reach(D(start), D(target), D(current)) == pytest.approx(expected, abs=5e-5)


def test_reach_is_nothing_where_start_is_the_target():
    assert maybe(reach(D(5), D(5), D(7))) is None


@given(values, values, values)
def test_up_and_down_are_mirror_images(start, target, current):
    assume(start != target)
    assert reach(start, target, current) == reach(-start, -target, -current)


@given(values, values, values, st.integers(-8, 8), st.integers(-50, 50))
def test_another_unit_or_another_zero_changes_nothing(start, target, current, power, shift):
    assume(abs(start - target) > D("0.01"))
    scale = D(2) ** power
    moved = [value * scale + shift for value in (start, target, current)]
    assert reach(*moved) == pytest.approx(reach(start, target, current), rel=1e-7, abs=1e-7)


@pytest.mark.parametrize(
    ("start", "low", "high", "current", "expected"),
    [
        ("10", "20", "30", "10", 0.0),
        ("10", "20", "30", "15", 0.5),
        ("10", "20", "30", "20", 1.0),
        ("10", "20", "30", "27", 1.0),
        ("10", "20", "30", "35", 0.5),  # overshot to the other side
        ("40", "20", "30", "50", -1.0),
        ("-3", None, "-5", "-4", 0.5),  # at or below, an open band
    ],
)
def test_into_a_band(start, low, high, current, expected):
    band = Band(None if low is None else D(low), D(high))
    assert reach_band(D(start), band, D(current)) == expected


@given(values, values, values, st.floats(0, 1))
def test_a_band_of_no_width_is_a_target_until_it_is_passed(start, target, current, covered):
    assume(abs(start - target) > D("0.01"))
    accrues = accrued(start, target, current, covered)
    assume(accrues < covered)
    found = reach_band(start, Band(target, target), current, covered=covered)
    assert found == pytest.approx(accrues, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("current", "covered", "expected"),
    [(15, 0.5, 0.5), (12, 0.5, 0.0), (27, 1.0, 0.5), (30, 1.0, 1.0), (24, 1.0, 0.0)],
)
def test_a_total_from_24_to_30(current, covered, expected):
    assert accrued(D(24), D(30), D(current), covered) == expected


@given(values, values, st.floats(0, 1))
def test_on_plan_a_total_has_the_progress_of_its_covered_share(start, target, covered):
    assume(abs(start - target) > D("0.01"))
    assert accrued(start, target, float(target) * covered, covered) == pytest.approx(
        covered, rel=1e-6, abs=1e-6
    )


@pytest.mark.parametrize(
    ("direction", "start", "target", "keeps"),
    [
        (UP, "0.7", "0.7", True),  # s = t
        (UP, "0.8", "0.7", True),
        (UP, "0.6", "0.7", False),
        (DOWN, "4.1", "70", True),
        (DOWN, "70", "70", True),
        (DOWN, "70.1", "70", False),
        (BAND, "5", "5", True),
        (BAND, "5", "6", False),
    ],
)
def test_keep_is_what_already_meets_its_target(direction, start, target, keeps):
    assert is_keep(direction, D(start), D(target)) is keeps


def test_keep_within_a_band_counts_its_limits():
    band = Band(D("0.1"), D("0.3"))
    assert is_keep(BAND, D("0.1") + D("0.2"), band)
    assert not is_keep(BAND, D("0.31"), band)


def test_keep_stays_at_or_above_at_or_below_or_within():
    assert keep_band(UP, D(3)) == Band(D(3), None)
    assert keep_band(DOWN, D(3)) == Band(None, D(3))
    assert keep_band(UP, Band(D(1), D(2))) == Band(D(1), D(2))


@pytest.mark.parametrize(
    ("periods", "share", "allowed"),
    [
        (3, "0.9", 0), (13, "0.9", 1), (90, "0.9", 9), (10, "0.9", 1), (9, "0.9", 0),
        (0, "0.9", 0), (10, "0.7", 3), (5, "1", 0),
    ],
)  # fmt: skip
def test_misses_allowed_are_counted_in_decimals(periods, share, allowed):
    assert misses_allowed(periods, share) == allowed


def test_keep_share():
    assert keep_share(2, 6) == pytest.approx(1 / 3)
    assert keep_share(0, 4) == 0.0
    assert keep_share(0, 0) is None


@given(values, values, values)
def test_inside_is_the_same_in_columns_as_in_decimals(low, high, value):
    assume(low <= high)
    for band in (Band(low, high), Band(low, None), Band(None, high)):
        found = inside_columns(floats([band.low]), floats([band.high]), floats([value]))
        assert bool(found[0]) is band.contains(value)


def test_one_move_stays_raw_and_several_are_clipped():
    assert combine_moves([-0.25], [3]) == -0.25
    assert combine_moves([1.75], [0]) == 1.75
    assert combine_moves([-0.25, 1.75, 0.5], [1, 1, 2]) == 0.5
    assert combine_moves([None, 0.4], [9, 1]) == 0.4
    assert combine_moves([None, None], [1, 1]) is None
    assert combine_moves([0.4, 0.8], [0, 0]) is None


@given(st.lists(st.lists(st.tuples(st.none() | shares, st.integers(0, 5)), min_size=1, max_size=4)))
def test_moves_in_columns_are_the_moves_one_by_one(key_results):
    sizes = [len(moves) for moves in key_results]
    flat = [move for moves in key_results for move in moves]
    rows = np.repeat(np.arange(len(sizes)), np.array(sizes, dtype=int))
    found = combine_move_columns(
        rows, floats(p for p, _ in flat), floats(w for _, w in flat), len(sizes)
    )
    one_by_one = [combine_moves([p for p, _ in m], [w for _, w in m]) for m in key_results]
    assert [maybe(value) for value in found] == one_by_one


def test_milestones_are_the_weighted_share_done():
    assert milestones([1, 2, 1], [True, False, True]) == 0.5
    assert milestones([1, 1], [False, False]) == 0.0
    assert milestones([0, 0], [True, True]) is None
    assert milestones([], []) is None


def test_milestones_of_many_key_results():
    found = milestone_columns(
        np.array([0, 0, 2]), np.array([1.0, 3.0, 1.0]), np.array([True, False, True]), 3
    )
    assert [maybe(value) for value in found] == [0.25, None, 1.0]


facts = st.builds(
    MoveFacts,
    mode=st.sampled_from(Mode),
    start=st.none() | values,
    target=st.none() | values,
    low=st.none() | values,
    high=st.none() | values,
    current=st.none() | values,
    covered=st.none() | st.floats(0, 1),
    inside=st.integers(0, 5),
    ended=st.integers(0, 5),
)


@given(st.lists(facts, max_size=12))
def test_progress_in_columns_is_progress_row_by_row(rows):
    found = move_progress(MoveColumns.of(rows))
    assert [maybe(value) for value in found] == [move_progress_one(row) for row in rows]


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        (MoveFacts(start=D(24), target=D(30), current=D(15), covered=0.5), 0.5),
        (MoveFacts(start=D(24), target=D(30), current=D(27)), 0.5),
        (MoveFacts(start=D(10), low=D(20), high=D(30), current=D(15)), 0.5),
        (
            MoveFacts(mode=Mode.KEEP, start=D(1), target=D(1), current=D(9), inside=2, ended=6),
            1 / 3,
        ),
        (MoveFacts(mode=Mode.KEEP, target=D(1)), None),
        (MoveFacts(start=D(1), target=D(2)), None),
        (MoveFacts(target=D(2), current=D(2)), None),
        (MoveFacts(start=D(1), current=D(2)), None),
    ],
)
def test_progress_of_a_move_by_its_mode_and_target(move, expected):
    assert move_progress_one(move) == expected
