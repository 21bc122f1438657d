"""The figure of a key result at the end of its span: what was measured, and what may come.

As of the KPI's own rules: the last value, the sum, mean, least or greatest of the span, a ratio of
sums, or how many of its periods lie inside a band.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

import numpy as np

from okapi.core.columns import Floats
from okapi.core.errors import Refused
from okapi.core.forecast.distributions import Distribution, sample_scores
from okapi.core.forecast.forecasts import Forecast
from okapi.core.forecast.paths import PATHS
from okapi.core.series import Aggregation


@dataclass(frozen=True, slots=True)
class SpanSoFar:
    """Where a span stands in a forecast.

    ``values`` are those of the span's periods that were measured before the forecast was made.
    ``first`` and ``last`` are the steps of the forecast that belong to the span. ``arrived`` are
    values of steps measured since, also of steps before the span. ``weights`` are the denominators
    of ``values`` where the KPI is a ratio, and ``weight`` is what a period to come is taken to
    weigh: without one, the mean of ``weights``.
    """

    last: int
    first: int = 1
    values: Sequence[float] = ()
    arrived: Mapping[int, float] = field(default_factory=dict)
    weights: Sequence[float] = ()
    weight: float | None = None


def at_end(forecast: Forecast, how: Aggregation, span: SpanSoFar) -> Distribution:
    """The distribution of the span's figure when the span is over.

    Refused are ``forecast.step`` (the forecast does not reach so far) and ``forecast.weights``.
    """
    if how is Aggregation.LAST and span.last not in span.arrived:
        return forecast.at(span.last, span.arrived)
    draws = _figure(how, _ahead(forecast, span), span)
    low, high = (-np.inf, np.inf) if how is Aggregation.SUM else (forecast.low, forecast.high)
    return Distribution.of_sample(draws, low=low, high=high, surest=forecast.surest)


def figure_draws(forecast: Forecast, how: Aggregation, span: SpanSoFar) -> Floats:
    """Equally likely figures of the span when it is over, one for each way; as ``at_end``."""
    if how is Aggregation.LAST and span.last not in span.arrived:
        return forecast.at(span.last, span.arrived).draws(sample_scores(PATHS))
    return _figure(how, _ahead(forecast, span), span)


def _ahead(forecast: Forecast, span: SpanSoFar) -> Floats:
    """Paths × steps of the span."""
    return forecast.paths(span.last, span.arrived)[:, span.first - 1 :]


def _figure(how: Aggregation, ahead: Floats, span: SpanSoFar) -> Floats:
    so_far = np.asarray(span.values, dtype=np.float64)
    count = len(so_far) + ahead.shape[1]
    match how:
        case Aggregation.LAST:
            return np.asarray(ahead[:, -1])
        case Aggregation.SUM:
            return np.asarray(ahead.sum(axis=1) + so_far.sum())
        case Aggregation.MEAN:
            return np.asarray((ahead.sum(axis=1) + so_far.sum()) / count)
        case Aggregation.MIN:
            return np.asarray(np.minimum(ahead.min(axis=1), so_far.min(initial=np.inf)))
        case Aggregation.MAX:
            return np.asarray(np.maximum(ahead.max(axis=1), so_far.max(initial=-np.inf)))
        case Aggregation.RATIO:
            return _ratio(ahead, so_far, span)
        case _:
            assert_never(how)


def _ratio(ahead: Floats, so_far: Floats, span: SpanSoFar) -> Floats:
    """The ratio of sums: the mean of the periods' ratios, weighted by their denominators."""
    weights = np.asarray(span.weights, dtype=np.float64)
    if len(weights) != len(so_far) or (weights < 0).any():
        raise Refused("forecast.weights", found=len(weights), expected=len(so_far))
    each = span.weight
    if each is None:
        each = float(weights.mean()) if weights.sum() > 0 else 1.0
    whole = weights.sum() + each * ahead.shape[1]
    return np.asarray((ahead.sum(axis=1) * each + so_far @ weights) / whole)


def chance_to_keep(
    forecast: Forecast,
    span: SpanSoFar,
    *,
    low: float | None,
    high: float | None,
    allowed: int,
) -> float:
    """How likely at most ``allowed`` of the span's periods lie outside the band, limits inside.

    None leaves that side of the band open.
    """
    so_far = np.asarray(span.values, dtype=np.float64)
    ahead = _ahead(forecast, span)
    outside = _outside(ahead, low, high).sum(axis=1) + _outside(so_far, low, high).sum()
    kept = np.count_nonzero(outside <= allowed)
    # As after one more way of each kind: no number of ways makes anything sure.
    share = (kept + 0.5) / (len(outside) + 1)
    return float(min(max(share, 1.0 - forecast.surest), forecast.surest))


def _outside(values: Floats, low: float | None, high: float | None) -> Floats:
    below = values < (-np.inf if low is None else low)
    return np.asarray(below | (values > (np.inf if high is None else high)))
