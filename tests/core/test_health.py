from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.calendars import WorkingCalendar
from okapi.core.columns import NEVER, day_of, maybe, member_of
from okapi.core.expected import Curve, CurveKind, milestone_curve, plan_curve
from okapi.core.frequencies import Frequency
from okapi.core.health import (
    Health,
    Reason,
    is_mismatch,
    key_result_health,
    key_result_health_one,
    reason_of,
)
from okapi.core.key_results import KeyResultColumns, KeyResultFacts, Stage
from okapi.core.outlooks import Outlook, Steps
from okapi.core.progress import KeyResultKind, Mode
from okapi.core.spans import Span

SPAN = Span(date(2026, 11, 2), date(2026, 11, 27))
HALF = date(2026, 11, 13)
REACH = KeyResultFacts(Curve(SPAN), progress=0.45, newest=HALF)
KEEP = replace(REACH, curve=Curve(SPAN, CurveKind.NONE), mode=Mode.KEEP, progress=0.8)
WORD = KeyResultFacts(Curve(SPAN, CurveKind.NONE), kind=KeyResultKind.YES_NO)


def day(number):
    return date(2026, 11, number)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (
            REACH,
            Reason("health.pace", {"pace": 0.9, "progress": 0.45, "expected": 0.5}),
        ),
        (replace(REACH, probability=0.4), Reason("health.chance", {"chance": 0.4})),
        (
            replace(
                REACH,
                probability=0.62,
                outlook=Outlook(0.62, 3, Frequency.WEEK, Steps.CHANGE, 1.2, 0.9),
            ),
            Reason(
                "health.chance.week.change", {"chance": 0.62, "n": 3, "needs": 1.2, "done": 0.9}
            ),
        ),
        (replace(REACH, stale_on=day(12)), Reason("health.stale", {"since": day(12)})),
        (
            replace(REACH, newest=None, first_due=day(20)),
            Reason("health.first_value", {"due": day(20)}),
        ),
        (replace(REACH, stage=Stage.DRAFT), Reason("health.draft")),
        (
            replace(REACH, curve=Curve(Span(day(20), day(27)))),
            Reason("health.not_started", {"on": day(20)}),
        ),
        (
            replace(KEEP, misses=2, misses_allowed=1),
            Reason("health.missed_too_often", {"misses": 2, "allowed": 1}),
        ),
        (
            replace(WORD, confidence=5, said_on=day(12)),
            Reason("health.confidence", {"confidence": 5}),
        ),
        (
            replace(WORD, confidence=5, said_on=day(12), cadence_days=0),
            Reason("health.silent", {"since": day(12)}),
        ),
        (
            replace(WORD, curve=Curve(Span(day(2), day(12)), CurveKind.NONE)),
            Reason("health.past_due", {"due": day(12)}),
        ),
    ],
)
def test_a_reason_tells_what_its_sentence_needs(facts, reason):
    assert key_result_health_one(facts, HALF).reason == reason


@pytest.mark.parametrize(
    ("health", "confidence", "found"),
    [
        (Health.OFF_TRACK, 7, True),
        (Health.OFF_TRACK, 6, False),
        (Health.ON_TRACK, 3, True),
        (Health.ON_TRACK, 4, False),
        (Health.AT_RISK, 10, False),
        (Health.AT_RISK, 0, False),
        (Health.NO_DATA, 10, False),
        (Health.OFF_TRACK, None, False),
    ],
)
def test_mismatch(health, confidence, found):
    assert is_mismatch(health, confidence) is found


def test_a_mismatch_is_told_with_the_health():
    assert key_result_health_one(replace(REACH, progress=0.1, confidence=9), HALF).mismatch
    assert not key_result_health_one(replace(REACH, confidence=9), HALF).mismatch


