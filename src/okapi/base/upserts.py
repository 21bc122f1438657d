"""Writing many rows in one statement: inserted, or updated where they are there.

SQLite runs one prepared statement for all rows; PostgreSQL takes the columns as arrays.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from okapi.base.arrays import table_of


def insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write new rows; `names` and `rows` as for `upsert`."""
    if rows:
        _run(model, names, rows, "")


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
    quote = connection.ops.quote_name
    columns = {name: quote(_field(model, name).column) for name in names}
    taken = [column for name, column in columns.items() if name not in {*unique, *keep}]
    conflict = ", ".join(columns[name] for name in unique)
    action = ", ".join(f"{column} = excluded.{column}" for column in taken)
    done = f"UPDATE SET {action}" if taken else "NOTHING"
    _run(model, names, rows, f"ON CONFLICT ({conflict}) DO {done}")


def _run(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]], tail: str
) -> None:
    fields = [_field(model, name) for name in names]
    # The connection itself: its stand-in looks it up anew for every value.
    database = connections[DEFAULT_DB_ALIAS]
    columns = [database.ops.quote_name(field.column) for field in fields]
    head = f"INSERT INTO {table_of(model)} ({', '.join(columns)})"
    prepared = [
        _prepared(field, values, database)
        for field, values in zip(fields, zip(*rows, strict=True), strict=True)
    ]
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            _unnest(cursor, head, tail, fields, prepared)
        else:
            places = ", ".join(["%s"] * len(columns))
            values = list(zip(*prepared, strict=True))
            cursor.executemany(f"{head} VALUES ({places}) {tail}", values)


def _prepared(field: Any, values: Sequence[Any], database: Any) -> list[Any]:
    """A column as the database takes it; equal ids, days and times are prepared once."""
    if isinstance(field, models.FloatField):
        return [None if value is None else float(value) for value in values]
    if isinstance(field, models.IntegerField):
        return [None if value is None else int(value) for value in values]
    if isinstance(field, (models.ForeignKey, models.UUIDField, models.DateField)):
        known = {value: field.get_db_prep_save(value, database) for value in set(values)}
        return [known[value] for value in values]
    return [field.get_db_prep_save(value, database) for value in values]


def _unnest(
    cursor: Any, head: str, tail: str, fields: Sequence[Any], columns: list[list[Any]]
) -> None:
    kinds = [field.rel_db_type(connection) or field.db_type(connection) for field in fields]
    arrays = ", ".join(f"%s::{_plain(kind)}[]" for kind in kinds)
    for at, kind in enumerate(kinds):
        if kind == "jsonb":
            columns[at] = [None if value is None else _json_text(value) for value in columns[at]]
    cursor.execute(f"{head} SELECT * FROM unnest({arrays}) {tail}", columns)  # noqa: S608 - names of ours


def _plain(kind: str) -> str:
    """The type without its length: `varchar(12)` is an array of `varchar`."""
    return kind.partition("(")[0]


def _json_text(value: Any) -> str:
    """A prepared JSON value as text: the driver cannot put wrapped values into an array."""
    return json.dumps(value.obj)


def _field(model: type[models.Model], name: str) -> Any:
    fields = model._meta.concrete_fields
    return next(field for field in fields if field.attname == name)
