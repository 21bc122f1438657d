"""Marks drawn from numbers on the server: spark line, progress bar, confidence, milestones.

The policy of the pages allows no style attributes, so geometry is written as SVG attributes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import ClassVar

from django.utils.safestring import SafeString

from okapi.core.quantities import clip
from okapi.web.components.base import Component
from okapi.web.components.writing import text
from okapi.wording import current_language, percent, say

Value = Decimal | float | None


@dataclass(frozen=True, slots=True)
class Spark(Component):
    """The last values as a line, with the target as a row of dots. Never coloured by status.

    Attributes:
        values: oldest first; None is a gap.
        target: one number, or one per value (None where none held).
        band: low and high, drawn as an area.
        width, height: in pixels.
        faded: the values are stale.
        label: what a screen reader says; empty where the numbers stand beside it.
    """

    values: Sequence[Value]
    target: Value | Sequence[Value] = None
    band: tuple[Value, Value] | None = None
    width: int = 96
    height: int = 32
    faded: bool = False
    label: str = ""

    def render(self) -> SafeString:
        """An SVG of the given size; an empty one when there are no values."""
        values = [None if value is None else float(value) for value in self.values]
        scale = _Scale.over([*values, *self._targets(), *self._band()], self.height)
        runs = list(_runs(_points(values, self.width, scale)))
        inside = "".join(
            (
                self._drawn_band(scale),
                *(_run(run, self.height) for run in runs),
                *(_dots(run) for run in _runs(_points(self._targets(), self.width, scale))),
                _last(runs),
            )
        )
        heard = f'role="img" aria-label="{text(self.label)}"' if self.label else _HIDDEN
        faded = " spark-faded" if self.faded else ""
        return SafeString(
            f'<svg class="spark{faded}" viewBox="0 0 {self.width} {self.height}"'
            f' width="{self.width}" height="{self.height}" {heard}>{inside}</svg>'
        )

    def _targets(self) -> Sequence[float | None]:
        if self.target is None:
            return ()
        if isinstance(self.target, Sequence):
            return [None if value is None else float(value) for value in self.target]
        return [float(self.target)] * 2

    def _band(self) -> list[float | None]:
        return [None if side is None else float(side) for side in self.band or ()]

    def _drawn_band(self, scale: _Scale) -> str:
        if self.band is None:
            return ""
        low, high = self._band()
        top = 2.0 if high is None else scale.y(high)
        bottom = self.height - 2.0 if low is None else scale.y(low)
        return (
            f'<rect class="spark-band" x="4" y="{top:.1f}" width="{self.width - 8}"'
            f' height="{max(1.0, bottom - top):.1f}"/>'
        )


_HIDDEN = 'aria-hidden="true"'


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to heights in pixels; four are left free above and below."""

    high: float
    factor: float

    @classmethod
    def over(cls, values: Sequence[float | None], height: int) -> _Scale:
        """A scale that shows all of these; a flat line lies in the middle."""
        known = [value for value in values if value is not None] or [0.0, 1.0]
        low, high = min(known), max(known)
        if high == low:
            around = max(1.0, 0.01 * abs(high))  # of a value of 38 digits, 1 is no part
            low, high = low - around, high + around
        return cls(high, (height - 8) / (high - low))

    def y(self, value: float) -> float:
        """The height of a value."""
        return 4 + (self.high - value) * self.factor


Spot = tuple[float, float]


def _points(values: Sequence[float | None], width: int, scale: _Scale) -> list[Spot | None]:
    """Where each value is drawn, at even distances."""
    step = (width - 8) / max(1, len(values) - 1)
    return [
        None if value is None else (4 + place * step, scale.y(value))
        for place, value in enumerate(values)
    ]


def _runs(points: Sequence[Spot | None]) -> Iterator[list[Spot]]:
    """The stretches between gaps."""
    run: list[Spot] = []
    for point in points:
        if point is not None:
            run.append(point)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _line(run: list[Spot]) -> str:
    return " ".join([f"{x:.1f},{y:.1f}" for x, y in run])


