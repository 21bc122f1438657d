"""Questions that are asked all day: a queryset compiled once per process, run with other values.

Building and compiling a queryset costs several times what a small answer does. What is kept is
the text of the statement and how its columns become values; nothing of an organisation. What
differs from one time to the next stands in the queryset as something to be given (`base.given`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Sequence, Sized
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, QuerySet

from okapi.base import scope, statements
from okapi.base.actor import Actor
from okapi.base.arrays import is_postgresql
from okapi.base.given import ORGANISATION, READER, SYSTEM, Given, GivenIds, Slot
from okapi.base.statements import Row

T = TypeVar("T")
S = TypeVar("S")
Convert = Callable[[Any, Any, Any], Any]
Ask = Callable[[], list[Row]]
"""A question that was sent; called, it gives the rows (see `statements.together`)."""

_MOST_SHAPES = 200
"""So many forms of one question are kept; a search of many words would else make ever more."""


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """The statement, its parameters (slots among them), and what makes values of its columns.

    `kinds` are the types of the columns, as the database names them.
    """

    text: str
    params: tuple[Any, ...]
    is_scoped: bool
    kinds: tuple[str, ...]
    converters: tuple[tuple[int, tuple[Convert, ...], Any], ...]


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """A question with its values, and what is made of the rows that answer it.

    `things` is how many ids are among the values (see `statements.ask`).
    """

    compiled: Compiled
    params: Sequence[Any]
    made: Callable[[list[Row]], T]
    things: int = 1

    def to(self, further: Callable[[T], S]) -> Part[S]:
        """The same question, of whose answer something is made."""
        made = self.made
        return Part(self.compiled, self.params, lambda rows: further(made(rows)), self.things)

    def alone(self) -> T:
        """The answer, by a statement of its own."""
        with connection.cursor() as cursor:
            cursor.execute(self.compiled.text, self.params)
            found = cursor.fetchall()
        return self.made(converted(self.compiled, found))


class Question:
    """A question of one or several shapes.

    Args:
        ask: makes the queryset of a shape: `values_list` of named columns, within the scope of
            whichever organisation asks. It is called once for each shape and kind of database.
        raw: answer with what the database holds (an id as `arrays.id_param` writes it): for many
            rows of which few are used.
        planned: let PostgreSQL keep its plan (`base.statements`): for what writers ask for a few
            things at a time. Every parameter must have a type by where it stands.
    """

    def __init__(
        self, ask: Callable[..., QuerySet[Any, Any]], *, raw: bool = False, planned: bool = False
    ) -> None:
        self._make = ask
        self._raw = raw
        self._planned = planned
        self._lock = Lock()
        self._compiled: dict[Hashable, Compiled] = {}

    def rows(self, *shape: Hashable, **given: Any) -> list[Row]:
        """The answer with these values, in the open organisation's scope; one statement."""
        return self.ask(*shape, **given)()

    def ask(self, *shape: Hashable, **given: Any) -> Ask:
        """As `rows`, to be read later where it is `planned`."""
        part = self.part(*shape, **given)
        if self._planned:
            answer = statements.ask(part.compiled.text, part.params, things=part.things)
            return lambda: converted(part.compiled, answer.rows())
        found = part.alone()
        return lambda: found

    def part(self, *shape: Hashable, **given: Any) -> Part[list[Row]]:
        """The question with these values, to be asked in a round (`base.rounds`) or alone."""
        compiled = self._compiled.get((connection.vendor, *shape)) or self._compile(shape)
        if compiled.is_scoped:
            given[ORGANISATION] = scope.organisation_id()
        params = [
            one.form(given[one.name]) if isinstance(one, Slot) else one for one in compiled.params
        ]
        things = sum(len(value) for value in given.values() if isinstance(value, Sized))
        return Part(compiled, params, _as_read, things)

    def _compile(self, shape: tuple[Hashable, ...]) -> Compiled:
        with self._lock, scope.given(READER.organisation_id):
            compiler = self._make(*shape).query.get_compiler(DEFAULT_DB_ALIAS)
            text, params = compiler.as_sql()
            columns = [column for column, _, _ in compiler.select]
            converters = {} if self._raw else compiler.get_converters(columns)
            compiled = Compiled(
                text=text,
                params=tuple(params),
                is_scoped=any(getattr(one, "name", "") == ORGANISATION for one in params),
                kinds=tuple(_kind(column) for column in columns),
                converters=tuple(
                    (at, _converters(convert, column), column)
                    for at, (convert, column) in converters.items()
                ),
            )
            if len(self._compiled) >= _MOST_SHAPES:
                self._compiled.clear()
            self._compiled[(connection.vendor, *shape)] = compiled
            return compiled


