"""How much the newest values speak for a change of level: Bayes factors under autocorrelation.

For each window of newest values two models of *baseline and window* are compared: one level, or
another level in the window. Both have normal errors with autocorrelation of order one,

    y = X b (+ d in the window) + e,   e_i = φ e_{i-1} + ...,   φ in {0, 0.1, ..., 0.9},

b flat, the variance s² by Jeffreys' prior, d ~ N(0, s²). Given φ the rows are made independent by
e_i − φ^lag e_{i-lag}, so gaps are no trouble; b, s² and d are integrated in closed form (Zellner
1971, chapters 3 and 7), φ by its weights. What lies between baseline and window is left out: a
window is always compared with the baseline alone.

Autocorrelation makes levels that look changed. So the model without change is given more of it
(``WEIGHTS``) than the model with one (``WEIGHTS_CHANGED``): weights that make false alarms about
equally frequent whatever φ is, which keeps the worst of them low (least favourable weights;
Lehmann and Romano 2005, section 3.8).

The factors of the windows are summed, as in the procedure of Shiryaev and Roberts (Roberts 1966;
Pollak 1985), which finds a change at an unknown time fastest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from okapi.core.columns import Floats

# The longest window, in known values. A shift that is not seen in so many is not worth a signal.
LONGEST = 24
SHORTEST = 2
# The windows overlap: T of them count as T to this power.
OVERLAP = 0.75

PHIS: Floats = np.arange(10) / 10
_NONE: Floats = (PHIS == 0).astype(np.float64)
_SOME: Floats = np.where(PHIS > 0, 1 - PHIS, 0.0) / np.sum(1 - PHIS[1:])
WEIGHTS: Floats = 0.35 * _NONE + 0.65 * _SOME
WEIGHTS_CHANGED: Floats = 0.65 * WEIGHTS + 0.35 * _NONE

# What whitening does to the variance of independent noise.
_INFLATED: Floats = (1 + PHIS**2) / (1 - PHIS**2)
# Sums of squares below it are rounding; scores have a variance near 1.
_ROUNDING = 1e-9


class Evidence:
    """A baseline to which windows of newest values are compared, many cases at once.

    The baseline's columns and positions are the same in all cases; its scores are not, since they
    are ranks among baseline and newest values.
    """

    def __init__(self, columns: Floats, at: Floats) -> None:
        """``columns``: baseline × p, of full rank; ``at``: positions in time."""
        self._count, self._p = columns.shape
        self._last = columns[-1], float(at[-1])
        self._lags = np.diff(at, prepend=-np.inf)
        self._white, log_det = _whitened(columns[None], self._lags[None])
        gram = np.einsum("bpni,bpnj->bpij", self._white, self._white)
        self._inverse = np.linalg.inv(gram)
        self._log_det = log_det.sum(-1) - np.linalg.slogdet(gram)[1] / 2

    def log_odds(
        self, scores: Floats, columns: Floats, at: Floats, ties: Floats
    ) -> tuple[Floats, Floats]:
        """For each case the log odds of a change up to now, and the log factor of each window.

        Shapes: ``scores`` cases × (baseline + newest), ``columns`` cases × newest × p, ``at`` cases
        × newest, at least 2 of them; ``ties`` cases: the squares that equal values have lost
        (``scores``). Factors: cases × (newest − 1), the window that begins first comes first.
        """
        factors = self._factors(scores, columns, at, ties)
        return _log_sum(factors, -1) - OVERLAP * np.log(factors.shape[-1]), factors

    def log_trend(self, scores: Floats, at: Floats, ties: float) -> float:
        """The log factor of a straight trend in the baseline, against none."""
        line = (at - at.mean()) / at.std()
        both = np.stack([line, scores], axis=-1)
        rows, _ = _whitened(both[None], self._lags[None])
        rest, _ = self._without_columns(rows)
        found = _log_factor(rest, self._log_det, self._count - self._p, np.array([ties]))
        return float(found[0])

    def _without_columns(self, rows: Floats) -> tuple[Floats, Floats]:
        """Products of the baseline's rows that its columns do not explain, and coefficients."""
        cross = np.einsum("bpni,bpnj->bpij", self._white, rows)
        coefficients = self._inverse @ cross
        products = np.einsum("bpni,bpnj->bpij", rows, rows)
        return products - np.swapaxes(cross, -1, -2) @ coefficients, coefficients

    def _factors(self, scores: Floats, columns: Floats, at: Floats, ties: Floats) -> Floats:
        """Windows newest first: one Cholesky factor has those of all shorter ones in its corner.

        Given the baseline, errors of the newest rows have the covariance I + X C Xᵀ, C from the
        baseline's fit. A window has its first row, which follows the baseline's last one, and later
        rows, each of which follows its neighbour.
        """
        base = self._count
        known, _ = _whitened(scores[:, :base, None], self._lags[None])
        rest, level = self._without_columns(known)
        new = np.concatenate([columns, np.ones((*at.shape, 1)), scores[:, base:, None]], axis=2)
        last = np.concatenate(
            [
                np.broadcast_to(self._last[0], (len(at), self._p)),
                np.zeros((len(at), 1)),
                scores[:, base - 1 : base],
            ],
            axis=1,
        )
        first, first_det = _step(np.broadcast_to(last[:, None], new.shape), new, at - self._last[1])
        later, later_det = _step(new[:, :-1], new[:, 1:], np.diff(at, axis=1))
        first, first_det = first[:, :, -2::-1], first_det[:, :, -2::-1]
        later, later_det = later[:, :, ::-1], later_det[:, :, ::-1]
        x, x_first = later[..., : self._p], first[..., : self._p]
        spread = x @ self._inverse
        covariance = spread @ np.swapaxes(x, -1, -2) + np.eye(x.shape[2])
        factor = np.linalg.cholesky(covariance)
        linked = np.tril(
            np.linalg.solve(factor, spread @ np.swapaxes(x_first, -1, -2)).swapaxes(-1, -2)
        )
        errors = np.linalg.solve(factor, _errors(later, level))
        own = 1 + np.einsum("bpni,bpij,bpnj->bpn", x_first, self._inverse, x_first)
        own = own - (linked**2).sum(-1)
        first_errors = (_errors(first, level) - linked @ errors) / np.sqrt(own)[..., None]
        products = np.cumsum(errors[..., :, None] * errors[..., None, :], axis=2)
        products = products + first_errors[..., :, None] * first_errors[..., None, :]
        products[..., 1, 1] += rest[..., 0, 0][..., None]
        diagonal = np.diagonal(factor, axis1=-2, axis2=-1)
        log_det = np.cumsum(later_det - np.log(diagonal), axis=2) + first_det - np.log(own) / 2
        freedom = base + np.arange(2, at.shape[1] + 1) - self._p
        found = _log_factor(products, log_det + self._log_det[..., None], freedom, ties[:, None])
        return found[:, ::-1]


