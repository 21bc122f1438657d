"""A KPI's formula on its page: in words, with its lineage, and why periods lack a value."""

from __future__ import annotations

from typing import Any

from okapi.kpis.formulas.fitting import problem
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.lineage import Walk
from okapi.kpis.queries.page import KpiPage
from okapi.web.components import Notice
from okapi.web.http import Addresses
from okapi.web.kpis import formula as formulas
from okapi.web.kpis.lineage import picture
from okapi.wording import period, say

_MOST_LACKING = 6


def shown_of(who: Asking, found: KpiPage, walk: Walk, at: Addresses) -> dict[str, Any]:
    """The formula in words, its lineage, the newest periods without a value, and what is amiss."""
    text = found.definition.formula
    around = walk.lineage(who, found.row)
    named = {node.row.key: node.row.name for node in around.nodes}
    return {
        "formula": formulas.readable(who, text, named) if text else "",
        "formula_edit": f"{at.kpi(found.row.key)}definition" if text and found.may.define else "",
        "formula_notice": _notice(who, found),
        "lineage": picture(around, at),
        "lacking": [
            (period(one.period.label), formulas.why(one.why, one.kpis, named))
            for one in found.lacking[:_MOST_LACKING]
        ],
    }


def _notice(who: Asking, found: KpiPage) -> Notice | None:
    """That values are still computed, or that the formula no longer fits its parts."""
    if not found.definition.formula:
        return None
    if found.definition.waiting_since is not None:
        return Notice("due", say("kpis.formula.waiting"))
    if found.stand.value is not None or found.rows or found.lacking:
        return None
    wrong = problem(who.actor, found.row.key)
    return None if wrong is None else Notice("no_data", say(wrong.code, **wrong.data))
