"""The merge: staged columns against the current values, in set-based statements.

Stage → insert what is new → keep what will be superseded → update what differs. The caller holds
the KPIs' rows locked (on SQLite the whole database), so that nothing changes in between. Many rows
are staged in a temporary table; a few go into the same statements as a parameter of theirs.

A row differs when its value or a part of a ratio differs, or when it brings another note; a row
without a note leaves the note of an equal value alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import orjson
from django.db import connection

from okapi.base import statements

MOST_REVISIONS = 32_767  # what the column holds on PostgreSQL; further ones keep this number

StageRow = tuple[Any, ...]
"""slice, last, first, mark, label, value, number; then all or none of the rows have numerator,
denominator and note, the note never None."""

_COLUMNS = "last, first, mark, label, value, number, numerator, denominator, note"
_STAGE_COLUMNS = f"slice_id, {_COLUMNS}"
_STAGE_NAMES = _STAGE_COLUMNS.split(", ")
_CURRENT = (
    "m.organisation_id = %(organisation)s AND m.slice_id = s.slice_id AND m.last = s.last"
    " AND m.first = s.first AND m.mark = s.mark"
)
_DIFFERS = (
    "(m.value <> s.value OR {distinct[0]} OR {distinct[1]} OR (s.note <> '' AND m.note <> s.note))"
)
# `{stage}` is the table of staged rows under the name `s`, `{differs}` whether one of them differs.
_INSERT = f"""
INSERT INTO kpis_measurement (organisation_id, slice_id, {_COLUMNS}, revision, intake_id)
SELECT %(organisation)s, {_STAGE_COLUMNS}, 1, %(intake)s FROM {{stage}} WHERE TRUE
ON CONFLICT DO NOTHING
"""
_KEEP = f"""
INSERT INTO kpis_measurementhistory
    (organisation_id, slice_id, {_COLUMNS}, revision, intake_id, superseded_by_id)
SELECT m.organisation_id, m.slice_id, {", ".join(f"m.{name}" for name in _COLUMNS.split(", "))},
    m.revision, m.intake_id, %(intake)s
FROM {{stage}} CROSS JOIN kpis_measurement m
WHERE {_CURRENT} AND {{differs}}
"""
_UPDATE = f"""
UPDATE kpis_measurement AS m SET
    label = s.label, value = s.value, number = s.number, numerator = s.numerator,
    denominator = s.denominator, note = s.note, intake_id = %(intake)s,
    revision = CASE WHEN m.revision < {MOST_REVISIONS} THEN m.revision + 1 ELSE m.revision END
FROM {{stage}}
WHERE {_CURRENT} AND {{differs}}
"""
_TOUCHED = f"""
SELECT DISTINCT s.slice_id FROM {{stage}} CROSS JOIN kpis_measurement m
WHERE {_CURRENT} AND m.intake_id = %(intake)s
"""
_TABLE = "okapi_stage s"


@dataclass(frozen=True, slots=True)
class Merged:
    """How many rows were new and revised, and which slices they touched."""

    new: int
    revised: int
    touched: frozenset[int]


def merge(organisation_id: UUID, intake_id: int, rows: Sequence[StageRow]) -> Merged:
    """Merge rows with distinct (slice, last, first, mark), in the caller's transaction."""
    if not rows:  # a file may have a header and nothing else yet
        return Merged(0, 0, frozenset())
    dialect: Dialect = _Postgres() if connection.vendor == "postgresql" else _Sqlite()
    data = {"organisation": dialect.uuid(organisation_id), "intake": intake_id}
    if len(rows) <= dialect.most_few:
        return dialect.merge_few(rows, data)
    with connection.cursor() as cursor, dialect.planned(cursor):
        dialect.stage(cursor, rows)
        return _merge(rows, dialect, _TABLE, data)


