"""A fitted forecast: plain numbers, from which everything is answered in closed form."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

import numpy as np

from okapi.core.columns import Floats
from okapi.core.errors import Refused
from okapi.core.forecast.distributions import (
    SUREST,
    Distribution,
    normal_score,
    scores_of,
)
from okapi.core.forecast.history import whole_number
from okapi.core.forecast.paths import score_given, scores_by_path
from okapi.core.quantities import Direction

# Nothing that is measured makes another step surer than this (in normal scores).
LEAST_DEVIATION = 0.05
# Raised when what is stored means something else.
VERSION = 1
_ROWS = ("centre", "width", "bend", "scores", "shape")


class Basis(StrEnum):
    """What a forecast rests on; the value is the end of the code of its sentence."""

    SEASONS = "seasons"
    VALUES = "values"
    FEW = "few"
    LUMPY = "lumpy"
    CONSTANT = "constant"


@dataclass(frozen=True)
class Forecast:
    """What may come, step by step; step 1 is the period after the last value that was given.

    At a step, the value ``centre + width·(o + bend·o²)`` has the share Φ(score) below it, where o
    is the place in ``shape`` that belongs to a score in ``scores``; straight in between. ``stays``
    is how much of a surprise stays (see ``paths``). The first ``late`` places of ``centre``,
    ``width`` and ``bend`` are periods that have ended without a value; they are no steps. ``low``
    and ``high`` are limits of the quantity; ``basis`` says what the forecast rests on and
    ``measured`` on how many values.
    """

    centre: Floats
    width: Floats
    bend: Floats
    scores: Floats
    shape: Floats
    stays: float
    basis: Basis
    measured: int
    late: int = 0
    low: float = -math.inf
    high: float = math.inf

    @property
    def horizon(self) -> int:
        """How many steps ahead it goes."""
        return len(self.centre) - self.late

    @cached_property
    def knots(self) -> Floats:
        """The values of each place (rows) at the scores (columns)."""
        off, bend = self.shape[None, :], self.bend[:, None]
        # A parabola through 0 with slope 1, and flat from where it would turn.
        turn = -0.5 / np.where(bend == 0.0, np.inf, bend)
        off = np.where(bend > 0.0, np.maximum(off, turn), off)
        off = np.where(bend < 0.0, np.minimum(off, turn), off)
        return np.asarray(self.centre[:, None] + self.width[:, None] * (off + bend * off**2))

    @cached_property
    def median(self) -> Floats:
        """The value of each step that is as likely missed below as above."""
        return self._at_score(0.0)

    def interval(self, level: float) -> tuple[Floats, Floats]:
        """The lower and upper value of each step between which the middle ``level`` lies.

        Refused is ``forecast.level`` unless 0 < level < 1.
        """
        lower, upper = scores_of(level)
        return self._at_score(lower), self._at_score(upper)

    def quantile(self, share: float) -> Floats:
        """The value of each step below which this share lies; 0 < share < 1."""
        return self._at_score(normal_score(share))

    def probability(self, target: float, direction: Direction | str, step: int) -> float:
        """How likely the value at a step (from 1) is at the target or better.

        ``direction`` up: at or above it; down: at or below. Refused are ``forecast.direction``,
        ``forecast.target`` (no finite number) and ``forecast.step``.
        """
        return self.at(step).probability(finite_target(target), direction)

    def at(self, step: int, measured: Mapping[int, float] | None = None) -> Distribution:
        """The distribution of the value at a step, from 1 (else refused: ``forecast.step``).

        ``measured`` are values of other steps that have arrived since; what they say about this
        one is heeded.
        """
        return next(self.at_each([step], measured))

    def at_each(
        self, steps: Iterable[int], measured: Mapping[int, float] | None = None
    ) -> Iterator[Distribution]:
        """``at`` of several steps; what has arrived is looked at once."""
        known = self._scores_of(measured)
        return (self._at(step, known) for step in steps)

    def _at(self, step: int, known: Mapping[int, float]) -> Distribution:
        place = self.late + whole_number("forecast.step", step, self.horizon) - 1
        if not known:
            return self._of_place(place)
        mean, deviation = score_given(place + 1, self.stays, known)
        scores = (self.scores - mean) / max(deviation, LEAST_DEVIATION)
        return Distribution(scores, self.knots[place], self.low, self.high, self.surest)

    def paths(self, steps: int, measured: Mapping[int, float] | None = None) -> Floats:
        """Ways on which the first ``steps`` may go, paths × steps.

        ``measured`` are values of steps that have arrived since: they are as they are, and what
        they say about the next ones is heeded.
        """
        whole = self.late + whole_number("forecast.step", steps, self.horizon)
        known = self._scores_of(measured)
        scores = scores_by_path(whole, self.stays, known)[:, self.late :]
        found = self._values_at(scores)
        for step, value in (measured or {}).items():
            if 1 <= step <= steps:
                found[:, step - 1] = value
        return found

    def _values_at(self, scores: Floats) -> Floats:
        """The values at normal scores, of which column n belongs to step n + 1."""
        knots, rows = self.scores, self.knots[self.late : self.late + scores.shape[1]]
        left = np.clip(np.searchsorted(knots, scores) - 1, 0, len(knots) - 2)
        slopes = np.diff(rows, axis=1) / np.diff(knots)
        # Straight from the knot on the left, also beyond the outer ones.
        starts = rows[:, :-1] - slopes * knots[:-1]
        steps = np.arange(scores.shape[1])
        return np.clip(starts[steps, left] + slopes[steps, left] * scores, self.low, self.high)

    def _scores_of(self, measured: Mapping[int, float] | None) -> dict[int, float]:
        """By place, from 1, how far out the measured values of steps are."""
        return {
            self.late + step: self._of_place(self.late + step - 1).score(value)
            for step, value in (measured or {}).items()
            if 1 <= step <= self.horizon
        }

    def _of_place(self, place: int) -> Distribution:
        return Distribution(self.scores, self.knots[place], self.low, self.high, self.surest)

    @cached_property
    def surest(self) -> float:
        """Nothing is surer than a quarter of one more value in the history would make it."""
        return min(SUREST, 1.0 - 0.25 / (self.measured + 1.0))

    def _at_score(self, score: float) -> Floats:
        places = range(self.late, len(self.centre))
        return np.asarray([self._of_place(place).at(score) for place in places])

    def to_dict(self) -> dict[str, Any]:
        """As plain data, ready for JSON; ``from_dict`` reads it again."""
        return {
            "version": VERSION,
            **{name: getattr(self, name).tolist() for name in _ROWS},
            "stays": self.stays,
            "basis": self.basis.value,
            "measured": self.measured,
            "late": self.late,
            "low": None if math.isinf(self.low) else self.low,
            "high": None if math.isinf(self.high) else self.high,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The forecast that was stored; of another version it is refused (``forecast.version``)."""
        if stored.get("version") != VERSION:
            raise Refused("forecast.version", found=stored.get("version"), expected=VERSION)
        return cls(
            **{name: np.asarray(stored[name], dtype=np.float64) for name in _ROWS},
            stays=stored["stays"],
            basis=Basis(stored["basis"]),
            measured=stored["measured"],
            late=stored["late"],
            low=-math.inf if stored["low"] is None else stored["low"],
            high=math.inf if stored["high"] is None else stored["high"],
        )


def finite_target(target: float) -> float:
    """The target as a float; a target that is no finite number is refused."""
    found = float(target)
    if not math.isfinite(found):
        raise Refused("forecast.target", found=str(target))
    return found