def test_a_keep_counts_by_the_elapsed_share_of_its_span():
    assert key_result_health_one(KEEP, HALF).counts_as == 0.4
    first = key_result_health_one(replace(KEEP, newest=day(2), progress=1.0), day(2))
    assert first.counts_as == 0.05
    # At the covered date: nothing is earned by waiting.
    assert key_result_health_one(KEEP, day(27)).counts_as == 0.4


@pytest.mark.parametrize(
    ("facts", "counts_as"),
    [
        (replace(REACH, progress=-0.3), 0.0),
        (replace(REACH, progress=1.7), 1.0),
        (replace(REACH, progress=None), None),
        (replace(REACH, stale_on=day(3)), 0.45),  # the last figure is kept
        (replace(REACH, stage=Stage.CLOSED), 0.45),
        (replace(REACH, stage=Stage.DRAFT), None),
        (replace(REACH, stage=Stage.CANCELLED), None),
        (replace(REACH, curve=Curve(Span(day(20), day(27)))), None),
    ],
)
def test_roll_ups_clip_and_count_what_runs_or_is_closed(facts, counts_as):
    assert key_result_health_one(facts, HALF).counts_as == counts_as


dates = st.integers(-30, 60).map(lambda step: date(2026, 11, 1) + timedelta(days=step))


@st.composite
def any_facts(draw):
    first = draw(dates)
    span = Span(first, first + timedelta(days=draw(st.integers(0, 40))))
    kind = draw(st.sampled_from(KeyResultKind))
    steps = draw(st.lists(st.tuples(st.none() | dates, st.integers(0, 3)), max_size=3))
    curve = draw(
        st.sampled_from(
            [
                Curve(span),
                Curve(span, CurveKind.NONE),
                plan_curve(span, [(span.last, Decimal(3))], adds_up=True),
            ]
        )
    )
    if kind is KeyResultKind.MILESTONE:
        curve = milestone_curve(span, [due for due, _ in steps], [weight for _, weight in steps])
    return KeyResultFacts(
        curve=curve,
        kind=kind,
        mode=draw(st.sampled_from(Mode)),
        stage=draw(st.sampled_from(Stage)),
        aspirational=draw(st.booleans()),
        progress=draw(st.none() | st.floats(-2, 2)),
        newest=draw(st.none() | dates),
        first_due=draw(st.none() | dates),
        stale_on=draw(st.none() | dates),
        is_complete=draw(st.booleans()),
        is_waiting=draw(st.booleans()),
        misses=draw(st.integers(0, 3)),
        misses_allowed=draw(st.integers(0, 2)),
        probability=draw(st.none() | st.floats(0, 1)),
        confidence=draw(st.none() | st.integers(0, 10)),
        said_on=draw(st.none() | dates),
        cadence_days=draw(st.integers(1, 10)),
    )


@given(st.lists(any_facts(), max_size=12), dates)
def test_health_in_columns_is_health_row_by_row(rows, today):
    columns = KeyResultColumns.of(rows, WorkingCalendar())
    found = key_result_health(columns, today)
    for row, facts in enumerate(rows):
        one = key_result_health_one(facts, today)
        assert member_of(Health, found.health[row]) is one.health
        assert reason_of(columns, found, row) == one.reason
        assert day_of(int(found.covered[row])) == one.covered_on
        assert maybe(found.expected[row]) == one.expected
        assert maybe(found.pace[row]) == one.pace
        assert maybe(found.counts_as[row]) == one.counts_as
        assert bool(found.mismatch[row]) is one.mismatch
        assert day_of(int(found.turns_on[row])) == one.turns_on


@given(st.lists(any_facts(), max_size=12), dates)
def test_health_is_total_and_shares_are_shares(rows, today):
    found = key_result_health(KeyResultColumns.of(rows, WorkingCalendar()), today)
    known = ~np.isnan(found.counts_as)
    assert ((found.counts_as[known] >= 0) & (found.counts_as[known] <= 1)).all()
    assert ((found.turns_on == NEVER) | (found.turns_on > today.toordinal())).all()
    assert len(found.health) == len(found.why) == len(rows)
