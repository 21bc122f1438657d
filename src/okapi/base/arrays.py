"""Lists of ids as one parameter: statements stay the same whatever the number of rows.

SQLite limits the parameters of a statement, and both databases plan a long IN list anew each time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, F, Func, Model, QuerySet, Subquery

from okapi.base.given import GivenIds, Slot


class Among(Func):
    """`column` is one of `ids`: UUIDs, integers or texts, or those to be given. A filter."""

    output_field = BooleanField()
    conditional = True

    def __init__(
        self,
        column: str,
        ids: Iterable[UUID] | Iterable[int] | Iterable[str] | GivenIds,
        **extra: Any,
    ) -> None:
        super().__init__(F(column), **extra)
        self.ids = ids if isinstance(ids, GivenIds) else list(ids)

    def as_sql(self, compiler: Any, *_: Any, **__: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # Django's own lookups have this shape
        """SQLite: the ids as a JSON array."""
        column, params = compiler.compile(self.source_expressions[0])
        text = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608 - a column of ours
        return text, [*params, self._param(_json)]

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:
        """PostgreSQL: the ids as an array."""
        column, params = compiler.compile(self.source_expressions[0])
        kind = str(self.source_expressions[0].output_field.db_type(connection)).partition("(")[0]
        return f"{column} = ANY(%s::{kind}[])", [*params, self._param(array)]

    def _param(self, form: Callable[[Any], Any]) -> Any:
        return Slot(self.ids.name, form) if isinstance(self.ids, GivenIds) else form(self.ids)


class AmongThose(Func):
    """`column` is one of what `rows` have, whatever the row that is looked at. A filter.

    For PostgreSQL `IN (SELECT …)` within an OR costs its whole question for every row that a loop
    looks at, although it asks once: it then rather reads all rows than some by their index.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: str, rows: QuerySet[Any, Any], **extra: Any) -> None:
        super().__init__(F(column), Subquery(rows), **extra)

    def as_sql(self, compiler: Any, *_: Any, **__: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # as `Among`
        """SQLite: a list, which it makes once."""
        return self._joined(compiler, "{} IN {}")

    def as_postgresql(self, compiler: Any, *_: Any, **__: Any) -> tuple[str, list[Any]]:
        """PostgreSQL: an array, which it makes once, when the first row needs it."""
        return self._joined(compiler, "{} = ANY(ARRAY{})")

    def _joined(self, compiler: Any, form: str) -> tuple[str, list[Any]]:
        column, rows = map(compiler.compile, self.source_expressions)
        return form.format(column[0], rows[0]), [*column[1], *rows[1]]


def _json(ids: Iterable[object]) -> str:
    return json.dumps([one.hex if isinstance(one, UUID) else one for one in ids])


def array(column: Iterable[object]) -> str:
    """UUIDs, integers, days or texts as the text of an array of PostgreSQL.

    The driver would dump a list entry by entry, and give short and long integers different types.
    """
    return "{" + ",".join(map(_quoted, column)) + "}"


def _quoted(entry: object) -> str:
    if not isinstance(entry, str):
        return str(entry)
    text = entry.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def ids_param(ids: Collection[object]) -> str:
    """Ids as one parameter: what `Among` gives."""
    return array(ids) if is_postgresql() else _json(ids)


@cache
def is_postgresql() -> bool:
    """Which of the two databases this process is on."""
    return str(connection.vendor) == "postgresql"


def table_of(model: type[Model]) -> str:
    """The quoted name of a table, for plain statements."""
    return connection.ops.quote_name(model._meta.db_table)


def id_param(one: UUID) -> Any:
    """An id as a parameter of a plain statement."""
    return one if is_postgresql() else one.hex


def windows(rows: Sequence[tuple[int, date, date]]) -> tuple[str, list[Any]]:
    """A table expression `w(slice_id, since, until)` of these rows, with its parameters."""
    if is_postgresql():
        columns = [array(column) for column in zip(*rows, strict=True)] or ["{}"] * 3
        text = (
            "(SELECT * FROM unnest(%s::bigint[], %s::date[], %s::date[])"
            " AS u(slice_id, since, until)) AS w"
        )
        return text, columns
    listed = [[one, since.isoformat(), until.isoformat()] for one, since, until in rows]
    text = (
        "(SELECT json_extract(value, '$[0]') AS slice_id, json_extract(value, '$[1]') AS since,"
        " json_extract(value, '$[2]') AS until FROM json_each(%s)) AS w"
    )
    return text, [json.dumps(listed)]
