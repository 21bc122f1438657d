"""Why a KPI moved, as a panel of its page: a waterfall by a dimension, and what explains it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from okapi.core.quantities import Direction
from okapi.core.slices import Part
from okapi.kpis.formulas.explaining import why as asked_why
from okapi.kpis.queries.rows import Measure
from okapi.kpis.queries.why import AIMS, PARTS, Against, Moment, Wanted, Why
from okapi.web import http
from okapi.web.components import Choice, End, Segmented, Step, Waterfall
from okapi.web.http import OrgRequest, member
from okapi.web.kpis.chart import slice_words
from okapi.wording import number, percent, period, say

_MOST_STEPS = 6
_SHORT_FROM = 100_000
_NOTHING = 5e-4
"""What is less than so much of the change is told as nothing."""
_WHOLE = 1.005
"""What is more than so many times the change is beyond it."""


@require_safe
def why(request: OrgRequest, key: str) -> HttpResponse:
    """The panel's contents: `?against=`, or `?from=&to=`, and `?by=` a dimension."""
    query = request.GET
    against = member(Against, query.get("against", "")) or Against.PREVIOUS
    is_pair = against is Against.PERIOD
    wanted = Wanted(
        start=query.get("from", "") if is_pair else "",
        end=query.get("to", "") if is_pair else "",
        against=against,
        dimension=query.get("by", ""),
    )
    found = asked_why(http.asking(request), key, wanted)
    return http.part(request, "kpis/why_body.html", context_of(request, found))


def context_of(request: OrgRequest, found: Why) -> dict[str, Any]:
    """All that the panel shows."""
    told = _Told(found)
    return {
        "found": found,
        "here": f"{http.at(request).kpi(found.row.key)}why",
        "against": _against(found),
        "is_pair": found.against is Against.PERIOD,
        "starts": _periods(found, found.start),
        "ends": _periods(found, found.end),
        "by": _dimensions(found),
        "headline": told.headline(),
        "without": told.without(),
        "causes": tuple(told.causes()),
        "sentence": told.sentence(),
        "gap": told.gap(),
        "mix": told.rate_or_mix(),
        "chart": told.waterfall(),
    }


def _against(found: Why) -> Segmented:
    choices = [
        Choice(one.value, say(f"why.against_{one.value}"), one is found.against)
        for one in (
            Against.PREVIOUS,
            Against.YEAR_BEFORE,
            Against.TARGET,
            Against.FORECAST,
            Against.PERIOD,
        )
    ]
    return Segmented(say("why.against"), tuple(choices), name="against")


def _periods(found: Why, chosen: Moment | None) -> tuple[Choice, ...]:
    return tuple(
        Choice(one.label, period(one.label), chosen is not None and one == chosen.period)
        for one in found.periods
    )


def _dimensions(found: Why) -> Segmented | None:
    if len(found.dimensions) < 2:
        return None
    choices = [
        Choice(name, say("why.by_parts") if name == PARTS else name, name == found.dimension)
        for name in found.dimensions
    ]
    return Segmented(say("why.by"), tuple(choices), name="by")


@dataclass(frozen=True, slots=True)
class Cause:
    """One combination: its name, its sentence, its part of the change, and how long its bar is."""

    name: str
    sentence: str
    amount: str
    tone: str
    length: str


