"""What each leaf cell says about a shift, and how much a group of cells gains by one.

A cell's relative deviation is ``d = (actual - expected) / size``, with precision ``p`` (one by its
variance). A group that shifts as one has the log-likelihood gain ``(Σ p d)² / (2 Σ p)`` over no
shift. Sizes are means of expected and actual: then a sum over sparse counts is not biased.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from okapi.core.columns import Bools, Floats
from okapi.core.slices.leaves import Leaves
from okapi.core.slices.noise import Noise, noise_of

# A rate with small numerators has nearly the noise of counts; never less than this share of it.
_LEAST_BINOMIAL = 0.05


@dataclass(frozen=True, slots=True)
class Evidence:
    """Columns: precision p, pull p·d and square p·d² of each leaf cell; and the noise behind."""

    precision: Floats
    pull: Floats
    square: Floats
    noise: Noise


def telling(leaves: Leaves) -> Bools:
    """The cells in which something was expected or came."""
    return np.asarray((leaves.expected != 0) | (leaves.actual != 0), dtype=np.bool_)


def evidence_of(leaves: Leaves, drift: float = 0.0) -> Evidence:
    """The evidence of cells of which each is ``telling``, beyond a drift of all of them."""
    expected, actual = np.abs(leaves.expected), np.abs(leaves.actual)
    size = (expected + actual) / 2
    deviation = leaves.actual - leaves.expected - drift * size
    spread = size
    if leaves.weights is not None:
        share = np.divide(size, leaves.weights, out=np.ones_like(size), where=leaves.weights > 0)
        spread = spread * np.maximum(1 - share, _LEAST_BINOMIAL)
    # Relative to the larger of the two, a fall to nothing is no further off than it is.
    largest = np.maximum(expected, actual)
    noise = noise_of(deviation, spread, largest, 1.0 if _are_counts(leaves) else 0.0)
    floor = 1e-12 * largest**2 + 1e-300
    precision = size**2 / np.maximum(noise.variance(spread, largest), floor)
    shift = deviation / size
    return Evidence(precision, precision * shift, precision * shift**2, noise)


def _are_counts(leaves: Leaves) -> bool:
    return bool((leaves.actual >= 0).all() and (leaves.actual == np.round(leaves.actual)).all())
