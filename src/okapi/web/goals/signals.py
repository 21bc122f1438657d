"""Signals of the KPIs that an objective touches, each in one line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias
from uuid import UUID

from okapi.goals.queries.asking import Asking
from okapi.goals.queries.objective import ObjectivePage
from okapi.goals.queries.rows import GuardRow, KeyResultRow
from okapi.kpis.queries.signals import SignalRow, standing_signals
from okapi.web.http import Addresses
from okapi.web.signal_words import SignalLine, line_of

# By KPI and slice key.
Standing: TypeAlias = Mapping[tuple[UUID, str], SignalRow]


def standing_of(who: Asking, found: ObjectivePage) -> Standing:
    """The signals that stand in the KPIs that it moves or guards; one statement."""
    kpis = {guard.kpi_id for guard in found.row.guards if guard.is_open}
    kpis |= {move.kpi_id for row in found.row.key_results for move in row.moves if move.is_open}
    return standing_signals(who, kpis)


def of_key_result(row: KeyResultRow, standing: Standing, at: Addresses) -> tuple[SignalLine, ...]:
    """Those of what a key result moves."""
    return tuple(_lines(((move.kpi_id, move.slice_key) for move in row.moves), standing, at))


def of_guards(
    guards: Iterable[GuardRow], standing: Standing, at: Addresses
) -> tuple[SignalLine, ...]:
    """Those of what is guarded."""
    return tuple(_lines(((guard.kpi_id, guard.slice_key) for guard in guards), standing, at))


def _lines(
    slices: Iterable[tuple[UUID, str]], standing: Standing, at: Addresses
) -> Iterable[SignalLine]:
    for one in dict.fromkeys(slices):
        if one in standing:
            yield line_of(standing[one], at)
