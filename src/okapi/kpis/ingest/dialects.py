"""What the two databases say differently when rows are merged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol
from uuid import UUID

from okapi.base.arrays import is_postgresql
from okapi.base.statements import FEW

StageRow = tuple[Any, ...]
"""slice, last, first, mark, label, value, number; then all or none of the rows have numerator,
denominator and note, the note never None."""

COLUMNS = "last, first, mark, label, value, number, numerator, denominator, note"
NAMES = ("slice_id", *COLUMNS.split(", "))
KINDS = (
    "slice_id bigint, last date, first date, mark text, label text, value numeric, number float8,"
    " numerator numeric, denominator numeric, note text"
)
TABLE = "okapi_stage"


class Dialect(Protocol):
    """One of the databases. Cursors are Django's."""

    most_few: int

    def uuid(self, value: UUID) -> Any:
        """An id as the database holds it."""

    def stage(self, cursor: Any, rows: Sequence[StageRow]) -> None:
        """Fill the temporary table."""

    def write(self, cursor: Any, rows: Sequence[StageRow], data: Mapping[str, Any]) -> None:
        """Write rows of which none is there yet into the table itself."""

    def planned(self, cursor: Any) -> AbstractContextManager[None]:
        """A block in which joins with the stage go through the primary key."""


class Sqlite:
    """The embedded database."""

    most_few = 8

    def uuid(self, value: UUID) -> str:
        """An id as the database holds it."""
        return value.hex

    def stage(self, cursor: Any, rows: Sequence[StageRow]) -> None:
        """Fill the temporary table."""
        cursor.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS {TABLE} (slice_id INTEGER, last TEXT, first TEXT,"
            " mark TEXT, label TEXT, value TEXT, number REAL, numerator TEXT, denominator TEXT,"
            " note TEXT DEFAULT '')"
        )
        cursor.execute(f"DELETE FROM {TABLE}")
        names = NAMES[: len(rows[0])]
        places = ", ".join("?" * len(names))
        # The connection's own cursor: Django's looks for placeholders in every statement again.
        text = f"INSERT INTO {TABLE} ({', '.join(names)}) VALUES ({places})"
        cursor.connection.executemany(text, rows)

    def write(self, cursor: Any, rows: Sequence[StageRow], data: Mapping[str, Any]) -> None:
        """Write rows of which none is there yet into the table itself."""
        ours = f"'{data['organisation']}', {data['intake']}, 1"
        places = ", ".join("?" * len(rows[0]))
        note = "" if _has_note(rows) else ", ''"
        text = f"INSERT INTO {_target(rows)} VALUES ({ours}, {places}{note})"
        cursor.connection.executemany(text, rows)

    def planned(self, cursor: Any) -> AbstractContextManager[None]:  # noqa: ARG002 - asked only of PostgreSQL
        """CROSS JOIN keeps SQLite's planner from turning the join round."""
        return nullcontext()


_PLAN = {"enable_hashjoin": "off", "enable_mergejoin": "off", "enable_seqscan": "off"}
_ROOM = {"work_mem": "'32MB'"}  # for a chunk beside the values that stood
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_SPECIAL = re.compile(r"[\\\t\n\r]")
_NULL = "\\N"


class Postgres:
    """The database of a server."""

    most_few = FEW

    def uuid(self, value: UUID) -> UUID:
        """An id as the database holds it."""
        return value

    def stage(self, cursor: Any, rows: Sequence[StageRow]) -> None:
        """Fill the temporary table."""
        cursor.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS {TABLE} ({KINDS} DEFAULT '') ON COMMIT DELETE ROWS"
        )
        cursor.execute(f"DELETE FROM {TABLE}")
        with cursor.copy(f"COPY {TABLE} ({', '.join(NAMES[: len(rows[0])])}) FROM STDIN") as copy:
            copy.write("\n".join(map("\t".join, _texts(rows))) + "\n")

    def write(self, cursor: Any, rows: Sequence[StageRow], data: Mapping[str, Any]) -> None:
        """Write rows of which none is there yet into the table itself."""
        begin = f"{data['organisation']}\t{data['intake']}\t1\t"
        end = "\n" if _has_note(rows) else "\t\n"
        with cursor.copy(f"COPY {_target(rows)} FROM STDIN") as copy:
            copy.write(begin + f"{end}{begin}".join(map("\t".join, _texts(rows))) + end)

    @contextmanager
    def planned(self, cursor: Any) -> Iterator[None]:
        """The stage has no statistics: without this a small chunk could read the whole table."""
        wanted = {**_PLAN, **_ROOM}
        cursor.execute("; ".join(f"SET LOCAL {name} = {value}" for name, value in wanted.items()))
        yield
        cursor.execute("; ".join(f"SET LOCAL {name} TO DEFAULT" for name in wanted))


def _texts(rows: Sequence[StageRow]) -> Iterator[tuple[str, ...]]:
    """The rows as COPY takes their cells; the server reads the float from the text of the value."""
    columns: list[Any] = list(zip(*rows, strict=True))
    columns[0] = map(str, columns[0])
    columns[3], columns[4], columns[6] = _escaped(columns[3]), _escaped(columns[4]), columns[5]
    if len(columns) == len(NAMES):
        columns[7], columns[8] = ([one or _NULL for one in column] for column in columns[7:9])
        columns[9] = _escaped(columns[9])
    return zip(*columns, strict=True)


def _escaped(column: Sequence[str]) -> Sequence[str]:
    if not any(map(_SPECIAL.search, set(column))):
        return column
    return [text.translate(_ESCAPED) for text in column]


def _has_note(rows: Sequence[StageRow]) -> bool:
    return len(rows[0]) == len(NAMES)


def _target(rows: Sequence[StageRow]) -> str:
    """The table of measurements with the columns that are written; without notes an empty one."""
    names = NAMES[: len(rows[0])] if _has_note(rows) else (*NAMES[: len(rows[0])], "note")
    return f"kpis_measurement (organisation_id, intake_id, revision, {', '.join(names)})"


def dialect() -> Dialect:
    """Of the database that this process is on."""
    return Postgres() if is_postgresql() else Sqlite()


def cells(row: StageRow) -> Iterator[tuple[str, Any]]:
    """All columns of the stage by name, also those that the row has not."""
    numerator, denominator, note = row[7:] or (None, None, "")
    return zip(NAMES, (*row[:7], numerator or None, denominator or None, note), strict=True)
