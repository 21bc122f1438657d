"""A number as it stands in a component: the figure large, its unit one step smaller."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from okapi.core.quantities import Direction
from okapi.web.components.base import Component
from okapi.web.components.writing import text
from okapi.wording import number, say

_FIGURE = re.compile(r"(?P<before>[^\d—]*)(?P<figure>[\d—][\d,.]*)(?P<unit>.*)", re.DOTALL)
_SIGNS = {Direction.UP: "≥", Direction.DOWN: "≤", Direction.BAND: ""}


@dataclass(frozen=True, slots=True)
class Figure(Component):
    """A value with its unit; `compact` shortens large ones (217k, 21.7 万); None is a dash."""

    value: Decimal | float | None
    unit: str = ""
    compact: bool = False
    digits: int | None = None
    sign: bool = False

    @property
    def text(self) -> str:
        """The same in one string, for a row, a title or a screen reader."""
        return number(
            self.value,
            self.unit,
            compact=self.compact,
            digits=self.digits,
            readable=True,
            sign=self.sign,
        )

    @property
    def _full(self) -> str:
        """A number that is told in short, written out; "" for any other."""
        return number(self.value, self.unit) if self.compact and self.value is not None else ""

    def render(self) -> SafeString:
        """The figure, and its unit in an element of its own; a short one has all of it as title."""
        words = self.text
        found = _FIGURE.fullmatch(words)
        if found is None:
            return SafeString(f'<span class="figure">{text(words)}</span>')
        unit = found["unit"]
        full = text(self._full)
        title = f' title="{full}"' if full and full != text(words) else ""
        touching = "" if unit.startswith(" ") or not unit else " figure-touching"
        after = f'<span class="figure-unit{touching}">{text(unit.strip())}</span>' if unit else ""
        gap = " " if unit.startswith(" ") else ""
        return SafeString(
            f'<span class="figure"{title}>{text(found["before"])}'
            f"{found['figure']}{gap}{after}</span>"
        )


@dataclass(frozen=True, slots=True)
class Delta(Component):
    """How much a value changed; grey unless it is a signal, since most changes are noise.

    `bad` and `good` colour it (only for a signal); `text` says it in words instead of the figure.
    """

    value: Decimal | float | None = None
    unit: str = ""
    compact: bool = False
    digits: int | None = None
    signal: str = ""
    text: str = ""

    def render(self) -> SafeString:
        """The change with its sign, or the words of the signal."""
        kind = f" delta-{text(self.signal)}" if self.signal else ""
        return SafeString(f'<span class="delta{kind}">{text(self._words())}</span>')

    def _words(self) -> str:
        if self.text:
            return self.text
        # Percentages differ by points; the unit stands at the value already.
        unit = self.unit if self.unit in _MONEY else ""
        return number(
            self.value, unit, compact=self.compact, digits=self.digits, readable=True, sign=True
        )


def _written(value: Decimal | float | None, unit: str, *, compact: bool) -> str:
    return number(value, unit, compact=compact, readable=True)


_MONEY = frozenset({"¥", "$", "£", "€", "CNY", "USD", "GBP", "EUR"})


@dataclass(frozen=True, slots=True)
class Target(Component):
    """What a value should be: `Target ≥ 88%`, `Band 22.5–24 °C`, or that there is none.

    With `limit`, *limit* is said for *target*: a number that must not be passed (a guard).
    """

    direction: Direction = Direction.UP
    value: Decimal | float | None = None
    low: Decimal | float | None = None
    high: Decimal | float | None = None
    unit: str = ""
    compact: bool = False
    limit: bool = False

    @property
    def known(self) -> bool:
        """Whether there is anything to reach or to keep."""
        return any(side is not None for side in (self.value, self.low, self.high))

    @property
    def bare(self) -> str:
        """Without the word: `≥ 88%`, `22.5–24`."""
        if self.direction is not Direction.BAND or self.value is not None:
            figure = _written(self.value, self.unit, compact=self.compact)
            return f"{_SIGNS[self.direction]} {figure}".strip()
        if self.low is not None and self.high is not None:
            low = _written(self.low, "", compact=self.compact)
            return f"{low}–{_written(self.high, self.unit, compact=self.compact)}"
        sign, edge = ("≥", self.low) if self.low is not None else ("≤", self.high)
        return f"{sign} {_written(edge, self.unit, compact=self.compact)}"

    @property
    def text(self) -> str:
        """With its word."""
        if not self.known:
            return say("mark.no_target")
        if self.low is not None and self.high is not None:
            return say("component.band", band=self.bare)
        if self.limit and self.direction is not Direction.BAND:
            return say(f"component.limit_{self.direction}", target=self.bare)
        return say("component.target", target=self.bare)

    def render(self) -> SafeString:
        """The words."""
        return SafeString(f'<span class="target">{text(self.text)}</span>')
