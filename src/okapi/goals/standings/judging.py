"""From moves, steps and words to the figures of key results: columns, one row per key result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import numpy as np

from okapi.core.columns import (
    Bools,
    Codes,
    Floats,
    Ints,
    code_of,
    codes,
    days,
    floats,
    number,
)
from okapi.core.expected import Curve, CurveKind, Curves, milestone_curve
from okapi.core.health import HealthColumns, KeyResultColumns, Stage, key_result_health
from okapi.core.objectives import earliest_by
from okapi.core.progress import KeyResultKind, Mode, combine_move_columns, milestone_columns
from okapi.core.spans import Span
from okapi.goals.choices import ExpectedCurve, ObjectiveKind
from okapi.goals.standings.ahead import chances, outlooks_of
from okapi.goals.standings.loading import Goals, MilestoneRow
from okapi.goals.standings.moving import Moving, moving
from okapi.goals.standings.timing import spans_of


@dataclass(frozen=True, slots=True)
class Words:
    """The owners' last words per key result."""

    confidence: Sequence[int | None]
    at: Sequence[datetime | None]
    level: Sequence[str]
    is_done: Sequence[bool | None]


@dataclass(frozen=True, slots=True)
class KeyResultFigures:
    """All figures of key results, ready to be stored; `first_move` is −1 where nothing is moved."""

    facts: KeyResultColumns
    found: HealthColumns
    moving: Moving
    first_move: Ints
    keeps: Bools
    inside: Ints
    ended: Ints
    words: Words


def judge(goals: Goals) -> KeyResultFigures:
    """The figures of all key results of these goals; one statement (the measurements)."""
    spans = spans_of(goals)
    moves = moving(goals, spans)
    words = _words(goals)
    n = len(goals.key_results)
    first_move = np.full(n, -1, dtype=np.int64)
    first_move[moves.key_result[::-1]] = np.arange(len(moves.key_result))[::-1]
    kind = codes(KeyResultKind(row.kind) for row in goals.key_results)
    keeps = (first_move >= 0) & (_counts(moves, moves.mode != code_of(Mode.KEEP), n) == 0)
    progress = _progress(goals, moves, kind, words)
    stage = codes(
        goals.stage(row.state, row.agreed_on, _closed_on(goals, row.objective_id))
        for row in goals.key_results
    )
    aspirational = np.asarray(
        [_is_aspirational(goals, row.objective_id) for row in goals.key_results], dtype=np.bool_
    )
    outlooks = outlooks_of(
        moves.ahead,
        moves.key_result,
        progress,
        stage == code_of(Stage.AGREED),
        np.where(aspirational, goals.setting.limits.success, 1.0),
    )
    facts = KeyResultColumns(
        curves=_curves(goals, moves, spans, kind, keeps, first_move),
        kind=kind,
        mode=np.where(keeps, code_of(Mode.KEEP), code_of(Mode.REACH)).astype(np.int8),
        stage=stage,
        aspirational=aspirational,
        progress=progress,
        newest=earliest_by(moves.key_result, moves.newest, n),
        first_due=earliest_by(moves.key_result, moves.first_due, n),
        stale_on=earliest_by(moves.key_result, moves.stale_on, n),
        is_complete=(first_move >= 0) & (_counts(moves, ~moves.is_complete, n) == 0),
        is_waiting=(_counts(moves, moves.is_waiting, n) > 0) & np.isnan(progress),
        misses=_sums(moves, moves.ended - moves.inside, n),
        misses_allowed=_sums(moves, moves.allowed, n),
        probability=chances(outlooks, n),
        confidence=floats(words.confidence),
        said_on=days(_local_day(goals, moment) for moment in words.at),
        cadence_days=_cadences(goals),
        outlooks=outlooks,
    )
    return KeyResultFigures(
        facts=facts,
        found=_found(goals, facts),
        moving=moves,
        first_move=first_move,
        keeps=keeps,
        inside=_sums(moves, moves.inside, n),
        ended=_sums(moves, moves.ended, n),
        words=words,
    )


def _found(goals: Goals, facts: KeyResultColumns) -> HealthColumns:
    return key_result_health(facts, goals.setting.today, goals.setting.limits)


def _counts(moves: Moving, which: Bools, n: int) -> Ints:
    return np.bincount(moves.key_result[which], minlength=n)


def _sums(moves: Moving, values: Ints, n: int) -> Ints:
    """The sum over the keeps of each key result."""
    kept = np.where(moves.mode == code_of(Mode.KEEP), values, 0)
    return np.bincount(moves.key_result, weights=kept, minlength=n).astype(np.int64)


def _closed_on(goals: Goals, objective_id: UUID) -> date | None:
    return goals.objectives[goals.objective_at[objective_id]].closed_on


def _is_aspirational(goals: Goals, objective_id: UUID) -> bool:
    row = goals.objectives[goals.objective_at[objective_id]]
    return row.kind == ObjectiveKind.ASPIRATIONAL


