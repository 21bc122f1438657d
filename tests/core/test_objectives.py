import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.columns import NEVER, codes, floats, maybe, member_of
from okapi.core.errors import Refused
from okapi.core.health import Health
from okapi.core.key_results import Stage
from okapi.core.objectives import (
    ObjectiveColumns,
    ObjectiveWhy,
    check_weights,
    earliest_by,
    gives_support,
    objective_health,
    objective_outcome,
    objective_progress,
    support,
    support_columns,
)
from okapi.core.spans import Span

ON, RISK, OFF = Health.ON_TRACK, Health.AT_RISK, Health.OFF_TRACK
NO_DATA, NONE = Health.NO_DATA, Health.NONE
TODAY = date(2026, 11, 23)
CASES = json.loads(
    (Path(__file__).parents[1] / "data/okr-scoring-cases/cases.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES["google_scale"]["cases"])
def test_the_objective_is_the_mean_of_its_key_results(case):
    found, _, _ = objective_progress(case["kr"], [1] * len(case["kr"]))
    assert found == pytest.approx(case["objective"], abs=1e-9)


@pytest.mark.parametrize("case", CASES["weighted"]["cases"])
def test_the_objective_is_the_weighted_mean(case):
    found, _, _ = objective_progress(case["progress"], case["weight"])
    assert found == pytest.approx(case["objective"], abs=1e-12)


@pytest.mark.parametrize(
    ("progress", "weights", "found"),
    [
        ([0.5, None, 1.0], [1, 1, 1], (0.75, 2, 3)),  # "2 of 3"
        ([-0.5, 1.5], [1, 1], (0.5, 2, 2)),  # clipped
        ([0.5, 0.9], [1, 0], (0.5, 1, 1)),  # weight 0 is not counted
        ([None, None], [1, 1], (None, 0, 2)),
        ([0.5], [0], (None, 0, 0)),
        ([], [], (None, 0, 0)),
    ],
)
def test_progress_leaves_out_and_tells(progress, weights, found):
    assert objective_progress(progress, weights) == found


@pytest.mark.parametrize(
    ("health", "weights", "found"),
    [
        ([ON, OFF], [1, 1], RISK),
        ([ON, OFF, OFF], [1, 1, 1], OFF),
        ([ON, ON, RISK], [1, 1, 1], ON),
        ([ON] * 9 + [OFF], [1] * 10, RISK),
        ([ON, ON, ON, RISK, RISK], [1] * 5, ON),  # 0.8 is enough
        ([ON, RISK], [1, 1], RISK),
        ([RISK, RISK, RISK, RISK, OFF], [1] * 5, RISK),  # 0.4 is enough
        ([RISK, RISK, RISK, OFF], [1] * 4, OFF),
        ([ON, NO_DATA], [1, 1], ON),  # half of the weight is not more than half
        ([ON, NO_DATA, NO_DATA], [1, 1, 1], NO_DATA),
        ([ON, NO_DATA], [1, 2], NO_DATA),
        ([NO_DATA], [1], NO_DATA),
        ([ON, OFF], [1, 0], ON),  # weight 0 is not counted
        ([ON, NONE], [1, 5], ON),  # not started yet
        ([NONE], [1], NONE),
        ([], [], NONE),
        ([ON], [0], NONE),
    ],
)
def test_health_of_an_objective(health, weights, found):
    assert objective_health(health, weights) is found


def columns(stage, key_results, first=TODAY):
    """Objectives, each with its (health, counts_as, weight, is_part)."""
    flat = [key_result for objective in key_results for key_result in objective]
    return ObjectiveColumns(
        stage=codes(stage),
        first=np.full(len(stage), first.toordinal()),
        objective=np.repeat(np.arange(len(stage)), [len(o) for o in key_results]),
        weight=floats(k[2] for k in flat),
        health=codes(k[0] for k in flat),
        counts_as=floats(k[1] for k in flat),
        is_part=np.asarray([k[3] for k in flat], dtype=np.bool_),
    )


@pytest.mark.parametrize(
    ("stage", "first", "why"),
    [
        (Stage.CLOSED, TODAY, ObjectiveWhy.CLOSED),
        (Stage.DRAFT, TODAY, ObjectiveWhy.DRAFT),
        (Stage.CANCELLED, TODAY, ObjectiveWhy.CANCELLED),
        (Stage.AGREED, date(2026, 11, 24), ObjectiveWhy.NOT_STARTED),
    ],
)
def test_what_does_not_run_has_no_health(stage, first, why):
    found = objective_outcome(columns([stage], [[(ON, 0.5, 1, True)]], first), TODAY)
    assert member_of(Health, found.health[0]) is NONE
    assert member_of(ObjectiveWhy, found.why[0]) is why


def test_the_rule_is_told():
    krs = [[(ON, 0.5, 1, True)], [(NO_DATA, None, 1, True)], []]
    found = objective_outcome(columns([Stage.AGREED] * 3, krs), TODAY)
    assert [member_of(ObjectiveWhy, code) for code in found.why] == [
        ObjectiveWhy.KEY_RESULTS,
        ObjectiveWhy.MOSTLY_NO_DATA,
        ObjectiveWhy.NO_KEY_RESULTS,
    ]
    assert [maybe(mean) for mean in found.mean] == [1.0, None, None]


def test_drafts_and_cancelled_key_results_are_no_part_of_it():
    krs = [[(ON, 0.4, 1, True), (NONE, 0.9, 5, False)]]
    found = objective_outcome(columns([Stage.AGREED], krs), TODAY)
    assert (found.progress[0], found.known[0], found.counted[0]) == (0.4, 1, 1)


key_results = st.lists(
    st.tuples(
        st.sampled_from(Health),
        st.none() | st.floats(0, 1),
        st.integers(0, 6),
        st.booleans(),
    ),
    max_size=5,
)


@given(st.lists(key_results, max_size=6))
def test_objectives_in_columns_are_the_hand_calculation(objectives):
    found = objective_outcome(columns([Stage.AGREED] * len(objectives), objectives), TODAY)
    for row, krs in enumerate(objectives):
        counted = [k for k in krs if k[3] and k[2] > 0]
        known = [k for k in counted if k[1] is not None]
        weight = sum(k[2] for k in known)
        by_hand = sum(k[1] * k[2] for k in known) / weight if weight else None
        assert maybe(found.progress[row]) == (
            None if by_hand is None else pytest.approx(by_hand, abs=1e-12)
        )
        assert (found.known[row], found.counted[row]) == (len(known), len(counted))
        alone = objective_health([k[0] for k in counted], [k[2] for k in counted])
        assert member_of(Health, found.health[row]) is alone


@given(st.lists(st.tuples(st.sampled_from(Health), st.integers(0, 6)), max_size=6))
def test_objective_health_by_hand(key_results):
    judged = [(h, w) for h, w in key_results if h is not NONE and w]
    data = [(h, w) for h, w in judged if h is not NO_DATA]
    all_weight, weight = sum(w for _, w in judged), sum(w for _, w in data)
    if not judged:
        by_hand = NONE
    elif 2 * (all_weight - weight) > all_weight:
        by_hand = NO_DATA
    else:
        points = sum(w * {ON: 10, RISK: 5, OFF: 0}[h] for h, w in data)
        if points >= 8 * weight and OFF not in [h for h, _ in data]:
            by_hand = ON
        else:
            by_hand = OFF if points < 4 * weight else RISK
    assert objective_health([h for h, _ in key_results], [w for _, w in key_results]) is by_hand


def test_support_is_the_weighted_mean_of_what_contributes_directly():
    assert support([0.2, 0.6], [1, 3]) == pytest.approx(0.5)
    assert support([0.2, None, 1.4], [1, 9, 1]) == pytest.approx(0.6)
    assert support([None], [1]) is None
    assert support([], []) is None


def test_support_of_many():
    parent, child = np.array([0, 0, 3, 3]), np.array([1, 2, 1, 4])
    progress = floats([0.9, 0.2, 0.4, None, None])
    given_by, count = support_columns(parent, child, progress, np.ones(5), 5)
    assert [maybe(value) for value in given_by] == [
        pytest.approx(0.3), None, None, 0.2, None,
    ]  # fmt: skip
    assert count.tolist() == [2, 0, 0, 1, 0]


def test_running_ones_and_closed_ones_inside_the_span_give_support():
    year = Span(date(2026, 1, 1), date(2026, 12, 31))
    third = Span(date(2026, 7, 1), date(2026, 9, 30))
    last_year = Span(date(2025, 10, 1), date(2025, 12, 31))
    across = Span(date(2025, 12, 1), date(2026, 2, 28))
    assert gives_support(Stage.AGREED, third, year, TODAY)
    assert not gives_support(Stage.AGREED, third, year, date(2026, 6, 30))
    assert gives_support(Stage.CLOSED, third, year, TODAY)
    assert not gives_support(Stage.CLOSED, last_year, year, TODAY)
    assert not gives_support(Stage.CLOSED, across, year, TODAY)
    assert not gives_support(Stage.DRAFT, third, year, TODAY)
    assert not gives_support(Stage.CANCELLED, third, year, TODAY)


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ([], "objective.no_key_results"),
        ([0, 0], "objective.all_weights_zero"),
        ([1, -1], "weight.negative"),
    ],
)
def test_weights_that_cannot_be_agreed(weights, code):
    with pytest.raises(Refused) as refused:
        check_weights(weights)
    assert refused.value.code == code


def test_one_weight_is_enough():
    check_weights([0, 0.5])


def test_an_objective_turns_with_the_first_of_its_key_results():
    found = earliest_by(np.array([0, 0, 2, 2]), np.array([30, 20, NEVER, NEVER]), 3)
    assert found.tolist() == [20, NEVER, NEVER]
