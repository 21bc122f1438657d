"""What a run chart shows of forecasts: the cone, and what was forecast for earlier periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ConeStep:
    """A period ahead, at a place of the chart: its median, and its bands, the narrowest first.

    `text` is the median as written, `ranges` the bands.
    """

    at: int
    median: float
    bands: Sequence[tuple[float, float]]
    text: str
    ranges: Sequence[str]


@dataclass(frozen=True, slots=True)
class ChartCone:
    """A forecast. It grows out of the value at `start` (None: out of nothing that is drawn)."""

    steps: Sequence[ConeStep]
    label: str
    start: int | None = None

    @property
    def data(self) -> dict[str, Any]:
        """What the element draws."""
        steps = [
            {
                "at": step.at,
                "median": step.median,
                "bands": [list(band) for band in step.bands],
                "text": step.text,
                "ranges": list(step.ranges),
            }
            for step in self.steps
        ]
        return {"start": self.start, "label": self.label, "steps": steps}

    def at(self, place: int) -> ConeStep | None:
        """The step at a place of the chart."""
        return next((step for step in self.steps if step.at == place), None)


@dataclass(frozen=True, slots=True)
class ForetoldStep:
    """What was forecast for the period at a place before it came, and whether that held."""

    at: int
    median: float
    low: float
    high: float
    text: str
    held: bool | None = None


@dataclass(frozen=True, slots=True)
class ChartForetold:
    """Earlier forecasts, each for one period; `head` is the head of their column in the table."""

    steps: Sequence[ForetoldStep]
    head: str

    @property
    def data(self) -> list[dict[str, Any]]:
        """What the element draws."""
        return [
            {
                "at": step.at,
                "median": step.median,
                "low": step.low,
                "high": step.high,
                "text": f"{self.head}: {step.text}",
            }
            for step in self.steps
        ]

    def at(self, place: int) -> str:
        """In words, for the table."""
        return next((step.text for step in self.steps if step.at == place), "")
