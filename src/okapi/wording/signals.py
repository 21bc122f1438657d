"""A signal in one sentence, the same on pages and in the API."""

from __future__ import annotations

from datetime import date

from okapi.core.frequencies import Frequency
from okapi.core.signals import Side
from okapi.wording import day, has, period, say


def signal_sentence(
    direction: Side,
    points: int,
    frequency: Frequency,
    *,
    since: date,
    since_label: str,
    until: date,
    is_open: bool,
) -> str:
    """`8 weeks above the usual since 3 Aug 2026: this is no noise.`; one value by its period."""
    kind = "spike" if points == 1 else "shift"
    code = f"signal.{kind}_{direction.value}{'_open' if is_open else ''}"
    return say(
        code,
        span=span_of_values(points, frequency),
        period=period(since_label),
        day=day(since),
        until=day(until),
    )


def span_of_values(points: int, frequency: Frequency) -> str:
    """`8 weeks`; without a rhythm `8 values`."""
    code = f"kpis.count_{frequency.value}"
    return say(code if has(code) else "signal.values", n=points)