def _run(run: list[Spot], floor: int) -> str:
    line = _line(run)
    area = f"{run[0][0]:.1f},{floor} {line} {run[-1][0]:.1f},{floor}"
    return (
        f'<polygon class="spark-area" points="{area}"/>'
        f'<polyline class="spark-line" points="{line}"/>'
    )


def _dots(run: list[Spot]) -> str:
    return f'<polyline class="spark-target" points="{_line(run)}"/>'


def _last(runs: list[list[Spot]]) -> str:
    if not runs:
        return ""
    x, y = runs[-1][-1]
    return f'<circle class="spark-last" cx="{x:.1f}" cy="{y:.1f}" r="2.6"/>'


@dataclass(frozen=True, slots=True)
class Progress(Component):
    """A bar with the tick of what is expected today.

    Attributes:
        value: progress as it is, also below 0 or above 1 (the bar is clipped, the words are not);
            None is hatched.
        expected: share expected at the covered date; None where there is no curve.
        kind: health, or status; it colours the fill.
        words: none; share (`47%`); both (`47% / expected 55%`).
        size: s 4 px, m 6 px, l 8 px.
        flash: whether a live change of it is shown for a moment.
    """

    value: float | None
    expected: float | None = None
    kind: str = "none"
    words: str = "share"
    size: str = "m"
    flash: bool = False
    _HEIGHTS: ClassVar[dict[str, int]] = {"s": 4, "m": 6, "l": 8}

    @property
    def share(self) -> str:
        """The progress in words."""
        return percent(self.value)

    @property
    def label(self) -> str:
        """What a screen reader says of the bar."""
        return self._label(self.share)

    def _label(self, share: str) -> str:
        if self.value is None:
            return say("component.progress_unknown")
        if self.expected is None:
            return say("component.progress", share=share)
        return say("component.progress_expected", share=share, expected=percent(self.expected))

    @property
    def expected_words(self) -> str:
        """`expected 55%`."""
        return (
            "" if self.expected is None else say("component.expected", share=percent(self.expected))
        )

    def render(self) -> SafeString:
        """Bar and words; the bar is read out, so the words are not."""
        share = self.share
        flash = " data-flash" if self.flash else ""
        return SafeString(
            f'<span class="progress progress-{self.size}"{flash}>{self._bar(share)}'
            f"{self._words(share)}</span>"
        )

    def _words(self, share: str) -> str:
        if self.words == "none":
            return ""
        words = text(share)
        if self.words == "both":
            expected = text(self.expected_words)
            after = f' <span class="progress-expected">/ {expected}</span>' if expected else ""
            words = f"<b>{words}</b>{after}"
        return f'<span class="progress-words" aria-hidden="true">{words}</span>'

    @property
    def bar(self) -> SafeString:
        """The bar alone, as wide as what it stands in."""
        return SafeString(self._bar(self.share))

    def _bar(self, share: str) -> str:
        thick = self._HEIGHTS[self.size]
        tall = thick + 6
        fill = ""
        if self.value is not None:
            width = float(clip(self.value)) * 100
            fill = (
                f'<rect class="bar-fill bar-{_FILLS.get(self.kind, "none")}" y="3"'
                f' width="{width:.1f}%" height="{thick}" rx="{thick / 2:g}"/>'
            )
        tick = ""
        if self.expected is not None:
            place = float(clip(self.expected)) * 100
            tick = f'<rect class="bar-tick" x="{place:.1f}%" width="2" height="{tall}" rx="1"/>'
        track = "bar-unknown" if self.value is None else "bar-track"
        return (
            f'<svg class="bar bar-{self.size}" height="{tall}" width="100%" role="img"'
            f' aria-label="{text(self._label(share))}"><rect class="{track}" y="3" width="100%"'
            f' height="{thick}" rx="{thick / 2:g}"/>{fill}{tick}</svg>'
        )


_FILLS = {
    "green": "ok",
    "on_track": "ok",
    "early": "ok",
    "amber": "warn",
    "at_risk": "warn",
    "red": "bad",
    "off_track": "bad",
    "accent": "accent",
}


