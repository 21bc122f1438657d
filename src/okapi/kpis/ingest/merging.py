"""The merge: rows against the current values, in set-based statements.

Stage → keep what will be superseded → insert what is new, update what differs: on SQLite one
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
    StageRow,
    cells,
    dialect,
)

MOST_REVISIONS = 32_767  # what the column holds on PostgreSQL; further ones keep this number

_CURRENT = (
    "m.organisation_id = %(organisation)s AND m.slice_id = s.slice_id AND m.last = s.last"
    " AND m.first = s.first AND m.mark = s.mark"
)
_KEY = ("slice_id", "last", "first", "mark")
_REST = tuple(name for name in COLUMNS.split(", ") if name not in _KEY)


def _differs(row: str, distinct: str) -> str:
    """Whether the current value `m` differs from a row."""
    parts = " OR ".join(
        f"m.{name} {distinct} {row}.{name}" for name in ("numerator", "denominator")
    )
    return f"(m.value <> {row}.value OR {parts} OR ({row}.note <> '' AND m.note <> {row}.note))"


def _set(row: str) -> str:
    """The current value `m` becomes that of a row."""
    rest = ", ".join(f"{name} = {row}.{name}" for name in _REST)
    revision = f"CASE WHEN m.revision < {MOST_REVISIONS} THEN m.revision + 1 ELSE m.revision END"
    return f"SET {rest}, intake_id = %(intake)s, revision = {revision}"


_KEPT = (
    f"INSERT INTO kpis_measurementhistory (organisation_id, {', '.join(_KEY)}, {', '.join(_REST)},"
    " revision, intake_id, superseded_by_id)"
)
_INTO = f"(organisation_id, slice_id, {COLUMNS}, revision, intake_id)"
_NEW = f"SELECT %(organisation)s, slice_id, {COLUMNS}, 1, %(intake)s"

# SQLite: `{stage}` is the table of staged rows under the name `s`.
_KEEP = f"""
{_KEPT} SELECT m.organisation_id, {", ".join(f"m.{name}" for name in (*_KEY, *_REST))},
    m.revision, m.intake_id, %(intake)s
FROM {{stage}} CROSS JOIN kpis_measurement m WHERE {_CURRENT} AND {_differs("s", "IS NOT")}
"""
_TAKE = f"""
INSERT INTO kpis_measurement AS m {_INTO} {_NEW} FROM {{stage}} WHERE TRUE
ON CONFLICT (organisation_id, {", ".join(_KEY)}) DO UPDATE {_set("excluded")}
WHERE {_differs("excluded", "IS NOT")}
"""
_TOUCHED = (
    "SELECT s.slice_id, min(m.last), max(m.last) FROM {stage} CROSS JOIN kpis_measurement m"
    f" WHERE {_CURRENT} AND m.intake_id = %(intake)s GROUP BY s.slice_id"
)

# PostgreSQL: `found` has beside each row where its current value lies and what that is.
_WAS = (*_REST, "revision", "intake_id")
_AT_ONCE = f"""
WITH {{rows}} found AS MATERIALIZED (
    SELECT s.*, m.ctid AS place,
        m.ctid IS NOT NULL AND {_differs("s", "IS DISTINCT FROM")} AS differs,
        {", ".join(f"m.{name} AS was_{name}" for name in _WAS)}
    FROM okapi_stage s LEFT JOIN kpis_measurement m ON {_CURRENT}
),
fresh AS (
    INSERT INTO kpis_measurement {_INTO} {_NEW} FROM found WHERE place IS NULL
    RETURNING slice_id, last
),
kept AS (
    {_KEPT} SELECT %(organisation)s, {", ".join(_KEY)}, {", ".join(f"was_{name}" for name in _WAS)},
        %(intake)s
    FROM found WHERE differs
),
revised AS (
    UPDATE kpis_measurement AS m {_set("s")} FROM found s WHERE m.ctid = s.place AND s.differs
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
        return _few(rows, data)
    with connection.cursor() as cursor, speech.planned(cursor):
        if not _are_there(rows, data):
            speech.write(cursor, rows, data)
            return Merged(len(rows), 0, _days_of(rows))
        speech.stage(cursor, rows)
        if is_postgresql():
            return _at_once("", data, len(rows))
        return _one_by_one(rows, f"{TABLE} s", data)


def _are_there(rows: Sequence[StageRow], data: Mapping[str, Any]) -> bool:
    """Whether a slice has anything between the first and the last day of its rows."""
    table, params = windows([(one, *days) for one, days in _days_of(rows).items()])
    text = _THERE.format(windows=table)
    return bool(statements.rows(text, [*params, data["organisation"]])[0][0])


def _few(rows: Sequence[StageRow], data: Mapping[str, Any]) -> Merged:
    """A few rows, without a temporary table."""
    if is_postgresql():
        listed = orjson.dumps([dict(cells(row)) for row in rows]).decode()
        return _at_once(_ROWS, {**data, "rows": listed}, len(rows))
    numbered = ((at, cell) for at, row in enumerate(rows) for cell in cells(row))
    values = {f"{name}{at}": value for at, (name, value) in numbered}
    lines = (", ".join(f"%({name}{at})s AS {name}" for name in NAMES) for at in range(len(rows)))
    stage = f"(SELECT {' UNION ALL SELECT '.join(lines)}) AS s"
    return _one_by_one(rows, stage, {**data, **values})


def _at_once(rows: str, data: Mapping[str, Any], count: int) -> Merged:
    """PostgreSQL: one statement, each part of which sees the table as it was before."""
    found = statements.rows(_AT_ONCE.format(rows=rows), data, things=count)
    touched: dict[int, Days] = {}
    for slice_id, first, last, _, _ in found:
        known = touched.get(slice_id, (first, last))
        touched[slice_id] = min(known[0], first), max(known[1], last)
    return Merged(
        new=sum(row[3] for row in found),
        revised=sum(row[4] for row in found),
        touched=touched,
    )


def _one_by_one(rows: Sequence[StageRow], stage: str, data: Mapping[str, Any]) -> Merged:
    """SQLite: one statement after the other."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP.format(stage=stage), data)
        revised = cursor.rowcount
        cursor.execute(_TAKE.format(stage=stage), data)
        new = cursor.rowcount - revised
        if new + revised == len(rows):
            touched = _days_of(rows)
        elif new + revised == 0:
            touched = {}
        else:
            cursor.execute(_TOUCHED.format(stage=stage), data)
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
