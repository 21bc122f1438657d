import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.core.quantities import Direction
from okapi.core.signals.signal import Kind, Side
from okapi.core.xmr import (
    PRECEDENCE,
    ProcessLimits,
    Standing,
    assurance,
    mark_points,
    process_limits,
    signals,
)

CASES = json.loads(
    (Path(__file__).parents[1] / "data/spc-cases/cases.json").read_text(encoding="utf-8")
)
RULES = CASES["rules"]
# The mean 0, limits at ±3; the NHS's "near" begins at ±2, Wheeler's at ±1.5.
THREE = ProcessLimits(0.0, -3.0, 3.0, 3 / 2.66, 3.27 * 3 / 2.66, 24)
NAN = math.nan
values = st.lists(
    st.none() | st.integers(-1000, 1000).map(lambda n: n / 8), min_size=2, max_size=60
)


def spans(found):
    return [(one.kind.value, one.start, one.end) for one in found]


def covered(found, kind, count):
    marks = [0] * count
    for one in found:
        if one.kind is kind:
            marks[one.start : one.end + 1] = [1] * (one.end + 1 - one.start)
    return marks


@pytest.mark.parametrize("case", CASES["limits"], ids=lambda case: case["id"])
def test_limits_agree_with_every_printed_digit(case):
    limits = process_limits(case["values"], screen=case["screen_moving_ranges"])
    names = {"mr_bar": "mean_moving_range"}
    for name, expected in case["expected"].items():
        found = getattr(limits, names.get(name, name))
        assert found == pytest.approx(expected, abs=case["tolerance"], rel=0), name


@pytest.mark.parametrize("case", RULES["seven_one_side"])
def test_nhs_seven_in_a_row_on_one_side(case):
    side = case["sign_vs_mean"]
    found = signals(side, THREE, "nhs")
    flags = case.get("flag") or case["flag_at_completion"]
    complete = [
        int(any(one.kind is Kind.RUN and one.start + 6 <= at <= one.end for one in found))
        for at in range(len(side))
    ]
    assert complete == flags


@pytest.mark.parametrize("case", RULES["seven_point_trend"])
def test_nhs_seven_rising_or_falling(case):
    found = [one for one in signals(case["values"], THREE, "nhs") if one.kind is Kind.TREND]
    ends = [0] * len(case["values"])
    for one in found:
        assert one.end - one.start >= 6
        ends[one.end] = 1 if one.direction is Side.UP else -1
    assert ends == case["flag_at_completion"]


@pytest.mark.parametrize("case", RULES["part_of_seven"])
def test_a_run_is_told_with_all_its_members(case):
    members = case["all_members"]
    found = signals([1 if member else -1 for member in members], THREE, "nhs")
    assert covered(found, Kind.RUN, len(members)) == members


@pytest.mark.parametrize("case", RULES["two_in_three"])
def test_nhs_two_of_three_near_a_limit(case):
    near, side = case["close_to_limit"], case["sign_vs_mean"]
    series = [sign * (2.5 if close else 0.5) for close, sign in zip(near, side, strict=True)]
    found = signals(series, THREE, "nhs")
    flagged = case.get("flagged") or [
        int(member and close) for member, close in zip(case["in_triple"], near, strict=True)
    ]
    marks = covered(found, Kind.NEAR_LIMIT, len(near))
    assert [int(mark and close) for mark, close in zip(marks, near, strict=True)] == flagged


def test_nhs_near_is_beyond_two_thirds_and_not_outside():
    assert spans(signals([2.0, 2.0, 2.0], THREE, "nhs")) == []
    assert spans(signals([2.01, 1, 2.01], THREE, "nhs")) == [("near_limit", 0, 2)]
    assert spans(signals([3.5, 1, 2.5], THREE, "nhs")) == [("outside", 0, 0)]
    opposite = RULES["opposite_near_limits"]["values"]
    assert signals(opposite, process_limits(opposite), "nhs") == []


def test_precedence_decides_how_a_point_is_drawn():
    assert [kind.value for kind in PRECEDENCE[:4]] == ["outside", "trend", "near_limit", "run"]
    rising = [0.1, 0.5, 1, 1.5, 2.1, 2.5, 3.5, 0.5]
    found = signals(rising, THREE, "nhs")
    assert {one.kind for one in found} == set(PRECEDENCE[:4])
    assert mark_points(found, 9) == [*[Kind.TREND] * 6, Kind.OUTSIDE, Kind.RUN, None]


