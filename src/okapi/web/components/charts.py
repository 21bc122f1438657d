"""The run chart of a number: what was measured, what it should be, what happened; and its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar

from django.utils.safestring import SafeString

from okapi.web.components.base import Component
from okapi.web.components.chart_frame import framed
from okapi.web.components.cones import ChartCone, ChartForetold
from okapi.web.components.figures import Figure
from okapi.web.components.marks import StatusMark
from okapi.web.components.tables import Cell, Column, DataTable
from okapi.wording import number, say

Value = Decimal | float | None
_SHORT_FROM = 100_000


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One period: also one without a value, since a gap in the data is a gap in the line.

    Attributes:
        label: the period, short, for the axis.
        value: None is a gap.
        days: first and last day in words, for the tooltip and the table.
        status: a value of core's `Status`; empty when it has none.
        source: where the value came from, when, which revision.
        signal: bad, good or neither when the detector calls it a signal; `signal_text` says which.
        run: one of the values that led to a signal.
    """

    label: str
    value: Value
    days: str = ""
    status: str = ""
    source: str = ""
    signal: str = ""
    signal_text: str = ""
    run: bool = False


@dataclass(frozen=True, slots=True)
class ChartTarget:
    """A target over the periods that it holds for (`first` and `last` are places of points).

    A number, or a band's `low` and `high`; `label` is written at its end; an `old` one was adjusted
    away.
    """

    first: int
    last: int
    value: Value = None
    low: Value = None
    high: Value = None
    label: str = ""
    old: bool = False


@dataclass(frozen=True, slots=True)
class ChartLimits:
    """Process limits from the place `first` on."""

    lower: Value
    mean: Value
    upper: Value
    first: int = 0


@dataclass(frozen=True, slots=True)
class ChartSpan:
    """A stretch of periods with a name: the baseline."""

    first: int
    last: int
    label: str


@dataclass(frozen=True, slots=True)
class ChartEvent:
    """What happened in a period. `kind` is check_in, adjustment, review or case."""

    at: int
    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ChartCause:
    """A dated cause, or today: a dashed line with its words."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Legend(Component):
    """What the lines and dots of a chart mean.

    `kinds` are target, expected, limits, band, forecast, foretold, signal, check_in, adjustment,
    review, case.
    """

    kinds: tuple[str, ...]
    template: ClassVar[str] = "components/legend.html"


@dataclass(frozen=True, slots=True)
class RunChart(Component):
    """A run chart; one key (`t`) shows the table of the same numbers.

    Attributes:
        id: unique on the page.
        label: what it shows, in one sentence, for screen readers.
        points: oldest first.
        expected: one number per point, or none at all.
        cone: what may come; its periods are points without a value.
        foretold: what was forecast of periods before they came.
        height: in pixels.
    """

    id: str
    label: str
    points: Sequence[ChartPoint]
    unit: str = ""
    targets: Sequence[ChartTarget] = ()
    expected: Sequence[Value] = ()
    limits: ChartLimits | None = None
    baseline: ChartSpan | None = None
    events: Sequence[ChartEvent] = ()
    causes: Sequence[ChartCause] = ()
    cone: ChartCone | None = None
    foretold: ChartForetold | None = None
    height: int = 300

    def render(self) -> SafeString:
        """The chart, with its table."""
        return framed(self, self.data, self.marks)

    @property
    def data(self) -> dict[str, Any]:
        """What the element draws (frontend/src/chart/data.md)."""
        return {
            "unit": self.unit,
            "points": [self._point(point) for point in self.points],
            "targets": [_plain(target) for target in self.targets],
            "expected": [None if value is None else float(value) for value in self.expected],
            "limits": self._limits(),
            "baseline": _plain(self.baseline) if self.baseline else None,
            "events": [_plain(event) for event in self.events],
            "causes": [_plain(cause) for cause in self.causes],
            "cone": self.cone.data if self.cone else None,
            "foretold": self.foretold.data if self.foretold else [],
        }

    @property
    def marks(self) -> list[StatusMark]:
        """Each status that the tooltips show, once."""
        return [StatusMark(kind) for kind in sorted({p.status for p in self.points if p.status})]

    @property
    def table(self) -> DataTable:
        """The same numbers, newest first."""
        foretold = (Column(self.foretold.head, figures=True),) if self.foretold else ()
        columns = (
            Column(say("chart.period"), whole=True),
            Column(say("chart.value"), figures=True),
            *foretold,
            Column(say("chart.target"), figures=True),
            Column(say("chart.status")),
            Column(say("chart.source")),
        )
        places = range(len(self.points) - 1, -1, -1)
        targets = [(one, self._words_of(one)) for one in self.targets if not one.old]
        return DataTable(self.label, columns, [self._row(place, targets) for place in places])

    def _row(self, place: int, targets: Sequence[tuple[ChartTarget, str]]) -> list[Cell]:
        """`targets` are those that hold, in words."""
        point = self.points[place]
        mark: object = StatusMark(point.status) if point.status else ""
        foretold = [Cell(self.foretold.at(place), quiet=True)] if self.foretold else []
        value, source = self._value_at(place)
        target = next((words for one, words in targets if one.first <= place <= one.last), "")
        return [
            Cell(point.label, note=point.days),
            value,
            *foretold,
            Cell(target, quiet=True),
            Cell(mark),
            Cell(source, quiet=True),
        ]

    def _value_at(self, place: int) -> tuple[Cell, str]:
        """What was measured, or may come; and where it is from."""
        point = self.points[place]
        step = self.cone.at(place) if self.cone and point.value is None else None
        if step is None:
            figure = Figure(point.value, self.unit)
            return Cell(figure, strong=True, note=point.signal_text), point.source
        ranges = say("chart.list_joint").join(step.ranges)
        return Cell(step.text, note=ranges), say("chart.forecast")

    def _words_of(self, target: ChartTarget) -> str:
        if target.value is not None:
            return number(target.value, self.unit)
        return f"{number(target.low)}–{number(target.high, self.unit)}"

    def _point(self, point: ChartPoint) -> dict[str, Any]:
        return {**_plain(point), "text": number(point.value, self.unit)}

    def _limits(self) -> dict[str, Any] | None:
        if self.limits is None:
            return None
        labels = {
            name: f"{say(f'chart.{name}')} {self._at_the_edge(getattr(self.limits, name))}"
            for name in ("lower", "mean", "upper")
        }
        return {**_plain(self.limits), "labels": labels}

    def _at_the_edge(self, value: Value) -> str:
        """Large ones in short, as on the axis: the words stand in a narrow margin."""
        is_large = value is not None and abs(float(value)) >= _SHORT_FROM
        return number(value, self.unit, compact=is_large)


_Part = ChartPoint | ChartTarget | ChartLimits | ChartSpan | ChartEvent | ChartCause


def _plain(part: _Part) -> dict[str, Any]:
    """Its fields, decimals as JSON numbers: a pixel does not know the thirtieth digit."""
    names = part.__slots__
    values = zip(names, _taking(names)(part), strict=True)
    return {name: float(one) if isinstance(one, Decimal) else one for name, one in values}


_taking = cache(lambda names: attrgetter(*names))
