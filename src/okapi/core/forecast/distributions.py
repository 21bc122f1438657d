"""A distribution as a curve over the standard normal one: plain numbers, closed forms.

A value is ``g(Z)`` with Z standard normal and g a line through knots that never falls. Quantiles
are ``g(z)``, chances come from the inverse of g, draws from g of normal draws.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from okapi.core.columns import Floats
from okapi.core.errors import Refused
from okapi.core.quantities import Direction

_NORMAL = NormalDist()

# A surprise is never taken to be farther out than this normal score.
FARTHEST = 4.0
# Nothing that is yet to come is surer than this.
SUREST = 0.9995


def normal_score(share: float) -> float:
    """The value below which this share of a standard normal lies; the share is within (0, 1)."""
    return _NORMAL.inv_cdf(share)


def normal_share(score: float) -> float:
    """The share of a standard normal that lies below the score."""
    return 0.5 * math.erfc(-score / math.sqrt(2.0))


def scores_of(level: float) -> tuple[float, float]:
    """The two normal scores between which the middle ``level`` of a distribution lies.

    Refused is ``forecast.level`` unless 0 < level < 1.
    """
    if not 0.0 < level < 1.0:
        raise Refused("forecast.level", found=level)
    upper = normal_score(0.5 + level / 2.0)
    return -upper, upper


def better_direction(direction: Direction | str) -> Direction:
    """Up or down; anything else is refused (``forecast.direction``)."""
    if direction not in (Direction.UP, Direction.DOWN):
        raise Refused("forecast.direction", found=str(direction), expected="up, down")
    return Direction(direction)


@dataclass(frozen=True, slots=True)
class Distribution:
    """``values`` at rising normal ``scores``; straight between them and on beyond the outer ones.

    ``low`` and ``high`` are limits that the quantity cannot leave. No chance within them is
    greater than ``surest``.
    """

    scores: Floats
    values: Floats
    low: float = -math.inf
    high: float = math.inf
    surest: float = SUREST

    @classmethod
    def of_sample(
        cls,
        draws: Floats,
        *,
        low: float = -math.inf,
        high: float = math.inf,
        surest: float = SUREST,
    ) -> Distribution:
        """The distribution of which these are equally likely draws."""
        return cls(sample_scores(len(draws)), np.sort(draws), low, high, surest)

    @property
    def median(self) -> float:
        """As likely to be missed below as above."""
        return self.quantile(0.5)

    def quantile(self, share: float) -> float:
        """The value below which this share lies, 0 < share < 1."""
        return self.at(normal_score(share))

    def interval(self, level: float) -> tuple[float, float]:
        """Where the middle ``level`` lies, 0 < level < 1 (else refused)."""
        lower, upper = scores_of(level)
        return self.at(lower), self.at(upper)

    def at(self, score: float) -> float:
        """The value at a normal score."""
        return float(self.draws(np.asarray([score]))[0])

    def draws(self, scores: Floats) -> Floats:
        """The values at normal scores."""
        knots, values = self.scores, self.values
        found = np.interp(scores, knots, values)
        found += np.minimum(scores - knots[0], 0.0) * _slope(knots, values, 0)
        found += np.maximum(scores - knots[-1], 0.0) * _slope(knots, values, -2)
        return np.clip(found, self.low, self.high)

    def score(self, value: float) -> float:
        """The normal score of a value, the middle one where many have it; never beyond ±4."""
        lowest, highest = self._score(value, "left"), self._score(value, "right")
        lowest, highest = max(lowest, -FARTHEST), min(highest, FARTHEST)
        return min(max((lowest + highest) / 2.0, -FARTHEST), FARTHEST)

    def probability(self, target: float, direction: Direction | str) -> float:
        """How likely the value is at the target or better: above it for up, below it for down."""
        if better_direction(direction) is Direction.DOWN:
            return self._up_to(target)
        return 1.0 - self._below(target)

    def probability_within(self, low: float | None, high: float | None) -> float:
        """How likely the value lies in a band, limits included; None leaves that side open."""
        above = 0.0 if low is None else self._below(low)
        return max((1.0 if high is None else self._up_to(high)) - above, 0.0)

    def _below(self, target: float) -> float:
        if target <= self.low:
            return 0.0
        if target > self.high:
            return 1.0
        return self._held(normal_share(self._score(target, "left")))

    def _up_to(self, target: float) -> float:
        if target < self.low:
            return 0.0
        if target >= self.high:
            return 1.0
        return self._held(normal_share(self._score(target, "right")))

    def _held(self, share: float) -> float:
        return min(max(share, 1.0 - self.surest), self.surest)

    def _score(self, target: float, side: str) -> float:
        """The normal score of a value; where many scores have it, the lowest or the highest."""
        scores, values = self.scores, self.values
        if target < values[0]:
            slope = _slope(scores, values, 0)
            return float(scores[0] - (values[0] - target) / slope) if slope > 0 else -math.inf
        if target > values[-1]:
            slope = _slope(scores, values, -2)
            return float(scores[-1] + (target - values[-1]) / slope) if slope > 0 else math.inf
        after = int(np.searchsorted(values, target, side="left" if side == "left" else "right"))
        if side == "left" and values[after] == target:
            return float(scores[after]) if after else -math.inf
        if side == "right" and values[after - 1] == target:
            return float(scores[after - 1]) if after < len(values) else math.inf
        share = (target - values[after - 1]) / (values[after] - values[after - 1])
        return float(scores[after - 1] + share * (scores[after] - scores[after - 1]))


def _slope(scores: Floats, values: Floats, at: int) -> float:
    return float((values[at + 1] - values[at]) / (scores[at + 1] - scores[at]))


@lru_cache(maxsize=16)
def sample_scores(count: int) -> Floats:
    """The normal scores of so many equally likely draws, in their order."""
    scores = np.asarray([normal_score((at + 0.5) / count) for at in range(count)])
    scores.setflags(write=False)
    return scores