@pytest.mark.parametrize("case", CASES["assurance"])
def test_assurance(case):
    limits = ProcessLimits(case["mean"], case["lower"], case["upper"], 1, 1, 20)
    words = {"increase": Direction.UP, "decrease": Direction.DOWN, "neutral": Direction.BAND}
    assert assurance(limits, case["target"], words[case["better"]]) == case["expected"]


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ([3.0, -3.0], []),
        ([3.01, -3.01], [("outside", 0, 0), ("outside", 1, 1)]),
        ([1] * 7, []),
        ([-1, *[1] * 8, -1], [("run", 1, 8)]),
        ([*[1] * 4, 0, *[1] * 4], []),
        ([*[1] * 4, None, *[1] * 4], []),
        ([-0.1] * 10, [("run", 0, 9)]),
        ([1.5, 1.5, 1.5], []),
        ([1.6, 1.6, 1.6], [("near_limit", 0, 2)]),
        ([0, 1.6, -1, 1.6, 1.6, 0], [("near_limit", 1, 4)]),
        ([1.6, 0, 0, 1.6, 1.6], []),
        ([1.6, 1.6, None, 1.6], []),
        ([1.6, -1.6, 1.6, -1.6, 1.6], []),
        ([1.6, -1.6, 1.6, 1.6, -1.6, -1.6], [("near_limit", 0, 3)]),
        ([2.0, 4.0, 2.0], [("near_limit", 0, 2), ("outside", 1, 1)]),
        ([-2.0, -4.0, -2.0, 0], [("near_limit", 0, 2), ("outside", 1, 1)]),
        ([1.6, 0, 1.6, 1.6, 0, 1.6, 1.6], [("near_limit", 0, 6)]),
        ([1, 2, 3, 4, 5, 6, 7], [("outside", 3, 3), ("near_limit", 1, 6)]),
    ],
)
def test_wheelers_rules(series, expected):
    found = [one for one in spans(signals(series, THREE)) if one[0] != "outside" or one in expected]
    assert sorted(found) == sorted(expected)


def test_a_signal_has_direction_change_and_strength():
    up, down = signals([-0.5, 6.0, *[-1.0] * 8], THREE)
    assert (up.kind, up.direction, up.change) == (Kind.OUTSIDE, Side.UP, 6.0)
    assert up.strength == pytest.approx(6 / (3 / 2.66 / 1.128))
    assert (down.kind, down.direction, down.change) == (Kind.RUN, Side.DOWN, -1.0)
    (trend,) = (one for one in signals([2, 1.5, 1, 0.5, 0, -0.5, -1], THREE, "nhs"))
    assert (trend.direction, trend.change) == (Side.DOWN, -3.0)


def test_a_gap_breaks_the_moving_range():
    limits = process_limits([1, 2, None, 10, 12, NAN])
    assert limits.mean == 6.25
    assert limits.mean_moving_range == 1.5
    assert limits.points == 4


@pytest.mark.parametrize(
    ("baseline", "mean", "points"),
    [
        (None, 25 / 6, 6),
        (3, 2.0, 3),
        (np.int64(3), 2.0, 3),
        (50, 25 / 6, 6),
        ((3, 6), 3.5, 2),
        (slice(3, 6), 3.5, 2),
        (range(5, 8), 7.5, 2),
        (slice(None, None, None), 25 / 6, 6),
    ],
)
def test_a_baseline_is_so_many_known_points_or_positions(baseline, mean, points):
    series = [1, 2, None, 3, 4, NAN, 5, 10]
    limits = process_limits(series, baseline)
    assert limits.points == points
    assert limits.mean == pytest.approx(mean)


@pytest.mark.parametrize("baseline", [0, -3, (3, 3), (-1, 4), "3", range(0, 8, 2), (1, 2, 3)])
def test_what_is_no_baseline_is_refused(baseline):
    with pytest.raises(Refused) as error:
        process_limits([1, 2, 3, 4], baseline)
    assert error.value.code == "xmr.baseline"


