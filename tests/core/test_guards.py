from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from okapi.core.columns import codes, member_of
from okapi.core.guards import (
    GuardCaps,
    GuardColumns,
    GuardFacts,
    GuardWhy,
    guard_cap,
    guard_caps,
    with_guards,
)
from okapi.core.health import Health, Thresholds
from okapi.core.limits import Status

ON, RISK, OFF = Health.ON_TRACK, Health.AT_RISK, Health.OFF_TRACK
NO_DATA, NONE = Health.NO_DATA, Health.NONE
TODAY = date(2026, 11, 23)
HOLDS = GuardFacts(
    newest=Status.GREEN,
    newest_end=date(2026, 11, 22),
    previous=Status.GREEN,
    previous_end=date(2026, 11, 15),
    agreed_on=date(2026, 10, 1),
    stale_on=date(2026, 12, 7),
)
RED = replace(HOLDS, newest=Status.RED)


def cap(guard, **changes):
    limits = changes.pop("limits", None)
    return guard_cap(replace(guard, **changes), TODAY, limits)


def test_a_guard_that_holds_caps_nothing():
    assert cap(HOLDS) == (ON, GuardWhy.HOLDS)
    assert cap(HOLDS, previous=Status.RED, has_bad_signal=True) == (ON, GuardWhy.HOLDS)


def test_amber_caps_at_risk_however_often():
    assert cap(HOLDS, newest=Status.AMBER) == (RISK, GuardWhy.AMBER)
    assert cap(HOLDS, newest=Status.AMBER, previous=Status.RED) == (RISK, GuardWhy.AMBER)


def test_red_caps_at_risk_first_and_makes_off_track_again():
    assert cap(RED) == (RISK, GuardWhy.RED)
    assert cap(RED, previous=Status.AMBER) == (RISK, GuardWhy.RED)
    assert cap(RED, previous=Status.RED) == (OFF, GuardWhy.RED_AGAIN)


def test_red_with_a_bad_signal_is_off_track():
    assert cap(RED, has_bad_signal=True) == (OFF, GuardWhy.SIGNAL)


def test_an_organisation_may_choose_at_once():
    at_once = Thresholds(guard_at_once=True)
    assert cap(RED, limits=at_once) == (OFF, GuardWhy.RED)
    assert cap(HOLDS, newest=Status.AMBER, limits=at_once) == (RISK, GuardWhy.AMBER)


@pytest.mark.parametrize("newest", [Status.NO_DATA, Status.NO_TARGET])
def test_what_is_not_known_caps_at_risk(newest):
    assert cap(HOLDS, newest=newest) == (RISK, GuardWhy.UNKNOWN)


def test_stale_is_not_known_even_if_it_was_red():
    assert cap(RED, previous=Status.RED, stale_on=TODAY) == (RISK, GuardWhy.UNKNOWN)
    assert cap(HOLDS, stale_on=TODAY) == (RISK, GuardWhy.UNKNOWN)
    assert cap(HOLDS, stale_on=date(2026, 11, 24)) == (ON, GuardWhy.HOLDS)
    assert cap(HOLDS, stale_on=None) == (ON, GuardWhy.HOLDS)


def test_broken_at_agreement_is_told_and_counts_from_the_first_period_after():
    later = date(2026, 11, 22)
    assert cap(RED, previous=Status.RED, agreed_on=later) == (ON, GuardWhy.BROKEN_BEFORE)
    assert cap(RED, agreed_on=later, has_bad_signal=True) == (ON, GuardWhy.BROKEN_BEFORE)
    first_after = {"previous": Status.RED, "agreed_on": date(2026, 11, 15)}
    assert cap(RED, **first_after) == (RISK, GuardWhy.RED)
    assert cap(RED, previous=Status.RED, agreed_on=date(2026, 11, 14)) == (OFF, GuardWhy.RED_AGAIN)


def test_guards_in_columns_are_guards_one_by_one():
    guards = [HOLDS, RED, replace(RED, has_bad_signal=True), GuardFacts(), replace(HOLDS)]
    found = guard_caps(GuardColumns.of(guards), TODAY)
    assert [
        (member_of(Health, c), member_of(GuardWhy, w))
        for c, w in zip(found.cap, found.why, strict=True)
    ] == [guard_cap(guard, TODAY) for guard in guards]


@pytest.mark.parametrize(
    ("health", "capped_at", "after"),
    [
        (ON, ON, ON), (ON, RISK, RISK), (ON, OFF, OFF),
        (RISK, RISK, RISK), (RISK, OFF, OFF), (OFF, RISK, OFF), (OFF, ON, OFF),
        (NO_DATA, RISK, NO_DATA), (NO_DATA, OFF, OFF), (NO_DATA, ON, NO_DATA),
        (NONE, OFF, OFF), (NONE, RISK, NONE),
    ],
)  # fmt: skip
def test_a_cap_only_worsens(health, capped_at, after):
    caps = GuardCaps(codes([capped_at]), codes([GuardWhy.HOLDS]))
    found = with_guards(codes([health]), np.array([True]), np.array([0]), caps)
    assert member_of(Health, found.health[0]) is after


def test_guards_do_nothing_to_what_does_not_run():
    caps = GuardCaps(codes([OFF]), codes([GuardWhy.RED_AGAIN]))
    found = with_guards(codes([NONE]), np.array([False]), np.array([0]), caps)
    assert member_of(Health, found.health[0]) is NONE
    assert found.guard.tolist() == [-1]


def test_the_worst_guard_decides_and_is_named():
    caps = GuardCaps(codes([RISK, OFF, ON, RISK, RISK]), codes([GuardWhy.HOLDS] * 5))
    found = with_guards(codes([ON, ON, ON]), np.array([True] * 3), np.array([0, 0, 1, 2, 2]), caps)
    assert [member_of(Health, code) for code in found.health] == [OFF, ON, RISK]
    assert found.guard.tolist() == [1, -1, 3]
