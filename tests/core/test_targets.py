from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.core.periods import Frequency, parse_period
from okapi.core.quantities import Band, Direction, exact_sum
from okapi.core.series import Aggregation, Point
from okapi.core.targets import (
    Status,
    Target,
    TargetLimits,
    break_down_limits,
    target_for,
    targets_holding,
    to_date,
)

D = Decimal
UP, DOWN, BAND = Direction.UP, Direction.DOWN, Direction.BAND
SUM, MEAN, LAST, RATIO = Aggregation.SUM, Aggregation.MEAN, Aggregation.LAST, Aggregation.RATIO


def period(text):
    return parse_period(text).period


def target(label, frequency, value=1):
    return Target(period(label), Frequency(frequency), TargetLimits(UP, D(value)))


def points(*values):
    return [
        None if value is None else Point(period(f"2026-{month:02}"), D(value))
        for month, value in enumerate(values, start=1)
    ]


AGREED = [
    target("2025", "year"),
    target("2026", "year"),
    target("2026Q1", "quarter"),
    target("2026-03", "month"),
    target("2026-06", "month"),
]


@pytest.mark.parametrize(
    ("label", "frequency", "held"),
    [
        ("2024-12", "month", []),
        ("2025-07", "month", ["2025"]),
        ("2026-02", "month", ["2026Q1", "2026"]),
        ("2026-03", "month", ["2026-03", "2026Q1", "2026"]),
        ("2026-05", "month", ["2026-03", "2026Q1", "2026"]),  # holds until the next of its kind
        ("2026-06", "month", ["2026-06", "2026Q1", "2026"]),
        ("2027-01", "month", ["2026-06", "2026Q1", "2026"]),
        ("2026-W14", "week", ["2026-03", "2026Q1", "2026"]),  # ends in April
        ("2026Q2", "quarter", ["2026Q1", "2026"]),  # months are shorter: never read
        ("2026", "year", ["2026"]),
        ("2024-26", "irregular", ["2026-06", "2026Q1", "2026"]),
    ],
)
def test_a_target_holds_until_the_next_of_its_frequency(label, frequency, held):
    found = targets_holding(AGREED, period(label), Frequency(frequency))
    assert [each.period.label for each in found] == held
    first = target_for(reversed(AGREED), period(label), Frequency(frequency))
    assert (first.period.label if first else None) == next(iter(held), None)


def test_a_target_of_the_future_does_not_hold_yet():
    assert target_for([target("2027", "year")], period("2026-12"), Frequency.MONTH) is None


def test_a_target_holds_from_its_first_day():
    agreed = [target("2026-03", "month", 1), target("2026-04", "month", 2)]
    assert target_for(agreed, period("2026-03-31"), Frequency.DAY).limits.target == 1
    assert target_for(agreed, period("2026-04-01"), Frequency.DAY).limits.target == 2


def test_a_week_is_judged_by_the_quarter_that_holds_its_last_day():
    quarters = [target("2026Q1", "quarter", 1), target("2026Q2", "quarter", 2)]
    assert target_for(quarters, period("2026-W14"), Frequency.WEEK).limits.target == 2


def test_a_fiscal_year_holds_until_the_next_one():
    fiscal = [target("2025/26", "year", 1), target("2026/27", "year", 2)]
    assert target_for(fiscal, period("2026-03"), Frequency.MONTH).limits.target == 1
    assert target_for(fiscal, period("2026-04"), Frequency.MONTH).limits.target == 2


def test_a_sum_is_broken_down_with_its_amber_limit():
    parts = break_down_limits(TargetLimits(UP, D(1200), D(1080)), 12, SUM)
    assert parts == (TargetLimits(UP, D(100), D(90)),) * 12


def test_a_mean_is_broken_down_so_that_the_parts_have_it_as_mean():
    parts = break_down_limits(TargetLimits(DOWN, D(20)), 2, MEAN, shape=[D(1), D(3)])
    assert [part.target for part in parts] == [10, 30]
    assert [part.target for part in break_down_limits(TargetLimits(UP, D("99.9")), 7, MEAN)] == [
        D("99.9")
    ] * 7


@pytest.mark.parametrize("how", [LAST, RATIO, Aggregation.MIN, Aggregation.MAX])
def test_what_does_not_add_up_has_the_same_limits_in_every_period(how):
    limits = TargetLimits(UP, D(80), D(70))
    assert break_down_limits(limits, 3, how) == (limits,) * 3
    with pytest.raises(Refused, match=r"breakdown\.not_additive"):
        break_down_limits(limits, 3, how, shape=[D(1)] * 3)


