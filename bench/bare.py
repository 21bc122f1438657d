"""The bare merge that ingest is held against: the same rows into the same tables, and nothing else.

No checks, no standings, no intake, no chunks: stage, keep what is superseded, upsert, commit.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from itertools import islice
from typing import Any

from django.db import connection, transaction

Row = tuple[Any, ...]
"""organisation, slice, last, first, mark, label, value, number, intake."""

COLUMNS = (
    "organisation_id, slice_id, last, first, mark, label, value, number, intake_id, note, revision"
)
KEY = ("organisation_id", "slice_id", "last", "first", "mark")
BATCH = 50_000
_SAME = " AND ".join(f"m.{name} = s.{name}" for name in KEY)


def merge(rows: Iterable[Row]) -> float:
    """Merge the rows in transactions of 50,000; seconds that it took, not counting their making."""
    iterator, seconds = iter(rows), 0.0
    while batch := list(islice(iterator, BATCH)):
        started = time.perf_counter()
        with transaction.atomic():
            _merge(batch)
        seconds += time.perf_counter() - started
    return seconds


def _merge(rows: Sequence[Row]) -> None:
    with connection.cursor() as cursor:
        _stage(cursor, rows)
        cursor.execute(
            "INSERT INTO kpis_measurementhistory (organisation_id, slice_id, last, first, mark,"
            " label, value, number, intake_id, note, revision, superseded_by_id)"
            " SELECT m.organisation_id, m.slice_id, m.last, m.first, m.mark, m.label, m.value,"
            " m.number, m.intake_id, m.note, m.revision, s.intake_id"
            f" FROM bare_stage s JOIN kpis_measurement m ON {_SAME} WHERE m.value <> s.value"
        )
        cursor.execute(
            f"INSERT INTO kpis_measurement ({COLUMNS})"
            f" SELECT {COLUMNS} FROM bare_stage s WHERE true"
            " ON CONFLICT (organisation_id, slice_id, last, first, mark) DO UPDATE SET"
            " value = excluded.value, number = excluded.number, label = excluded.label,"
            " intake_id = excluded.intake_id, revision = kpis_measurement.revision + 1"
        )
        cursor.execute("DROP TABLE bare_stage")


def _stage(cursor: Any, rows: Sequence[Row]) -> None:
    if connection.vendor == "postgresql":
        cursor.execute(
            "CREATE TEMP TABLE bare_stage (organisation_id uuid, slice_id bigint, last date,"
            " first date, mark text, label text, value numeric, number float8, intake_id bigint,"
            " note text DEFAULT '', revision int DEFAULT 1)"
        )
        copy = (
            "COPY bare_stage (organisation_id, slice_id, last, first, mark, label, value, number,"
            " intake_id) FROM STDIN"
        )
        with cursor.copy(copy) as writer:
            for row in rows:
                writer.write_row(row)
        return
    cursor.execute(
        "CREATE TEMP TABLE bare_stage (organisation_id, slice_id, last, first, mark, label, value,"
        " number, intake_id, note DEFAULT '', revision DEFAULT 1)"
    )
    with closing(connection.connection.cursor()) as raw:
        raw.executemany(
            "INSERT INTO bare_stage (organisation_id, slice_id, last, first, mark, label, value,"
            " number, intake_id) VALUES (?,?,?,?,?,?,?,?,?)",
            rows,
        )
