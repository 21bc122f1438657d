"""The cone of a forecast: the median and the bands of each step that is still to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from okapi.core.forecast.distributions import Distribution, scores_of
from okapi.core.forecast.forecasts import Forecast
from okapi.core.forecast.spans import SpanSoFar

LEVELS = (0.5, 0.8, 0.95)
"""The shares of outcomes that the bands hold, the narrowest first."""

Band = tuple[float, float]

# The median's normal score, then the lower and upper one of each level.
_SCORES = np.asarray([0.0, *(score for level in LEVELS for score in scores_of(level))])


@dataclass(frozen=True, slots=True)
class ConeStep:
    """A step (from 1): its median, and the lower and upper edge at each of ``LEVELS``."""

    step: int
    median: float
    bands: tuple[Band, ...]


def cone_of(
    forecast: Forecast, last: int, measured: Mapping[int, float] | None = None
) -> tuple[ConeStep, ...]:
    """The steps up to ``last`` that lie behind the newest of those ``measured`` since.

    What has arrived is heeded (``Forecast.at_each``). Refused is ``forecast.step``.
    """
    first = max((step for step in measured or {} if step >= 1), default=0) + 1
    steps = range(first, last + 1)
    return tuple(map(_step, steps, forecast.at_each(steps, measured)))


def cone_of_totals(forecast: Forecast, span: SpanSoFar) -> tuple[ConeStep, ...]:
    """The running total of a span at each of its steps that is still to come."""
    arrived = max(span.arrived, default=0)
    steps = range(max(span.first, arrived + 1), span.last + 1)
    if not steps:
        return ()
    ahead = forecast.paths(span.last, span.arrived)[:, span.first - 1 :]
    totals = np.cumsum(ahead, axis=1) + float(np.sum(span.values))
    return tuple(
        _step(step, Distribution.of_sample(totals[:, step - span.first], surest=forecast.surest))
        for step in steps
    )


def _step(step: int, found: Distribution) -> ConeStep:
    return ConeStep(step, *median_and_bands(found))


def median_and_bands(found: Distribution) -> tuple[float, tuple[Band, ...]]:
    """The median of a distribution, and its lower and upper edge at each of ``LEVELS``."""
    median, *edges = found.draws(_SCORES).tolist()
    return median, tuple(zip(edges[::2], edges[1::2], strict=True))


@dataclass(frozen=True, slots=True)
class Foretold:
    """What was forecast for one period before it came: ``low`` to ``high`` hold 80 %.

    ``after`` is the last day that the forecast knew of, both days as ordinals.
    """

    end: int
    after: int
    median: float
    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether the value came inside the band, edges included."""
        return self.low <= value <= self.high


Told = tuple[int, Iterable[tuple[int, float, float, float]]]
"""A forecast as it is kept: the day after which it was made, and end, median, low, high."""


def foretold(earlier: Iterable[Told]) -> dict[int, Foretold]:
    """By the end of a period, what the newest forecast made before it said of it."""
    found: dict[int, Foretold] = {}
    for after, steps in earlier:
        for end, median, low, high in steps:
            known = found.get(end)
            if after < end and (known is None or known.after < after):
                found[end] = Foretold(end, after, median, low, high)
    return found
