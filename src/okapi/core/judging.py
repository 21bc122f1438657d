"""The rules of a key result's health, in the product's order: the first that applies.

``health`` is the door to this file; it adds reasons with data and the day on which health turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from okapi.core.columns import NEVER, Bools, Codes, Floats, Ints, code_of, divided
from okapi.core.key_results import KeyResultColumns, Stage
from okapi.core.progress import KeyResultKind, Mode
from okapi.core.thresholds import ROUNDING, Thresholds


class Health(StrEnum):
    """Whether a goal is on its way."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    NO_DATA = "no_data"
    NONE = "none"


class Why(StrEnum):
    """The rule that decided; the value is the code of its sentence."""

    CLOSED = "health.closed"
    DRAFT = "health.draft"
    CANCELLED = "health.cancelled"
    NOT_STARTED = "health.not_started"
    STALE = "health.stale"
    FIRST_VALUE = "health.first_value"
    NO_VALUE = "health.no_value"
    WAITING = "health.waiting_for_baseline"
    KEPT = "health.kept"
    MISSED = "health.missed"
    LAST_MISS = "health.last_miss"
    MISSED_TOO_OFTEN = "health.missed_too_often"
    EARLY = "health.early"
    CHANCE = "health.chance"
    PACE = "health.pace"
    REACHED = "health.reached"
    PAST_DUE = "health.past_due"
    NO_WORD = "health.no_word"
    SILENT = "health.silent"
    CONFIDENCE = "health.confidence"


ON = code_of(Health.ON_TRACK)
RISK = code_of(Health.AT_RISK)
OFF = code_of(Health.OFF_TRACK)
NO_DATA = code_of(Health.NO_DATA)
NONE = code_of(Health.NONE)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Health and its rule (``Why``) by code, and what they were judged by; NaN = none."""

    health: Codes
    why: Codes
    covered: Ints
    expected: Floats
    pace: Floats


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows being judged, each at its day, with what several rules ask."""

    facts: KeyResultColumns
    rows: Ints
    day: Ints
    limits: Thresholds

    @property
    def is_metric(self) -> Bools:
        return np.asarray(self.facts.kind[self.rows] == code_of(KeyResultKind.METRIC))

    @property
    def is_keep(self) -> Bools:
        return np.asarray(self.is_metric & (self.facts.mode[self.rows] == code_of(Mode.KEEP)))

    @property
    def is_reach(self) -> Bools:
        return np.asarray(self.is_metric & (self.facts.mode[self.rows] != code_of(Mode.KEEP)))

    def covered(self) -> Ints:
        """A metric's covered date, ``NEVER`` without a value; for the others the day itself."""
        facts, rows = self.facts, self.rows
        first, last, newest = facts.curves.first[rows], facts.curves.last[rows], facts.newest[rows]
        whole = facts.is_complete[rows] & (self.day > last)
        end = np.where(whole, last, np.maximum(np.minimum(newest, self.day), first))
        known = np.where(newest == NEVER, NEVER, np.minimum(end, last))
        return np.where(self.is_metric, known, self.day)


def silent_on(facts: KeyResultColumns, rows: Ints, limits: Thresholds) -> Ints:
    """The first day on which so many cadences have passed without a word; ``NEVER`` for no word."""
    said = facts.said_on[rows]
    days = limits.missed_cadences * facts.cadence_days[rows] + 1
    return np.where(said == NEVER, NEVER, said + days)


def judge(facts: KeyResultColumns, rows: Ints, day: Ints, limits: Thresholds) -> Judgement:
    """The health of these rows, each as it is on its day if nothing arrives until then."""
    asked = _Rows(facts, rows, day, limits)
    covered = asked.covered()
    milestone = facts.kind[rows] == code_of(KeyResultKind.MILESTONE)
    known = (covered != NEVER) & (asked.is_reach | milestone)
    expected = np.full(len(rows), np.nan)
    expected[known] = facts.curves.at(rows[known], covered[known])
    share = np.where(facts.aspirational[rows] & asked.is_reach, limits.success, 1.0)
    due = expected * share
    pace = divided(facts.progress[rows], np.where(due > 0, due, np.nan))
    rules = [
        *_not_running(asked),
        *_without_data(asked),
        *_keeping(asked),
        *_stepwise(asked),
        *_by_chance_or_pace(asked, expected, pace),
        *_by_word(asked),
    ]
    health, why = _first_of(rules)
    return Judgement(health, why, covered, expected, pace)


# A rule: the rows to which it applies, the health that it gives, and its name.
_Rule = tuple[Bools, int | Codes, Why]