def _errors(rows: Floats, level: Floats) -> Floats:
    """Step and score of rows, the score without what the baseline's fit explains."""
    p = level.shape[-2]
    explained = rows[..., :p] @ level
    return np.concatenate([rows[..., p : p + 1], rows[..., p + 1 :] - explained], axis=-1)


def _whitened(rows: Floats, lags: Floats) -> tuple[Floats, Floats]:
    """Rows made independent for each φ, and the log of each row's factor: cases × φ × rows."""
    before = np.concatenate([np.zeros_like(rows[:, :1]), rows[:, :-1]], axis=1)
    return _step(before, rows, lags)


def _step(before: Floats, rows: Floats, lags: Floats) -> tuple[Floats, Floats]:
    kept = PHIS[None, :, None] ** lags[:, None, :]
    deviation = np.sqrt(1 - kept**2)
    white = (rows[:, None] - kept[..., None] * before[:, None]) / deviation[..., None]
    return white, -np.log(deviation)


def _log_factor(
    products: Floats, log_det: Floats, freedom: NDArray[np.int64] | int, ties: Floats
) -> Floats:
    """The log factor of a step against none, from the products of step and score; φ integrated.

    ``products``: cases × φ × … × 2 × 2, of step and score, freed of the other columns.
    """
    lost = np.expand_dims(ties, 1) * _INFLATED.reshape(-1, *[1] * (products.ndim - 4))
    step, both = products[..., 0, 0], products[..., 0, 1]
    without = np.maximum(products[..., 1, 1] + lost, _ROUNDING)
    changed = np.maximum(without - both**2 / (step + 1), _ROUNDING)
    half = np.asarray(freedom) / 2
    level = log_det - half * np.log(without)
    shifted = level - np.log1p(step) / 2 - half * np.log(changed / without)
    shape = (-1, *[1] * (level.ndim - 2))
    return _log_sum(shifted + np.log(WEIGHTS_CHANGED).reshape(shape), 1) - _log_sum(
        level + np.log(WEIGHTS).reshape(shape), 1
    )


def _log_sum(values: Floats, axis: int) -> Floats:
    """The log of the sum of what the values are the logs of."""
    most = values.max(axis=axis, keepdims=True)
    total = np.log(np.exp(values - most).sum(axis=axis, keepdims=True)) + most
    return np.asarray(np.squeeze(total, axis=axis), dtype=np.float64)
