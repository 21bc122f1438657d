"""Signals of the KPIs that an objective touches, each in one line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias
from uuid import UUID

from okapi.goals.queries.rows import GuardRow, KeyResultRow
from okapi.kpis.queries.signals import SignalRow
from okapi.web.http import Addresses
from okapi.web.signal_words import SignalLine, line_of

# By KPI and slice key.
Standing: TypeAlias = Mapping[tuple[UUID, str], SignalRow]


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
