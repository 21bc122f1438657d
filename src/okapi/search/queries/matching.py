"""The statements that ask the index, on either database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from okapi.base.arrays import id_param, is_postgresql
from okapi.core.words import Term
from okapi.search.choices import Kind

LOOKED_AT = 60
"""So many of the newest matches of a kind are ranked; who finds more adds a word."""

LISTED = 2
"""For beginnings of so many letters the index on SQLite has lists (`migrations/0002`)."""
MOST_WORDS = 50
"""So many words that begin so are looked for one by one, which reads only what is found first."""

_BEGUN = "SELECT term FROM search_word WHERE term >= %s AND term < %s LIMIT %s"
_SQLITE = """
SELECT e.kind, e.object_id FROM search_index i JOIN search_entry e ON e.id = i.rowid
WHERE search_index MATCH %s ORDER BY i.rowid DESC LIMIT %s
"""
_POSTGRESQL = """
SELECT kind, object_id FROM search_entry WHERE organisation_id = %s AND kind = %s
AND array_to_tsvector(string_to_array(words, ' ')) @@ %s::tsquery ORDER BY id DESC LIMIT %s
"""


def mark_words(organisation_id: UUID, kind: Kind) -> tuple[str, str]:
    """The words that stand in each entry for its organisation and kind."""
    return f"xo{organisation_id.hex}", f"xk{kind.value.replace('_', '')}"


def matches(
    organisation_id: UUID, wanted: Sequence[Term], kinds: Sequence[Kind]
) -> list[tuple[str, UUID]]:
    """(kind, id) of the newest entries that hold all terms, at most `LOOKED_AT` of each kind."""
    if is_postgresql():
        parts = [_on_postgresql(organisation_id, wanted, kind) for kind in kinds]
    else:
        match = _match(wanted)
        parts = [_on_sqlite(organisation_id, match, kind) for kind in kinds]
    if not parts:
        return []
    text = " UNION ALL ".join(f"SELECT * FROM ({part}) AS part" for part, _ in parts)  # noqa: S608 - statements of ours
    with connection.cursor() as cursor:
        cursor.execute(text, [value for _, values in parts for value in values])
        rows = cursor.fetchall()
    return [(kind, one if isinstance(one, UUID) else UUID(one)) for kind, one in rows]


def _on_sqlite(organisation_id: UUID, match: str, kind: Kind) -> tuple[str, tuple[Any, ...]]:
    marks = [f'"{word}"' for word in mark_words(organisation_id, kind)]
    return _SQLITE, (" AND ".join((match, *marks)), LOOKED_AT)


def _match(wanted: Sequence[Term]) -> str:
    """All terms as FTS5 is asked for them.

    It puts the lists of all words with a beginning together before it looks at the first match;
    for a few words it is asked for any of them, and looks no further than it must.
    """
    begun = [term.word for term in wanted if term.is_start and len(term.word) > LISTED]
    words: dict[str, list[str]] = dict(zip(begun, _words(begun), strict=True))
    return " AND ".join(_any_of(words.get(term.word), term) for term in wanted)


def _words(begun: Sequence[str]) -> list[list[str]]:
    """The words of the index that begin with each of these, one more than are asked for at most."""
    if not begun:
        return []
    text = " UNION ALL ".join(f"SELECT %s, term FROM ({_BEGUN})" for _ in begun)  # noqa: S608 - statements of ours
    params = [(at, word, f"{word}\U0010ffff", MOST_WORDS + 1) for at, word in enumerate(begun)]
    with connection.cursor() as cursor:
        cursor.execute(text, [value for each in params for value in each])
        rows = cursor.fetchall()
    return [[word for place, word in rows if place == at] for at in range(len(begun))]


def _any_of(words: Sequence[str] | None, term: Term) -> str:
    if words is None or len(words) > MOST_WORDS:
        return f'"{term.word}"{"*" * term.is_start}'
    return "(" + " OR ".join(f'"{word}"' for word in words or [term.word]) + ")"


def _on_postgresql(
    organisation_id: UUID, wanted: Sequence[Term], kind: Kind
) -> tuple[str, tuple[Any, ...]]:
    mark = Term(mark_words(organisation_id, kind)[1])
    match = " & ".join(f"'{term.word}'{':*' * term.is_start}" for term in (*wanted, mark))
    return _POSTGRESQL, (id_param(organisation_id), kind.value, match, LOOKED_AT)
