"""Questions that are asked all day: a queryset compiled once per process, run with other ids.

Building and compiling a queryset costs several times what a small answer does. What is kept is
the text of the statement and how its columns become values; nothing of an organisation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet

from okapi.base import scope, statements
from okapi.base.arrays import id_param, ids_param
from okapi.base.statements import Row

Convert = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The statement; where the organisation and the ids stand among its parameters."""

    text: str
    params: tuple[Any, ...]
    organisation_at: tuple[int, ...]
    ids_at: tuple[int, ...]
    width: int
    converters: tuple[tuple[int, tuple[Convert, ...], Any], ...]


class Prepared:
    """A question with one list of ids.

    Args:
        ask: makes the queryset for some ids (through `arrays.Among`): `values_list` of named
            columns, within one organisation's scope. It is called once for each kind of database.
        example: an id that no row has, of the kind that the ids are.
    """

    def __init__(
        self,
        ask: Callable[[Collection[Any]], QuerySet[Any, Any]],
        example: UUID | int = UUID(int=1),  # noqa: B008 - an id is a constant
    ) -> None:
        self._ask = ask
        self._example = example
        self._lock = Lock()
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, ids: Collection[Any]) -> list[Row]:
        """The answer for these ids, in the open organisation's scope; one statement."""
        return self.ask(ids)()

    def ask(self, ids: Collection[Any]) -> Callable[[], list[Row]]:
        """As `rows`, to be read later (see `statements.together`)."""
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compile()
        params = list(compiled.params)
        for at in compiled.organisation_at:
            params[at] = id_param(scope.organisation_id())
        for at in compiled.ids_at:
            params[at] = ids_param(ids)
        answer = statements.ask(compiled.text, params, things=len(ids))
        return lambda: _converted(compiled, answer.rows())

    def _compile(self) -> _Compiled:
        with self._lock:
            query = self._ask([self._example]).query
            compiler = query.get_compiler(DEFAULT_DB_ALIAS)
            text, params = compiler.as_sql()
            columns = [column for column, _, _ in compiler.select]
            converters = compiler.get_converters(columns)
            organisation = id_param(scope.organisation_id())
            ids = ids_param([self._example])
            self._compiled[connection.vendor] = _Compiled(
                text=text,
                params=tuple(params),
                organisation_at=_places(params, organisation),
                ids_at=_places(params, ids),
                width=len(columns),
                converters=tuple(
                    (at, tuple(convert), column) for at, (convert, column) in converters.items()
                ),
            )
            return self._compiled[connection.vendor]


def _places(params: Sequence[Any], wanted: Any) -> tuple[int, ...]:
    return tuple(at for at, param in enumerate(params) if param == wanted)


def _converted(compiled: _Compiled, found: Sequence[Row]) -> list[Row]:
    """The rows as values of Python, a column at a time."""
    if not found:
        return []
    columns = list(zip(*found, strict=True))[: compiled.width]
    database = connections[DEFAULT_DB_ALIAS]
    for at, convert, column in compiled.converters:
        values: Any = columns[at]
        for one in convert:
            values = [one(value, column, database) for value in values]
        columns[at] = values
    return list(zip(*columns, strict=True))