def _merge(
    rows: Sequence[StageRow], dialect: Dialect, stage: str, data: Mapping[str, Any]
) -> Merged:
    """One statement after the other; those that have nothing to do are left out."""
    part = {"stage": stage, "differs": _DIFFERS.format(distinct=dialect.distinct)}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(**part), data)
        new, revised = cursor.rowcount, 0
        if new < len(rows):
            cursor.execute(_KEEP.format(**part), data)
            revised = cursor.rowcount
        if revised:
            cursor.execute(_UPDATE.format(**part), data)
        if new + revised == len(rows):
            touched = {row[0] for row in rows}
        elif new + revised == 0:
            touched = set()
        else:
            cursor.execute(_TOUCHED.format(**part), data)
            touched = {slice_id for (slice_id,) in cursor.fetchall()}
    return Merged(new, revised, frozenset(touched))


class Dialect(Protocol):
    """What the two databases say differently."""

    distinct: tuple[str, str]
    most_few: int

    def uuid(self, value: UUID) -> Any:
        """An id as the database holds it."""

    def stage(self, cursor: Any, rows: Sequence[StageRow]) -> None:
        """Fill the temporary table."""

    def planned(self, cursor: Any) -> AbstractContextManager[None]:
        """A block in which joins with the stage go through the primary key."""

    def merge_few(self, rows: Sequence[StageRow], data: Mapping[str, Any]) -> Merged:
        """Merge at most `most_few` rows without a temporary table."""


class _Sqlite:
    distinct = ("m.numerator IS NOT s.numerator", "m.denominator IS NOT s.denominator")
    most_few = 8

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

    def merge_few(self, rows: Sequence[StageRow], data: Mapping[str, Any]) -> Merged:
        """The rows are the parameters of a table expression."""
        values = {
            f"{name}{at}": value for at, row in enumerate(rows) for name, value in _cells(row)
        }
        lines = (
            ", ".join(f"%({name}{at})s AS {name}" for name in _STAGE_NAMES)
            for at in range(len(rows))
        )
        stage = f"(SELECT {' UNION ALL SELECT '.join(lines)}) AS s"
        return _merge(rows, self, stage, {**data, **values})


_PLAN = ("enable_hashjoin", "enable_mergejoin", "enable_seqscan")
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_SPECIAL = re.compile(r"[\\\t\n\r]")
_NULL = "\\N"
_KINDS = (
    "slice_id bigint, last date, first date, mark text, label text, value numeric, number float8,"
    " numerator numeric, denominator numeric, note text"
)


class _Postgres:
    distinct = (
        "m.numerator IS DISTINCT FROM s.numerator",
        "m.denominator IS DISTINCT FROM s.denominator",
    )
    most_few = statements.FEW

    def uuid(self, value: UUID) -> UUID:
        return value

    def stage(self, cursor: Any, rows: Sequence[StageRow]) -> None:
        cursor.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS okapi_stage ({_KINDS} DEFAULT '')"
            " ON COMMIT DELETE ROWS"
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

    def merge_few(self, rows: Sequence[StageRow], data: Mapping[str, Any]) -> Merged:
        """The three statements as one; each of them sees the table as it was before."""
        listed = orjson.dumps([dict(_cells(row)) for row in rows]).decode()
        part = {"stage": _TABLE, "differs": _DIFFERS.format(distinct=self.distinct)}
        text = (
            f"WITH okapi_stage AS MATERIALIZED"
            f" (SELECT * FROM json_to_recordset(%(rows)s::json) AS r({_KINDS})),"
            f" fresh AS ({_INSERT.format(**part)} RETURNING slice_id),"
            f" kept AS ({_KEEP.format(**part)}),"
            f" revised AS ({_UPDATE.format(**part)} RETURNING m.slice_id)"
            " SELECT slice_id, TRUE FROM fresh UNION ALL SELECT slice_id, FALSE FROM revised"
        )
        found = statements.rows(text, {**data, "rows": listed})
        new = sum(is_new for _, is_new in found)
        return Merged(new, len(found) - new, frozenset(slice_id for slice_id, _ in found))


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
    names = _STAGE_NAMES[: len(rows[0])]
    return ", ".join(names), ", ".join("?" * len(names))


def _cells(row: StageRow) -> Iterator[tuple[str, Any]]:
    """All columns of the stage by name, also those that the row has not."""
    numerator, denominator, note = row[7:] or (None, None, "")
    return zip(_STAGE_NAMES, (*row[:7], numerator or None, denominator or None, note), strict=True)
