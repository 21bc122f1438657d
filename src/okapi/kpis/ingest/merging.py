"""The merge: rows against the current values, in set-based statements.

Stage → insert what is new → keep what will be superseded → update what differs: on SQLite one
statement after the other, on PostgreSQL one that looks each row up once. The caller holds the
KPIs' rows locked (on SQLite the whole database), so that nothing changes in between. Many rows are
staged in a temporary table; a few are parameters of the same statements. Where nothing is there
yet in the days of the rows, they are written as they come.

A row differs when its value or a part of a ratio differs, or when it brings another note; a row
without a note leaves the note of an equal value alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from okapi.base import statements
from okapi.base.arrays import is_postgresql, windows
from okapi.kpis.ingest.dialects import (
    COLUMNS,
    KINDS,
    NAMES,
    TABLE,
    Dialect,
    StageRow,
    cells,
    dialect,
)

MOST_REVISIONS = 32_767  # what the column holds on PostgreSQL; further ones keep this number

_CURRENT = (
    "m.organisation_id = %(organisation)s AND m.slice_id = s.slice_id AND m.last = s.last"
    " AND m.first = s.first AND m.mark = s.mark"
)
_DIFFERS = (
    "(m.value <> s.value OR {distinct[0]} OR {distinct[1]} OR (s.note <> '' AND m.note <> s.note))"
)
_OLD = ", ".join(f"m.{name}" for name in COLUMNS.split(", "))
_KEPT = (
    f"kpis_measurementhistory (organisation_id, slice_id, {COLUMNS}, revision, intake_id,"
    " superseded_by_id)"
    f" SELECT m.organisation_id, m.slice_id, {_OLD}, m.revision, m.intake_id, %(intake)s"
)
_NEW = (
    f"kpis_measurement (organisation_id, slice_id, {COLUMNS}, revision, intake_id)"
    f" SELECT %(organisation)s, slice_id, {COLUMNS}, 1, %(intake)s"
)
_SET = (
    "kpis_measurement AS m SET label = s.label, value = s.value, number = s.number,"
    " numerator = s.numerator, denominator = s.denominator, note = s.note,"
    " intake_id = %(intake)s, revision ="
    f" CASE WHEN m.revision < {MOST_REVISIONS} THEN m.revision + 1 ELSE m.revision END"
)

# `{stage}` is the table of staged rows under the name `s`, `{differs}` whether one of them differs.
_INSERT = f"INSERT INTO {_NEW} FROM {{stage}} WHERE TRUE ON CONFLICT DO NOTHING"
_KEEP = (
    f"INSERT INTO {_KEPT} FROM {{stage}} CROSS JOIN kpis_measurement m"
    f" WHERE {_CURRENT} AND {{differs}}"
)
_UPDATE = f"UPDATE {_SET} FROM {{stage}} WHERE {_CURRENT} AND {{differs}}"
_TOUCHED = (
    "SELECT s.slice_id, min(m.last), max(m.last) FROM {stage} CROSS JOIN kpis_measurement m"
    f" WHERE {_CURRENT} AND m.intake_id = %(intake)s GROUP BY s.slice_id"
)
_AT_ONCE = f"""
WITH {{rows}} found AS MATERIALIZED (
    SELECT s.*, m.ctid AS place, {{differs}} AS differs
    FROM okapi_stage s LEFT JOIN kpis_measurement m ON {_CURRENT}
),
fresh AS (INSERT INTO {_NEW} FROM found WHERE place IS NULL RETURNING slice_id, last),
kept AS (
    INSERT INTO {_KEPT} FROM found s JOIN kpis_measurement m ON m.ctid = s.place WHERE s.differs
),
revised AS (
    UPDATE {_SET} FROM found s WHERE m.ctid = s.place AND s.differs
    RETURNING m.slice_id, m.last
)
SELECT slice_id, min(last), max(last), count(*), 0 FROM fresh GROUP BY slice_id
UNION ALL SELECT slice_id, min(last), max(last), 0, count(*) FROM revised GROUP BY slice_id
"""
_ROWS = (
    f"okapi_stage AS MATERIALIZED (SELECT * FROM json_to_recordset(%(rows)s::json) AS r({KINDS})),"
)
_THERE = """
SELECT EXISTS (
    SELECT 1 FROM {windows} CROSS JOIN kpis_measurement m
    WHERE m.organisation_id = %s AND m.slice_id = w.slice_id AND m.last BETWEEN w.since AND w.until
)
"""


Days = tuple[date, date]
"""The last days of the first and the last period that differ."""


@dataclass(frozen=True, slots=True)
class Merged:
    """How many rows were new and revised, and which slices they touched, in which days."""

    new: int
    revised: int
    touched: Mapping[int, Days]


def merge(organisation_id: UUID, intake_id: int, rows: Sequence[StageRow]) -> Merged:
    """Merge rows with distinct (slice, last, first, mark), in the caller's transaction.

    They stand in the order of slices.
    """
    if not rows:  # a file may have a header and nothing else yet
        return Merged(0, 0, {})
    speech = dialect()
    data = {"organisation": speech.uuid(organisation_id), "intake": intake_id}
    if len(rows) <= speech.most_few:
        return _few(rows, speech, data)
    with connection.cursor() as cursor, speech.planned(cursor):
        if not _are_there(rows, data):
            speech.write(cursor, rows, data)
            return Merged(len(rows), 0, _days_of(rows))
        speech.stage(cursor, rows)
        if is_postgresql():
            return _at_once(speech, "", data, len(rows))
        return _one_by_one(rows, speech, f"{TABLE} s", data)


def _are_there(rows: Sequence[StageRow], data: Mapping[str, Any]) -> bool:
    """Whether a slice has anything between the first and the last day of its rows."""
    table, params = windows([(one, *days) for one, days in _days_of(rows).items()])
    text = _THERE.format(windows=table)
    return bool(statements.rows(text, [*params, data["organisation"]])[0][0])


def _few(rows: Sequence[StageRow], speech: Dialect, data: Mapping[str, Any]) -> Merged:
    """A few rows, without a temporary table."""
    if is_postgresql():
        listed = orjson.dumps([dict(cells(row)) for row in rows]).decode()
        return _at_once(speech, _ROWS, {**data, "rows": listed}, len(rows))
    numbered = ((at, cell) for at, row in enumerate(rows) for cell in cells(row))
    values = {f"{name}{at}": value for at, (name, value) in numbered}
    lines = (", ".join(f"%({name}{at})s AS {name}" for name in NAMES) for at in range(len(rows)))
    stage = f"(SELECT {' UNION ALL SELECT '.join(lines)}) AS s"
    return _one_by_one(rows, speech, stage, {**data, **values})


def _at_once(speech: Dialect, rows: str, data: Mapping[str, Any], count: int) -> Merged:
    """PostgreSQL: one statement, each part of which sees the table as it was before."""
    text = _AT_ONCE.format(rows=rows, differs=_differs(speech))
    found = statements.rows(text, data, things=count)
    touched: dict[int, Days] = {}
    for slice_id, first, last, _, _ in found:
        known = touched.get(slice_id, (first, last))
        touched[slice_id] = min(known[0], first), max(known[1], last)
    return Merged(
        new=sum(row[3] for row in found),
        revised=sum(row[4] for row in found),
        touched=touched,
    )


def _one_by_one(
    rows: Sequence[StageRow], speech: Dialect, stage: str, data: Mapping[str, Any]
) -> Merged:
    """One statement after the other; those that have nothing to do are left out."""
    part = {"stage": stage, "differs": _differs(speech)}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(**part), data)
        new, revised = cursor.rowcount, 0
        if new < len(rows):
            cursor.execute(_KEEP.format(**part), data)
            revised = cursor.rowcount
        if revised:
            cursor.execute(_UPDATE.format(**part), data)
        if new + revised == len(rows):
            touched = _days_of(rows)
        elif new + revised == 0:
            touched = {}
        else:
            cursor.execute(_TOUCHED.format(**part), data)
            touched = {one: (_day(first), _day(last)) for one, first, last in cursor.fetchall()}
    return Merged(new, revised, touched)


def _days_of(rows: Sequence[StageRow]) -> dict[int, Days]:
    """Rows stand by slice; texts of days sort as the days do."""
    ends = (
        (slice_id, [row[1] for row in own]) for slice_id, own in groupby(rows, key=itemgetter(0))
    )
    return {slice_id: (_day(min(days)), _day(max(days))) for slice_id, days in ends}


def _day(kept: date | str) -> date:
    """A day as PostgreSQL gives it, or SQLite."""
    return kept if isinstance(kept, date) else date.fromisoformat(kept)


def _differs(speech: Dialect) -> str:
    return _DIFFERS.format(distinct=speech.distinct)
