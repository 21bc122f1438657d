"""What a KPI's baseline leads one to expect: a level, with its season and trend where it has them.

A season is what the caller says it is. A trend is part of the expectation only where the baseline
speaks for one strongly (20 : 1, autocorrelation allowed for); then going on growing is no signal
and a change of pace is. Seasons and trends of values of one sign may be proportional ones:
the logarithm is taken where it fits the baseline clearly better.

Fits are least squares with one Huber step: residuals beyond 3 spreads are pulled in and the line is
drawn again, so that a wild value in the baseline does not bend what is expected.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from okapi.core.columns import Floats, Ints
from okapi.core.signals.evidence import Evidence
from okapi.core.signals.readings import noise_of
from okapi.core.signals.scores import normal_scores, spread

# Odds that are called strong evidence (Kass and Raftery 1995).
_TREND_FROM = np.log(20)
# A trend needs so many more points than there are phases of the season.
_TREND_POINTS = 8
# Twice the log of a likelihood ratio: so much better must logarithms fit.
_LOG_FROM = 4.0
_PULLED_IN = 3.0
# Logarithms of what has none (0, the other sign): so far below the smallest of the baseline.
_BELOW = 7.0
# A spike: beyond 3.5 deviations, more where they are known from few points (chosen by simulation,
# see bench/signals.py), and by half beyond all that the baseline has seen.
_SPIKE, _FEW = 3.5, 8.0
_SEEN = 1.5


@dataclass(frozen=True, slots=True)
class Shape:
    """The parts of an expectation: level or phases of a season, and a trend or none."""

    season: int | None
    phases: Ints
    trend: bool
    first: float
    length: float

    def columns(self, at: Floats) -> Floats:
        """The design matrix of positions: their shape × p."""
        parts = [np.ones((*at.shape, 1))]
        if self.season:
            parts = [(at[..., None] % self.season == self.phases).astype(np.float64)]
        if self.trend:
            parts.append(((at - self.first) / self.length - 0.5)[..., None])
        return np.concatenate(parts, axis=-1)

    @property
    def is_level(self) -> bool:
        """Whether one level is all that is expected."""
        return not self.season and not self.trend


@dataclass(frozen=True, slots=True)
class Scale:
    """Values as they are, or their logarithms; ``sign`` is that of all of them."""

    is_log: bool
    sign: float = 1.0
    lowest: float = 0.0

    def of(self, values: Floats) -> Floats:
        """Values on this scale; higher values stay higher."""
        if not self.is_log:
            return values
        size = np.log(np.maximum(values * self.sign, self.lowest * np.exp(-_BELOW)))
        return np.asarray(self.sign * size, dtype=np.float64)

    def back(self, values: Floats) -> Floats:
        """The inverse of ``of``."""
        return self.sign * np.exp(values * self.sign) if self.is_log else values


class Yardstick:
    """An expectation fitted to a baseline on one scale, and the deviation of values from it."""

    def __init__(self, values: Floats, at: Floats, shape: Shape, scale: Scale) -> None:
        self.shape, self.scale = shape, scale
        y, x = scale.of(values), shape.columns(at)
        self._inverse: Floats = np.asarray(np.linalg.inv(x.T @ x), dtype=np.float64)
        self._coefficients = _coefficients(y, x, self._inverse)
        residuals = y - x @ self._coefficients
        residuals[np.abs(residuals) <= noise_of(y)] = 0.0
        left = 1 - ((x @ self._inverse) * x).sum(axis=-1)
        studentised = np.where(left > 1e-6, residuals / np.sqrt(np.maximum(left, 1e-6)), 0.0)
        self.freedom = max(y.size - x.shape[1], 1)
        self.misfit = y.size * np.log(max(float(residuals @ residuals), noise_of(y) ** 2, 1e-300))
        self.deviation = float(spread(studentised))
        self._seen = float(np.abs(studentised).max())
        self._noise = noise_of(y)

    def expected(self, at: Floats) -> Floats:
        """What is expected at positions, in the KPI's unit."""
        return self.scale.back(self.shape.columns(at) @ self._coefficients)

    def distances(self, values: Floats, at: Floats) -> Floats:
        """How far values are from what is expected, in deviations; ±∞ where there are none."""
        error = self.scale.of(values) - self.shape.columns(at) @ self._coefficients
        error[np.abs(error) <= 16 * self._noise] = 0.0
        if self.deviation <= self._noise:
            return np.where(error == 0, 0.0, np.copysign(np.inf, error))
        return error / self.deviation

    def spikes(self, values: Floats, at: Floats) -> Ints:
        """1 for values far above, −1 for values far below anything expected, 0 for the others."""
        x = self.shape.columns(at)
        wider = np.sqrt(1 + ((x @ self._inverse) * x).sum(axis=-1))
        distance = self.distances(values, at) / wider
        limit = _SPIKE * (1 + _FEW / self.freedom)
        if self.deviation > self._noise:
            limit = max(limit, _SEEN * self._seen / self.deviation)
        return np.where(np.abs(distance) > limit, np.sign(distance), 0.0).astype(np.int64)


