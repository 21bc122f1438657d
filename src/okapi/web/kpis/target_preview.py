"""A target as it would be (目标分解): spread over periods, and where the measured ones stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar

from okapi.core.breakdowns import BreakdownMethod
from okapi.core.limits import TargetLimits
from okapi.core.quantities import EXACT, canonical
from okapi.kpis.actions.previewing import PartPreview, TargetPreview
from okapi.kpis.queries.rows import Measure, TargetRow
from okapi.kpis.standings.figures import limit_numbers
from okapi.web.components import StatusMark
from okapi.web.components.base import Component
from okapi.web.editing.filling import Filling
from okapi.web.kpis import shown
from okapi.web.kpis.target_texts import SHARES
from okapi.wording import period, say


@dataclass(frozen=True, slots=True)
class PartRow:
    """One period of the spread. `share` is an input where shares are typed."""

    label: str
    target: str
    amber: str
    value: str
    year_before: str
    status: StatusMark | None
    share_name: str = ""
    share: str = ""


@dataclass(frozen=True, slots=True)
class Spread(Component):
    """The preview of a target: what it is, its parts, and what they come to.

    `waits` says that there are parts which are not here yet: they follow once the page is there.
    """

    found: TargetPreview | None
    measure: Measure
    filling: Filling
    action: str
    error: str = ""
    waits: bool = False
    template: ClassVar[str] = "kpis/target_preview.html"

    @property
    def bare(self) -> Measure:
        """For the table: a long unit is said once, above it; `%` and money touch their numbers."""
        unit = self.measure.unit
        is_short = unit == "%" or (len(unit) == 3 and unit.isascii() and unit.isupper())
        return self.measure if is_short else replace(self.measure, unit="")

    @property
    def is_typed(self) -> bool:
        """Whether the shares are typed, period by period."""
        return self.filling.of("method") == BreakdownMethod.TYPED.value

    @property
    def lines(self) -> tuple[str, ...]:
        """What is said before the table."""
        return () if self.found is None else tuple(_lines(self.found, self.measure))

    @property
    def rows(self) -> tuple[PartRow, ...]:
        """The parts."""
        if self.found is None:
            return ()
        return tuple(self._row(at, part) for at, part in enumerate(self.found.parts))

    @property
    def asked(self) -> tuple[PartRow, ...]:
        """Where shares are to be typed and do not make a spread yet: the periods with inputs."""
        if self.found is None or not self.is_typed or self.found.parts:
            return ()
        return tuple(self._share(at, label) for at, label in enumerate(self.found.labels))

    @property
    def total(self) -> str:
        """What the parts of a sum come to."""
        if self.found is None:
            return ""
        values = [part.limits.target for part in self.found.parts]
        if self.measure.aggregation.value != "sum" or not values or None in values:
            return ""
        whole = Decimal(0)
        for value in values:
            whole = EXACT.add(whole, value or Decimal(0))
        return shown.words(Decimal(canonical(whole)), self.bare)

    def _row(self, at: int, part: PartPreview) -> PartRow:
        measure = self.bare
        target = shown.target_of(TargetRow(_tidy(part.limits)), measure)
        made = PartRow(
            label=period(part.period.label),
            target=target.bare,
            amber=shown.amber_words(_tidy(part.limits), measure),
            value=_words(part.value, measure),
            year_before=_words(part.year_before, measure),
            status=None if part.value is None else StatusMark(part.status.value),
        )
        if not self.is_typed:
            return made
        typed = self._share(at, part.period.label)
        return PartRow(
            made.label, made.target, made.amber, made.value, made.year_before, made.status,
            typed.share_name, typed.share,
        )  # fmt: skip

    def _share(self, at: int, label: str) -> PartRow:
        shares = [one.strip() for one in self.filling.of(SHARES).split(",")]
        share = shares[at] if at < len(shares) else ""
        return PartRow(period(label), "", "", "", "", None, f"{SHARES}-{at}-", share)


def _tidy(limits: TargetLimits) -> TargetLimits:
    """Without zeros at the end: a part has more digits than its total, if it needs them."""
    numbers = {
        name: None if value is None else Decimal(canonical(value))
        for name, value in limit_numbers(limits).items()
    }
    return TargetLimits.of(limits.direction, **numbers)


def _words(value: Decimal | None, measure: Measure) -> str:
    return "—" if value is None else shown.words(value, measure)


def _lines(found: TargetPreview, measure: Measure) -> Iterator[str]:
    if found.replaces:
        yield say("kpi.target.replaces", period=found.period.label)
    limits = _tidy(found.limits)
    amber = shown.amber_words(limits, measure)
    target = shown.target_of(TargetRow(limits), measure).bare
    yield (
        say("kpi.target.is_amber", target=target, amber=amber)
        if amber
        else say("kpi.target.is", target=target)
    )
    if found.done:
        yield say("kpi.target.done", n=found.done)
    if found.to_date is not None and found.to_date.value is not None:
        yield say(
            "kpi.target.to_date",
            value=shown.words(found.to_date.value, measure),
            plan=_plan(found.to_date.limits, measure),
            status=say(f"status.{found.to_date.status.value}"),
        )


def _plan(limits: TargetLimits | None, measure: Measure) -> str:
    return "—" if limits is None else shown.target_of(TargetRow(_tidy(limits)), measure).bare
