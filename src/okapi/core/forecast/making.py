"""Making a forecast: values cleaned, models fitted and combined, and how far they may be off."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from okapi.core.columns import Floats
from okapi.core.forecast import models
from okapi.core.forecast.combining import FEW_VALUES, combine
from okapi.core.forecast.distributions import normal_score
from okapi.core.forecast.forecasts import Basis, Forecast
from okapi.core.forecast.history import MOST_STEPS, History, read, whole_number
from okapi.core.forecast.table import FEW, SCORES

# From this share of equal values on, a history is not moving but standing, with exceptions.
LUMPY_SHARE = 0.5
CONSTANT_SPREAD = 0.1


def forecast(
    values: Sequence[float | Decimal | None] | Floats, horizon: int, season: int | None = None
) -> Forecast:
    """What may come in the next ``horizon`` periods.

    ``values`` stand in the order of time, one per period; None and NaN are gaps. ``season`` is the
    number of periods after which a pattern repeats (12 for months), None or 1 for none. The same
    values give the same forecast. Values that were never below 0 are taken never to be, and so
    above. Refused: ``forecast.horizon``, ``forecast.season``, ``forecast.too_few`` (fewer than
    three values), ``forecast.infinite``, ``forecast.too_large`` (beyond 1e300) and
    ``forecast.unreadable``.
    """
    horizon = whole_number("forecast.horizon", horizon, MOST_STEPS)
    history = read(values, season)
    steps = whole_number("forecast.horizon", horizon + history.late, MOST_STEPS)
    known = history.known
    if known.min() == known.max():
        return _standing(history, steps, Basis.CONSTANT)
    if len(known) >= FEW_VALUES and _is_lumpy(known):
        return _standing(history, steps, Basis.LUMPY)
    return _moving(history, steps)


def _moving(history: History, steps: int) -> Forecast:
    """By models. They see values of about 1 in size, so that no unit is too large for them."""
    size = _size(history.values)
    sized = History(history.values / size, history.is_known, history.late, history.season)
    found = combine(sized, models.fit(sized, steps))
    calibration = found.calibration
    if calibration is FEW:
        basis = Basis.FEW
    else:
        basis = Basis.VALUES if history.season == 1 else Basis.SEASONS
    low, high = _limits(history.known)
    return Forecast(
        centre=found.centre * size,
        width=found.width * size,
        bend=found.bend,
        scores=np.asarray(SCORES),
        shape=found.shape,
        stays=calibration.stays,
        basis=basis,
        measured=len(history.known),
        late=history.late,
        low=low,
        high=high,
    )


def _size(values: Floats) -> float:
    """How large the values are on average; never 0, which the mean of the smallest floats is."""
    most = float(np.abs(values).max())
    return most * float(np.abs(values / most).mean()) or most


def _limits(known: Floats) -> tuple[float, float]:
    """What was never below 0 will not be, and what was never above 0."""
    return (
        0.0 if known.min() >= 0.0 else -math.inf,
        0.0 if known.max() <= 0.0 and known.min() < 0.0 else math.inf,
    )


def _standing(history: History, steps: int, basis: Basis) -> Forecast:
    """Of a history that mostly stands still: what was, as often as it was.

    Something else than what was ever seen is taken to be half as likely as one more value of it,
    and to lie one spread farther out (the rule of succession); the spread of a constant history
    is taken to be a tenth of its value.
    """
    known = np.sort(history.known)
    count = len(known)
    inner = [normal_score((at + 1.0) / (count + 1.0)) for at in range(count)]
    spread = float(known[-1] - known[0]) or CONSTANT_SPREAD * abs(float(known[0]))
    outer = normal_score(1.0 / (4.0 * (count + 1.0)))
    low, high = _limits(history.known)
    values = np.concatenate([[max(known[0] - spread, low)], known, [min(known[-1] + spread, high)]])
    return Forecast(
        centre=np.zeros(steps),
        width=np.ones(steps),
        bend=np.zeros(steps),
        scores=np.asarray([outer, *inner, -outer]),
        shape=values,
        stays=0.0,
        basis=basis,
        measured=count,
        late=history.late,
        low=low,
        high=high,
    )


def _is_lumpy(known: Floats) -> bool:
    """Whether one value comes again and again, of late as before."""
    found, counts = np.unique(known, return_counts=True)
    commonest = found[counts.argmax()]
    lately = known[-(len(known) // 3) :]
    return bool(min(np.mean(known == commonest), np.mean(lately == commonest)) >= LUMPY_SHARE)
