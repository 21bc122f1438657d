"""Health: computed for key results one by one or 300,000 at once, with its reason.

Rules: product, §4 "Health of a KR", "Mismatch", "Metric KR, keep". The health of objectives is in
``objectives``, what guards do to it in ``guards``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from okapi.core.calendars import WorkingCalendar
from okapi.core.columns import (
    NEVER,
    Bools,
    Codes,
    Floats,
    Ints,
    clipped,
    code_of,
    day_of,
    maybe,
    member_of,
)
from okapi.core.expected import elapsed_columns
from okapi.core.judging import OFF, ON, Health, Judgement, Why, judge
from okapi.core.key_results import KeyResultColumns, KeyResultFacts, Stage
from okapi.core.progress import KeyResultKind, Mode
from okapi.core.thresholds import Thresholds
from okapi.core.turning import turns_on

__all__ = [
    "Health",
    "HealthColumns",
    "KeyResultColumns",
    "KeyResultFacts",
    "KeyResultHealth",
    "Reason",
    "Stage",
    "Thresholds",
    "Why",
    "is_mismatch",
    "key_result_health",
    "key_result_health_one",
    "reason_of",
]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a health is what it is: the code of a sentence with its data."""

    code: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HealthColumns:
    """The health of many key results, row by row as they came in.

    ``health`` and ``why`` are codes of ``Health`` and ``Why``. ``covered`` is the day at which
    ``expected`` was taken (NaN without a curve or a value); ``pace`` is progress ÷ expected up to
    the success point. ``counts_as`` is what the row adds to its objective's progress: clipped, a
    keep by the elapsed share of its span; NaN where it has no figure. ``is_part`` are the rows
    that belong to their objective's figures at all: agreed and closed ones.
    """

    health: Codes
    why: Codes
    covered: Ints
    expected: Floats
    pace: Floats
    counts_as: Floats
    is_part: Bools
    mismatch: Bools
    turns_on: Ints


@dataclass(frozen=True, slots=True)
class KeyResultHealth:
    """The health of one key result; see ``HealthColumns``."""

    health: Health
    reason: Reason
    covered_on: date | None
    expected: float | None
    pace: float | None
    counts_as: float | None
    mismatch: bool
    turns_on: date | None


def key_result_health(
    facts: KeyResultColumns, today: date, limits: Thresholds | None = None
) -> HealthColumns:
    """The health of every row today, and the day on which it will turn by itself."""
    limits = limits or Thresholds()
    rows = np.arange(len(facts), dtype=np.int64)
    now = today.toordinal()
    judged = judge(facts, rows, np.full(len(facts), now, dtype=np.int64), limits)
    started = facts.curves.first <= now
    is_part = (facts.stage == code_of(Stage.AGREED)) | (facts.stage == code_of(Stage.CLOSED))
    counts_as = np.where(is_part & started, _counts_as(facts, judged), np.nan)
    return HealthColumns(
        health=judged.health,
        why=judged.why,
        covered=judged.covered,
        expected=judged.expected,
        pace=judged.pace,
        counts_as=counts_as,
        is_part=is_part,
        mismatch=_mismatch(judged.health, facts.confidence, limits),
        turns_on=turns_on(facts, now, judged, limits),
    )


def key_result_health_one(
    facts: KeyResultFacts,
    today: date,
    *,
    calendar: WorkingCalendar | None = None,
    limits: Thresholds | None = None,
) -> KeyResultHealth:
    """The health of one key result: the columns with one row."""
    columns = KeyResultColumns.of([facts], calendar or WorkingCalendar())
    found = key_result_health(columns, today, limits)
    return KeyResultHealth(
        health=member_of(Health, found.health[0]),
        reason=reason_of(columns, found, 0),
        covered_on=day_of(int(found.covered[0])),
        expected=maybe(found.expected[0]),
        pace=maybe(found.pace[0]),
        counts_as=maybe(found.counts_as[0]),
        mismatch=bool(found.mismatch[0]),
        turns_on=day_of(int(found.turns_on[0])),
    )


def _counts_as(facts: KeyResultColumns, judged: Judgement) -> Floats:
    """Clipped progress; a keep's by the share of its span elapsed at the covered date."""
    share = np.ones(len(facts))
    keeps = (facts.kind == code_of(KeyResultKind.METRIC)) & (facts.mode == code_of(Mode.KEEP))
    known = np.flatnonzero(keeps & (judged.covered != NEVER))
    curves = facts.curves
    share[known] = elapsed_columns(
        curves.first[known], curves.last[known], judged.covered[known], curves.calendar
    )
    return clipped(facts.progress) * share


def _mismatch(health: Codes, confidence: Floats, limits: Thresholds) -> Bools:
    too_sure = (confidence >= limits.confidence_on) & (health == OFF)
    too_shy = (confidence <= limits.confidence_low) & (health == ON)
    return np.asarray(too_sure | too_shy, dtype=np.bool_)


def is_mismatch(health: Health, confidence: float | None, limits: Thresholds | None = None) -> bool:
    """Whether the owner's confidence and the computed health contradict each other."""
    sure = np.asarray([np.nan if confidence is None else confidence], dtype=np.float64)
    code = np.asarray([code_of(health)], dtype=np.int8)
    return bool(_mismatch(code, sure, limits or Thresholds())[0])


def reason_of(facts: KeyResultColumns, found: HealthColumns, row: int) -> Reason:
    """The reason of one row with the figures that its sentence needs."""
    why = member_of(Why, found.why[row])
    if why is Why.CHANCE and row in facts.outlooks:
        outlook = facts.outlooks[row]
        return Reason(outlook.code, dict(outlook.data))
    tells = _TELLS.get(why, {})
    return Reason(why.value, {name: tell(facts, found, row) for name, tell in tells.items()})


# What each reason tells beside its code; the others tell nothing more.
_Tell = Callable[[KeyResultColumns, HealthColumns, int], Any]
_MISSES: dict[str, _Tell] = {
    "misses": lambda facts, _, row: int(facts.misses[row]),
    "allowed": lambda facts, _, row: int(facts.misses_allowed[row]),
}
_TELLS: dict[Why, dict[str, _Tell]] = {
    Why.NOT_STARTED: {"on": lambda facts, _, row: day_of(int(facts.curves.first[row]))},
    Why.STALE: {"since": lambda facts, _, row: day_of(int(facts.stale_on[row]))},
    Why.FIRST_VALUE: {"due": lambda facts, _, row: day_of(int(facts.first_due[row]))},
    Why.MISSED: _MISSES,
    Why.LAST_MISS: _MISSES,
    Why.MISSED_TOO_OFTEN: _MISSES,
    Why.CHANCE: {"chance": lambda facts, _, row: float(facts.probability[row])},
    Why.PACE: {
        "pace": lambda _, found, row: maybe(found.pace[row]),
        "progress": lambda facts, _, row: maybe(facts.progress[row]),
        "expected": lambda _, found, row: maybe(found.expected[row]),
    },
    Why.PAST_DUE: {"due": lambda facts, _, row: day_of(int(facts.curves.last[row]))},
    Why.SILENT: {"since": lambda facts, _, row: day_of(int(facts.said_on[row]))},
    Why.CONFIDENCE: {"confidence": lambda facts, _, row: maybe(facts.confidence[row])},
}
