"""The models of a forecast, fitted by a library; and how they have fared on the values so far.

Exponential smoothing (ETS: Hyndman, Koehler, Ord and Snyder 2008) in all its forms, averaged by
their Akaike weights (Burnham and Anderson 2002); the best of the dynamic theta models (Fiorucci et
al. 2016); the season before with the drift of late; and the drift of the whole history.
``statsforecast`` takes seconds to import, hence inside the functions.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from okapi.core.columns import Floats
from okapi.core.forecast.history import History

# Fewer values than these are too few for the library.
FEWEST_FOR_SMOOTHING = 10
FEWEST_FOR_THETA = 5
# Seasons longer than these are taken out beforehand: smoothing knows none so long.
LONGEST_SMOOTHED = 24
# How late forecasts of the past are looked at: so many origins, beside three horizons.
ORIGINS = 12
# The drift of late is that of so many steps or seasons.
LATELY = 8
LATE_SEASONS = 3


@dataclass(frozen=True, slots=True)
class Fitted:
    """What the models say of the steps ahead, and how they fared; rows are steps.

    ``missed`` and ``bias`` are the mean absolute and the mean error of the best smoothing model at
    each step from the last origins, with its parameters as fitted; ``naive_missed`` is the mean
    absolute error of the season before with drift. ``noise`` is the standard deviation of one
    step. NaN where there were too few values.
    """

    smoothing: Floats
    theta: Floats
    seasonal: Floats
    drift: Floats
    unchanged: Floats
    missed: Floats
    bias: Floats
    naive_missed: Floats
    noise: float


def fit(history: History, horizon: int) -> Fitted:
    """All models fitted to a history that is not constant, for ``horizon`` steps ahead."""
    values, season = history.values, history.season
    smoothing = _smoothing(history, horizon)
    return Fitted(
        smoothing=smoothing.ahead,
        theta=_theta(values, season, horizon),
        seasonal=_with_drift(values, season, horizon),
        drift=_drift(values, horizon),
        unchanged=_unchanged(values, season, horizon),
        missed=_mean_by_step(np.abs(smoothing.errors)),
        bias=_mean_by_step(smoothing.errors),
        naive_missed=_mean_by_step(np.abs(_naive_errors(history, horizon))),
        noise=smoothing.noise,
    )


@dataclass(frozen=True, slots=True)
class _Smoothing:
    """The averaged forecast, the best model's errors (origins × steps), the noise of one step."""

    ahead: Floats
    errors: Floats
    noise: float


def _smoothing(history: History, horizon: int) -> _Smoothing:
    values, season = history.values, history.season
    if len(values) < FEWEST_FOR_SMOOTHING:
        return _without_library(history, horizon)
    if season > LONGEST_SMOOTHED:
        return _on_top_of_season(history, horizon)
    fits = list(_fits(values, season))
    if not fits:
        return _without_library(history, horizon)
    criteria = np.asarray([one["aicc"] for one in fits])
    weights = np.exp((criteria.min() - criteria) / 2.0)
    weights /= weights.sum()
    rows = np.stack([_from_states(one, one["states"][-1:], horizon)[0] for one in fits])
    best = fits[int(criteria.argmin())]
    size = float(np.mean(np.abs(values[-2 * season - 4 :])))
    noises = [one["sigma2"] * (size**2 if one["components"][0] == "M" else 1.0) for one in fits]
    return _Smoothing(weights @ rows, _errors(history, best, horizon), _root(weights @ noises))


def _root(square: float) -> float:
    return float(np.sqrt(max(square, 0.0)))


def _fits(values: Floats, season: int) -> Iterator[dict[str, Any]]:
    """Every form of exponential smoothing that the values allow."""
    from statsforecast.ets import ets_f

    positive = bool(values.min() > 0)
    errors = "AM" if positive else "A"
    seasons = "N" if season == 1 else ("NAM" if positive else "NA")
    trends = (("N", False), ("A", True), ("A", False))
    for error, kind, (trend, damped) in product(errors, seasons, trends):
        if error == "A" and kind == "M":  # unstable (Hyndman et al. 2008, chapter 15)
            continue
        found = _quietly(ets_f, values, season, error + trend + kind, damped=damped)
        if found is not None and found["components"][2] == kind and np.isfinite(found["aicc"]):
            yield found


def _quietly(function: Any, *given: Any, **named: Any) -> Any:
    """What a function of the library finds; None where it gives up on these values."""
    with _no_warnings():
        try:
            return function(*given, **named)
        except (ArithmeticError, ValueError, NotImplementedError, np.linalg.LinAlgError):
            return None


@contextmanager
def _no_warnings() -> Iterator[None]:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def _from_states(found: dict[str, Any], states: Floats, horizon: int) -> Floats:
    """Point forecasts from states of a smoothing model: origins × steps."""
    _, trend, kind, damped = found["components"]
    season, steps = found["m"], np.arange(1, horizon + 1)
    ahead = np.repeat(states[:, :1], horizon, axis=1)
    if trend == "A":
        factor = np.cumsum(found["par"][3] ** steps) if damped == "D" else steps
        ahead = ahead + states[:, 1:2] * factor
    if kind == "N":
        return ahead
    newest = 2 if trend == "A" else 1
    seasonal = states[:, newest : newest + season][:, season - 1 - (steps - 1) % season]
    return np.asarray(ahead * seasonal if kind == "M" else ahead + seasonal)


