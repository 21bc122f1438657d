"""The first day on which a key result's health would change if nothing arrives."""

from __future__ import annotations

import numpy as np

from okapi.core.columns import FAR, NEVER, Ints, code_of
from okapi.core.expected import CurveKind
from okapi.core.judging import Judgement, judge, silent_on
from okapi.core.key_results import KeyResultColumns, Stage
from okapi.core.progress import KeyResultKind
from okapi.core.thresholds import Thresholds


def turns_on(facts: KeyResultColumns, today: int, judged: Judgement, limits: Thresholds) -> Ints:
    """For each row the first day after today with another health or rule; ``NEVER`` if none.

    Health can only change on a row's own days: its span begins or is over, its data go stale, a
    milestone falls due, the owner has been silent, or, while a value stands for a period that
    still runs, any day until that period's end. Each row is judged anew on these, in order, until
    something changes.
    """
    result = np.full(len(facts), NEVER, dtype=np.int64)
    rows = np.flatnonzero(facts.stage == code_of(Stage.AGREED))
    day = np.full(len(rows), today, dtype=np.int64)
    while len(rows):
        day = _next_day(facts, rows, day, limits)
        comes = day < FAR
        rows, day = rows[comes], day[comes]
        then = judge(facts, rows, day, limits)
        changed = (then.health != judged.health[rows]) | (then.why != judged.why[rows])
        result[rows[changed]] = day[changed]
        rows, day = rows[~changed], day[~changed]
    return result


def _next_day(facts: KeyResultColumns, rows: Ints, day: Ints, limits: Thresholds) -> Ints:
    """The first of each row's own days after its day; ``FAR`` where there is none."""
    curves = facts.curves
    metric = facts.kind[rows] == code_of(KeyResultKind.METRIC)
    steps = curves.kind[rows] == code_of(CurveKind.STEPS)
    over = curves.last[rows] + 1
    still_runs = metric & (facts.newest[rows] > day) & (over > day + 1)
    own_days = [
        curves.first[rows],
        np.where(metric, facts.stale_on[rows], NEVER),
        np.where(metric & ~facts.is_complete[rows], NEVER, over),
        np.where(metric, NEVER, silent_on(facts, rows, limits)),
        np.where(steps, curves.next_point(rows, day), NEVER),
        np.where(still_runs, day + 1, NEVER),
    ]
    later = [np.where(own > day, own, FAR) for own in own_days]
    return np.asarray(np.minimum.reduce(later), dtype=np.int64)
