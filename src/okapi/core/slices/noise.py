"""How far leaf cells are off without a cause, so that what is off further can be told.

A deviation has the variance ``counts * size + (shares * size) ** 2``: the first part is that of
counts (Poisson has 1), the second that of forecasts which are off by a share of the size. A cause
moves its cells to one side only; so the noise is read from the quieter side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from okapi.core.columns import Floats, Ints

# Of a normal distribution: the median of |z| and of z², by which a scale is read robustly.
_MEDIAN_ABS, _MEDIAN_SQUARE = 0.6745, 0.4549
# Cells that a fit looks at; more do not make it better.
_ENOUGH = 3_000
_FEW = 5
# Counts below this say little about a share; with too few above it, only counts are told.
_LARGE, _MANY = 10.0, 30
# Student's t with so many degrees of freedom, so that single wild cells do not set the scale.
_FREEDOM = 5.0
# Values that an attribute has to have, and all together, to tell how far slices are off together.
_SOME_VALUES, _VALUES = 3, 8
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Noise:
    """The two parts of the variance; see the module."""

    counts: float
    shares: float

    def variance(self, spread: Floats, size: Floats) -> Floats:
        """The variance of each deviation. ``spread``: the size as counts have it."""
        return self.counts * spread + (self.shares * size) ** 2


def noise_of(deviations: Floats, spread: Floats, size: Floats, least_counts: float) -> Noise:
    """The noise of the quieter side; ``least_counts`` is 1 where values are surely counts."""
    sides = [side for side in (deviations > 0, deviations < 0) if side.sum() >= _FEW]
    found = [_fit(deviations[side], spread[side], size[side], least_counts) for side in sides]
    if not found:
        return Noise(max(1.0, least_counts), 0.1)
    typical = np.array([np.median(spread)]), np.array([np.median(size)])
    return min(found, key=lambda noise: float(noise.variance(*typical)[0]))


def _fit(deviations: Floats, spread: Floats, size: Floats, least_counts: float) -> Noise:
    """The likeliest pair on a grid around what either part alone would be."""
    large = np.flatnonzero(size >= _LARGE) if least_counts else np.arange(len(size))
    if least_counts and len(large) < _MANY:
        return Noise(max(_of_counts(deviations**2, spread), least_counts), 0.0)
    at = _evenly(large)
    square, spread, size = deviations[at] ** 2, spread[at], size[at]
    share = max(float(np.median(np.sqrt(square) / size)) / _MEDIAN_ABS, 1e-4)
    count = max(float(np.median(square / spread)) / _MEDIAN_SQUARE, 1e-9)
    shares = np.concatenate([[0.0], share * np.geomspace(0.05, 2, 14)])
    counts = np.concatenate([[0.0], count * np.geomspace(0.02, 2, 10)])
    best = (-np.inf, Noise(max(count, least_counts), 0.0))
    # Where both parts say the same (cells of one size), counts go first.
    for part in np.unique(np.maximum(counts, least_counts))[::-1]:
        variance = part * spread[:, None] + (shares * size[:, None]) ** 2
        with np.errstate(divide="ignore", invalid="ignore"):
            tail = np.log1p(square[:, None] / variance / _FREEDOM)
            likely = (-np.log(variance) - (_FREEDOM + 1) * tail).sum(axis=0) / 2
        likely = np.where(np.isfinite(likely), likely, -np.inf)
        top = int(likely.argmax())
        if likely[top] > best[0]:
            best = (float(likely[top]), Noise(float(part), float(shares[top])))
    return best[1]


def _of_counts(square: Floats, spread: Floats) -> float:
    """By the mean, which suits sparse counts; or by the median, when single cells are far off."""
    mean = float(square.sum() / spread.sum())
    return min(mean, float(np.median(square / spread)) / _MEDIAN_SQUARE)


def _evenly(rows: Ints) -> Ints:
    """Up to ``_ENOUGH`` of them, spread by the golden ratio: no pattern in the order matters."""
    if len(rows) <= _ENOUGH:
        return rows
    steps = np.arange(_ENOUGH) * 0.6180339887498949
    return rows[np.asarray((steps % 1.0) * len(rows), dtype=np.int64)]


def off_together(groups: Iterable[tuple[Floats, Floats]]) -> float | None:
    """How far whole slices are off beyond what their cells' own noise makes of it, as a share.

    ``groups``: by attribute, precision and relative shift of its values. Each shift is compared
    with the middle one of its attribute, so that a cause within another attribute is seen in none;
    and it is the middle of all that counts, so that a few causes are not taken for noise. None with
    too few values to tell.
    """
    squares, variances = [], []
    for precision, shift in groups:
        if len(shift) >= _SOME_VALUES:
            squares.append((shift - _middle(shift, precision)) ** 2)
            variances.append(1 / precision)
    if sum(map(len, squares)) < _VALUES:
        return None
    found = _beyond(np.concatenate(squares), np.concatenate(variances))
    for square, own in zip(squares, variances, strict=True):
        if len(square) >= _VALUES:
            found = max(found, _beyond(square, own))
    return float(np.sqrt(found))


def _beyond(square: Floats, own: Floats) -> float:
    """The variance beyond their own that makes the middle square what it is."""
    low, high = 0.0, float(square.max()) / _MEDIAN_SQUARE
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if np.median(square / (own + middle)) > _MEDIAN_SQUARE:
            low = middle
        else:
            high = middle
    return high


def _middle(values: Floats, weights: Floats) -> float:
    order = np.argsort(values)
    weight = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(weight, weight[-1] / 2)])
