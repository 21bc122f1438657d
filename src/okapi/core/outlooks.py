"""The outlook of a key result: how likely it reaches its success point, and what that would take.

Rules: product, §4 "Health of a KR" (by the probability P) and "Success point". Made from stored
forecasts in closed form or over their fixed ways (``core.forecast``); nothing is fitted here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from okapi.core.columns import Floats, clipped, floats
from okapi.core.forecast import Distribution, Forecast, SpanSoFar, figure_draws
from okapi.core.frequencies import Frequency
from okapi.core.progress import reach_band_columns, reach_columns
from okapi.core.series import Aggregation
from okapi.core.thresholds import ROUNDING

# The moves of one key result are taken to go their ways independently.
_SEED = 7


class Steps(StrEnum):
    """In what the way that is left is told: in changes from period to period, or in values."""

    CHANGE = "change"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class MoveAhead:
    """One move of a reach key result, with the forecast of what it moves.

    ``how`` is the KPI's aggregation where the key result reads the span, ``LAST`` where it reads
    the newest period. A reach target is ``target`` or a band, ``low`` to ``high``, as in
    ``progress.MoveFacts``; of a KPI that adds up all are totals of the span.
    """

    forecast: Forecast
    how: Aggregation
    span: SpanSoFar
    start: float
    target: float | None = None
    low: float | None = None
    high: float | None = None
    weight: float = 1.0
    frequency: Frequency = Frequency.IRREGULAR


@dataclass(frozen=True, slots=True)
class Outlook:
    """How likely the success point is reached, and what of the way is left.

    ``left`` periods of the span have no value yet. ``needs`` is what each of them has to bring, and
    ``done`` what each brought so far; None where it cannot be told in one number.
    """

    chance: float
    left: int
    frequency: Frequency = Frequency.IRREGULAR
    steps: Steps | None = None
    needs: float | None = None
    done: float | None = None

    @property
    def code(self) -> str:
        """The code of its sentence."""
        if self.needs is None or self.done is None or self.steps is None:
            return "health.chance"
        return f"health.chance.{self.frequency.value}.{self.steps.value}"

    @property
    def data(self) -> Mapping[str, Any]:
        """The figures of its sentence."""
        if self.code == "health.chance":
            return {"chance": self.chance}
        return {"chance": self.chance, "n": self.left, "needs": self.needs, "done": self.done}


def outlook(moves: Sequence[MoveAhead], success: float = 1.0) -> Outlook:
    """The outlook of a reach key result with at least one move.

    ``success`` is the share of the way that counts as success. Refused as ``figure_draws`` is.
    """
    draws = [figure_draws(move.forecast, move.how, move.span) for move in moves]
    rows = [_progress(move, row) for move, row in zip(moves, draws, strict=True)]
    surest = min(move.forecast.surest for move in moves)
    progress = rows[0] if len(rows) == 1 else _together(rows, [move.weight for move in moves])
    reached = Distribution.of_sample(progress, surest=surest)
    chance = reached.probability(success - ROUNDING, "up")
    left = max(_left(move.span) for move in moves)
    if len(moves) > 1:
        return Outlook(chance, left)
    return _with_way(chance, left, moves[0], success)


def _left(span: SpanSoFar) -> int:
    arrived = sum(span.first <= step <= span.last for step in span.arrived)
    return span.last - span.first + 1 - arrived


def _progress(move: MoveAhead, draws: Floats) -> Floats:
    """The raw progress at the end of the span on each way."""
    count = len(draws)
    start = np.full(count, move.start)
    if move.target is not None:
        return reach_columns(start, np.full(count, move.target), draws)
    low, high = (np.full(count, one) for one in floats([move.low, move.high]))
    return reach_band_columns(start, low, high, draws, np.ones(count))


def _together(rows: Sequence[Floats], weights: Sequence[float]) -> Floats:
    """The weighted mean of the clipped progress of moves that go their ways independently."""
    chance = np.random.Generator(np.random.PCG64(_SEED))
    count = min(len(row) for row in rows)
    shuffled = [np.resize(chance.permutation(clipped(row)), count) for row in rows]
    return np.asarray(np.average(np.stack(shuffled), axis=0, weights=weights))


def _with_way(chance: float, left: int, move: MoveAhead, success: float) -> Outlook:
    """What each period left has to bring, beside what each brought so far."""
    found = Outlook(chance, left, move.frequency)
    values = _values(move.span)
    if not left or not values or move.target is None or move.frequency is Frequency.IRREGULAR:
        return found
    point = move.start + success * (move.target - move.start)
    match move.how:
        case Aggregation.LAST:
            needs = (point - values[-1]) / left
            done = (values[-1] - move.start) / len(values)
            return Outlook(chance, left, move.frequency, Steps.CHANGE, needs, done)
        case Aggregation.SUM:
            needs = (point - sum(values)) / left
            return Outlook(
                chance, left, move.frequency, Steps.VALUE, needs, sum(values) / len(values)
            )
        case Aggregation.MEAN:
            needs = (point * (len(values) + left) - sum(values)) / left
            return Outlook(
                chance, left, move.frequency, Steps.VALUE, needs, sum(values) / len(values)
            )
        case _:
            return found


def _values(span: SpanSoFar) -> list[float]:
    """The measured values of the span, in the order of time."""
    steps = sorted(step for step in span.arrived if span.first <= step <= span.last)
    return [*span.values, *(span.arrived[step] for step in steps)]
