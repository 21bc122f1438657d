"""What a plan looks at, read from measurements and computed values: one statement each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from okapi.base import scope
from okapi.base.arrays import id_param, windows
from okapi.core.columns import Floats, Ints
from okapi.core.formulas.parts import Measured, Read
from okapi.core.formulas.plans import Plan
from okapi.core.formulas.reach import Range
from okapi.core.formulas.readings import Readings
from okapi.core.series import Aggregation
from okapi.kpis.formulas.network import Network
from okapi.kpis.formulas.slices import Slices

_EPOCH = date(1970, 1, 1).toordinal()
Window = tuple[int, date, date]

_MEASURED = """
SELECT m.slice_id, m.first, m.last, m.number{parts}
FROM {windows} CROSS JOIN kpis_measurement m
WHERE m.organisation_id = %s AND m.slice_id = w.slice_id AND m.last BETWEEN w.since AND w.until
"""
_COMPUTED = """
SELECT m.series_id, m.first, m.last, m.number{parts}
FROM {windows} CROSS JOIN kpis_computedvalue m
WHERE m.organisation_id = %s AND m.series_id = w.slice_id AND m.last BETWEEN w.since AND w.until
AND m.number IS NOT NULL
"""
_PARTS = ", m.numerator, m.denominator"


def load(plan: Plan, network: Network, slices: Slices) -> Readings:
    """Everything that the plan loads and does not compute itself; two statements at most."""
    known = {key: part.measured for key, part in network.parts.items()}
    known |= {
        version.key: version.declared
        for version in network.versions.values()
        if version.serves and version.id in network.formulas
    }
    own = {one.read: one.wanted for one in plan.tasks if one.task.serves}
    reads = [
        read
        for read, periods in plan.loads.items()
        if read.series.kpi in known and not _holds(own.get(read), periods)
    ]
    in_force = {key: part.definition_id for key, part in network.parts.items()}
    in_force |= {one.key: one.id for one in network.versions.values() if one.serves}
    numbers = [_number(read, known, in_force, slices) for read in reads]
    rows = [
        _rows(text, _windows(plan, reads, numbers, computed=computed), known, reads)
        for text, computed in ((_MEASURED, False), (_COMPUTED, True))
    ]
    parts = [
        _columns(found, _places(numbers, computed=computed))
        for found, computed in zip(rows, (False, True), strict=True)
        if found
    ]
    measured = [known[read.series.kpi] for read in reads]
    columns: list[Any] = [np.concatenate(one) for one in zip(*parts, strict=True)]
    nothing: list[Any] = [np.zeros(0, dtype=np.int64)] * 3 + [np.zeros(0)] * 3
    return Readings(
        reads,
        [one.aggregation for one in measured],
        [one.scale for one in measured],
        *(columns or nothing),
    )


def _holds(outer: Range | None, inner: Range) -> bool:
    return outer is not None and outer[0] <= inner[0] and inner[1] <= outer[1]


Number = tuple[bool, int] | None
"""Whether a read is of computed values, and of which slice or series; None where there is none."""


def _number(
    read: Read, known: Mapping[str, Measured], in_force: Mapping[str, UUID], slices: Slices
) -> Number:
    slice_id = slices.ids.get(read.series)
    if slice_id is None:
        return None
    if not known[read.series.kpi].is_formula:
        return False, slice_id
    series = slices.series.get((in_force[read.series.kpi], slice_id))
    return None if series is None else (True, series)


def _windows(
    plan: Plan, reads: Sequence[Read], numbers: Sequence[Number], *, computed: bool
) -> list[Window]:
    """The days of each slice or series that are read; for several reads of it, all of theirs."""
    found: dict[int, tuple[date, date]] = {}
    for read, number in zip(reads, numbers, strict=True):
        if number is None or number[0] is not computed:
            continue
        since, until = days_of(plan, read, plan.loads[read])
        known = found.get(number[1], (since, until))
        found[number[1]] = min(known[0], since), max(known[1], until)
    return [(number, *days) for number, days in found.items()]


def days_of(plan: Plan, read: Read, periods: Range) -> tuple[date, date]:
    """The days on which values of these periods end."""
    rhythm = plan.rhythm.of(read.frequency)
    return rhythm.span(periods[0])[0], rhythm.span(periods[1])[1]


def _rows(
    text: str, wanted: list[Window], known: Mapping[str, Measured], reads: Collection[Read]
) -> list[tuple[Any, ...]]:
    if not wanted:
        return []
    ratio = any(known[one.series.kpi].aggregation is Aggregation.RATIO for one in reads)
    table, params = windows(wanted)
    statement = text.format(windows=table, parts=_PARTS if ratio else "")
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, id_param(scope.organisation_id())])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _places(numbers: Sequence[Number], *, computed: bool) -> dict[int, list[int]]:
    """The reads of each slice or series."""
    found: dict[int, list[int]] = {}
    for at, number in enumerate(numbers):
        if number is not None and number[0] is computed:
            found.setdefault(number[1], []).append(at)
    return found


def _columns(
    rows: Sequence[tuple[Any, ...]], places: Mapping[int, list[int]]
) -> tuple[Ints | Floats, ...]:
    """Rows as columns, once for each read of their slice or series."""
    number, first, last, value, *parts = zip(*rows, strict=True)
    columns = (
        ordinals(first),
        ordinals(last),
        np.asarray(value, dtype=np.float64),
        *(floats(column) for column in parts or ([None] * len(rows),) * 2),
    )
    numbers = np.asarray(number, dtype=np.int64)
    most = max(map(len, places.values()))
    taken = []
    for turn in range(most):
        read_of = {one: reads[turn] for one, reads in places.items() if len(reads) > turn}
        known = np.asarray(sorted(read_of), dtype=np.int64)
        at = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
        mine = known[at] == numbers
        read = np.asarray([read_of[one] for one in known.tolist()], dtype=np.int64)[at[mine]]
        taken.append((read, *(column[mine] for column in columns)))
    return tuple(np.concatenate(one) for one in zip(*taken, strict=True))


def ordinals(days: Sequence[object]) -> Ints:
    """Dates (PostgreSQL) or their texts (SQLite) as ordinals; each day is read once."""
    known = list(set(days))
    column = np.asarray(known, dtype="datetime64[D]").astype(np.int64) + _EPOCH
    ordinal = dict(zip(known, column.tolist(), strict=True))
    return np.fromiter(map(ordinal.__getitem__, days), dtype=np.int64, count=len(days))


def floats(values: Sequence[Any]) -> Floats:
    """Exact decimals or their texts as floats; None is NaN."""
    return np.asarray([np.nan if one is None else float(one) for one in values])
