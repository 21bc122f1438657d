"""Objectives: progress, support and health from their key results, one by one or all at once.

Rules: product, §4 "Progress of an objective", "Support", "Health of an objective".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from okapi.core.columns import (
    FAR,
    NEVER,
    Bools,
    Codes,
    Floats,
    Ints,
    clipped,
    code_of,
    codes,
    divided,
    floats,
    maybe,
    means_by,
    member_of,
    total_by,
)
from okapi.core.errors import Refused
from okapi.core.judging import NO_DATA, NONE, OFF, ON, RISK, Health
from okapi.core.key_results import Stage
from okapi.core.spans import Span
from okapi.core.thresholds import ROUNDING, Thresholds


class ObjectiveWhy(StrEnum):
    """The rule that decided; the value is the code of its sentence."""

    CLOSED = "health.closed"
    DRAFT = "health.draft"
    CANCELLED = "health.cancelled"
    NOT_STARTED = "health.not_started"
    NO_KEY_RESULTS = "health.no_key_results"
    MOSTLY_NO_DATA = "health.mostly_no_data"
    KEY_RESULTS = "health.key_results"


@dataclass(frozen=True, slots=True)
class ObjectiveColumns:
    """Objectives (``stage``, first day of the span ``first``) and the key results in them.

    Per key result: ``objective`` its row, ``weight``, ``health`` by code, ``counts_as`` and
    ``is_part`` from ``HealthColumns``.
    """

    stage: Codes
    first: Ints
    objective: Ints
    weight: Floats
    health: Codes
    counts_as: Floats
    is_part: Bools

    def __len__(self) -> int:
        return len(self.stage)


@dataclass(frozen=True, slots=True)
class ObjectiveOutcome:
    """Own progress (NaN: none) from ``known`` of ``counted`` key results; health before guards.

    ``mean`` is h, the weighted mean of on track 1, at risk ½, off track 0 (NaN: none).
    """

    progress: Floats
    known: Ints
    counted: Ints
    mean: Floats
    health: Codes
    why: Codes


def objective_outcome(
    columns: ObjectiveColumns, today: date, limits: Thresholds | None = None
) -> ObjectiveOutcome:
    """Progress and health of every objective."""
    limits = limits or Thresholds()
    n = len(columns)
    counts = columns.is_part & (columns.weight > 0)
    weight = np.where(counts, columns.weight, 0.0)
    known = counts & ~np.isnan(columns.counts_as)
    mean, health = _own_health(columns, weight, limits)
    final, why = _staged(columns, today.toordinal(), health)
    return ObjectiveOutcome(
        progress=means_by(columns.objective, columns.counts_as, weight, n),
        known=np.bincount(columns.objective[known], minlength=n),
        counted=np.bincount(columns.objective[counts], minlength=n),
        mean=mean,
        health=final,
        why=why,
    )


def _own_health(
    columns: ObjectiveColumns, weight: Floats, limits: Thresholds
) -> tuple[Floats, Codes]:
    group, n, of = columns.objective, len(columns), columns.health
    judged = np.where(of == NONE, 0.0, weight)
    with_data = np.where(of == NO_DATA, 0.0, judged)
    whole = total_by(group, judged, n)
    data = total_by(group, with_data, n)
    points = np.select([of == ON, of == RISK], [1.0, 0.5], 0.0)
    mean = divided(total_by(group, with_data * points, n), data)
    is_off = total_by(group, np.where(of == OFF, with_data, 0.0), n) > 0
    too_little = (whole - data) > limits.objective_no_data * whole * (1 + ROUNDING)
    health = np.select(
        [
            whole == 0,
            too_little | (data == 0),
            (mean >= limits.objective_on - ROUNDING) & ~is_off,
            mean < limits.objective_off - ROUNDING,
        ],
        [NONE, NO_DATA, ON, OFF],
        RISK,
    )
    return mean, health.astype(np.int8)


def _staged(columns: ObjectiveColumns, today: int, health: Codes) -> tuple[Codes, Codes]:
    """What does not run has no health; the rule that decided."""
    stage = columns.stage
    idle = [
        (stage == code_of(Stage.CLOSED), ObjectiveWhy.CLOSED),
        (stage == code_of(Stage.DRAFT), ObjectiveWhy.DRAFT),
        (stage == code_of(Stage.CANCELLED), ObjectiveWhy.CANCELLED),
        (columns.first > today, ObjectiveWhy.NOT_STARTED),
    ]
    told = [
        *idle,
        (health == NONE, ObjectiveWhy.NO_KEY_RESULTS),
        (health == NO_DATA, ObjectiveWhy.MOSTLY_NO_DATA),
    ]
    why = np.select(
        [applies for applies, _ in told],
        [code_of(name) for _, name in told],
        code_of(ObjectiveWhy.KEY_RESULTS),
    )
    is_idle = np.logical_or.reduce([applies for applies, _ in idle])
    return np.where(is_idle, NONE, health).astype(np.int8), why.astype(np.int8)


def objective_progress(
    counts_as: Sequence[float | None], weights: Sequence[float]
) -> tuple[float | None, int, int]:
    """Weighted mean of what the key results count as, and how many are known of how many.

    The shares are clipped here. A key result without data is left out with its weight; one of
    weight 0 is not counted.
    """
    found = _alone(counts_as, [Health.ON_TRACK] * len(weights), weights, Thresholds())
    return maybe(found.progress[0]), int(found.known[0]), int(found.counted[0])


def objective_health(
    health: Sequence[Health], weights: Sequence[float], limits: Thresholds | None = None
) -> Health:
    """The health of one running objective from that of its key results, before guards."""
    found = _alone([None] * len(health), health, weights, limits or Thresholds())
    return member_of(Health, found.health[0])


def _alone(
    shares: Sequence[float | None],
    health: Sequence[Health],
    weights: Sequence[float],
    limits: Thresholds,
) -> ObjectiveOutcome:
    n = len(weights)
    columns = ObjectiveColumns(
        stage=codes([Stage.AGREED]),
        first=np.ones(1, dtype=np.int64),
        objective=np.zeros(n, dtype=np.int64),
        weight=floats(weights),
        health=codes(health),
        counts_as=clipped(floats(shares)),
        is_part=np.ones(n, dtype=np.bool_),
    )
    return objective_outcome(columns, date.min, limits)


def support_columns(
    parent: Ints, child: Ints, progress: Floats, weight: Floats, n: int
) -> tuple[Floats, Ints]:
    """The support of each of ``n`` objectives, and by how many it is given.

    ``parent[i]`` is supported directly by the objective ``child[i]``, each pair once; progress and
    weight are the objectives' own. One without own progress gives no support.
    """
    given = clipped(progress[child])
    heavy = weight[child]
    counted = ~np.isnan(given) & (heavy > 0)
    return means_by(parent, given, heavy, n), np.bincount(parent[counted], minlength=n)


def support(progress: Sequence[float | None], weights: Sequence[float]) -> float | None:
    """The weighted mean progress of what contributes directly; None for nothing."""
    rows = np.arange(len(weights), dtype=np.int64)
    return maybe(
        support_columns(np.zeros_like(rows), rows, floats(progress), floats(weights), 1)[0][0]
    )


def gives_support(stage: Stage, span: Span, parent: Span, today: date) -> bool:
    """Whether a contributing objective counts: a running one, or a closed one inside the span."""
    if stage is Stage.AGREED:
        return span.first <= today
    return stage is Stage.CLOSED and parent.first <= span.first and span.last <= parent.last


def check_weights(weights: Sequence[float]) -> None:
    """Refuse a negative weight (``weight.negative``) and all zero (``objective.all_weights_zero``).

    An objective without key results is refused too (``objective.no_key_results``): to agree on it
    takes a strategist's override, who does not ask here.
    """
    if not weights:
        raise Refused("objective.no_key_results")
    if min(weights) < 0:
        raise Refused("weight.negative", field="weight", found=min(weights))
    if not any(weights):
        raise Refused("objective.all_weights_zero", field="weight")


def earliest_by(group: Ints, days: Ints, n: int) -> Ints:
    """The earliest day of each of ``n`` groups; ``NEVER`` days are none."""
    result = np.full(n, FAR, dtype=np.int64)
    comes = days != NEVER
    np.minimum.at(result, group[comes], days[comes])
    return np.where(result == FAR, NEVER, result)
