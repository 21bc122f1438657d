"""Questions that are asked in one round: one statement for several that do not need each other.

A page asks small things of many tables. Each statement costs its way to the database and back, and
much of what a driver and Django do around it, however small its answer. In a round the statements
are parts of one: a union, in which columns of one type share a place and each part leaves the
places of the others empty. Its text is made once per process for the same parts.

    with Round() as asked:
        slices = asked(slices_part(kpi_id))
        marks = asked(marks_part(kpi_id))
    slices(), marks()

A module of queries offers its question as a `Part`, with what is made of its rows, so that callers
choose with what it is asked. Not for thousands of rows: each is as wide as all parts together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from types import TracebackType
from typing import Any, Self, TypeAlias, TypeVar
from uuid import UUID

from django.db import connection

from okapi.base import statements
from okapi.base.arrays import is_postgresql
from okapi.base.prepared import Compiled, Part, converted
from okapi.base.statements import Row

T = TypeVar("T")


class Round:
    """Gathers parts within its block, and asks them at its end."""

    def __init__(self) -> None:
        self._parts: list[Part[Any]] = []
        self._answers: list[list[Row]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        if kind is None:
            self._answers = _answers(self._parts)

    def __call__(self, part: Part[T]) -> Callable[[], T]:
        """Add a part; what is given back, called after the block, answers it."""
        place = len(self._parts)
        self._parts.append(part)

        def answer() -> T:
            if self._answers is None:
                raise RuntimeError("a round is answered when its block has ended")
            return part.made(self._answers[place])

        return answer


def _answers(parts: Sequence[Part[Any]]) -> list[list[Row]]:
    """The rows of each part, by one statement; none without parts."""
    if len(parts) < 2:
        return [Part(one.compiled, one.params, list).alone() for one in parts]
    union = _union(tuple(part.compiled for part in parts), connection.vendor)
    params = [value for part in parts for value in part.params]
    # Planned once: of a statement of many small questions, planning is the most of what it costs.
    found = statements.rows(union.text, params, things=max(part.things for part in parts))
    rows: dict[int, list[Row]] = defaultdict(list)
    # A union promises no order, so that each row says its place.
    for row in sorted(found, key=_PLACE):
        rows[row[0]].append(row)
    return [
        converted(part.compiled, [union.columns[at](row) for row in rows[at]])
        for at, part in enumerate(parts)
    ]


_PLACE = itemgetter(0, 1)


@dataclass(frozen=True, slots=True)
class _Union:
    """The statement, and for each part what takes its columns from a row."""

    text: str
    columns: tuple[Callable[[Row], Row], ...]


@lru_cache(maxsize=200)
def _union(parts: tuple[Compiled, ...], _vendor: str) -> _Union:
    """Rows are: the part's number, the row's place in it, and all columns that any part has."""
    kinds: list[str] = []
    places = [_places(part, kinds) for part in parts]
    heads, bodies = [], []
    for at, (part, own) in enumerate(zip(parts, places, strict=True)):
        names = ", ".join(f"c{column}" for column in range(len(own)))
        heads.append(f"p{at}({names}) AS ({part.text})")
        shared = {place: column for column, place in enumerate(own)}
        columns = [
            _typed(f"c{shared[place]}" if place in shared else "NULL", kind)
            for place, kind in enumerate(kinds)
        ]
        places_and_columns = [str(at), "row_number() OVER ()", *columns]
        bodies.append(" ".join(("SELECT", ", ".join(places_and_columns), "FROM", f"p{at}")))
    return _Union(
        " ".join(("WITH", ", ".join(heads), " UNION ALL ".join(bodies))),
        tuple(_taking([place + 2 for place in own]) for own in places),
    )


def _places(part: Compiled, kinds: list[str]) -> list[int]:
    """Where the columns of a part stand: the first places of their types that it has not taken."""
    own: list[int] = []
    for kind in part.kinds:
        free = (at for at, known in enumerate(kinds) if known == kind and at not in own)
        place = next(free, len(kinds))
        if place == len(kinds):
            kinds.append(kind)
        own.append(place)
    return own


def _typed(column: str, kind: str) -> str:
    """The column, of a type: PostgreSQL takes a NULL of which it is told nothing for text."""
    return f"{column}::{kind}" if is_postgresql() else column


def _taking(places: Sequence[int]) -> Callable[[Row], Row]:
    if len(places) == 1:
        return lambda row: (row[places[0]],)
    return itemgetter(*places)


Beside: TypeAlias = Callable[[Round, UUID], None]
"""Adds to a round what a caller wants to know of the thing with this id as well."""