class _Told:
    """A change in words and figures of the KPI's unit."""

    def __init__(self, found: Why, measure: Measure | None = None) -> None:
        self.found = found
        self.measure: Measure = measure or found.row.measure

    def headline(self) -> str:
        found = self.found
        if found.start is None or found.end is None:
            return ""
        return say(
            "why.headline",
            start=self._name(found.start, is_start=True),
            before=self.value(found.start.value),
            end=self._name(found.end),
            after=self.value(found.end.value),
            change=self.amount(found.change),
        )

    def without(self) -> str:
        """Why there is no split; of a formula, which of its parts have nothing to compare with."""
        found = self.found
        if found.without is None:
            return ""
        names = [self._part_name(key) for key in found.lacking]
        parts = say("kpis.list_joint").join(dict.fromkeys(names))
        return say(f"why.without_{found.without.value}", parts=parts, n=len(names))

    def _part_name(self, key: str) -> str:
        known = self.found.parts.get(key)
        return say("why.hidden_part") if known is None else known.name

    def sentence(self) -> str:
        """What stands above the list: that nothing stands out, or how much is explained."""
        split = self.found.causes
        if split is None:
            return ""
        if self.found.dimension == PARTS:
            return self._parts_sentence(split.parts)
        if split.drift and not split.parts:
            return say("why.all_alike")
        if split.drift:
            return say("why.unlike", n=len(split.parts))
        if not split.parts:
            return say("why.no_cause")
        return say("why.some_causes", n=len(split.parts))

    def _parts_sentence(self, parts: Sequence[Part]) -> str:
        """Which part of a formula did most, and which worked against it."""
        change = self.found.change
        along = [part for part in parts if part.amount * change > 0]
        against = [part for part in parts if part.amount * change < 0]
        if not along:
            return say("why.parts_even")
        data = {"part": self._name_of(along[0]), "amount": self.amount(along[0].amount)}
        if against and self._counts(against[0].amount):
            other = {"other": self._name_of(against[0]), "less": self.amount(against[0].amount)}
            return say("why.parts_against", **data, **other)
        return say("why.parts_most", **data)

    def rate_or_mix(self) -> str:
        """Of a rate: how much its slices' own rates moved it, and how much their shares did."""
        found, split = self.found, self.found.values
        if split is None or not found.is_rate or found.aim is not None:
            return ""
        rate = split.change - split.mix
        data = {"rate": self.amount(rate), "mix": self.amount(split.mix)}
        if not self._counts(split.mix):
            return say("why.rate_alone") if self._counts(rate) else ""
        if not self._counts(rate):
            return say("why.mix_alone")
        return say("why.mix_against" if rate * split.mix < 0 else "why.rate_and_mix", **data)

    def gap(self) -> str:
        """That the targets of the parts do not come to that of the whole."""
        found = self.found
        if found.aim is None or found.start is None or not self._counts(found.outside):
            return ""
        data = {"parts": self.value(found.aim), "own": self.value(found.start.value)}
        return say(f"why.parts_{found.against.value}_gap", **data)

    def _name_of(self, part: Part) -> str:
        """The values of a slice; of a formula's part what the KPI is called."""
        if self.found.dimension != PARTS:
            return slice_words(part.where)
        known = self.found.parts
        names = [known[key].name for key in part.where[PARTS].split(",") if key in known]
        return say("kpis.list_joint").join(names) or say("why.hidden_part")

    def causes(self) -> Iterator[Cause]:
        """Each combination; then, for rates, the mix."""
        split, values, change = self.found.causes, self.found.values, self.found.change
        if split is None or values is None:
            return
        # Where nothing stands out, the values of the dimension are told one by one.
        parts = split.parts or tuple(part for part in values.parts if self._counts(part.amount))
        mix = Part({}, split.mix if split.parts else values.mix, None, None)
        told = (*parts[:_MOST_STEPS], mix) if self._counts(mix.amount) else parts[:_MOST_STEPS]
        longest = max((abs(part.amount) for part in told), default=0.0) or 1.0
        for part in told:
            yield Cause(
                name=self._name_of(part) if part.where else say("why.mix"),
                sentence=self._of(part, change),
                amount=self.amount(part.amount),
                tone=self.tone(part.amount),
                length=f"{100 * abs(part.amount) / longest:.1f}",
            )

    def _of(self, part: Part, change: float) -> str:
        share = part.amount / change if change else 0.0
        its = self._of_part(part)
        data: Mapping[str, Any] = {
            "where": self._name_of(part),
            "before": its.value(part.before),
            "after": its.value(part.after),
            "amount": self.amount(part.amount),
            "share": percent(min(round(share, 4), 1.0)),
        }
        drift = self.found.causes.drift if self.found.causes else 0.0
        if not part.where:
            return self._of_mix()
        if self.found.aim is not None and part.before is not None and part.after is not None:
            return say(f"why.part_against_{self.found.against.value}", **data)
        if part.before is None or part.after is None:
            return say("why.part_adds" if its is not self else "why.new_adds", **data)
        if drift and part.excess:
            more = part.excess * drift > 0
            return say("why.cause_more" if more else "why.cause_less", **data)
        if share <= 0:
            return say("why.cause_offsets", **data)
        return say("why.cause_adds" if share <= _WHOLE else "why.cause_beyond", **data)

    def _of_mix(self) -> str:
        most = None if self.found.values is None else self.found.values.mixed
        if most is None:
            return say("why.mix_adds")
        for digits in (0, 1):
            before, after = (percent(one, digits=digits) for one in (most.before, most.after))
            if before != after:
                where = slice_words(most.where)
                return say("why.mix_adds_most", where=where, before=before, after=after)
        return say("why.mix_adds")

    def _of_part(self, part: Part) -> _Told:
        """Who tells a part's own figures: those of a formula's parts are in their own units."""
        row = self.found.parts.get(part.where.get(PARTS, ""))
        if self.found.dimension != PARTS:
            return self
        return _Told(self.found, None if row is None else row.measure)

    def waterfall(self) -> Waterfall | None:
        """The change by the chosen dimension: the largest parts, the others, the mix."""
        found = self.found
        if found.start is None or found.end is None or found.values is None:
            return None
        return Waterfall(
            id="why-chart",
            label=self._chart_label(),
            start=self._end(found.start, is_start=True),
            end=self._end(found.end),
            steps=tuple(self._steps()),
            unit=self.measure.unit,
        )

    def _chart_label(self) -> str:
        name, by = self.found.row.name, self.found.dimension
        if by == PARTS:
            return say("why.parts_chart", name=name)
        return say("why.chart", name=name, by=by)

    def _steps(self) -> Iterator[Step]:
        values = self.found.values
        if values is None:
            return
        largest, others = values.parts[:_MOST_STEPS], values.parts[_MOST_STEPS:]
        for part in largest:
            yield self._step(self._name_of(part), part.amount)
        is_aim = self.found.aim is not None
        for code, amount in (
            ("why.others", sum(part.amount for part in others)),
            ("why.mix", values.mix),
            (
                f"why.gap_{self.found.against.value}" if is_aim else "why.outside",
                self.found.outside,
            ),
        ):
            if self._counts(amount):
                yield self._step(say(code), amount)

    def _step(self, label: str, amount: float) -> Step:
        return Step(label, amount, self.amount(amount), self.tone(amount))

    def _end(self, moment: Moment, *, is_start: bool = False) -> End:
        found = self.found
        same = found.start and found.end and (found.start.period, found.end.period)
        years = {one.last.year for one in same or ()}
        name = self._name(moment, is_start=is_start, short=len(years) < 2)
        return End(name, moment.value, self.value(moment.value))

    def _name(self, moment: Moment, *, is_start: bool = False, short: bool = False) -> str:
        if is_start and self.found.against in AIMS:
            return say(f"why.{self.found.against.value}")
        return period(moment.period.label, short=short)

    def _counts(self, amount: float) -> bool:
        return abs(amount) > _NOTHING * max(abs(self.found.change), 1e-12)

    def tone(self, amount: float) -> str:
        """Whether it is worse or better; neither for a KPI that belongs into a band."""
        if self.measure.direction is Direction.BAND or not amount:
            return ""
        return "better" if (amount > 0) is (self.measure.direction is Direction.UP) else "worse"

    def value(self, value: float | None) -> str:
        """A figure of the KPI."""
        if value is not None and abs(value) >= _SHORT_FROM:
            return number(value, self.measure.unit, compact=True)
        return number(value, self.measure.unit, digits=self._digits())

    def amount(self, amount: float) -> str:
        """A part of the change: of percentages in points."""
        if abs(amount) >= _SHORT_FROM:
            return number(amount, self.measure.unit, compact=True, sign=True)
        unit = "pp" if self.measure.unit == "%" else self.measure.unit
        return number(amount, unit, digits=self._digits(), sign=True)

    def _digits(self) -> int | None:
        """One more than the KPI's for percentages, whose parts are small."""
        digits = self.measure.decimals
        return None if digits is None else digits + (self.measure.unit == "%")
