"""Signals: changes in a KPI that are not noise.

``detect`` is for a KPI's periods, from days to years; ``detect_stream`` for series of hours and
minutes. Process charts are in ``okapi.core.xmr``.
"""

from okapi.core.signals.robust import detect
from okapi.core.signals.signal import Kind, Side, Signal
from okapi.core.signals.stream import detect_stream

__all__ = ["Kind", "Side", "Signal", "detect", "detect_stream"]
