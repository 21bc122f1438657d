"""`standings.csv`: how everything stands today. Written by an export, ignored by an apply."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from okapi.base.actor import Actor
from okapi.core.quantities import canonical
from okapi.exchange import emit
from okapi.goals.queries import lists as goal_lists
from okapi.goals.queries.asking import Asking
from okapi.kpis.queries import lists as kpi_lists
from okapi.orgs import queries

COLUMNS = ("kind", "key", "as_of", "current", "progress", "expected", "health", "reason")
_AT_ONCE = 1_000


def write(actor: Actor, path: Path) -> None:
    """Write the standings of key results, objectives and KPIs, each in the order of keys.

    `progress` is raw and told although the data may be stale; `expected` is taken at the covered
    date. A KPI has no progress; its `health` is its status and its `reason` its freshness.
    """
    settings = queries.settings_of(actor.organisation_id)
    calendar = queries.working_calendar(actor.organisation_id)
    asking = Asking(actor, settings, settings.language, calendar, settings.today)
    emit.write_csv(path, _lines(asking))


def _lines(asking: Asking) -> Iterator[list[str]]:
    yield list(COLUMNS)
    day = asking.today.isoformat()
    for kind, pages in _GOALS.items():
        for row in _all(partial(_goals, pages, asking)):
            figures = [_text(getattr(row, "current", None)), _text(row.progress)]
            told = [*figures, _text(row.expected), row.health.value, row.reason.code]
            yield [kind, row.key, day, *told]
    for kpi in _all(partial(_kpis, asking)):
        figures = [_text(kpi.current), "", ""]
        yield ["kpi", kpi.key, day, *figures, kpi.status, kpi.freshness.value]


_Pages = Callable[[Asking, goal_lists.Wanted], Sequence[Any]]
_GOALS: dict[str, _Pages] = {
    "key_result": goal_lists.key_results,
    "objective": goal_lists.objectives,
}


def _goals(pages: _Pages, asking: Asking, after: str) -> Sequence[Any]:
    return pages(asking, goal_lists.Wanted(after=after, most=_AT_ONCE))


def _kpis(asking: Asking, after: str) -> list[kpi_lists.KpiListed]:
    wanted = kpi_lists.Wanted(after=after, most=_AT_ONCE)
    return kpi_lists.kpis(asking.actor, wanted, today=asking.today)


def _all(page: Callable[[str], Sequence[Any]]) -> Iterator[Any]:
    """All rows, page by page."""
    after = ""
    while rows := page(after):
        yield from rows
        after = rows[-1].key


def _text(value: Decimal | float | None) -> str:
    """Exact decimals as they are; shares with as many digits as tell them apart."""
    if value is None:
        return ""
    return canonical(value) if isinstance(value, Decimal) else canonical(Decimal(repr(value)))
