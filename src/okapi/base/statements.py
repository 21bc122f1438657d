"""Plain statements whose text stays the same: on PostgreSQL planned once per connection.

Django writes parameters into the text of a statement, so PostgreSQL reads and plans each one anew,
which takes several times as long as a small answer. Here parameters go beside the text, and the
driver prepares a text that comes again (`prepare_threshold` in `config.databases`). Statements
that do not wait for each other's answers are sent `together`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.pq import PipelineStatus

from okapi.base.arrays import is_postgresql

Params = Sequence[Any] | Mapping[str, Any]
Row = tuple[Any, ...]

# A plan that is kept does not look at the parameters, which is right for so many things at once;
# for more, PostgreSQL plans anew.
FEW = 200


class Answer:
    """What a statement that was sent will answer."""

    def __init__(self, cursor: Any, errors: AbstractContextManager[Any]) -> None:
        self._cursor = cursor
        self._errors = errors
        self._rows: list[Row] = []

    def rows(self) -> list[Row]:
        """The rows, waited for if they are not here yet."""
        if self._cursor is not None:
            with self._errors:
                self._rows = self._cursor.fetchall()
            self._cursor.close()
            self._cursor = None
        return self._rows


def ask(text: str, params: Params, *, things: int = 1) -> Answer:
    """Send a question; its answer may be read later.

    Args:
        text: with `%s` or `%(name)s` in the places of `params`.
        params: what stands there; on PostgreSQL lists as `arrays.array` writes them.
        things: about how many ids or rows there are among the parameters.
    """
    database = connections[DEFAULT_DB_ALIAS]
    answer = Answer(_sent(database, text, params, things), database.wrap_database_errors)
    if not _is_together(database):
        answer.rows()
    return answer


def rows(text: str, params: Params, *, things: int = 1) -> list[Row]:
    """What a question is answered; arguments as for `ask`."""
    return ask(text, params, things=things).rows()


def run(text: str, params: Params, *, things: int = 1) -> None:
    """Send a statement that answers nothing; arguments as for `ask`."""
    _sent(connections[DEFAULT_DB_ALIAS], text, params, things).close()


@contextmanager
def together() -> Iterator[None]:
    """Within the block nobody waits for what is sent until an answer is read, or the block ends.

    Statements still run one after the other, each on what the one before it left. On PostgreSQL
    an error may be raised by a later statement than its own: whatever raises within the block must
    end the transaction. Only for statements of this module, within a transaction.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if not is_postgresql() or _is_watched(database) or _is_together(database):
        yield
        return
    with database.wrap_database_errors, database.connection.pipeline():
        yield


def _is_together(database: Any) -> bool:
    if not is_postgresql():
        return False
    status: int = database.connection.pgconn.pipeline_status
    return status != PipelineStatus.OFF


def _is_watched(database: Any) -> bool:
    """Whether Django records or wraps statements: then all go through its own cursors."""
    return bool(database.queries_logged or database.execute_wrappers)


def _sent(database: Any, text: str, params: Params, things: int) -> Any:
    """The cursor of a statement that is on its way."""
    if things > FEW or not is_postgresql() or _is_watched(database):
        cursor = database.cursor()
        cursor.execute(text, params)
        return cursor
    database.ensure_connection()
    database.validate_thread_sharing()
    numbered, names = _numbered(text)
    values = [params[name] for name in names] if isinstance(params, Mapping) else params
    plain = psycopg.RawCursor(database.connection)
    with database.wrap_database_errors:
        plain.execute(numbered, values)
    return plain


_PLACE = re.compile(r"%(?:%|s|\((\w+)\)s)")


@lru_cache(maxsize=256)
def _numbered(text: str) -> tuple[bytes, tuple[str, ...]]:
    """The text as PostgreSQL takes it, with `$1`, and what the parameters are called, in order.

    The driver would do this anew each time for a long text.
    """
    numbers: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        name = found[1] or str(len(numbers))
        return f"${numbers.setdefault(name, len(numbers) + 1)}"

    return _PLACE.sub(numbered, text).encode(), tuple(numbers)
