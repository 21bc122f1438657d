"""The merge: staged columns against the current values, in set-based statements.

Stage → insert what is new → keep what will be superseded → update what differs. The caller holds
the KPIs' rows locked (on SQLite the whole database), so that nothing changes in between.

A row differs when its value or a part of a ratio differs, or when it brings another note; a row
without a note leaves the note of an equal value alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django.db import connection

MOST_REVISIONS = 32_767  # what the column holds on PostgreSQL; further ones keep this number

StageRow = tuple[Any, ...]
"""slice, last, first, mark, label, value, number; then all or none of the rows have numerator,
denominator and note, the note never None."""

_COLUMNS = "last, first, mark, label, value, number, numerator, denominator, note"
_STAGE_COLUMNS = f"slice_id, {_COLUMNS}"
_CURRENT = (
    "m.organisation_id = %(organisation)s AND m.slice_id = s.slice_id AND m.last = s.last"
    " AND m.first = s.first AND m.mark = s.mark"
)
_DIFFERS = (
    "(m.value <> s.value OR {distinct[0]} OR {distinct[1]} OR (s.note <> '' AND m.note <> s.note))"
)
_INSERT = f"""
INSERT INTO kpis_measurement (organisation_id, slice_id, {_COLUMNS}, revision, intake_id)
SELECT %(organisation)s, {_STAGE_COLUMNS}, 1, %(intake)s FROM okapi_stage WHERE TRUE
ON CONFLICT DO NOTHING
"""
_KEEP = f"""
INSERT INTO kpis_measurementhistory
    (organisation_id, slice_id, {_COLUMNS}, revision, intake_id, superseded_by_id)
SELECT m.organisation_id, m.slice_id, {", ".join(f"m.{name}" for name in _COLUMNS.split(", "))},
    m.revision, m.intake_id, %(intake)s
FROM okapi_stage s CROSS JOIN kpis_measurement m
WHERE {_CURRENT} AND {{differs}}
"""
_UPDATE = f"""
UPDATE kpis_measurement AS m SET
    label = s.label, value = s.value, number = s.number, numerator = s.numerator,
    denominator = s.denominator, note = s.note, intake_id = %(intake)s,
    revision = CASE WHEN m.revision < {MOST_REVISIONS} THEN m.revision + 1 ELSE m.revision END
FROM okapi_stage s
WHERE {_CURRENT} AND {{differs}}
"""
_TOUCHED = f"""
SELECT s.slice_id, min(m.last), max(m.last) FROM okapi_stage s CROSS JOIN kpis_measurement m
WHERE {_CURRENT} AND m.intake_id = %(intake)s GROUP BY s.slice_id
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
    """Merge rows with distinct (slice, last, first, mark), in the caller's transaction."""
    if not rows:  # a file may have a header and nothing else yet
        return Merged(0, 0, {})
    dialect: Dialect = _Postgres() if connection.vendor == "postgresql" else _Sqlite()
    data = {"organisation": dialect.uuid(organisation_id), "intake": intake_id}
    differs = _DIFFERS.format(distinct=dialect.distinct)
    with connection.cursor() as cursor, dialect.planned(cursor):
        dialect.stage(cursor, rows)
        cursor.execute(_INSERT, data)
        new, revised = cursor.rowcount, 0
        if new < len(rows):
            cursor.execute(_KEEP.format(differs=differs), data)
            revised = cursor.rowcount
        if revised:
            cursor.execute(_UPDATE.format(differs=differs), data)
        if new + revised == len(rows):
            touched = _days_of(rows)
        elif new + revised == 0:
            touched = {}
        else:
            cursor.execute(_TOUCHED, data)
            touched = {row[0]: (as_day(row[1]), as_day(row[2])) for row in cursor.fetchall()}
    return Merged(new, revised, touched)


