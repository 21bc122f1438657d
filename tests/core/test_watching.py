import uuid
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency
from okapi.core.quantities import Band, Direction
from okapi.core.signals import Kind, Side, Signal
from okapi.core.watching import (
    FIRM,
    JUDGED,
    LOOKED_AT,
    Baseline,
    Told,
    baseline_between,
    baseline_from,
    first_baseline,
    is_bad,
    reconcile,
    watch,
)

WEEK, MONTH, DAY = Frequency.WEEK, Frequency.MONTH, Frequency.DAY


def noise(count, seed=1):
    return np.random.default_rng(seed).normal(50, 1, size=count)


@pytest.mark.parametrize(
    ("count", "frequency", "expected"),
    [
        (0, WEEK, None),
        (7, WEEK, None),
        (8, WEEK, Baseline(0, 8, 8)),
        (12, WEEK, Baseline(0, 8, 8)),
        (30, WEEK, Baseline(0, 20, 20)),
        (36, WEEK, Baseline(0, 24, 24)),
        (100, WEEK, Baseline(60, 84, 24)),  # the newest sixteen are judged
        (24, MONTH, Baseline(0, 16, 16)),  # too few for its season
        (25, MONTH, Baseline(0, 24, 24)),  # two of its seasons
        (16, DAY, Baseline(0, 14, 14)),
    ],
)
def test_the_baseline_that_is_chosen(count, frequency, expected):
    assert first_baseline(range(count), frequency) == expected


@given(st.integers(0, 200), st.sampled_from(list(Frequency)))
def test_a_baseline_leaves_values_to_judge_and_is_firm_from_its_size(count, frequency):
    found = first_baseline(range(count), frequency)
    if found is None:
        assert count < 8
        return
    assert 0 <= found.start < found.stop <= count
    assert found.points == found.stop - found.start
    assert found.is_firm == (found.points >= FIRM)
    assert count == 8 or found.stop < count
    if found.start:
        assert count - found.stop == LOOKED_AT[frequency]


def test_gaps_are_no_values_of_a_baseline():
    known = [0, 1, 5, 6, 7, 9, 10, 12, 13, 14]
    assert first_baseline(known, WEEK) == Baseline(0, 13, 8)
    assert baseline_from(known, 5, WEEK) == Baseline(5, 15, 8)
    assert baseline_from(known, 6, WEEK) is None
    assert baseline_between(known, 0, 13) == Baseline(0, 13, 8)
    assert baseline_between(known, 1, 13) is None


def test_a_shift_after_the_baseline_is_found_at_its_place():
    values = noise(60)
    values[50:] += 5
    found = watch(values, Baseline(10, 34, 24), WEEK)
    (one,) = found.signals
    assert (one.kind, one.start, one.end, one.direction) == (Kind.SHIFT, 50, 59, Side.UP)
    assert (found.since, found.season) == (34, None)
    assert found.limits.points == 24


def test_a_month_is_judged_by_the_same_month():
    at = np.arange(40)
    values = 50 + 20 * np.sin(at * np.pi / 6) + noise(40) / 50
    found = watch(values, first_baseline(range(40), MONTH), MONTH)
    assert (found.season, found.signals) == (12, ())


def test_what_is_long_ago_is_not_judged_again_unless_it_goes_on():
    values = noise(400)
    values[200:210] += 6
    baseline = Baseline(0, 24, 24)
    again = watch(values, baseline, WEEK)
    assert again.since == 400 - JUDGED
    assert all(one.start >= again.since for one in again.signals)
    assert 200 in [one.start for one in watch(values, baseline, WEEK, since=195).signals]


def test_screening_leaves_wild_ranges_out():
    values = noise(40)
    values[10] += 40
    plain, screened = (
        watch(values, Baseline(0, 24, 24), WEEK, screen=screen).limits for screen in (False, True)
    )
    assert screened.upper < plain.upper
    assert screened.mean == plain.mean


@pytest.mark.parametrize("wild", [np.inf, -np.inf, 1e200])
def test_what_is_no_number_is_refused(wild):
    values = noise(40)
    values[30] = wild
    with pytest.raises(Refused) as error:
        watch(values, Baseline(0, 24, 24), WEEK)
    assert error.value.code == "signals.not_a_number"


def test_without_neighbours_there_are_no_limits():
    values = np.full(40, np.nan)
    values[::2] = noise(20)
    assert watch(values, Baseline(0, 16, 8), WEEK).limits is None


def signal(start, end, side=Side.UP, change=1.0):
    return Signal(Kind.SHIFT, start, end, side, change, 2.0)


def test_signals_that_touch_and_go_the_same_way_are_the_same():
    ids = [uuid.UUID(int=at) for at in range(5)]
    told = [
        Told(ids[0], 1, 3, Side.UP),  # before what was judged
        Told(ids[1], 10, 11, Side.UP),  # goes on
        Told(ids[2], 20, 21, Side.DOWN),  # is none any more
        Told(ids[3], 30, 30, Side.DOWN),  # the other way now
    ]
    found = [signal(9, 14), signal(30, 32), signal(40, 41)]
    joined, gone = reconcile(told, found, 8)
    assert [(one.told, one.signal.start) for one in joined] == [(ids[1], 9), (None, 30), (None, 40)]
    assert gone == [ids[2], ids[3]]


def test_one_that_began_before_what_was_judged_keeps_its_beginning():
    one = Told(uuid.UUID(int=1), 5, 50, Side.UP)
    joined, gone = reconcile([one], [signal(40, 60)], 40)
    assert (joined[0].signal.start, joined[0].signal.end, gone) == (5, 60, [])


BAND = Band(Decimal(40), Decimal(60))


@pytest.mark.parametrize(
    ("level", "change", "better", "band", "expected"),
    [
        (70, 5, Direction.UP, None, False),
        (70, 5, Direction.DOWN, None, True),
        (30, -5, Direction.UP, None, True),
        (30, -5, Direction.DOWN, None, False),
        (70, 5, Direction.BAND, None, None),
        (70, 5, Direction.BAND, BAND, True),  # from 65
        (65, -5, Direction.BAND, BAND, False),  # from 70
        (55, 5, Direction.BAND, BAND, None),  # both inside
        (30, -20, Direction.BAND, BAND, True),
    ],
)
def test_whether_it_is_bad(level, change, better, band, expected):
    side = Side.UP if change > 0 else Side.DOWN
    values = np.full(10, float(level))
    assert is_bad(signal(4, 9, side, change), values, better, band) is expected
