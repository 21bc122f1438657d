"""Ways on which the future may go: the same ones every time, as normal scores for each step.

The error of a forecast h steps ahead is taken as ``e(h) = ε(h) + a·(ε(1) + … + ε(h−1))``, as with
simple exponential smoothing (Hyndman et al., Forecasting with Exponential Smoothing, 2008, §6.3):
a is how much of a surprise stays. From it follows how steps go together, and what a value that
has been measured says about the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from okapi.core.columns import Floats, Ints
from okapi.core.forecast.distributions import sample_scores

# So many ways; fewer where there are very many steps.
PATHS = 256
FEWEST_PATHS = 128
_MOST_CELLS = 8_192
# Chance is fixed: a forecast is a function of what was measured.
_SEED = 20_260


def scores_by_path(steps: int, stays: float, measured: Mapping[int, float]) -> Floats:
    """Normal scores, paths × steps: of each step standard normal, together as they go together.

    ``measured`` has the scores of steps (from 1) that are known by now: on each path they are so,
    and the others are moved by what that says about them (Journel and Huijbregts 1978).
    """
    scores = _unmeasured(steps, stays)
    known = [step for step in sorted(measured) if step <= steps]
    if not known:
        return scores
    places = np.asarray(known, dtype=np.int64) - 1
    weights = _weights(places, np.arange(steps), stays)
    missed = np.asarray([measured[step] for step in known]) - scores[:, places]
    return np.asarray(scores + missed @ weights)


def score_given(step: int, stays: float, measured: Mapping[int, float]) -> tuple[float, float]:
    """The mean and the standard deviation of a step's normal score when others are measured.

    Steps count from 1. As of any normal distribution: ``c·R⁻¹·z`` and ``√(1 − c·R⁻¹·c)``.
    """
    places = np.asarray(sorted(measured), dtype=np.int64) - 1
    target = np.asarray([step - 1])
    weights = _weights(places, target, stays)[:, 0]
    scores = np.asarray([measured[one] for one in sorted(measured)])
    left = 1.0 - float(weights @ _together(places, target, stays)[:, 0])
    return float(weights @ scores), float(np.sqrt(max(left, 0.0)))


def _weights(known: Ints, others: Ints, stays: float) -> Floats:
    """What a surprise at known places says about others: known × others."""
    return np.asarray(
        np.linalg.solve(_together(known, known, stays), _together(known, others, stays))
    )


def _together(rows: Ints, columns: Ints, stays: float) -> Floats:
    """The correlation of the errors at places (from 0)."""
    one, other = rows[:, None], columns[None, :]
    both = np.where(one == other, 1.0, stays) + stays**2 * np.minimum(one, other)
    return np.asarray(both / np.sqrt((1.0 + stays**2 * one) * (1.0 + stays**2 * other)))


@lru_cache(maxsize=64)
def _unmeasured(steps: int, stays: float) -> Floats:
    """Paths × steps. Each column is exactly normal in itself.

    A Latin hypercube (McKay, Beckman and Conover 1979) in the principal directions, so that what
    goes together goes as far as it should; the second half mirrors the first.
    """
    paths = min(max(_MOST_CELLS // steps, FEWEST_PATHS), PATHS)
    places = np.arange(steps)
    sizes, directions = np.linalg.eigh(_together(places, places, stays))
    chance = np.random.Generator(np.random.PCG64(_SEED))
    upper = sample_scores(paths)[paths // 2 :]
    half = np.stack(
        [chance.permutation(upper) * chance.choice([-1.0, 1.0], len(upper)) for _ in places], axis=1
    )
    draws = np.concatenate([half, -half]) * np.sqrt(np.maximum(sizes, 0.0)) @ directions.T
    scores = sample_scores(paths)[np.argsort(np.argsort(draws, axis=0), axis=0)]
    scores.setflags(write=False)
    return np.asarray(scores)
