"""What one may do to a KPI from its page: the entries of its menu."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from okapi.core.frequencies import Frequency
from okapi.core.series import Aggregation
from okapi.kpis.choices import KpiState
from okapi.kpis.queries.page import KpiPage
from okapi.web.http import Addresses
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class Action:
    """An entry that opens a form: in the page's dialog, or on a page where there is much to see."""

    text: str
    href: str
    icon: str
    in_dialog: bool = True


def menu_of(found: KpiPage, at: Addresses) -> tuple[Action, ...]:
    """What stands in the menu."""
    return tuple(_menu(found, at.kpi(found.row.key)))


def _menu(found: KpiPage, here: str) -> Iterator[Action]:
    may = found.may
    if may.edit:
        yield Action(say("objective.do.edit"), f"{here}edit", "pencil")
    if may.adjust:
        yield Action(say("kpi.do.targets"), f"{here}targets", "target", in_dialog=False)
    if may.edit:
        yield Action(say("signal.do"), f"{here}process", "chart-line")
    measure = found.row.measure
    is_ratio = measure.aggregation is Aggregation.RATIO
    if found.may_measure and measure.frequency is not Frequency.IRREGULAR and not is_ratio:
        yield Action(say("readings.do"), f"{here}readings", "upload", in_dialog=False)
    if may.define:
        yield Action(say("kpi.do.define"), f"{here}definition", "file-text", in_dialog=False)
        if found.state is not KpiState.PROPOSED:
            yield Action(say("kpi.do.retire"), f"{here}retire", "trash-2")


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a proposal is adopted, and where it is declined."""

    adopt: str
    decline: str


def decision_on(found: KpiPage, at: Addresses) -> Decision | None:
    """What can be done with a proposal; None where there is none, or it is not theirs to do."""
    if found.state is not KpiState.PROPOSED or not found.may.define:
        return None
    here = at.kpi(found.row.key)
    return Decision(f"{here}adopt", f"{here}retire")
