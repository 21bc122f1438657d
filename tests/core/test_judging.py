"""The health of a key result, rule by rule in the product's order."""

from dataclasses import replace
from datetime import date

import pytest

from okapi.core.expected import Curve, CurveKind, milestone_curve
from okapi.core.health import Health, Thresholds, Why, key_result_health_one
from okapi.core.key_results import KeyResultFacts, Stage
from okapi.core.progress import KeyResultKind, Mode
from okapi.core.spans import Span

ON, RISK, OFF = Health.ON_TRACK, Health.AT_RISK, Health.OFF_TRACK
NO_DATA, NONE = Health.NO_DATA, Health.NONE
# 20 working days, 5 % each: Monday 2 to Friday 27 November 2026.
SPAN = Span(date(2026, 11, 2), date(2026, 11, 27))
HALF = date(2026, 11, 13)
REACH = KeyResultFacts(Curve(SPAN), progress=0.5, newest=HALF)
KEEP = replace(REACH, curve=Curve(SPAN, CurveKind.NONE), mode=Mode.KEEP, progress=1.0)
YES_NO = KeyResultFacts(
    Curve(SPAN, CurveKind.NONE),
    kind=KeyResultKind.YES_NO,
    progress=0.0,
    confidence=8,
    said_on=date(2026, 11, 9),
)
LEVELS = replace(YES_NO, kind=KeyResultKind.LEVELS, progress=0.3)
STEPS = replace(
    YES_NO,
    kind=KeyResultKind.MILESTONE,
    curve=milestone_curve(SPAN, [HALF, None], [1, 1]),
)


def day(number):
    return date(2026, 11, number)


def judged(facts, today=HALF, **changes):
    limits = changes.pop("limits", None)
    found = key_result_health_one(replace(facts, **changes), today, limits=limits)
    return found.health, Why(found.reason.code)


@pytest.mark.parametrize(
    ("stage", "why"),
    [(Stage.CLOSED, Why.CLOSED), (Stage.DRAFT, Why.DRAFT), (Stage.CANCELLED, Why.CANCELLED)],
)
def test_what_does_not_run_has_no_health(stage, why):
    assert judged(REACH, stage=stage, stale_on=day(3)) == (NONE, why)


def test_before_its_span_it_has_no_health():
    assert judged(REACH, day(1)) == (NONE, Why.NOT_STARTED)
    assert judged(YES_NO, day(1)) == (NONE, Why.NOT_STARTED)


def test_stale_data_are_no_data_however_good():
    assert judged(REACH, progress=1.0, stale_on=HALF) == (NO_DATA, Why.STALE)
    assert judged(KEEP, stale_on=HALF) == (NO_DATA, Why.STALE)
    assert judged(REACH, stale_on=day(14)) == (ON, Why.PACE)


def test_without_a_period_ended_and_measured_there_are_no_data():
    assert judged(REACH, newest=None, first_due=day(20)) == (NO_DATA, Why.FIRST_VALUE)
    assert judged(REACH, newest=None) == (NO_DATA, Why.NO_VALUE)
    assert judged(KEEP, newest=None, progress=None, first_due=day(20))[1] is Why.FIRST_VALUE


def test_a_reach_waits_for_its_baseline_and_a_keep_needs_none():
    assert judged(REACH, is_waiting=True, progress=None) == (NO_DATA, Why.WAITING)
    assert judged(KEEP, is_waiting=True) == (ON, Why.KEPT)


def test_a_reach_without_progress_has_no_data():
    assert judged(REACH, progress=None) == (NO_DATA, Why.NO_VALUE)


@pytest.mark.parametrize(
    ("progress", "health"),
    [
        (0.5, ON), (0.45, ON), (0.449, RISK), (0.35, RISK), (0.349, OFF), (-1.0, OFF), (2.0, ON),
    ],
)  # fmt: skip
def test_by_pace_at_half_time(progress, health):
    assert judged(REACH, progress=progress) == (health, Why.PACE)


@pytest.mark.parametrize(("end", "progress"), [(day(5), 0.18), (day(16), 0.495), (day(23), 0.72)])
def test_a_share_that_is_its_limit_but_for_rounding_meets_it(end, progress):
    # Nine tenths of 0.2, 0.55 and 0.8; in floats the quotient is a little less than 0.9.
    assert judged(REACH, end, newest=end, progress=progress) == (ON, Why.PACE)


def test_pace_is_taken_at_the_covered_date_not_today():
    assert judged(REACH, day(26), progress=0.45) == (ON, Why.PACE)


def test_for_an_aspirational_reach_seven_tenths_of_the_way_count():
    assert judged(REACH, progress=0.315, aspirational=True) == (ON, Why.PACE)
    assert judged(REACH, progress=0.314, aspirational=True) == (RISK, Why.PACE)
    assert judged(REACH, progress=0.244, aspirational=True) == (OFF, Why.PACE)


def test_early_no_pace_is_asked():
    span = Span(date(2026, 10, 1), date(2026, 12, 31))
    early = replace(REACH, curve=Curve(span), newest=date(2026, 10, 2), progress=-0.1)
    assert judged(early, date(2026, 10, 5)) == (ON, Why.EARLY)
    # The fourth of 66 working days: 6 % are expected.
    assert judged(early, date(2026, 10, 6), newest=date(2026, 10, 6)) == (OFF, Why.PACE)


