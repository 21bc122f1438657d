"""Writing many rows in one statement: inserted, or updated where they are there.

SQLite runs one prepared statement for all rows; PostgreSQL takes them as one JSON array, so that
the statement is the same for any number of rows and whatever is missing in them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from psycopg.types.numeric import Int8

from okapi.base import statements
from okapi.base.arrays import is_postgresql, table_of


def insert(
    model: type[models.Model],
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    calling: str = "",
) -> None:
    """Write new rows; `names` and `rows` as for `upsert`.

    `calling` is an expression that PostgreSQL evaluates for each row, such as a notification.
    """
    if rows:
        _run(model, names, rows, calling and f"RETURNING {calling}")


def insert_one(model: type[models.Model], names: Sequence[str], row: Sequence[Any]) -> int:
    """Write one new row; answers with its automatic id."""
    head, columns = _head(model, names), _prepared_columns(model, names, [row])
    if is_postgresql():
        text = f"{head} SELECT * FROM {_recordset(model, names)} RETURNING id"  # noqa: S608 - names of ours
        return int(statements.rows(text, [_json(columns)])[0][0])
    text = f"{head} VALUES ({_places(names)}) RETURNING id"
    return int(statements.rows(text, [value for (value,) in columns])[0][0])


def update_one(
    model: type[models.Model], names: Sequence[str], row: Sequence[Any], row_id: int
) -> None:
    """Set these fields of the row with this automatic id."""
    columns, values = _columns(model, tuple(names)), _prepared_columns(model, names, [row])
    if is_postgresql():
        action = ", ".join(f"{column.name} = r.c{at}" for at, column in enumerate(columns))
        source, params = f"FROM {_recordset(model, names)}", [_json(values)]
    else:
        action = ", ".join(f"{column.name} = %s" for column in columns)
        source, params = "", [value for (value,) in values]
    text = f"UPDATE {table_of(model)} SET {action} {source} WHERE id = %s"  # noqa: S608 - names of ours
    statements.run(text, [*params, Int8(row_id)])


def upsert(
    model: type[models.Model],
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    unique: Sequence[str],
    keep: Sequence[str] = (),
) -> None:
    """Write `rows` (values of the fields `names`).

    Args:
        model: the table.
        names: attribute names of the fields (`objective_id`), without an automatic id.
        rows: one sequence of values per row; no two with the same unique values.
        unique: the names of a unique constraint.
        keep: names that an existing row keeps.
    """
    if not rows:
        return
    columns = dict(zip(names, (one.name for one in _columns(model, tuple(names))), strict=True))
    taken = [column for name, column in columns.items() if name not in {*unique, *keep}]
    conflict = ", ".join(columns[name] for name in unique)
    action = ", ".join(f"{column} = excluded.{column}" for column in taken)
    done = f"UPDATE SET {action}" if taken else "NOTHING"
    _run(model, names, rows, f"ON CONFLICT ({conflict}) DO {done}")


def _run(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]], tail: str
) -> None:
    head, columns = _head(model, names), _prepared_columns(model, names, rows)
    if is_postgresql():
        text = f"{head} SELECT * FROM {_recordset(model, names)} {tail}"  # noqa: S608 - names of ours
        statements.run(text, [_json(columns)], things=len(rows))
    else:
        with connection.cursor() as cursor:
            lines: Any = zip(*columns, strict=True)
            cursor.executemany(f"{head} VALUES ({_places(names)}) {tail}", lines)


def _head(model: type[models.Model], names: Sequence[str]) -> str:
    columns = ", ".join(column.name for column in _columns(model, tuple(names)))
    return f"INSERT INTO {table_of(model)} ({columns})"


def _recordset(model: type[models.Model], names: Sequence[str]) -> str:
    """The rows of `_json`, which is the one parameter, as a table expression."""
    kinds = (f"c{at} {one.kind}" for at, one in enumerate(_columns(model, tuple(names))))
    return f"json_to_recordset(%s::json) AS r({', '.join(kinds)})"


def _places(names: Sequence[str]) -> str:
    return ", ".join(["%s"] * len(names))


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: its quoted name, on PostgreSQL its type without the length, and its values' form.

    `prepare` makes of a value what the database takes; None where it takes it as it is.
    """

    name: str
    kind: str
    prepare: Callable[[Any], Any] | None


@lru_cache(maxsize=256)
def _columns(model: type[models.Model], names: tuple[str, ...]) -> tuple[_Column, ...]:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return tuple(_column(fields[name]) for name in names)


def _column(field: Any) -> _Column:
    kind = (field.rel_db_type(connection) or field.db_type(connection)).partition("(")[0]
    return _Column(connection.ops.quote_name(field.column), kind, _prepare(field))


def _prepare(field: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, models.ForeignKey):
        return _prepare(field.target_field)
    if isinstance(field, _AS_THEY_ARE if is_postgresql() else models.CharField):
        return None
    for kind, prepare in _PREPARE.items():
        if isinstance(field, kind) and not isinstance(field, models.DateTimeField):
            return prepare
    return lambda value: field.get_db_prep_save(value, connections[DEFAULT_DB_ALIAS])


# What goes into JSON and comes out the same.
_AS_THEY_ARE = (models.CharField, models.UUIDField, models.DateField, models.JSONField)
# What costs several times as much by way of the field; the figures may be NumPy's.
_PREPARE: dict[type[Any], Callable[[Any], Any]] = {
    models.FloatField: float,
    models.IntegerField: int,
    models.BooleanField: bool,
    models.UUIDField: attrgetter("hex"),
    models.DateField: str,
    models.JSONField: lambda value: orjson.dumps(value).decode(),
}


def _prepared_columns(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> list[Sequence[Any]]:
    """The rows as columns, each as the database takes it."""
    columns = zip(_columns(model, tuple(names)), zip(*rows, strict=True), strict=True)
    return [
        values if column.prepare is None else _each(column.prepare, values)
        for column, values in columns
    ]


def _each(prepare: Callable[[Any], Any], values: Sequence[Any]) -> list[Any]:
    return [None if value is None else prepare(value) for value in values]


def _json(columns: Sequence[Sequence[Any]]) -> str:
    """The rows of these columns as an array of objects `c0`, `c1` and so on."""
    names = [f"c{at}" for at in range(len(columns))]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    return orjson.dumps(rows, default=_plain).decode()


def _plain(value: Any) -> str:
    """Decimals as texts, so that no digit is lost."""
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value)} in a row of the database")
