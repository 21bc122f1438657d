"""A waterfall: from one figure to another, step by step; and the table of the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.utils.safestring import SafeString

from okapi.web.components.base import Component
from okapi.web.components.chart_frame import framed
from okapi.web.components.tables import Cell, Column, DataTable
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class Step:
    """What one part adds. `tone` is worse, better, or empty where neither can be said."""

    label: str
    amount: float
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """The figure at one end, with its words."""

    label: str
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Waterfall(Component):
    """Ends and steps; the steps add up from one end to the other.

    Attributes:
        id: unique on the page.
        label: what it shows, in one sentence, for screen readers.
        unit: that of the ends.
        height: in pixels.
    """

    id: str
    label: str
    start: End
    end: End
    steps: Sequence[Step]
    unit: str = ""
    height: int = 300

    def render(self) -> SafeString:
        """The chart, with its table."""
        return framed(self, self.data)

    @property
    def data(self) -> dict[str, Any]:
        """What the element draws (frontend/src/chart/data.md)."""
        levels = list(accumulate((step.amount for step in self.steps), initial=self.start.value))
        steps = [
            {"label": step.label, "text": step.text, "tone": step.tone, "from": low, "to": high}
            for step, low, high in zip(self.steps, levels, levels[1:], strict=False)
        ]
        return {
            "kind": "waterfall",
            "unit": self.unit,
            "cut": say("chart.cut"),
            "bars": [_end(self.start), *steps, _end(self.end)],
        }

    @property
    def table(self) -> DataTable:
        """The same numbers, in the same order."""
        columns = (Column(say("chart.step")), Column(say("chart.value"), figures=True))
        all_of_them: list[End | Step] = [self.start, *self.steps, self.end]
        rows = [
            [Cell(one.label), Cell(one.text, strong=isinstance(one, End))] for one in all_of_them
        ]
        return DataTable(self.label, columns, rows)


def _end(end: End) -> dict[str, Any]:
    return {"label": end.label, "text": end.text, "tone": "end", "from": 0, "to": end.value}
