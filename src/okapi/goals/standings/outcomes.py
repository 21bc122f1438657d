"""The figures of objectives: own progress and health from their key results, then guards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from okapi.core.columns import FAR, NEVER, Bools, Codes, Ints, code_of, codes, days, floats
from okapi.core.guards import Guarded, with_guards
from okapi.core.health import Stage
from okapi.core.objectives import ObjectiveColumns, ObjectiveOutcome, earliest_by, objective_outcome
from okapi.goals.standings.guarding import Guarding, guarding
from okapi.goals.standings.judging import KeyResultFigures, judge
from okapi.goals.standings.loading import Goals


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that was computed for these goals.

    `mismatches` and `moved` count the key results of each objective whose confidence and health do
    not fit, and those that move a KPI.
    """

    goals: Goals
    key_results: KeyResultFigures
    outcome: ObjectiveOutcome
    guarding: Guarding
    guarded: Guarded
    turns_on: Ints
    mismatches: Ints
    moved: Ints


def compute(goals: Goals) -> Figures:
    """All figures; one or two statements (measurements)."""
    key_results = judge(goals)
    today = goals.setting.today
    stage = codes(goals.stage(row.state, row.agreed_on, row.closed_on) for row in goals.objectives)
    first = days(
        row.starts if row.agreed_on is None else max(row.starts, row.agreed_on)
        for row in goals.objectives
    )
    columns = ObjectiveColumns(
        stage=stage,
        first=first,
        objective=np.asarray(
            [goals.objective_at[row.objective_id] for row in goals.key_results], dtype=np.int64
        ),
        weight=floats(row.weight for row in goals.key_results),
        health=key_results.found.health,
        counts_as=key_results.found.counts_as,
        is_part=key_results.found.is_part,
    )
    outcome = objective_outcome(columns, today, goals.setting.limits)
    guards = guarding(goals)
    runs = (stage == code_of(Stage.AGREED)) & (first <= today.toordinal())
    return Figures(
        goals=goals,
        key_results=key_results,
        outcome=outcome,
        guarding=guards,
        guarded=with_guards(outcome.health, runs, guards.objective, guards.caps),
        turns_on=_turns_on(columns, key_results, guards, stage, today.toordinal()),
        mismatches=_counted(columns, key_results.found.mismatch),
        moved=_counted(columns, key_results.first_move >= 0),
    )


def _counted(columns: ObjectiveColumns, which: Bools) -> Ints:
    """How many of each objective's key results these are."""
    return np.bincount(columns.objective[which], minlength=len(columns.stage))


def _turns_on(
    columns: ObjectiveColumns,
    key_results: KeyResultFigures,
    guards: Guarding,
    stage: Codes,
    today: int,
) -> Ints:
    """The first day on which the span begins, a key result turns, or a guard does."""
    n = len(stage)
    by_key_results = earliest_by(columns.objective, key_results.found.turns_on, n)
    own_days = [
        np.where(columns.first > today, columns.first, FAR),
        np.where(by_key_results == NEVER, FAR, by_key_results),
        guards.turns_on,
    ]
    soonest = np.minimum.reduce(own_days)
    runs = stage == code_of(Stage.AGREED)
    return np.where(runs & (soonest < FAR), soonest, NEVER)
