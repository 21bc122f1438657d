from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.expected import Curve, CurveKind, milestone_curve
from okapi.core.health import key_result_health_one
from okapi.core.key_results import KeyResultFacts, Stage
from okapi.core.progress import KeyResultKind, Mode
from okapi.core.spans import Span

SPAN = Span(date(2026, 11, 2), date(2026, 11, 27))
REACH = KeyResultFacts(Curve(SPAN), progress=0.5, newest=date(2026, 11, 13))
YES_NO = KeyResultFacts(
    Curve(SPAN, CurveKind.NONE),
    kind=KeyResultKind.YES_NO,
    progress=0.0,
    confidence=8,
    said_on=date(2026, 11, 9),
)


def day(number):
    return date(2026, 11, number)


def turns(facts, today=date(2026, 11, 13), **changes):
    return key_result_health_one(replace(facts, **changes), today).turns_on


def test_it_turns_when_its_data_go_stale():
    assert turns(REACH, stale_on=day(20)) == day(20)
    assert turns(REACH, stale_on=day(13)) is None
    assert turns(REACH) is None


def test_it_turns_when_its_span_starts():
    assert turns(REACH, day(1)) == day(2)


def test_what_does_not_run_never_turns():
    for stage in (Stage.DRAFT, Stage.CLOSED, Stage.CANCELLED):
        assert turns(REACH, stage=stage, stale_on=day(20)) is None


def test_it_turns_when_two_cadences_are_missed_or_the_due_date_passes():
    assert turns(YES_NO) == day(24)
    assert turns(YES_NO, said_on=day(13)) == day(28)
    assert turns(YES_NO, progress=1.0) is None


def test_it_turns_when_a_milestone_falls_due_that_changes_something():
    steps = milestone_curve(SPAN, [day(16), day(18), None], [1, 2, 1])
    facts = replace(YES_NO, kind=KeyResultKind.MILESTONE, curve=steps, said_on=day(13))
    assert turns(facts) == day(16)
    # A quarter is done: on track on the 16th, too slow on the 18th.
    assert turns(facts, day(16), progress=0.25) == day(18)
    assert turns(facts, day(16), progress=0.75) == day(27)
    assert turns(facts, day(27), progress=0.75) == day(28)


def test_while_a_value_stands_for_a_running_period_expectation_moves_with_the_days():
    facts = replace(REACH, newest=day(27))
    # 0.5 of 0.55 expected is on track on Monday the 16th; of 0.6 on the 17th no longer.
    assert turns(facts) == day(17)


def test_a_complete_key_result_turns_when_its_span_is_over():
    complete = replace(REACH, newest=day(22), progress=0.7, is_complete=True)
    assert turns(complete, day(25)) == day(28)


november = st.integers(-10, 45).map(lambda step: date(2026, 11, 1) + timedelta(days=step))
kinds = st.sampled_from(KeyResultKind)


@st.composite
def any_facts(draw):
    kind = draw(kinds)
    curve = Curve(SPAN, CurveKind.NONE)
    if kind is KeyResultKind.METRIC:
        curve = Curve(SPAN)
    elif kind is KeyResultKind.MILESTONE:
        steps = draw(st.lists(st.tuples(st.none() | november, st.integers(0, 3)), max_size=4))
        curve = milestone_curve(SPAN, [due for due, _ in steps], [weight for _, weight in steps])
    return KeyResultFacts(
        curve=curve,
        kind=kind,
        mode=draw(st.sampled_from(Mode)),
        stage=draw(st.sampled_from([Stage.AGREED, Stage.AGREED, Stage.AGREED, Stage.DRAFT])),
        aspirational=draw(st.booleans()),
        progress=draw(st.none() | st.floats(-0.5, 1.5)),
        newest=draw(st.none() | st.integers(0, 25).map(lambda n: SPAN.first + timedelta(days=n))),
        first_due=draw(st.none() | november),
        stale_on=draw(st.none() | november),
        is_complete=draw(st.booleans()),
        is_waiting=draw(st.booleans()),
        misses=draw(st.integers(0, 3)),
        misses_allowed=draw(st.integers(0, 2)),
        probability=draw(st.none() | st.floats(0, 1)),
        confidence=draw(st.none() | st.integers(0, 10)),
        said_on=draw(st.none() | november),
        cadence_days=draw(st.integers(1, 14)),
    )


@given(any_facts(), november)
def test_it_turns_on_the_first_day_that_judges_otherwise(facts, today):
    now = key_result_health_one(facts, today)
    found = None
    for later in range(1, 80):
        then = key_result_health_one(facts, today + timedelta(days=later))
        if (then.health, then.reason.code) != (now.health, now.reason.code):
            found = today + timedelta(days=later)
            break
    assert now.turns_on == found


@pytest.mark.parametrize("stale_on", [None, date(2026, 12, 20)])
def test_a_word_is_asked_only_of_what_has_no_measure(stale_on):
    spoken = replace(REACH, said_on=day(9), confidence=8, stale_on=stale_on)
    assert turns(spoken) == stale_on