@dataclass(frozen=True, slots=True)
class Share(Component):
    """How much of a whole: a small quiet bar, for the time gone of a cycle."""

    value: float
    label: str = ""

    def render(self) -> SafeString:
        """40 × 4 pixels."""
        heard = f'role="img" aria-label="{text(self.label)}"' if self.label else _HIDDEN
        return SafeString(
            f'<svg class="share" width="40" height="4" {heard}>'
            '<rect class="share-track" width="40" height="4" rx="2"/>'
            f'<rect class="share-fill" width="{clip(self.value) * 40:.1f}" height="4" rx="2"/>'
            "</svg>"
        )


@dataclass(frozen=True, slots=True)
class Distribution(Component):
    """How many of each kind, as one bar of parts: `parts` are (kind, count)."""

    parts: Sequence[tuple[str, int]]
    label: str = ""

    def render(self) -> SafeString:
        """A bar as wide as what it stands in; parts without any are left out."""
        total = sum(count for _, count in self.parts)
        drawn, left = [], 0.0
        for kind, count in self.parts:
            width = 100 * count / total if total else 0
            if count:
                colour = _FILLS.get(kind)
                name = f"bar-{colour}" if colour else "bar-unknown"
                drawn.append(
                    f'<svg x="{left:.2f}%" width="{width:.2f}%" height="6"><rect class="{name}"'
                    ' width="100%" height="6" rx="1"/><rect class="bar-cut" x="100%" width="2"'
                    ' height="6"/></svg>'
                )
            left += width
        heard = f'role="img" aria-label="{text(self.label)}"' if self.label else _HIDDEN
        return SafeString(
            f'<svg class="bar bar-parts" height="6" width="100%" {heard}>{"".join(drawn)}</svg>'
        )


@dataclass(frozen=True, slots=True)
class Confidence(Component):
    """The owner's belief, 0–10: ten ticks and the figure; None is a dash."""

    value: int | None

    def render(self) -> SafeString:
        """Ticks and figure."""
        return _confidence(self.value, current_language())


@lru_cache(maxsize=64)
def _confidence(value: int | None, _language: str) -> SafeString:
    """There are twelve of them, and each stands on a page many times."""
    if value is None:
        label = text(say("component.confidence_none"))
        return SafeString(f'<span class="confidence" role="img" aria-label="{label}">—</span>')
    ticks = "".join(_tick(place, on=place < value) for place in range(10))
    label = text(say("component.confidence", value=value))
    return SafeString(
        f'<span class="confidence" role="img" aria-label="{label}">'
        f'<svg viewBox="0 0 39 9" width="39" height="9" aria-hidden="true">{ticks}</svg>'
        f'<span class="confidence-figure">{value}</span></span>'
    )


def _tick(place: int, *, on: bool) -> str:
    kind, top, tall = ("on", 0, 9) if on else ("off", 2, 5)
    return (
        f'<rect class="tick-{kind}" x="{place * 4}" y="{top}" width="2.5" height="{tall}" rx=".5"/>'
    )


@dataclass(frozen=True, slots=True)
class Milestones(Component):
    """The steps of a milestone KR: done is filled, late is outlined in red.

    `steps` are done, late or open.
    """

    steps: Sequence[str]

    @property
    def text(self) -> str:
        """`2 / 4 steps`."""
        return say("component.steps", done=self.done, n=len(self.steps))

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(step == "done" for step in self.steps)

    def render(self) -> SafeString:
        """Squares and words."""
        squares = "".join(
            f'<rect class="step step-{text(step)}" x="{place * 18 + 0.75}" y=".75" width="10.5"'
            ' height="10.5" rx="2"/>'
            for place, step in enumerate(self.steps)
        )
        width = max(12, len(self.steps) * 18 - 6)
        return SafeString(
            f'<span class="milestones"><svg viewBox="0 0 {width} 12" width="{width}" height="12"'
            f' aria-hidden="true">{squares}</svg> <span>{text(self.text)}</span></span>'
        )
