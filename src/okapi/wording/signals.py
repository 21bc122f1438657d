"""A signal in one sentence, the same on pages and in the API."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from okapi.core.frequencies import Frequency
from okapi.core.signals import Side
from okapi.wording import day, has, period, say


class Signalled(Protocol):
    """What a signal says, as whoever lists signals holds it."""

    @property
    def direction(self) -> Side:
        """To which side of the usual the values are."""

    @property
    def points(self) -> int:
        """How many values."""

    @property
    def frequency(self) -> Frequency:
        """How often the KPI is measured."""

    @property
    def since(self) -> date:
        """The first day of the first period."""

    @property
    def since_label(self) -> str:
        """The first period."""

    @property
    def until(self) -> date:
        """The last day of the last period."""

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""


def signal_sentence(signal: Signalled) -> str:
    """`8 weeks above the usual since 3 Aug 2026: this is no noise.`; one value by its period."""
    kind = "spike" if signal.points == 1 else "shift"
    code = f"signal.{kind}_{signal.direction.value}{'_open' if signal.is_open else ''}"
    return say(
        code,
        span=span_of_values(signal.points, signal.frequency),
        period=period(signal.since_label),
        day=day(signal.since),
        until=day(signal.until),
    )


def span_of_values(points: int, frequency: Frequency) -> str:
    """`8 weeks`; without a rhythm `8 values`."""
    code = f"kpis.count_{frequency.value}"
    return say(code if has(code) else "signal.values", n=points)
