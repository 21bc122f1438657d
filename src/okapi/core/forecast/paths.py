"""Ways on which the future may go: the same ones every time, as normal scores for each step.

The error of a forecast h steps ahead is taken as ``e(h) = ε(h) + a·(ε(1) + … + ε(h−1))``, as with
simple exponential smoothing (Hyndman et al., Forecasting with Exponential Smoothing, 2008, §6.3):
a is how much of a surprise stays. From it follows how steps go together, and what a value that
has been measured says about the next ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from okapi.core.columns import Floats
from okapi.core.forecast.distributions import sample_scores

# So many ways; fewer where there are very many steps.
PATHS = 512
FEWEST_PATHS = 128
_MOST_CELLS = 32_768
# Chance is fixed: a forecast is a function of what was measured.
_SEED = 20_260


def scores_by_path(steps: int, stays: float, measured: Mapping[int, float]) -> Floats:
    """Normal scores, paths × steps: of each step standard normal, together as they go together.

    ``measured`` has the scores of steps (from 1) that are known by now; on each path they are as
    measured, and the others follow from them.
    """
    surprises = _surprises(steps)
    if not measured:
        before = np.cumsum(surprises, axis=1) - surprises
        return np.asarray((surprises + stays * before) / _deviation(steps, stays))
    deviation = _deviation(steps, stays)
    scores = np.empty_like(surprises)
    so_far = np.zeros(len(surprises))
    for at in range(steps):
        known = measured.get(at + 1)
        surprise = surprises[:, at]
        if known is not None:
            surprise = known * deviation[at] - stays * so_far
        scores[:, at] = (surprise + stays * so_far) / deviation[at]
        so_far = so_far + surprise
    return scores


def _deviation(steps: int, stays: float) -> Floats:
    """The standard deviation of the error at each step, in surprises."""
    return np.asarray(np.sqrt(1.0 + stays**2 * np.arange(steps)))


@lru_cache(maxsize=64)
def _surprises(steps: int) -> Floats:
    """Independent standard normal draws, paths × steps, each column exactly normal in itself.

    A Latin hypercube (McKay, Beckman and Conover 1979), of which the second half mirrors the first.
    """
    paths = int(min(max(_MOST_CELLS // steps, FEWEST_PATHS), PATHS)) // 2 * 2
    upper = sample_scores(paths)[paths // 2 :]
    chance = np.random.Generator(np.random.PCG64(_SEED))
    half = np.empty((paths // 2, steps))
    for at in range(steps):
        sign = np.where(chance.random(paths // 2) < 0.5, -1.0, 1.0)
        half[:, at] = chance.permutation(upper) * sign
    draws = np.concatenate([half, -half])
    draws.setflags(write=False)
    return draws