def _cadences(goals: Goals) -> Ints:
    found = [
        row.cadence_days or goals.objectives[goals.objective_at[row.objective_id]].cadence_days
        for row in goals.key_results
    ]
    return np.asarray(found, dtype=np.int64)


def _local_day(goals: Goals, moment: datetime | None) -> date | None:
    return None if moment is None else moment.astimezone(goals.setting.zone).date()


def _words(goals: Goals) -> Words:
    """The last of each that was said, and when there was a word at all."""
    n = len(goals.key_results)
    words = Words([None] * n, [None] * n, [""] * n, [None] * n)
    confidence, at, level, is_done = (
        list(words.confidence), list(words.at), list(words.level), list(words.is_done)
    )  # fmt: skip
    for said in goals.check_ins:
        row = goals.key_result_at[said.key_result_id]
        at[row] = said.at
        confidence[row] = confidence[row] if said.confidence is None else said.confidence
        level[row] = said.level or level[row]
        is_done[row] = is_done[row] if said.is_done is None else said.is_done
    return Words(confidence, at, level, is_done)


def _progress(goals: Goals, moves: Moving, kind: Codes, words: Words) -> Floats:
    n = len(goals.key_results)
    weight = floats(move.weight for move in goals.moves)
    progress = combine_move_columns(moves.key_result, moves.progress, weight, n)
    steps = _milestone_rows(goals)
    by_steps = milestone_columns(
        np.asarray([goals.key_result_at[row.key_result_id] for row in steps], dtype=np.int64),
        floats(row.weight for row in steps),
        np.asarray([row.done_on is not None for row in steps], dtype=np.bool_),
        n,
    )
    by_word = floats(_by_word(goals, words))
    choices = [by_steps, by_word, by_word]
    kinds = [KeyResultKind.MILESTONE, KeyResultKind.LEVELS, KeyResultKind.YES_NO]
    return np.select([kind == code_of(one) for one in kinds], choices, progress)


def _milestone_rows(goals: Goals) -> list[MilestoneRow]:
    """The milestones as they stood on the day."""
    if not goals.setting.as_known:
        return list(goals.milestones)
    today = goals.setting.today
    return [
        row if row.done_on is None or row.done_on <= today else row._replace(done_on=None)
        for row in goals.milestones
    ]


def _by_word(goals: Goals, words: Words) -> Iterable[Decimal | float | None]:
    """What the owner's last word makes of a level or a yes/no; None before the first word."""
    for row, level, is_done in zip(goals.key_results, words.level, words.is_done, strict=True):
        if row.kind == KeyResultKind.LEVELS:
            yield goals.levels.get((row.id, level))
        elif row.kind == KeyResultKind.YES_NO and is_done is not None:
            yield float(is_done)
        else:
            yield None


def _curves(
    goals: Goals,
    moves: Moving,
    spans: Sequence[Span],
    kind: Codes,
    keeps: Bools,
    first_move: Ints,
) -> Curves:
    """The expected curve of each key result; only those with points are made one by one."""
    n = len(goals.key_results)
    shape = np.full(n, code_of(CurveKind.NONE), dtype=np.int8)
    shape[(kind == code_of(KeyResultKind.METRIC)) & ~keeps] = code_of(CurveKind.LINEAR)
    pointed = _planned(goals, moves, first_move, keeps) | _stepped(goals, spans, kind)
    row: list[int] = []
    end: list[date] = []
    share: list[float] = []
    for at in sorted(pointed):
        curve = pointed[at]
        shape[at] = code_of(curve.kind)
        row += [at] * len(curve.ends)
        end += curve.ends
        share += curve.shares
    return Curves.build(
        kind=shape,
        first=days(span.first for span in spans),
        last=days(span.last for span in spans),
        row=np.asarray(row, dtype=np.int64),
        end=days(end),
        share=np.asarray(share, dtype=np.float64),
        calendar=goals.setting.calendar,
    )


def _planned(goals: Goals, moves: Moving, first_move: Ints, keeps: Bools) -> dict[int, Curve]:
    return {
        at: moves.plans[int(first_move[at])]
        for at, row in enumerate(goals.key_results)
        if row.curve == ExpectedCurve.PLAN and not keeps[at] and int(first_move[at]) in moves.plans
    }


def _stepped(goals: Goals, spans: Sequence[Span], kind: Codes) -> dict[int, Curve]:
    found: dict[int, list[MilestoneRow]] = {}
    for row in goals.milestones:
        found.setdefault(goals.key_result_at[row.key_result_id], []).append(row)
    return {
        at: milestone_curve(
            spans[at],
            [row.due for row in found.get(int(at), ())],
            [number(row.weight) for row in found.get(int(at), ())],
        )
        for at in np.flatnonzero(kind == code_of(KeyResultKind.MILESTONE)).tolist()
    }
