"""Questions that are asked all day: a queryset compiled once per process, run with other ids.

Building and compiling a queryset costs several times what a small answer does. What is kept is
the text of the statement and how its columns become values; nothing of an organisation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet

from okapi.base import scope, statements
from okapi.base.actor import Actor
from okapi.base.arrays import id_param, ids_param, is_postgresql
from okapi.base.statements import Row

Convert = Callable[[Any, Any, Any], Any]
Ask = Callable[[], list[Row]]
"""A question that was sent; called, it gives the rows (see `statements.together`)."""

_PERSON = UUID(int=2)
_MOST_SHAPES = 200


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement, what its columns become, and what goes to which places of its parameters."""

    text: str
    params: tuple[Any, ...]
    holes: tuple[tuple[int, str], ...]
    width: int
    converters: tuple[tuple[int, tuple[Convert, ...], Any], ...]

    @classmethod
    def of(cls, rows: QuerySet[Any, Any], marks: Mapping[str, Any]) -> _Compiled:
        """`marks` are the parameters that differ each time, by the name of what replaces them."""
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        text, params = compiler.as_sql()
        columns = [column for column, _, _ in compiler.select]
        converters = compiler.get_converters(columns)
        return cls(
            text=text,
            params=tuple(params),
            holes=tuple(
                (at, name)
                for at, param in enumerate(params)
                for name, mark in marks.items()
                if param == mark
            ),
            width=len(columns),
            converters=tuple(
                (at, _converters(convert, column), column)
                for at, (convert, column) in converters.items()
            ),
        )

    def ask(self, values: Mapping[str, Any], things: int) -> Ask:
        """Send it with these parameters."""
        params = list(self.params)
        for at, name in self.holes:
            params[at] = values[name]
        answer = statements.ask(self.text, params, things=things)
        return lambda: self._converted(answer.rows())

    def _converted(self, found: Sequence[Row]) -> list[Row]:
        """The rows as values of Python, a column at a time."""
        if not found:
            return []
        columns = list(zip(*found, strict=True))[: self.width]
        database = connections[DEFAULT_DB_ALIAS]
        for at, convert, column in self.converters:
            values: Any = columns[at]
            for one in convert:
                values = [one(value, column, database) for value in values]
            columns[at] = values
        return list(zip(*columns, strict=True))


def _converters(by_django: Sequence[Convert], column: Any) -> tuple[Convert, ...]:
    """As Django has them; ids, which come by the thousand, are read once each."""
    if not is_postgresql() and column.output_field.get_internal_type() == "UUIDField":
        return (_uuid,)
    return tuple(by_django)


def _uuid(value: str | None, _column: Any, _database: Any) -> UUID | None:
    return None if value is None else _read_uuid(value)


_read_uuid = lru_cache(maxsize=65_536)(UUID)


class Prepared:
    """A question with one list of ids.

    Args:
        ask: makes the queryset for some ids (through `arrays.Among`): `values_list` of named
            columns, within one organisation's scope. It is called once for each kind of database.
        example: an id that no row has, of the kind that the ids are.
        anywhere: asked within `scope.everywhere`, of tables of all organisations.
    """

    def __init__(
        self,
        ask: Callable[[Collection[Any]], QuerySet[Any, Any]],
        example: UUID | int | str = UUID(int=1),  # noqa: B008 - an id is a constant
        *,
        anywhere: bool = False,
    ) -> None:
        self._ask = ask
        self._example = example
        self._anywhere = anywhere
        self._lock = Lock()
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, ids: Collection[Any]) -> list[Row]:
        """The answer for these ids, in the open organisation's scope; one statement."""
        return self.ask(ids)()

    def ask(self, ids: Collection[Any]) -> Ask:
        """As `rows`, to be read later."""
        compiled = self._compiled.get(connection.vendor) or self._compile()
        return compiled.ask(self._values(ids), len(ids))

    def _compile(self) -> _Compiled:
        with self._lock:
            found = _Compiled.of(self._ask([self._example]), self._values([self._example]))
            self._compiled[connection.vendor] = found
            return found

    def _values(self, ids: Collection[Any]) -> dict[str, Any]:
        if not self._anywhere:
            return _common(ids)
        if scope.current().organisation_id is not None:
            raise scope.ScopeError("a question about all organisations, asked within one")
        return {"ids": ids_param(ids)}


class PreparedFor:
    """A question about what an actor may read, with one list of ids or texts.

    It is compiled for each shape of an actor: which roles, and how many teams. The queryset may
    depend on nothing else but the actor's person and teams, and not on the time.
    """

    def __init__(
        self, ask: Callable[[Actor, Collection[Any]], QuerySet[Any, Any]], example: UUID | str
    ) -> None:
        self._ask = ask
        self._example = example
        self._lock = Lock()
        self._compiled: dict[Any, _Compiled] = {}

    def rows(self, actor: Actor, ids: Collection[Any]) -> list[Row]:
        """The answer for the actor and these ids; one statement."""
        teams = sorted(actor.teams | actor.leads)
        shape = (connection.vendor, actor.is_system, actor.roles, len(teams))
        compiled = self._compiled.get(shape) or self._compile(shape, actor, len(teams))
        return compiled.ask(_common(ids) | _personal(actor.person_id, teams), len(ids))()

    def _compile(self, shape: Any, actor: Actor, teams: int) -> _Compiled:
        like = Actor(
            organisation_id=actor.organisation_id,
            door=actor.door,
            person_id=None if actor.is_system else _PERSON,
            roles=actor.roles,
            teams=frozenset(UUID(int=1_000 + at) for at in range(teams)),
        )
        marks = _common([self._example]) | _personal(like.person_id, sorted(like.teams))
        with self._lock:
            if len(self._compiled) >= _MOST_SHAPES:
                self._compiled.clear()
            found = self._compiled[shape] = _Compiled.of(self._ask(like, [self._example]), marks)
            return found


def _common(ids: Collection[Any]) -> dict[str, Any]:
    return {"organisation": id_param(scope.organisation_id()), "ids": ids_param(ids)}


def _personal(person_id: UUID | None, teams: Sequence[UUID]) -> dict[str, Any]:
    """The parameters that come from an actor; the teams in any order that is always the same."""
    found = {f"team {at}": id_param(team) for at, team in enumerate(teams)}
    return found if person_id is None else {"person": id_param(person_id), **found}