def test_bands_are_broken_down_side_by_side():
    limits = TargetLimits(BAND, band=Band(D(12), D(24)), amber_band=Band(D(6), D(30)))
    [part, *_] = break_down_limits(limits, 12, SUM)
    assert part == TargetLimits(BAND, band=Band(D(1), D(2)), amber_band=Band(D("0.5"), D("2.5")))


sizes = st.decimals(-1000, 1000, places=2)


def test_an_amber_part_that_rounding_puts_above_its_target_is_that_target():
    parts = break_down_limits(TargetLimits(UP, D(2), D(1)), 3, SUM, places=0)
    assert [(part.target, part.amber) for part in parts] == [(1, 0), (0, 0), (1, 0)]
    parts = break_down_limits(TargetLimits(DOWN, D(1), D(2)), 3, SUM, places=0)
    assert [(part.target, part.amber) for part in parts] == [(0, 1), (1, 1), (0, 1)]


@given(sizes, sizes, st.sampled_from([UP, DOWN]), st.integers(1, 31))
def test_rounding_never_puts_amber_on_the_better_side(value, gap, direction, n):
    amber = value - abs(gap) if direction is UP else value + abs(gap)
    parts = break_down_limits(TargetLimits(direction, value, amber), n, SUM, places=2)
    assert exact_sum(part.target for part in parts) == value


PLAN = (TargetLimits(UP, D(100), D(90)),) * 4


@pytest.mark.parametrize(
    ("values", "value", "limit", "expected", "missing"),
    [
        (["100", "100"], 200, 200, "green", 0),
        (["50", "150"], 200, 200, "green", 0),
        (["100", "80"], 180, 200, "amber", 0),
        (["100", "79"], 179, 200, "red", 0),
        (["100", None, "100"], 200, 200, "green", 1),  # like with like
        (["0", "0"], 0, 200, "red", 0),
        (["-10"], -10, 100, "red", 0),
    ],
)
def test_to_date_of_a_sum(values, value, limit, expected, missing):
    found = to_date(points(*values), PLAN[: len(values)], SUM)
    assert (found.value, found.limits.target) == (value, limit)
    assert (found.status, found.missing) == (Status(expected), missing)


@pytest.mark.parametrize("values", [[], [None, None]])
def test_to_date_of_nothing_is_no_data(values):
    found = to_date(points(*values), PLAN[: len(values)], SUM)
    assert (found.value, found.limits, found.status) == (None, None, Status.NO_DATA)
    assert found.missing == len(values)


def test_to_date_of_a_mean_is_judged_by_the_mean_of_the_plan():
    plan = [TargetLimits(DOWN, D(10), D(12)), TargetLimits(DOWN, D(20), D(22))]
    found = to_date(points("8", "23"), plan, MEAN)
    assert (found.value, found.limits) == (D("15.5"), TargetLimits(DOWN, D(15), D(17)))
    assert found.status is Status.AMBER


def test_to_date_of_a_level_is_judged_by_the_newest_part():
    plan = [TargetLimits(UP, D(10)), TargetLimits(UP, D(20)), TargetLimits(UP, D(30))]
    found = to_date(points("10", "19", None), plan, LAST)
    assert (found.value, found.limits.target, found.status) == (19, 20, Status.RED)


def test_to_date_of_a_ratio_is_the_ratio_of_sums():
    parts = [
        Point(period("2026-01"), D("0.1"), D(10), D(100)),
        Point(period("2026-02"), D("0.3"), D(90), D(300)),
    ]
    found = to_date(parts, [TargetLimits(UP, D("0.25"))] * 2, RATIO)
    assert (found.value, found.status) == (D("0.25"), Status.GREEN)


def test_a_period_without_target_leaves_no_target_to_date():
    found = to_date(points("100", "100"), [PLAN[0], TargetLimits(UP)], SUM)
    assert (found.value, found.status) == (200, Status.NO_TARGET)


def test_a_period_without_amber_leaves_no_amber_to_date():
    found = to_date(points("100", "95"), [PLAN[0], TargetLimits(UP, D(100))], SUM)
    assert (found.limits, found.status) == (TargetLimits(UP, D(200)), Status.RED)


def test_bands_to_date():
    plan = [TargetLimits(BAND, band=Band(D(1), D(2)), amber_band=Band(D(0), D(3)))] * 2
    assert to_date(points("1", "3"), plan, SUM).status is Status.GREEN
    assert to_date(points("3", "3"), plan, SUM).status is Status.AMBER


def test_a_zero_is_a_value():
    assert to_date(points("0"), [TargetLimits(DOWN, D(0))], SUM).status is Status.GREEN


def test_lists_of_different_length_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="longer"):
        to_date(points("1"), PLAN[:2], SUM)
