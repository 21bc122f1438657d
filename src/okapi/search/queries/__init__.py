"""What is found for a question: by kind, the best first, each with the way to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from okapi.core.words import terms, words
from okapi.goals.queries.asking import Asking
from okapi.search.choices import Kind
from okapi.search.queries.matching import LOOKED_AT, mark_words, matches
from okapi.search.queries.reading import READ, Found

__all__ = ["LOOKED_AT", "Found", "Results", "mark_words", "search"]


@dataclass(frozen=True, slots=True)
class Results:
    """What was found, by kind; `more` names the kinds of which there is more than was looked at."""

    found: Mapping[Kind, tuple[Found, ...]]
    more: frozenset[Kind]

    @property
    def total(self) -> int:
        """How many there are in all."""
        return sum(len(rows) for rows in self.found.values())


def search(
    asking: Asking, question: str, *, kinds: Iterable[Kind] = tuple(Kind), most: int = 8
) -> Results:
    """What the reader may read of what holds all words of the question, `most` of each kind.

    One statement for the index, and one for each kind that has something.
    """
    wanted = terms(question)
    if not wanted:
        return Results({}, frozenset())
    ids: dict[Kind, list[UUID]] = {}
    for kind, object_id in matches(asking.actor.organisation_id, wanted, tuple(kinds)):
        ids.setdefault(Kind(kind), []).append(object_id)
    found = {}
    for kind, some in ids.items():
        rows = sorted(READ[kind](asking, some), key=lambda row: _rank(row, question))
        if rows:
            found[kind] = tuple(rows[:most])
    more = frozenset(kind for kind, some in ids.items() if len(some) >= LOOKED_AT)
    return Results({kind: found[kind] for kind in Kind if kind in found}, more)


def _rank(row: Found, question: str) -> tuple[int, int, str]:
    """First titles that are the question, then that begin with it, hold it, hold its words."""
    title, asked = row.title.casefold(), question.strip().casefold()
    order = (
        asked in (title, row.key.casefold()),
        title.startswith(asked),
        asked in title,
        set(words([question])) <= set(words([row.title])),
        True,
    )
    return order.index(True), len(title), title
