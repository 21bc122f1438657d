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
NEWEST = 1_000
"""So many entries of a kind PostgreSQL looks at, the newest first, before it asks its index."""

_BEGUN = "SELECT term FROM search_word WHERE term >= %s AND term < %s LIMIT %s"
_SQLITE = """
SELECT e.kind, e.object_id FROM search_index i JOIN search_entry e ON e.id = i.rowid
WHERE search_index MATCH %s ORDER BY i.rowid DESC LIMIT %s
"""
# A word that is common is found among the newest; else there are not many that hold it. All kinds
# of which neither is so are asked for at once: what makes the list of a begun word is long.
_POSTGRESQL = """
WITH newest AS MATERIALIZED ({newest}),
beyond AS MATERIALIZED (
    SELECT kind, mark FROM (VALUES {kinds}) AS asked(kind, mark)
    WHERE (SELECT count(*) FROM newest WHERE newest.kind = asked.kind) < %s
    AND EXISTS (
        SELECT FROM search_entry AS one WHERE one.organisation_id = %s AND one.kind = asked.kind
        ORDER BY one.id DESC OFFSET %s
    )
),
held AS MATERIALIZED (
    SELECT kind, object_id, row_number() OVER (PARTITION BY kind ORDER BY id DESC) AS place
    FROM search_entry
    WHERE lexemes @@ (%s || (SELECT string_agg(mark, ' | ') FROM beyond) || ')')::tsquery
)
SELECT kind, object_id FROM newest WHERE kind NOT IN (SELECT kind FROM beyond)
UNION ALL SELECT kind, object_id FROM held WHERE place <= %s
"""
_LATELY = """
(SELECT kind, object_id FROM (
    SELECT kind, object_id, lexemes FROM search_entry
    WHERE organisation_id = %s AND kind = %s ORDER BY id DESC LIMIT %s
) AS lately WHERE lexemes @@ %s::tsquery LIMIT %s)
"""


def mark_words(organisation_id: UUID, kind: Kind) -> tuple[str, str]:
    """The words that stand in each entry for its organisation and kind."""
    return f"xo{organisation_id.hex}", f"xk{kind.value.replace('_', '')}"


def matches(
    organisation_id: UUID, wanted: Sequence[Term], kinds: Sequence[Kind]
) -> list[tuple[str, UUID]]:
    """(kind, id) of the newest entries that hold all terms, at most `LOOKED_AT` of each kind."""
    if not kinds:
        return []
    ask = _on_postgresql if is_postgresql() else _on_sqlite
    text, values = ask(organisation_id, wanted, kinds)
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        rows = cursor.fetchall()
    return [(kind, one if isinstance(one, UUID) else UUID(one)) for kind, one in rows]


def _on_sqlite(
    organisation_id: UUID, wanted: Sequence[Term], kinds: Sequence[Kind]
) -> tuple[str, list[Any]]:
    match, values = _match(wanted), []
    for kind in kinds:
        marks = [f'"{word}"' for word in mark_words(organisation_id, kind)]
        values += [" AND ".join((match, *marks)), LOOKED_AT]
    return " UNION ALL ".join([f"SELECT * FROM ({_SQLITE}) AS part"] * len(kinds)), values  # noqa: S608 - statements of ours


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
    organisation_id: UUID, wanted: Sequence[Term], kinds: Sequence[Kind]
) -> tuple[str, list[Any]]:
    own = id_param(organisation_id)
    match = " & ".join(f"'{term.word}'{':*' * term.is_start}" for term in wanted)
    values: list[Any] = []
    for kind in kinds:
        values += [own, kind.value, NEWEST, match, LOOKED_AT]
    marks = [mark_words(organisation_id, kind) for kind in kinds]
    for kind, (_, mark) in zip(kinds, marks, strict=True):
        values += [kind.value, f"'{mark}'"]
    values += [LOOKED_AT, own, NEWEST, f"{match} & '{marks[0][0]}' & (", LOOKED_AT]
    newest, places = (
        " UNION ALL ".join([_LATELY] * len(kinds)),
        ", ".join(["(%s, %s)"] * len(kinds)),
    )
    return _POSTGRESQL.format(newest=newest, kinds=places), values
