"""Forecasts: what a KPI may be in the next periods, and a key result at the end of its span.

``forecast`` makes one from values; what it answers is plain data, and everything else is asked of
it without fitting again. How well it does is measured by ``python -m bench.forecast``.
"""

from okapi.core.forecast.distributions import Distribution
from okapi.core.forecast.forecasts import Basis, Forecast
from okapi.core.forecast.history import SEASONS
from okapi.core.forecast.making import forecast
from okapi.core.forecast.spans import SpanSoFar, at_end, chance_to_keep, figure_draws

__all__ = [
    "SEASONS",
    "Basis",
    "Distribution",
    "Forecast",
    "SpanSoFar",
    "at_end",
    "chance_to_keep",
    "figure_draws",
    "forecast",
]
