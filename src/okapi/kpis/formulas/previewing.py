"""What a formula would come to, before it is saved: its last periods, or why it cannot stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from okapi.base.actor import Actor
from okapi.core.formulas.axes import Rhythm
from okapi.core.formulas.evaluating import evaluate
from okapi.core.formulas.plans import Task, plan
from okapi.core.frequencies import Frequency
from okapi.core.periods import Period, period_of
from okapi.kpis.formulas import computing, readings, slices
from okapi.kpis.formulas.described import COLUMNS, measured_of
from okapi.kpis.formulas.fitting import Fitted, fit
from okapi.kpis.formulas.network import Network, Part, Version
from okapi.kpis.formulas.storing import Cell, cells
from okapi.kpis.models import Kpi
from okapi.orgs.queries import Settings

SHOWN = 6
"""So many of the newest periods are shown."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A formula that may stand, and its newest periods, the newest first.

    Without a total (`has_total` False) it is computed in slices only, and none is shown.
    """

    fitted: Fitted
    periods: tuple[tuple[Period, Cell], ...]
    has_total: bool


def preview(
    actor: Actor,
    kpi: Kpi,
    text: str,
    values: Mapping[str, Any],
    settings: Settings,
    *,
    with_readers: bool = True,
) -> Preview:
    """Compute a formula that is not saved, over its newest periods.

    `values` are the other columns of its definition. `with_readers`: who may read the KPI is known
    already. Refused is what `fitting.fit` refuses.
    """
    fitted = fit(actor, kpi, text, values, with_readers=with_readers)
    formula = fitted.formula
    if not formula.measured.has_total:
        return Preview(fitted, (), has_total=False)
    declared = measured_of(kpi.key, {**{name: values[name] for name in COLUMNS}, "formula": text})
    network = Network(
        formulas={kpi.pk: formula},
        versions={kpi.pk: Version(kpi.pk, kpi.pk, False, text, declared)},
        parts={
            key: Part(part.pk, part.definition_id, _known(fitted, key))
            for key, part in fitted.parts.items()
            if part.definition_id is not None
        },
    )
    found = slices.load(network)
    days = computing.all_days(network, found)
    if days is None:
        return Preview(fitted, (), has_total=True)
    rhythm = Rhythm(Frequency.MONTH, settings.fiscal_month, settings.first_weekday)
    own = rhythm.of(formula.measured.frequency)
    newest = own.index_range(days)[1]
    wanted = own.day_range((newest - SHOWN + 1, newest))
    work = plan([Task(kpi.pk, formula, serves=False)], None, found.keys, rhythm, wanted)
    [done] = evaluate(work, readings.load(work, network, found))
    names = {"fiscal_month": own.fiscal_month, "first_weekday": own.first_weekday}
    periods = [
        (period_of(own.last(done.first + at), own.frequency, **names), cell)
        for at, cell in enumerate(cells(done))
        if cell is not None
    ]
    return Preview(fitted, tuple(reversed(periods)), has_total=True)


def _known(fitted: Fitted, key: str) -> Any:
    return next(one for one in fitted.formula.parts if one.key == key)
