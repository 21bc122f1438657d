"""Forecasts on the card of a key result: the layer of its chart, and the sentence under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from okapi.core.forecast import LEVELS, ConeStep, Foretold
from okapi.goals.queries.ahead import KeyResultAhead
from okapi.goals.queries.rows import KeyResultRow, MoveRow
from okapi.kpis.queries.outlook import Hindsight
from okapi.web.components import cones
from okapi.web.components.cones import ChartCone, ChartForetold, ForetoldStep
from okapi.web.goals import shown
from okapi.web.hindsight import hindsight_words
from okapi.wording import percent, say

_MIDDLE = LEVELS.index(0.8)


def cone_of(
    found: KeyResultAhead | None, places: Mapping[date, int], newest: int | None, move: MoveRow
) -> ChartCone | None:
    """The layer of the chart; `places` are those of periods by their last day."""
    if found is None:
        return None
    shares = [percent(level) for level in LEVELS]
    steps = [
        _step(step, places[last], move, shares) for last, step in found.steps if last in places
    ]
    if not steps:
        return None
    return ChartCone(steps, say("chart.forecast_ends", value=steps[-1].text), start=newest)


def _step(step: ConeStep, at: int, move: MoveRow, shares: Sequence[str]) -> cones.ConeStep:
    """`shares` are those of the bands, in words."""
    ranges = tuple(
        say(
            "chart.range_of",
            share=share,
            range=say("chart.range", low=_words(low, move), high=_words(high, move)),
        )
        for share, (low, high) in zip(shares, step.bands, strict=True)
    )
    return cones.ConeStep(at, step.median, step.bands, _words(step.median, move), ranges)


@dataclass(frozen=True, slots=True)
class Begun:
    """A period on the chart: its place, and where a running total stood when it began (else 0)."""

    at: int
    total: float


def foretold_of(
    found: Hindsight | None, places: Mapping[date, Begun], move: MoveRow
) -> ChartForetold | None:
    """The layer of earlier forecasts; of a running total they stand on where it was."""
    if found is None:
        return None
    steps = [
        _foretold(one, places[last], move)
        for last, one in sorted(found.told.items())
        if last in places
    ]
    return ChartForetold(steps, say("chart.foretold")) if steps else None


def _foretold(one: Foretold, begun: Begun, move: MoveRow) -> ForetoldStep:
    median, low, high = (figure + begun.total for figure in (one.median, one.low, one.high))
    text = say(
        "chart.foretold_of",
        value=_words(median, move),
        range=say("chart.range", low=_words(low, move), high=_words(high, move)),
    )
    return ForetoldStep(begun.at, median, low, high, text)


@dataclass(frozen=True, slots=True)
class Before:
    """Under a card's chart: how good forecasts were, and the way to have them drawn or not.

    `sentence` is empty while they are not drawn.
    """

    sentence: str
    href: str
    words: str


def before_of(found: Hindsight | None, href: str, *, is_drawn: bool) -> Before:
    """In words."""
    told = ""
    if is_drawn:
        told = say("kpis.no_hindsight") if found is None else hindsight_words(found)
    return Before(told, href, say("kpis.hindsight_hide" if is_drawn else "kpis.hindsight_show"))


def _words(value: float, move: MoveRow) -> str:
    return shown.figure_of(value, move).text


def sentence_of(row: KeyResultRow, found: KeyResultAhead | None) -> str:
    """How likely it reaches its success point, and where it may stand at the end."""
    move = row.move
    if found is None or move is None or found.median is None:
        return ""
    low, high = found.bands[_MIDDLE]
    data: dict[str, Any] = {
        "day": row.last,
        "value": _words(found.median, move),
        "low": _words(low, move),
        "high": _words(high, move),
    }
    # Where health is judged by the chance, its reason has told it.
    if row.chance is None or row.reason.code.startswith("health.chance"):
        return say("goals.ahead", **data)
    return say("goals.ahead_chance", chance=percent(row.chance), **data)