@pytest.mark.parametrize("series", [[], [1], [None, None], [NAN] * 30, [1, None, 2, None, 3]])
def test_too_few_neighbours_are_refused(series):
    with pytest.raises(Refused) as error:
        process_limits(series)
    assert error.value.code == "xmr.too_few"


@pytest.mark.parametrize("bad", [math.inf, -math.inf, 1e200, "many", object(), 10**400])
def test_what_is_no_number_is_refused_with_its_place(bad):
    for ask in (lambda: process_limits([1, 2, bad]), lambda: signals([1, 2, bad], THREE)):
        with pytest.raises(Refused) as error:
            ask()
        assert error.value.code == "signals.not_a_number"
        assert error.value.data["position"] == 3


def test_other_rules_are_refused():
    with pytest.raises(Refused) as error:
        signals([1, 2], THREE, "western")
    assert error.value.code == "xmr.rules"


@pytest.mark.parametrize(
    ("points", "standing"),
    [
        (2, Standing.TOO_FEW),
        (7, Standing.TOO_FEW),
        (8, Standing.PROVISIONAL),
        (19, Standing.PROVISIONAL),
        (20, Standing.FIRM),
    ],
)
def test_limits_need_eight_points_and_are_firm_from_twenty(points, standing):
    assert process_limits([None, *range(points)]).standing is standing


@pytest.mark.parametrize("value", [0.0, 0.1, 1 / 3, -7.7, 1e100])
@pytest.mark.parametrize("rules", ["wheeler", "nhs"])
def test_a_constant_series_has_no_signal_until_it_changes(value, rules):
    series = [value] * 23
    limits = process_limits(series, screen=True)
    assert signals(series, limits, rules) == []
    (found,) = signals([*series, value + 1 + abs(value)], limits, rules)
    assert (found.kind, found.start, found.strength) == (Kind.OUTSIDE, 23, None)


def test_screening_is_done_once_and_only_of_the_ranges():
    series = [0, 1, 0, 1, 0, 40, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 9, 0, 1]
    plain, screened = process_limits(series), process_limits(series, screen=True)
    assert screened.mean == plain.mean
    ranges = np.abs(np.diff(series))
    assert screened.mean_moving_range == ranges[ranges < 3.267 * ranges.mean()].mean()
    assert 9 in ranges[ranges < 3.267 * ranges.mean()]


@given(values, st.integers(-5, 5), st.sampled_from(["wheeler", "nhs"]))
def test_rules_do_not_depend_on_the_unit(series, power, rules):
    scaled = [None if value is None else value * 2.0**power for value in series]
    mirrored = [None if value is None else -value for value in series]
    try:
        limits = process_limits(series)
    except Refused:
        return
    found = signals(series, limits, rules)
    assert spans(signals(scaled, process_limits(scaled), rules)) == spans(found)
    other = signals(mirrored, process_limits(mirrored), rules)
    assert spans(other) == spans(found)
    assert all(one.direction is not two.direction for one, two in zip(found, other, strict=True))


@given(values, st.sampled_from(["wheeler", "nhs"]))
def test_signals_lie_in_the_values_and_a_longer_series_keeps_points_outside(series, rules):
    found = signals(series, THREE, rules)
    assert all(0 <= one.start <= one.end < len(series) for one in found)
    assert all(series[at] is not None for one in found for at in range(one.start, one.end + 1))
    longer = signals([*series, 0.0], THREE, rules)
    assert spans(longer) == spans(found)


@pytest.mark.parametrize(
    "case",
    [case for case in CASES["run_length"]["arl0"] if case["rules"] in (["1"], ["1", "4"])],
    ids=lambda case: "".join(case["rules"]),
)
def test_run_lengths_of_the_rules_that_both_sets_share(case):
    kinds = {Kind.OUTSIDE} | ({Kind.RUN} if "4" in case["rules"] else set())
    lengths = []
    for stream in np.random.default_rng(4).normal(size=(600, 2000)):
        told = [
            one.end if one.kind is Kind.OUTSIDE else one.start + 7
            for one in signals(stream, THREE)
            if one.kind in kinds
        ]
        lengths.append(min(told, default=1999) + 1)
    assert np.mean(lengths) == pytest.approx(case["published"], rel=0.1)
