"""How far a key result has come: reach, keep, accrual, several moves, milestones.

Progress is a share: 0 at the start, 1 at the target. It is raw here; only roll-ups clip it.
Column forms end in ``_columns``; the scalar forms call them. Rules: product, §4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

import numpy as np

from okapi.core.columns import (
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
)
from okapi.core.quantities import Band, Direction


class KeyResultKind(StrEnum):
    """How a key result is known: by a KPI, by weighted steps, by described levels, by yes or no."""

    METRIC = "metric"
    MILESTONE = "milestone"
    LEVELS = "levels"
    YES_NO = "yes_no"


class Mode(StrEnum):
    """Whether a metric key result goes to its target or stays at it."""

    REACH = "reach"
    KEEP = "keep"


class Reading(StrEnum):
    """What a key result reads of its KPI: the newest period, or the whole span so far."""

    LATEST = "latest"
    SPAN = "span"


KEEP_SHARE = Decimal("0.9")
LEVELS = (Decimal(0), Decimal("0.3"), Decimal("0.7"), Decimal(1))


@dataclass(frozen=True, slots=True)
class MoveFacts:
    """What the progress of one move is computed from.

    A reach target is one number, ``target``, or a band, ``low`` to ``high`` (one may be open).
    ``covered`` is the share of the span that the values so far stand for where the KPI adds up
    (start, target and current are then totals of the span), else None. ``inside`` of ``ended``
    periods count for keep.
    """

    mode: Mode = Mode.REACH
    start: Decimal | float | None = None
    target: Decimal | float | None = None
    low: Decimal | float | None = None
    high: Decimal | float | None = None
    current: Decimal | float | None = None
    covered: float | None = None
    inside: int = 0
    ended: int = 0


@dataclass(frozen=True, slots=True)
class MoveColumns:
    """``MoveFacts`` of many moves; ``covered`` is NaN where the KPI does not add up."""

    mode: Codes
    start: Floats
    target: Floats
    low: Floats
    high: Floats
    current: Floats
    covered: Floats
    inside: Ints
    ended: Ints

    @classmethod
    def of(cls, moves: Sequence[MoveFacts]) -> MoveColumns:
        """The columns of these rows."""
        return cls(
            mode=codes(move.mode for move in moves),
            start=floats(move.start for move in moves),
            target=floats(move.target for move in moves),
            low=floats(move.low for move in moves),
            high=floats(move.high for move in moves),
            current=floats(move.current for move in moves),
            covered=floats(move.covered for move in moves),
            inside=np.asarray([move.inside for move in moves], dtype=np.int64),
            ended=np.asarray([move.ended for move in moves], dtype=np.int64),
        )


def move_progress(moves: MoveColumns) -> Floats:
    """The raw progress of each move by its mode and target; NaN where something is missing."""
    accrues = ~np.isnan(moves.covered)
    share = np.where(accrues, moves.covered, 1.0)
    to_number = np.where(
        accrues,
        accrued_columns(moves.start, moves.target, moves.current, share),
        reach_columns(moves.start, moves.target, moves.current),
    )
    into_band = reach_band_columns(moves.start, moves.low, moves.high, moves.current, share)
    reached = np.where(np.isnan(moves.target), into_band, to_number)
    keeps = moves.mode == code_of(Mode.KEEP)
    return np.where(keeps, keep_share_columns(moves.inside, moves.ended), reached)


def move_progress_one(move: MoveFacts) -> float | None:
    """The raw progress of one move."""
    return maybe(move_progress(MoveColumns.of([move]))[0])


def reach_columns(start: Floats, target: Floats, current: Floats) -> Floats:
    """``(c − s)/(t − s)``, up and down alike; NaN where s = t."""
    return divided(current - start, target - start)


def reach(start: Decimal | float, target: Decimal | float, current: Decimal | float) -> float:
    """The raw progress from start to target; NaN where they are equal (that is a keep)."""
    return float(reach_columns(floats([start]), floats([target]), floats([current]))[0]) + 0.0


def distance_columns(low: Floats, high: Floats, values: Floats) -> Floats:
    """How far each value lies from its band, 0 inside; a limit that is NaN is open."""
    below = np.where(np.isnan(low), -np.inf, low - values)
    above = np.where(np.isnan(high), -np.inf, values - high)
    unknown = np.isnan(values) | (np.isnan(low) & np.isnan(high))
    return np.where(unknown, np.nan, np.maximum(np.maximum(below, above), 0.0))


def reach_band_columns(
    start: Floats, low: Floats, high: Floats, current: Floats, covered: Floats
) -> Floats:
    """``a − d(c)/d(s)``, d = distance to the band; a = 1 unless the KPI adds up.

    Where it adds up, the band accrues like the start: c is held against ``a·low … a·high``, so
    that a band of no width gives the same as ``accrued_columns``. NaN where s is in the band.
    """
    now = distance_columns(covered * low, covered * high, current)
    return covered - divided(now, distance_columns(low, high, start))


def reach_band(
    start: Decimal | float,
    band: Band,
    current: Decimal | float,
    *,
    covered: float = 1.0,
) -> float:
    """The raw progress from outside a band into it: 1 inside, 0 as far off as at the start."""
    found = reach_band_columns(
        floats([start]), floats([band.low]), floats([band.high]), floats([current]),
        floats([covered]),
    )  # fmt: skip
    return float(found[0]) + 0.0


def accrued_columns(start: Floats, target: Floats, current: Floats, covered: Floats) -> Floats:
    """``(C − s·a)/(t − s)`` for a KPI that adds up: totals of the span, the baseline accrues."""
    return divided(current - start * covered, target - start)


def accrued(
    start_total: Decimal | float,
    target_total: Decimal | float,
    current_total: Decimal | float,
    covered: float,
) -> float:
    """The raw progress of a summed KPI when the share ``covered`` of the span is measured."""
    found = accrued_columns(
        floats([start_total]), floats([target_total]), floats([current_total]), floats([covered])
    )
    return float(found[0]) + 0.0


def keep_share_columns(inside: Ints, ended: Ints) -> Floats:
    """Periods inside ÷ periods ended with a value; NaN before the first."""
    return divided(inside.astype(np.float64), ended.astype(np.float64))


def keep_share(inside: int, ended: int) -> float | None:
    """The progress of a keep key result; None (no data) before the first period has ended."""
    return maybe(keep_share_columns(np.asarray([inside]), np.asarray([ended]))[0])


def keep_band(direction: Direction, target: Decimal | Band) -> Band:
    """What a keep key result has to stay in: at or above, at or below, or within."""
    if isinstance(target, Band):
        return target
    return Band(target, None) if direction is Direction.UP else Band(None, target)


def is_keep(direction: Direction, start: Decimal, target: Decimal | Band) -> bool:
    """Whether the start already meets the target in the good direction, equal included.

    For a KPI that is good in a band and a target that is one number: only if they are equal.
    """
    if direction is Direction.BAND and not isinstance(target, Band):
        return start == target
    return keep_band(direction, target).contains(start)


def inside_columns(low: Floats, high: Floats, values: Floats) -> Bools:
    """Whether each value lies in its band, limits included; a limit that is NaN is open.

    Floats of equal decimals are equal, and rounding keeps the order, so a value on its limit is
    inside as it is in decimals.
    """
    return np.asarray(distance_columns(low, high, values) == 0.0, dtype=np.bool_)


def misses_allowed(periods: int, share: Decimal | str = KEEP_SHARE) -> int:
    """Of the N periods of a span ``floor(N·(1 − n))`` may be missed, in decimals: 13 → 1."""
    exact = (Decimal(1) - Decimal(share)) * periods
    return int(exact.to_integral_value(rounding=ROUND_FLOOR))


def combine_move_columns(key_result: Ints, progress: Floats, weight: Floats, n: int) -> Floats:
    """The progress of each of ``n`` key results from its moves.

    One move: as it is, raw. Several: the weighted mean of their clipped progress; a move without
    data is left out with its weight.
    """
    several = np.bincount(key_result, minlength=n) > 1
    mixed = means_by(key_result, clipped(progress), weight, n)
    alone = np.full(n, np.nan)
    alone[key_result] = progress
    return np.where(several, mixed, alone)


def combine_moves(progress: Sequence[float | None], weights: Sequence[float]) -> float | None:
    """The progress of one key result from its moves."""
    rows = np.zeros(len(progress), dtype=np.int64)
    return maybe(combine_move_columns(rows, floats(progress), floats(weights), 1)[0])


def milestone_columns(key_result: Ints, weight: Floats, done: Bools, n: int) -> Floats:
    """The weighted share done of each of ``n`` key results; NaN without any weight."""
    return means_by(key_result, done.astype(np.float64), weight, n)


def milestones(weights: Sequence[float], done: Sequence[bool]) -> float | None:
    """The weighted share done; None when no milestone has a weight."""
    rows = np.zeros(len(weights), dtype=np.int64)
    flags = np.asarray(done, dtype=np.bool_)
    return maybe(milestone_columns(rows, floats(weights), flags, 1)[0])