class Prepared:
    """A question with one list of ids: `ask` makes the queryset for them (through `Among`)."""

    def __init__(self, ask: Callable[[Any], QuerySet[Any, Any]]) -> None:
        self._question = Question(lambda: ask(GivenIds()), planned=True)

    def rows(self, ids: Collection[Any]) -> list[Row]:
        """The answer for these ids, in the open organisation's scope; one statement."""
        return self._question.rows(ids=ids)

    def ask(self, ids: Collection[Any]) -> Ask:
        """As `rows`, to be read later."""
        return self._question.ask(ids=ids)

    def part(self, ids: Collection[Any]) -> Part[list[Row]]:
        """The question for these ids, to be asked in a round (`base.rounds`) or alone."""
        return self._question.part(ids=ids)


class ReadersQuestion:
    """A question of people: `ask` is told first who reads, for the filter of what they may."""

    def __init__(
        self, ask: Callable[..., QuerySet[Any, Any]], *, raw: bool = False, planned: bool = False
    ) -> None:
        self._question = Question(
            lambda is_system, *shape: ask(SYSTEM if is_system else READER, *shape),
            raw=raw,
            planned=planned,
        )

    def rows(self, actor: Actor, *shape: Hashable, **given: Any) -> list[Row]:
        """The answer as this actor may have it; one statement."""
        return self._question.rows(actor.is_system, *shape, **_reader(actor), **given)

    def part(self, actor: Actor, *shape: Hashable, **given: Any) -> Part[list[Row]]:
        """The question of this actor, to be asked in a round (`base.rounds`) or alone."""
        return self._question.part(actor.is_system, *shape, **_reader(actor), **given)


def plain(text: str, params: Sequence[Any], *columns: Field[Any, Any]) -> Part[list[Row]]:
    """A statement in words of the database, whose columns are of these fields, as a part."""
    return Part(_plain(text, columns, connection.vendor), params, _as_read)


@lru_cache(maxsize=200)
def _plain(text: str, columns: tuple[Field[Any, Any], ...], _vendor: str) -> Compiled:
    named = [Given("", field) for field in columns]
    converters = (
        (at, (*connection.ops.get_db_converters(one), *one.get_db_converters(connection)), one)
        for at, one in enumerate(named)
    )
    return Compiled(
        text=text,
        params=(),
        is_scoped=False,
        kinds=tuple(map(_kind, named)),
        converters=tuple(
            (at, _converters(convert, one), one) for at, convert, one in converters if convert
        ),
    )


def _as_read(rows: list[Row]) -> list[Row]:
    return rows


def _reader(actor: Actor) -> dict[str, Any]:
    """What stands for the reader in a question; an actor reads in their own organisation alone."""
    if actor.organisation_id != scope.organisation_id():
        raise scope.ScopeError("an actor of another organisation reads")
    return {"person": actor.person_id, "teams": actor.circle}


def _kind(column: Any) -> str:
    """The type of a column, without its length: `varchar`, `timestamp with time zone`."""
    told = column.output_field.db_type(connection) or "text"
    return str(re.sub(r"\(.*?\)", "", told))


def _converters(by_django: Sequence[Convert], column: Any) -> tuple[Convert, ...]:
    """As Django has them; ids, which come by the thousand, are read once each."""
    if not is_postgresql() and column.output_field.get_internal_type() == "UUIDField":
        return (_uuid,)
    return tuple(by_django)


def _uuid(value: str | None, _column: Any, _database: Any) -> UUID | None:
    return None if value is None else _read_uuid(value)


_read_uuid = lru_cache(maxsize=65_536)(UUID)


def converted(compiled: Compiled, found: Sequence[Sequence[Any]]) -> list[Row]:
    """The rows as values of Python, a column at a time."""
    if not found:
        return []
    columns = list(zip(*found, strict=True))[: len(compiled.kinds)]
    database = connections[DEFAULT_DB_ALIAS]
    for at, convert, column in compiled.converters:
        values: Any = columns[at]
        for one in convert:
            values = [one(value, column, database) for value in values]
        columns[at] = values
    return list(zip(*columns, strict=True))
