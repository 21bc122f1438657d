"""Our part of a forecast: how the models are combined, and how far they may be off.

Centre: a weighted mean; the drift weighs less the better smoothing has done than it (by the fourth
power of the ratio of their errors), and what smoothing has missed on average of late is put right
by a small part. Width: the exponential of a weighted sum of logarithms of eight figures that say
how uncertain a series is. Weights and shape are learnt on public series (``bench/forecast``) and
stand in ``table``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from okapi.core.columns import Floats, Ints
from okapi.core.forecast.history import History
from okapi.core.forecast.models import Fitted
from okapi.core.forecast.table import FEW, LONG, PLAIN, SHORT, Calibration

# Histories shorter than this, or without a season, or with one of up to six places, or longer.
FEW_VALUES = 10
SHORT_SEASON = 6

# Weights before they are brought to sum to 1. Those of the drifts are multiplied by the fourth
# power of the ratio of errors, at most by ``MOST_DRIFT``.
PLAIN_WEIGHTS = {"smoothing": 0.25, "theta": 0.5, "seasonal": 0.25, "drift": 0.25, "unchanged": 0.0}
SEASON_WEIGHTS = {"smoothing": 0.5, "theta": 0.34, "seasonal": 0.12, "drift": 0, "unchanged": 0.08}
MOST_DRIFT = 4.0
# The share of the mean miss of late that is put right.
PUT_RIGHT = 0.15
# No error is taken for less than this share of a step's noise.
LEAST = 0.05


@dataclass(frozen=True, slots=True)
class Combined:
    """Centre, width and bend of each step, the shape of all, and the row of the table."""

    centre: Floats
    width: Floats
    bend: Floats
    shape: Floats
    calibration: Calibration


def calibration_of(history: History) -> Calibration:
    """The row of the table for a history of this length and season."""
    if history.season == 1:
        return FEW if len(history) < FEW_VALUES else PLAIN
    return SHORT if history.season <= SHORT_SEASON else LONG


def combine(history: History, fitted: Fitted) -> Combined:
    """What the steps ahead are taken to be, from what the models say of them."""
    calibration = calibration_of(history)
    centre = combine_centre(history, fitted)
    logs = figures_of_width(history, fitted, centre)
    width = unit_of(history, fitted) * np.exp(logs @ np.asarray(calibration.weights))
    # What is farther away is not surer, and what has gaps less sure than what has none.
    width = np.maximum.accumulate(width) / np.sqrt(history.is_known.mean())
    lean = calibration.lean * trend_of(history) + calibration.rise * side_of(history)
    shape = np.asarray([*(-one for one in reversed(calibration.shape[1:])), *calibration.shape])
    return Combined(centre, width, bend_of(history, centre, width), lean + shape, calibration)


def bend_of(history: History, centre: Floats, width: Floats) -> Floats:
    """How much farther a quantity may go away from 0 than towards it, which it does not cross.

    The values are about normal on the scale of square roots, between a sum and a growth rate.
    """
    return np.asarray(side_of(history) * width / (4.0 * np.maximum(np.abs(centre), width)))


def side_of(history: History) -> int:
    """1 for what was never below 0, −1 for what was never above, else 0."""
    known = history.known
    return 1 if known.min() >= 0.0 else (-1 if known.max() <= 0.0 else 0)


def trend_of(history: History) -> float:
    """How far the history has gone, beside a walk of as many steps without direction; −1 to 1."""
    values = history.values
    walk = float(np.abs(np.diff(values)).mean()) * np.sqrt(len(values))
    return float(np.clip((values[-1] - values[0]) / walk / 2.0, -1.0, 1.0))


def combine_centre(history: History, fitted: Fitted) -> Floats:
    """The centre of each step."""
    weights = dict(PLAIN_WEIGHTS if history.season == 1 else SEASON_WEIGHTS)
    favour = min(_ratio_of_errors(history, fitted) ** 4, MOST_DRIFT)
    for name in ("seasonal", "drift"):
        weights[name] *= favour
    whole = sum(weights.values())
    centre = sum(weight / whole * getattr(fitted, name) for name, weight in weights.items())
    return np.asarray(centre + PUT_RIGHT * np.where(np.isnan(fitted.bias), 0.0, fitted.bias))


def _ratio_of_errors(history: History, fitted: Fitted) -> float:
    """The error of smoothing by that of the season before with drift; 1 where unknown."""
    steps = min(len(fitted.missed), max(2, len(history) // 4))
    own, naive = fitted.missed[:steps], fitted.naive_missed[:steps]
    known = ~(np.isnan(own) | np.isnan(naive))
    if not known.any() or naive[known].sum() <= 0.0:
        return 1.0
    return float(own[known].sum() / naive[known].sum())


def unit_of(history: History, fitted: Fitted) -> float:
    """The noise of one step, in which widths are told; above 0 unless the history is constant."""
    changes = np.abs(history.values[history.season :] - history.values[: -history.season])
    return max(fitted.noise, 1e-3 * float(changes.mean()), 1e-9 * float(np.abs(changes).max()))


def figures_of_width(history: History, fitted: Fitted, centre: Floats) -> Floats:
    """Steps × the figures that the table weighs, each a logarithm against the noise or a number.

    A constant; the error of smoothing at the step; how far values move in so many steps; how far
    in one; the step; the length of the history, by its root and where it is below ten seasons;
    how far the models are apart; how lively the last season was beside all before.
    """
    values, season = history.values, history.season
    count, unit = len(values), unit_of(history, fitted)
    steps = np.arange(1, len(centre) + 1, dtype=np.int64)
    missed = np.where(np.isnan(fitted.missed), 0.8 * unit * np.sqrt(steps), fitted.missed)
    apart = np.mean(
        [np.abs(row - centre) for row in (fitted.smoothing, fitted.theta, fitted.seasonal)], axis=0
    )
    moved = _log(float(np.abs(np.diff(values)).mean()) / unit)
    ones = np.ones(len(steps))
    columns = [
        ones,
        _logs(missed / unit),
        _logs(_moved_in(values, season, steps) / unit),
        ones * moved,
        np.log(steps),
        ones / np.sqrt(count),
        ones * min(np.log(count / (10.0 * season)), 0.0),
        np.log1p(apart / unit),
        ones * _liveliness(values, season),
    ]
    return np.stack(columns, axis=1)


def _moved_in(values: Floats, season: int, steps: Ints) -> Floats:
    """How far values move, on average, in the whole seasons that reach each step."""
    seasons = (steps - 1) // season + 1
    most = (len(values) - 2) // season
    by_season = {
        one: float(np.abs(values[one * season :] - values[: -one * season]).mean())
        for one in range(1, min(int(seasons[-1]), most) + 1)
    }
    known = max(by_season)
    return np.asarray(
        [by_season[min(one, known)] * np.sqrt(max(one / known, 1.0)) for one in seasons.tolist()]
    )


def _liveliness(values: Floats, season: int) -> float:
    changes = np.abs(values[season:] - values[:-season])
    least = 1e-9 * float(np.abs(values).max())
    late = float(changes[-max(season, 6) :].mean()) + least
    return float(np.clip(np.log(late / (float(changes.mean()) + least)), -2.0, 2.0))


def _logs(shares: Floats) -> Floats:
    return np.asarray(np.log(np.maximum(shares, LEAST)))


def _log(share: float) -> float:
    return float(np.log(max(share, LEAST)))
