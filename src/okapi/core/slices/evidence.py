"""What each leaf cell says about a shift, and how much a group of cells gains by one.

A cell's relative deviation is ``d = (actual - expected) / size``, with precision ``p`` (one by its
variance). A group that shifts as one has the log-likelihood gain ``(Σ p d)² / (2 Σ p)`` over no
shift. Sizes are means of expected and actual: then a sum over sparse counts is not biased.

Of counts, the gain is the likelihood ratio of two Poisson rates, after and in so many ``periods``
before, scaled so that it is the same as above where a shift is small.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from okapi.core.columns import Bools, Floats
from okapi.core.slices.leaves import Leaves
from okapi.core.slices.noise import Noise, noise_of

# A rate with small numerators has nearly the noise of counts; never less than this share of it.
_LEAST_BINOMIAL = 0.05
# At least one earlier period stands behind what is expected; more than so many are as good as all.
_PERIODS = (1.0, 8.0)
# Half an event, so that none of something is not infinitely less than one.
_HALF = 0.5
# So many events are taken from the mean rate.
_PRIOR_EVENTS = 0.5
# Attempts that stand for the mean rate in the rate of a cell with few of its own.
_PRIOR = 10.0


@dataclass(frozen=True, slots=True)
class Gain:
    """By how much, in nats, a shift of a group is likelier than none."""

    periods: float | None

    def of(self, precision: Floats, pull: Floats) -> Floats:
        """The gain of each group, by its sums; 0 where nothing is known."""
        if self.periods is None:
            return np.asarray(pull**2 / np.maximum(2 * precision, 1e-300))
        n = self.periods
        came, was = self._parts(precision, pull)
        common = np.maximum((came + n * was) / (1 + n), 1e-300)
        gain = _times_log(came, came / common) + n * _times_log(was, was / common)
        return np.asarray(gain * (n + 1) / n)

    def strength(self, precision: Floats, pull: Floats) -> Floats:
        """The size of a shift, to compare shifts by: of counts its logarithm, else relative."""
        if self.periods is None:
            return np.asarray(pull / np.maximum(precision, 1e-300))
        came, was = self._parts(precision, pull)
        return np.asarray(np.log((came + _HALF) / (was + _HALF)))

    @staticmethod
    def _parts(precision: Floats, pull: Floats) -> tuple[Floats, Floats]:
        return np.maximum(precision + pull / 2, 0.0), np.maximum(precision - pull / 2, 0.0)


def _times_log(amount: Floats, of: Floats) -> Floats:
    return np.asarray(amount * np.log(np.maximum(of, 1e-300)))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Columns: precision p, pull p·d and ``most``, what each leaf cell alone gains; and the noise.

    ``gain`` is never more for a group than the sum of ``most`` over its cells.
    """

    precision: Floats
    pull: Floats
    most: Floats
    noise: Noise
    gain: Gain


def telling(leaves: Leaves) -> Bools:
    """The cells in which something was expected or came."""
    return np.asarray((leaves.expected != 0) | (leaves.actual != 0), dtype=np.bool_)


def with_mean_rate(leaves: Leaves) -> Leaves:
    """Rates of counts, with what the mean rate lets expect where a cell has few events of its own.

    Without it, attempts of which none was expected to succeed, and none did, would say nothing.
    """
    weights, expected = leaves.weights, leaves.expected
    if weights is None or not len(weights) or not _are_counts(leaves):
        return leaves
    whole, events = float(weights.sum()), float(expected.sum())
    if not whole or not events:
        return leaves
    rate = weights / (weights + _PRIOR_EVENTS * (whole / events))
    return replace(leaves, expected=(expected + _PRIOR_EVENTS) * rate)


def evidence_of(leaves: Leaves, drift: float = 0.0) -> Evidence:
    """The evidence of cells of which each is ``telling``, beyond a drift of all of them."""
    counted = _are_counts(leaves)
    if counted and drift:
        # So many times as many everywhere: cells of single events say nothing of it by themselves.
        times = max(2 + drift, 1e-3) / max(2 - drift, 1e-3)
        leaves = replace(leaves, expected=leaves.expected * times)
        drift = 0.0
    expected, actual = np.abs(leaves.expected), np.abs(leaves.actual)
    # Half of the smallest float is nothing.
    size = np.maximum((expected + actual) / 2, 1e-300)
    deviation = leaves.actual - leaves.expected - drift * size
    spread = size if leaves.weights is None else size * _binomial(size, leaves.weights)
    # Relative to the larger of the two, a fall to nothing is no further off than it is.
    largest = np.maximum(expected, actual)
    noise = noise_of(deviation, spread, largest, 1.0 if counted else 0.0)
    floor = 1e-12 * largest**2 + 1e-300
    precision = size**2 / np.maximum(noise.variance(spread, largest), floor)
    shift = deviation / size
    pull, gain = precision * shift, Gain(_periods(noise) if counted else None)
    return Evidence(precision, pull, gain.of(precision, pull), noise, gain)


def _binomial(size: Floats, weights: Floats) -> Floats:
    """How much less noise a rate has than a count; small cells are taken to be as all are."""
    mean = min(float(size.sum()) / max(float(weights.sum()), 1e-300), 1.0)
    share = (size + _PRIOR * mean) / (weights + _PRIOR)
    return np.maximum(1 - share, _LEAST_BINOMIAL)


def _periods(noise: Noise) -> float:
    """How many earlier periods were counted for what is expected: so noisy is the difference."""
    return min(max(1 / max(noise.counts - 1, 1e-9), _PERIODS[0]), _PERIODS[1])


def _are_counts(leaves: Leaves) -> bool:
    actual = leaves.actual
    return bool(
        min(actual.min(), leaves.expected.min()) >= 0 and (actual == np.round(actual)).all()
    )
