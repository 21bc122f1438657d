"""Forecasts on the page of a KPI: layers of its chart, and what they say in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from okapi.core.forecast import LEVELS, ConeStep
from okapi.core.quantities import Direction, places_of
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.outlook import Ahead, AtEnd, Hindsight, Outlook
from okapi.kpis.queries.page import KpiPage
from okapi.kpis.queries.rows import Measure
from okapi.web.components import cones
from okapi.web.components.cones import ChartCone, ChartForetold, ForetoldStep
from okapi.web.hindsight import hindsight_words
from okapi.web.kpis import shown
from okapi.wording import number, percent, period, say

_LATELY = 12
_MOST_DIGITS = 6
_SHORT_FROM = 100_000


@dataclass(frozen=True, slots=True)
class Writing:
    """How the figures of a forecast are written: as the values are, or in short."""

    unit: str
    digits: int | None

    @classmethod
    def of(cls, found: KpiPage) -> Writing:
        """With the KPI's decimals, or with as many as its values have had of late."""
        measure: Measure = found.row.measure
        digits = measure.decimals
        if digits is None:
            places = (places_of(row.value) for row in found.rows[-_LATELY:])
            digits = min(max(places, default=0), _MOST_DIGITS)
        return cls(measure.unit, digits)

    def figure(self, value: float) -> str:
        """One figure with its unit."""
        if abs(value) >= _SHORT_FROM:
            return number(value, self.unit, compact=True)
        return number(value, self.unit, digits=self.digits)

    def band(self, low: float, high: float) -> str:
        """Two figures and what lies between."""
        return say("chart.range", low=self.figure(low), high=self.figure(high))

    def ranges(self, step: ConeStep) -> tuple[str, ...]:
        """The bands of a step, each with its share."""
        return tuple(
            say("chart.range_of", share=percent(level), range=self.band(*band))
            for level, band in zip(LEVELS, step.bands, strict=True)
        )


def cone_of(
    outlook: Outlook | None, places: Mapping[date, int], newest: int | None, writing: Writing
) -> ChartCone | None:
    """The layer of the chart; `places` are those of periods by their last day."""
    if outlook is None or not outlook.steps:
        return None
    steps = [_step(ahead, places[ahead.period.last], writing) for ahead in outlook.steps]
    label = say("chart.forecast_ends", value=steps[-1].text)
    return ChartCone(steps, label, start=newest)


def _step(ahead: Ahead, at: int, writing: Writing) -> cones.ConeStep:
    step = ahead.step
    return cones.ConeStep(
        at, step.median, step.bands, writing.figure(step.median), writing.ranges(step)
    )


def foretold_of(
    hindsight: Hindsight | None, places: Mapping[date, int], values: Mapping[date, float],
    writing: Writing,
) -> ChartForetold | None:  # fmt: skip
    """The layer of earlier forecasts, over the periods that the chart shows."""
    if hindsight is None:
        return None
    steps = [
        ForetoldStep(
            at=places[last],
            median=one.median,
            low=one.low,
            high=one.high,
            text=say(
                "chart.foretold_of",
                value=writing.figure(one.median),
                range=writing.band(one.low, one.high),
            ),
            held=one.holds(values[last]),
        )
        for last, one in sorted(hindsight.told.items())
        if last in places and last in values
    ]
    return ChartForetold(steps, say("chart.foretold")) if steps else None


@dataclass(frozen=True, slots=True)
class Said:
    """What stands under the chart: what the forecast says, what it rests on, how good it was.

    `more` is the address that draws the earlier forecasts, or takes them away; `more_words` says
    which.
    """

    sentences: Sequence[str]
    basis: str
    hindsight: str
    more: str
    more_words: str


def said_of(
    who: Asking,
    found: KpiPage,
    outlook: Outlook | None,
    hindsight: Hindsight | None,
    *,
    more: str,
    is_drawn: bool,
) -> Said | None:
    """In words; None where nothing is to be said of a forecast."""
    if outlook is None:
        return None
    told = ""
    if is_drawn:
        told = hindsight_words(hindsight) if hindsight else say("kpis.no_hindsight")
    return Said(
        sentences=tuple(_sentences(who, found, outlook)),
        basis=_basis(outlook),
        hindsight=told,
        more=more if outlook.steps or is_drawn else "",
        more_words=say("kpis.hindsight_hide" if is_drawn else "kpis.hindsight_show"),
    )


def _sentences(who: Asking, found: KpiPage, outlook: Outlook) -> Iterator[str]:
    if outlook.without:
        yield without_words(found, outlook)
    elif outlook.at_end is not None:
        yield at_end_words(who, found, outlook.at_end)


def without_words(found: KpiPage, outlook: Outlook) -> str:
    """Why there is no forecast."""
    data = dict(outlook.data)
    if outlook.without == "forecast.stale":
        late = shown.late_words(data["late"], found.row.measure.frequency)
        data = {"period": period(data["period"]), "late": late}
    return say(outlook.without, **data)


def at_end_words(who: Asking, found: KpiPage, at_end: AtEnd) -> str:
    """The chance of the target at the end of the cycle, and where the value may be then."""
    writing, step = Writing.of(found), at_end.ahead.step
    low, high = step.bands[LEVELS.index(0.8)]
    cycle = at_end.cycle
    data = {
        "period": period(at_end.ahead.period.label),
        "cycle": "" if cycle is None else who.text(cycle.title, cycle.title_other),
        "value": writing.figure(step.median),
        "low": writing.figure(low),
        "high": writing.figure(high),
    }
    place = "cycle" if cycle is not None else "period"
    if at_end.chance is None:
        return say(f"kpis.outlook_{place}", **data)
    target = shown.target_of(at_end.target, found.row.measure)
    chance = percent(at_end.chance)
    kind = "band" if target.direction is Direction.BAND else "target"
    return say(f"kpis.outlook_{place}_{kind}", chance=chance, target=target.bare, **data)


def _basis(outlook: Outlook) -> str:
    if outlook.basis is None:
        return ""
    return say(f"forecast.basis.{outlook.basis.value}", measured=outlook.measured)
