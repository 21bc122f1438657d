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
    one = _on_postgresql if is_postgresql() else _on_sqlite
    parts = [one(organisation_id, wanted, kind) for kind in kinds]
    if not parts:
        return []
    text = " UNION ALL ".join(f"SELECT * FROM ({part}) AS part" for part, _ in parts)  # noqa: S608 - statements of ours
    with connection.cursor() as cursor:
        cursor.execute(text, [value for _, values in parts for value in values])
        rows = cursor.fetchall()
    return [(kind, one if isinstance(one, UUID) else UUID(one)) for kind, one in rows]


def _on_sqlite(
    organisation_id: UUID, wanted: Sequence[Term], kind: Kind
) -> tuple[str, tuple[Any, ...]]:
    marks = (Term(word) for word in mark_words(organisation_id, kind))
    match = " AND ".join(f'"{term.word}"{"*" * term.is_start}' for term in (*wanted, *marks))
    return _SQLITE, (match, LOOKED_AT)


def _on_postgresql(
    organisation_id: UUID, wanted: Sequence[Term], kind: Kind
) -> tuple[str, tuple[Any, ...]]:
    mark = Term(mark_words(organisation_id, kind)[1])
    match = " & ".join(f"'{term.word}'{':*' * term.is_start}" for term in (*wanted, mark))
    return _POSTGRESQL, (id_param(organisation_id), kind.value, match, LOOKED_AT)