def _errors(history: History, found: dict[str, Any], horizon: int) -> Floats:
    """What came less what the fitted model would have said, from the last origins."""
    origins = _origins(history, horizon)
    ahead = _from_states(found, found["states"][origins], horizon)
    return _came(history, origins, horizon) - ahead


def _origins(history: History, horizon: int) -> Any:
    count = len(history)
    return np.arange(max(count - 3 * horizon - ORIGINS, 1), count)


def _came(history: History, origins: Any, horizon: int) -> Floats:
    """The values that came after each origin: origins × steps; NaN where none was measured."""
    measured = np.where(history.is_known, history.values, np.nan)
    padded = np.concatenate([measured, np.full(horizon, np.nan)])
    return np.asarray(padded[origins[:, None] + np.arange(horizon)])


def _mean_by_step(errors: Floats) -> Floats:
    known = ~np.isnan(errors)
    count = known.sum(axis=0)
    sums = np.where(known, errors, 0.0).sum(axis=0)
    return np.where(count > 0, sums / np.maximum(count, 1), np.nan)


def _without_library(history: History, horizon: int) -> _Smoothing:
    """Of a few values: half way between the newest and the mean of all, and what changes are."""
    values = history.values
    ahead = np.full(horizon, 0.5 * (values[-1] + values.mean()))
    origins = _origins(history, horizon)
    means = np.cumsum(values)[origins - 1] / origins
    level = 0.5 * (values[origins - 1] + means)
    errors = _came(history, origins, horizon) - level[:, None]
    return _Smoothing(ahead, errors, _root(float(np.mean(np.diff(values) ** 2))))


def _on_top_of_season(history: History, horizon: int) -> _Smoothing:
    """A long season is taken out, what is left is smoothed, and the season put on again."""
    values, season = history.values, history.season
    shape = _shape(values, season)
    places = np.arange(len(values) + horizon) % season
    flat = History(values - shape[places[: len(values)]], history.is_known, 0, 1)
    found = _smoothing(flat, horizon)
    return _Smoothing(found.ahead + shape[places[len(values) :]], found.errors, found.noise)


def _shape(values: Floats, season: int) -> Floats:
    """What a place in the season adds: its mean off the level around it, summing to nothing.

    Shrunk by the number of seasons seen, and smoothed over neighbours: places are many.
    """
    width = np.ones(season) / season
    inner = np.convolve(values, width, mode="valid")
    level = np.interp(np.arange(len(values)), np.arange(len(inner)) + (season - 1) / 2, inner)
    off = values - level
    means = np.asarray([off[place::season].mean() for place in range(season)])
    means = np.convolve(np.concatenate([means[-1:], means, means[:1]]), [0.25, 0.5, 0.25], "valid")
    seen = len(values) / season
    return np.asarray((means - means.mean()) * seen / (seen + 1.0))


def _theta(values: Floats, season: int, horizon: int) -> Floats:
    """The best theta model; of very few values half the drift on the newest one."""
    found = None
    if len(values) >= FEWEST_FOR_THETA:
        found = _quietly(_theta_of_library, values, season, horizon)
    if found is None or not np.isfinite(found).all():
        return np.asarray(0.5 * (_drift(values, horizon) + values[-1]))
    return np.asarray(found, dtype=np.float64)


def _theta_of_library(values: Floats, season: int, horizon: int) -> Floats:
    from statsforecast import theta

    library: Any = theta
    return np.asarray(library.forecast_theta(library.auto_theta(values, season), horizon)["mean"])


def _unchanged(values: Floats, season: int, horizon: int) -> Floats:
    return np.asarray(values[len(values) - season + np.arange(horizon) % season])


def _with_drift(values: Floats, season: int, horizon: int) -> Floats:
    """The season before, and on top of it what a season brought of late."""
    ahead = _unchanged(values, season, horizon)
    return ahead + _late_drift(values, season) * (np.arange(horizon) // season + 1)


def _late_drift(values: Floats, season: int) -> float:
    """What one season (or one step) brought, on average over the last ones."""
    changes = values[season:] - values[:-season]
    return float(changes[-max(LATE_SEASONS * season, LATELY) :].mean())


def _drift(values: Floats, horizon: int) -> Floats:
    step = (values[-1] - values[0]) / (len(values) - 1)
    return np.asarray(values[-1] + step * np.arange(1, horizon + 1))


def _naive_errors(history: History, horizon: int) -> Floats:
    """What came less what the season before with its drift would have said: origins × steps."""
    values, season = history.values, history.season
    origins = _origins(history, horizon)
    origins = origins[origins > season]
    ahead = [_with_drift(values[:origin], season, horizon) for origin in origins.tolist()]
    if not ahead:
        return np.full((1, horizon), np.nan)
    return _came(history, origins, horizon) - np.stack(ahead)
