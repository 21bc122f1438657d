"""New signals on Home: of my KPIs, and of those that my key results use."""

from __future__ import annotations

from collections.abc import Sequence

from okapi.base import clock
from okapi.base.prepared import Part
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.rows import ObjectiveRow
from okapi.kpis.queries.signals import news_of
from okapi.web.http import Addresses
from okapi.web.signal_words import SignalLine, line_of


def signals_of(
    who: Asking, mine: Sequence[ObjectiveRow], at: Addresses
) -> Part[tuple[SignalLine, ...]]:
    """The newest ones, each in one line. `mine` are the reader's objectives."""
    kpis = {move.kpi_id for one in mine for row in one.key_results for move in row.moves}
    kpis |= {guard.kpi_id for one in mine for guard in one.guards}
    found = news_of(who, kpis, clock.now())
    return found.to(lambda rows: tuple(line_of(one, at) for one in rows))