def _days_of(rows: Sequence[StageRow]) -> dict[int, Days]:
    """ISO texts sort as the days do."""
    found: dict[int, tuple[str, str]] = {}
    for slice_id, last, *_ in rows:
        first, newest = found.get(slice_id, (last, last))
        found[slice_id] = min(first, last), max(newest, last)
    return {one: (as_day(first), as_day(last)) for one, (first, last) in found.items()}


def as_day(kept: date | str) -> date:
    """A day as PostgreSQL gives it, or SQLite."""
    return kept if isinstance(kept, date) else date.fromisoformat(kept)


class Dialect(Protocol):
    """What the two databases say differently."""

    distinct: tuple[str, str]

    def uuid(self, value: UUID) -> Any:
        """An id as the database holds it."""

    def stage(self, cursor: Any, rows: Sequence[StageRow]) -> None:
        """Fill the temporary table."""

    def planned(self, cursor: Any) -> AbstractContextManager[None]:
        """A block in which joins with the stage go through the primary key."""


class _Sqlite:
    distinct = ("m.numerator IS NOT s.numerator", "m.denominator IS NOT s.denominator")

    def uuid(self, value: UUID) -> str:
        return value.hex

    def stage(self, cursor: Any, rows: Sequence[StageRow]) -> None:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS okapi_stage (slice_id INTEGER, last TEXT, first TEXT,"
            " mark TEXT, label TEXT, value TEXT, number REAL, numerator TEXT, denominator TEXT,"
            " note TEXT DEFAULT '')"
        )
        cursor.execute("DELETE FROM okapi_stage")
        # The connection's own cursor: Django's looks for placeholders in every statement again.
        names, places = _named(rows)
        cursor.connection.executemany(f"INSERT INTO okapi_stage ({names}) VALUES ({places})", rows)

    def planned(self, cursor: Any) -> AbstractContextManager[None]:  # noqa: ARG002 - asked only of PostgreSQL
        """CROSS JOIN keeps SQLite's planner from turning the join round."""
        return nullcontext()


_PLAN = ("enable_hashjoin", "enable_mergejoin", "enable_seqscan")
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_SPECIAL = re.compile(r"[\\\t\n\r]")
_NULL = "\\N"


class _Postgres:
    distinct = (
        "m.numerator IS DISTINCT FROM s.numerator",
        "m.denominator IS DISTINCT FROM s.denominator",
    )

    def uuid(self, value: UUID) -> UUID:
        return value

    def stage(self, cursor: Any, rows: Sequence[StageRow]) -> None:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS okapi_stage (slice_id bigint, last date, first date,"
            " mark text, label text, value numeric, number float8, numerator numeric,"
            " denominator numeric, note text DEFAULT '') ON COMMIT DELETE ROWS"
        )
        cursor.execute("DELETE FROM okapi_stage")
        names, _ = _named(rows)
        with cursor.copy(f"COPY okapi_stage ({names}) FROM STDIN") as copy:
            copy.write("\n".join(map(_copy_line, rows)) + "\n")

    @contextmanager
    def planned(self, cursor: Any) -> Iterator[None]:
        """The stage has no statistics: without this a small chunk could read the whole table."""
        for name in _PLAN:
            cursor.execute(f"SET LOCAL {name} = off")
        yield
        for name in _PLAN:
            cursor.execute(f"SET LOCAL {name} TO DEFAULT")


def _copy_line(row: StageRow) -> str:
    slice_id, last, first, mark, label, value, number, *more = row
    line = f"{slice_id}\t{last}\t{first}\t{mark}\t{_escaped(label)}\t{value}\t{number!r}"
    if not more:
        return line
    numerator, denominator, note = more
    return f"{line}\t{numerator or _NULL}\t{denominator or _NULL}\t{_escaped(note)}"


def _escaped(text: str) -> str:
    return text.translate(_ESCAPED) if _SPECIAL.search(text) else text


def _named(rows: Sequence[StageRow]) -> tuple[str, str]:
    """The columns of the stage that the rows have, and as many placeholders."""
    names = _STAGE_COLUMNS.split(", ")[: len(rows[0])]
    return ", ".join(names), ", ".join("?" * len(names))
