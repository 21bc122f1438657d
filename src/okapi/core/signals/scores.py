"""Normal scores, and a spread that a few wild values do not move.

Scores put the i-th smallest of n values at the normal quantile of (i − 3/8) / (n + 1/4) (Blom
1958): only the order counts, so skewed values and values with wild ones among them are judged as
normal ones are.
"""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist

import numpy as np

from okapi.core.columns import Floats

# The share of values at each end that are pulled in to their neighbours.
_ENDS = 0.1


@lru_cache(maxsize=512)
def quantiles(count: int) -> Floats:
    """The scores of so many different values, in their order."""
    inverse = NormalDist().inv_cdf
    return np.array([inverse((i - 0.375) / (count + 0.25)) for i in range(1, count + 1)])


def normal_scores(values: Floats, noise: float) -> tuple[Floats, Floats]:
    """The scores of each row's values, and the squares that ties have taken from them.

    Values that differ by no more than noise share the mean of their scores. Broken at random they
    would have added so much to the sum of squares within any group; it is given beside, since
    without it many equal values would look like a process of very little noise.
    """
    cases, count = values.shape
    order = np.argsort(values, axis=1, kind="stable")
    fresh = np.diff(np.take_along_axis(values, order, axis=1), axis=1, prepend=-np.inf) > noise
    group = np.cumsum(fresh, axis=1) - 1 + np.arange(cases)[:, None] * count
    table = np.broadcast_to(quantiles(count), values.shape)
    sums = np.bincount(group.ravel(), weights=table.ravel(), minlength=values.size)
    shared = (sums / np.maximum(np.bincount(group.ravel(), minlength=values.size), 1))[group]
    scores = np.empty_like(values)
    np.put_along_axis(scores, order, shared, axis=1)
    return scores, (table**2).sum(axis=1) - (shared**2).sum(axis=1)


def spread(values: Floats) -> Floats:
    """Along the last axis, the standard deviation of a normal process that may have made it.

    From the winsorised values, brought to scale by the same figure for normal scores (Tukey 1962).
    Where the middle does not vary it is the plain standard deviation.
    """
    count = values.shape[-1]
    cut = max(int(np.ceil(_ENDS * count)), 1)
    plain = values.std(axis=-1)
    if count <= 2 * cut + 1:
        return np.asarray(plain, dtype=np.float64)
    low, high = np.sort(values, axis=-1)[..., [cut, -1 - cut]].T
    table = np.clip(quantiles(count), quantiles(count)[cut], quantiles(count)[-1 - cut])
    inner = np.clip(values.T, low, high).std(axis=0) / table.std()
    return np.asarray(np.where(low == high, plain, inner), dtype=np.float64)