def yardsticks(values: Floats, at: Floats, season: int | None) -> list[Yardstick]:
    """The scales on which a baseline can be read, the one to judge by first.

    A season or trend that fits clearly better on one scale is read on that one. A mere level tells
    too little of its scale from few values, and has both.
    """
    shape = _shape(values, at, season)
    plain = Yardstick(values, at, shape, Scale(is_log=False))
    sign = float(np.sign(values[0]))
    if not (values * sign > 0).all():
        return [plain]
    sizes = np.abs(values)
    log = Yardstick(values, at, shape, Scale(True, sign, float(sizes.min())))
    better = plain.misfit - log.misfit - 2 * float(np.log(sizes).sum())
    if shape.is_level or abs(better) <= _LOG_FROM:
        return [plain, log]
    return [log] if better > 0 else [plain]


def residuals(values: Floats, columns: Floats) -> Floats:
    """What a joint fit leaves of each case, as if each value were seen from outside (studentised).

    Shapes: cases × rows, and cases × rows × p.
    """
    inverse = np.asarray(np.linalg.inv(np.swapaxes(columns, -1, -2) @ columns), dtype=np.float64)
    left = values - _fitted(values, columns, inverse)
    free = 1 - ((columns @ inverse) * columns).sum(axis=-1)
    nothing = (free < 1e-6) | (np.abs(left) <= noise_of(values))
    return np.where(nothing, 0.0, left / np.sqrt(np.maximum(free, 1e-6)))


def _shape(values: Floats, at: Floats, season: int | None) -> Shape:
    phases = np.unique(at % season).astype(np.int64) if season else np.zeros(1, dtype=np.int64)
    shape = Shape(season, phases, False, float(at[0]), max(float(np.ptp(at)), 1.0))
    if values.size < phases.size + _TREND_POINTS:
        return shape
    columns = shape.columns(at)
    left = residuals(values[None], columns[None]) if season else values[None]
    scores, ties = normal_scores(left, noise_of(values))
    if Evidence(columns, at).log_trend(scores[0], at, float(ties[0])) < _TREND_FROM:
        return shape
    return Shape(season, phases, True, shape.first, shape.length)


def _fitted(values: Floats, columns: Floats, inverse: Floats) -> Floats:
    coefficients = _coefficients(values, columns, inverse)
    return np.asarray((columns @ coefficients[..., None])[..., 0])


def _coefficients(values: Floats, columns: Floats, inverse: Floats) -> Floats:
    """Coefficients of each case: least squares, wild residuals pulled in, least squares again."""

    def least_squares(of: Floats) -> Floats:
        return np.asarray((inverse @ (np.swapaxes(columns, -1, -2) @ of[..., None]))[..., 0])

    fitted = (columns @ least_squares(values)[..., None])[..., 0]
    left = values - fitted
    most = _PULLED_IN * spread(left)[..., None]
    return least_squares(fitted + np.clip(left, -most, most))
