"""The number component: value, unit, target, trend, change, status and freshness together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString

from okapi.web.components.bars import Spark
from okapi.web.components.base import Component
from okapi.web.components.figures import Delta, Figure, Target
from okapi.web.components.marks import StatusMark, shape
from okapi.web.components.writing import text
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class Age(Component):
    """How new a value is: a shape and words.

    Attributes:
        kind: a value of core's `Freshness`: fresh, due, stale, empty.
        text: the period or the age (`W47`, `2 hours ago`, `due today`); empty: the kind's word.
        late: for stale, how late (`3 weeks`); then the text is the last period covered.
    """

    kind: str
    text: str = ""
    late: str = ""

    @property
    def words(self) -> str:
        """What is read."""
        if self.kind == "stale" and self.text:
            return (
                say("component.ends_late", period=self.text, late=self.late)
                if self.late
                else say("component.ends", period=self.text)
            )
        return self.text or say(f"mark.{self.kind}")

    def render(self) -> SafeString:
        """Shape and words; a stale one has none, since the status shows the clock already."""
        mark = shape(self.kind) if self.kind in {"fresh", "due"} else ""
        words = text(self.words)
        return SafeString(
            f'<span class="age age-{text(self.kind)}">{mark}'
            f'<span title="{words}">{words}</span></span>'
        )


_NO_VALUE = Figure(None)
_NO_DATA = StatusMark("no_data")


@dataclass(frozen=True, slots=True)
class Number(Component):
    """A number that is never alone. The whole is one link to where the number came from.

    Attributes:
        name: of the KPI; cut when it is too long.
        value: the latest value; its `value` is None without data.
        status: of the period; a stale one outranks any colour.
        age: freshness with its period.
        href: where it came from; without one it is no link (a wall has no controls).
        delta: the change, or the words of a signal.
        spark: the last values.
        target: what it should be; None hides the words, an unknown one says *set a target*.
        signal: a red edge; only for what the detector calls a signal that is bad.
        advice: what to do next, in the third line instead of the target (no data).
        size: s (one line of figures), m, l (on a wall).
        topic: `kpi:<id>`: the live page fetches this component anew when that changes.
        loading: grey blocks of the same size.
    """

    name: str
    value: Figure = _NO_VALUE
    status: StatusMark = _NO_DATA
    age: Age | None = None
    href: str = ""
    delta: Delta | None = None
    spark: Spark | None = None
    target: Target | None = None
    signal: bool = False
    advice: str = ""
    size: str = "m"
    topic: str = ""
    fragment: str = ""
    loading: bool = False
    template: ClassVar[str] = "components/number.html"

    @property
    def stale(self) -> bool:
        """Whether the value is too old to be believed."""
        return self.status.kind == "stale"

    @property
    def empty(self) -> bool:
        """Whether there is no value."""
        return self.value.value is None

    @property
    def next_step(self) -> str:
        """What to do, in the third line; empty when there is nothing to do."""
        if self.advice:
            return self.advice
        if self.target is not None and not self.target.known and not self.empty:
            return say("component.set_target")
        return ""


@dataclass(frozen=True, slots=True)
class GridCell(Component):
    """One period of one KPI in the 13-period grid: on target it stays plain."""

    value: Figure
    kind: str = "no_data"

    @property
    def mark(self) -> StatusMark | None:
        """The shape in the corner; none on target."""
        return None if self.kind in {"green", "on_track"} else StatusMark(self.kind, bare=True)

    @property
    def colour(self) -> str:
        """The soft colour behind the value."""
        return StatusMark(self.kind).colour

    template: ClassVar[str] = "components/grid_cell.html"


@dataclass(frozen=True, slots=True)
class GridRow:
    """One KPI of the grid: its name, its target in words, and a cell for each period."""

    name: str
    cells: tuple[GridCell, ...]
    target: str = ""
    href: str = ""
    guard: bool = False
    current: bool = False


@dataclass(frozen=True, slots=True)
class PeriodGrid(Component):
    """KPIs down, the last periods across; the eye finds what is not on target.

    `is_running` says that the last period has not ended: what it has is so far.
    """

    caption: str
    periods: tuple[str, ...]
    rows: tuple[GridRow, ...]
    is_running: bool = True
    template: ClassVar[str] = "components/period_grid.html"