def test_early_a_forecast_that_is_worse_stands():
    facts = replace(REACH, newest=day(2), progress=0.0)
    limits = Thresholds(early=0.06)
    assert judged(facts, limits=limits, probability=0.9) == (ON, Why.EARLY)
    assert judged(facts, limits=limits, probability=0.5) == (RISK, Why.CHANCE)
    assert judged(facts, limits=limits, probability=0.1) == (OFF, Why.CHANCE)


def test_nothing_is_divided_by_an_expectation_of_zero():
    calendar_gap = Span(date(2026, 11, 7), date(2026, 11, 27))  # begins on a Saturday
    facts = replace(REACH, curve=Curve(calendar_gap), newest=date(2026, 11, 8), progress=0.0)
    assert judged(facts, limits=Thresholds(early=0.0)) == (ON, Why.EARLY)


@pytest.mark.parametrize(
    ("probability", "health"), [(0.6, ON), (0.59, RISK), (0.3, RISK), (0.29, OFF), (0.0, OFF)]
)
def test_a_forecast_decides_before_pace(probability, health):
    assert judged(REACH, progress=0.0, probability=probability) == (health, Why.CHANCE)


@pytest.mark.parametrize(
    ("misses", "allowed", "health", "why"),
    [
        (0, 0, ON, Why.KEPT),
        (1, 0, OFF, Why.MISSED_TOO_OFTEN),
        (0, 1, ON, Why.KEPT),
        (1, 1, RISK, Why.LAST_MISS),
        (2, 1, OFF, Why.MISSED_TOO_OFTEN),
        (8, 9, ON, Why.MISSED),
        (9, 9, RISK, Why.LAST_MISS),
        (10, 9, OFF, Why.MISSED_TOO_OFTEN),
    ],
)
def test_keep_by_the_misses_allowed(misses, allowed, health, why):
    assert judged(KEEP, misses=misses, misses_allowed=allowed) == (health, why)


def test_keep_has_no_curve_even_if_it_was_given_one():
    found = key_result_health_one(replace(KEEP, curve=Curve(SPAN)), HALF)
    assert (found.expected, found.pace) == (None, None)


@pytest.mark.parametrize("facts", [YES_NO, LEVELS])
@pytest.mark.parametrize(
    ("confidence", "health"), [(10, ON), (7, ON), (6, RISK), (4, RISK), (3, OFF), (0, OFF)]
)
def test_without_a_curve_the_owners_word_decides(facts, confidence, health):
    assert judged(facts, confidence=confidence) == (health, Why.CONFIDENCE)


def test_without_a_word_or_after_two_missed_cadences_there_are_no_data():
    assert judged(YES_NO, confidence=None, said_on=None) == (NO_DATA, Why.NO_WORD)
    assert judged(YES_NO, day(23)) == (ON, Why.CONFIDENCE)
    assert judged(YES_NO, day(24)) == (NO_DATA, Why.SILENT)
    assert judged(YES_NO, day(24), cadence_days=14) == (ON, Why.CONFIDENCE)


@pytest.mark.parametrize("facts", [YES_NO, LEVELS, STEPS])
def test_past_due_and_not_reached_is_off_track(facts):
    assert judged(facts, day(28), confidence=10, said_on=day(27)) == (OFF, Why.PAST_DUE)


@pytest.mark.parametrize("facts", [YES_NO, LEVELS, STEPS])
def test_what_is_reached_is_on_track_without_further_words(facts):
    late = date(2026, 12, 20)
    assert judged(facts, late, progress=1.0) == (ON, Why.REACHED)
    assert judged(facts, day(3), progress=1.0, said_on=None) == (ON, Why.REACHED)


def test_an_aspirational_level_is_reached_at_seven_tenths():
    assert judged(LEVELS, day(28), progress=0.7, aspirational=True) == (ON, Why.REACHED)
    assert judged(LEVELS, day(28), progress=0.7) == (OFF, Why.PAST_DUE)
    assert judged(STEPS, day(28), progress=0.7, aspirational=True) == (OFF, Why.PAST_DUE)


def test_milestones_go_by_word_until_something_is_due_then_by_pace():
    assert judged(STEPS, day(12), confidence=5) == (RISK, Why.CONFIDENCE)
    assert judged(STEPS, HALF, confidence=10) == (OFF, Why.PACE)
    assert judged(STEPS, HALF, progress=0.5, confidence=1) == (ON, Why.PACE)


def test_a_metric_needs_no_word():
    assert judged(REACH, confidence=None, said_on=None) == (ON, Why.PACE)


def test_thresholds_are_settings():
    strict = Thresholds(pace_on=1.0, pace_risk=0.95, confidence_on=9, missed_cadences=1)
    assert judged(REACH, progress=0.45, limits=strict) == (OFF, Why.PACE)
    assert judged(REACH, progress=0.48, limits=strict) == (RISK, Why.PACE)
    assert judged(YES_NO, limits=strict) == (RISK, Why.CONFIDENCE)
    assert judged(YES_NO, day(17), limits=strict) == (NO_DATA, Why.SILENT)


def test_after_the_span_a_measured_key_result_is_covered_to_its_end():
    facts = replace(REACH, newest=day(22), progress=1.0, is_complete=True)
    assert key_result_health_one(facts, day(27)).covered_on == day(22)
    after = key_result_health_one(facts, day(28))
    assert (after.covered_on, after.expected) == (day(27), 1.0)
