"""Forecasts: what a KPI may be in the next periods, and a key result at the end of its span.

``forecast`` makes one from values; what it answers is plain data, and everything else is asked of
it without fitting again. How well it does is measured by ``python -m bench.forecast``.
"""

from okapi.core.forecast.cones import (
    LEVELS,
    ConeStep,
    Foretold,
    cone_of,
    cone_of_totals,
    foretold,
    median_and_bands,
)
from okapi.core.forecast.distributions import Distribution
from okapi.core.forecast.forecasts import Basis, Forecast
from okapi.core.forecast.history import SEASONS
from okapi.core.forecast.making import forecast
from okapi.core.forecast.spans import SpanSoFar, at_end, chance_to_keep, figure_draws

__all__ = [
    "LEVELS",
    "SEASONS",
    "Basis",
    "ConeStep",
    "Distribution",
    "Forecast",
    "Foretold",
    "SpanSoFar",
    "at_end",
    "chance_to_keep",
    "cone_of",
    "cone_of_totals",
    "figure_draws",
    "forecast",
    "foretold",
    "median_and_bands",
]
