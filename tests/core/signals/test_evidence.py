"""The factors against the same integrals done the long way, row by row and window by window."""

import numpy as np
import pytest

from okapi.core.signals.evidence import OVERLAP, PHIS, WEIGHTS, WEIGHTS_CHANGED, Evidence


def long_way(scores, columns, at, base, window, lost=0.0):
    """log p(rows | a step in the window) − log p(rows | none), baseline and window only."""
    rows = np.r_[0:base, len(at) - window : len(at)]
    y, x, t = scores[rows], columns[rows], at[rows]
    step = (np.arange(len(rows)) >= base).astype(float)
    level, shifted = [], []
    for phi, w, w_changed in zip(PHIS, WEIGHTS, WEIGHTS_CHANGED, strict=True):
        correlation = np.where(t[:, None] == t, 1.0, phi ** np.maximum(abs(t[:, None] - t), 1e-300))
        inverse = np.linalg.inv(correlation)
        lost_here = lost * (1 + phi**2) / (1 - phi**2)

        def log_density(design, precision, inverse=inverse, lost_here=lost_here):
            gram = design.T @ inverse @ design + np.diag(precision)
            fit = np.linalg.solve(gram, design.T @ inverse @ y)
            rest = y @ inverse @ y - fit @ design.T @ inverse @ y + lost_here
            freedom = len(y) - x.shape[1]
            return -np.linalg.slogdet(gram)[1] / 2 - freedom / 2 * np.log(rest)

        own = -np.linalg.slogdet(correlation)[1] / 2
        none = np.zeros(x.shape[1])
        level.append(np.log(w) + own + log_density(x, none))
        both = np.column_stack([x, step])
        shifted.append(np.log(w_changed) + own + log_density(both, np.append(none, 1.0)))
    return np.logaddexp.reduce(shifted) - np.logaddexp.reduce(level)


@pytest.mark.parametrize("season", [None, 7, 12])
@pytest.mark.parametrize("lost", [0.0, 3.0])
def test_factors_are_the_integrals(season, lost):
    generator = np.random.default_rng(8)
    base, count = 26, 39
    at = np.cumsum(generator.integers(1, 3, count)).astype(float)
    scores = generator.normal(size=(2, count))
    columns = np.ones((count, 1))
    if season:
        columns = (np.arange(count)[:, None] % season == np.arange(season)).astype(float)
    evidence = Evidence(columns[:base], at[:base])
    odds, factors = evidence.log_odds(
        scores,
        np.broadcast_to(columns[base:], (2, count - base, columns.shape[1])),
        np.broadcast_to(at[base:], (2, count - base)),
        np.array([lost, lost]),
    )
    expected = [
        [long_way(row, columns, at, base, window, lost) for window in range(count - base, 1, -1)]
        for row in scores
    ]
    np.testing.assert_allclose(factors, expected, atol=1e-9)
    total = np.logaddexp.reduce(factors, axis=1) - OVERLAP * np.log(count - base - 1)
    np.testing.assert_allclose(odds, total)


def test_weights_are_probabilities():
    assert WEIGHTS.sum() == pytest.approx(1)
    assert WEIGHTS_CHANGED.sum() == pytest.approx(1)


def test_a_trend_speaks_for_itself_and_noise_does_not():
    at = np.arange(24.0)
    evidence = Evidence(np.ones((24, 1)), at)
    noise = np.random.default_rng(2).normal(size=24)
    assert evidence.log_trend(noise, at, 0.0) < 1
    assert evidence.log_trend(noise / 4 + at / 8, at, 0.0) > 4