def _first_of(rules: Sequence[_Rule]) -> tuple[Codes, Codes]:
    """Health and reason of each row by the first rule that applies to it."""
    applies = np.asarray([rule[0] for rule in rules])
    first = np.where(applies.any(axis=0), applies.argmax(axis=0), len(rules))
    given = [0 if isinstance(health, np.ndarray) else health for _, health, _ in rules]
    health = np.asarray([*given, NO_DATA], dtype=np.int8)[first]
    for at, (_, own, _) in enumerate(rules):
        if isinstance(own, np.ndarray):
            health = np.where(first == at, own, health)
    why = np.asarray([*(code_of(name) for _, _, name in rules), code_of(Why.NO_VALUE)], np.int8)
    return health, why[first]


def _not_running(asked: _Rows) -> list[_Rule]:
    stage = asked.facts.stage[asked.rows]
    return [
        (stage == code_of(Stage.CLOSED), NONE, Why.CLOSED),
        (stage == code_of(Stage.DRAFT), NONE, Why.DRAFT),
        (stage == code_of(Stage.CANCELLED), NONE, Why.CANCELLED),
        (asked.facts.curves.first[asked.rows] > asked.day, NONE, Why.NOT_STARTED),
    ]


def _without_data(asked: _Rows) -> list[_Rule]:
    facts, rows, metric = asked.facts, asked.rows, asked.is_metric
    stale_on = facts.stale_on[rows]
    is_stale = (stale_on != NEVER) & (asked.day >= stale_on)
    no_period = metric & (facts.newest[rows] == NEVER)
    return [
        (metric & is_stale, NO_DATA, Why.STALE),
        (no_period & (facts.first_due[rows] != NEVER), NO_DATA, Why.FIRST_VALUE),
        (no_period, NO_DATA, Why.NO_VALUE),
        (asked.is_reach & facts.is_waiting[rows], NO_DATA, Why.WAITING),
        (metric & np.isnan(facts.progress[rows]), NO_DATA, Why.NO_VALUE),
    ]


def _keeping(asked: _Rows) -> list[_Rule]:
    misses, allowed = asked.facts.misses[asked.rows], asked.facts.misses_allowed[asked.rows]
    keeps = asked.is_keep
    return [
        (keeps & (misses == 0), ON, Why.KEPT),
        (keeps & (misses < allowed), ON, Why.MISSED),
        (keeps & (misses == allowed), RISK, Why.LAST_MISS),
        (keeps, OFF, Why.MISSED_TOO_OFTEN),
    ]


def _stepwise(asked: _Rows) -> list[_Rule]:
    """Milestones, levels, yes/no: what is reached is reached; past due and not reached is off."""
    facts, rows = asked.facts, asked.rows
    levels = facts.kind[rows] == code_of(KeyResultKind.LEVELS)
    goal = np.where(levels & facts.aspirational[rows], asked.limits.success, 1.0)
    others = ~asked.is_metric
    return [
        (others & (facts.progress[rows] >= goal - ROUNDING), ON, Why.REACHED),
        (others & (asked.day > facts.curves.last[rows]), OFF, Why.PAST_DUE),
    ]


def _by_chance_or_pace(asked: _Rows, expected: Floats, pace: Floats) -> list[_Rule]:
    """Reach, and milestones of which something is due.

    Early, a pace means nothing yet and is not asked; a forecast that is worse stands.
    """
    limits = asked.limits
    chance = np.where(asked.is_reach, asked.facts.probability[asked.rows], np.nan)
    milestone = asked.facts.kind[asked.rows] == code_of(KeyResultKind.MILESTONE)
    paced = asked.is_reach | (milestone & (expected > 0))
    early = (expected < limits.early) | (expected <= 0)
    by_chance = _graded(chance, limits.chance_on, limits.chance_risk)
    foreseen = ~np.isnan(chance)
    return [
        (paced & early & ~(foreseen & (by_chance != ON)), ON, Why.EARLY),
        (paced & foreseen, by_chance, Why.CHANCE),
        (paced & ~np.isnan(pace), _graded(pace, limits.pace_on, limits.pace_risk), Why.PACE),
    ]


def _by_word(asked: _Rows) -> list[_Rule]:
    facts, rows, limits = asked.facts, asked.rows, asked.limits
    others = ~asked.is_metric
    confidence = facts.confidence[rows]
    unsaid = np.isnan(confidence) | (facts.said_on[rows] == NEVER)
    silent = asked.day >= silent_on(facts, rows, limits)
    by_word = np.where(confidence >= limits.confidence_on, ON, RISK)
    by_word = np.where(confidence <= limits.confidence_low, OFF, by_word)
    return [
        (others & unsaid, NO_DATA, Why.NO_WORD),
        (others & silent, NO_DATA, Why.SILENT),
        (others, by_word.astype(np.int8), Why.CONFIDENCE),
    ]


def _graded(share: Floats, on: float, risk: float) -> Codes:
    """On track, at risk or off track by two limits, each met by what equals it."""
    grade = np.where(share >= risk - ROUNDING, RISK, OFF)
    return np.where(share >= on - ROUNDING, ON, grade).astype(np.int8)
