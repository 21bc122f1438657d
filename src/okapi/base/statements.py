"""Plain statements whose text stays the same: on PostgreSQL planned once per connection.

Django writes parameters into the text of a statement, so PostgreSQL reads and plans each one anew,
which takes several times as long as a small answer. Here parameters go beside the text, and the
driver prepares a text that comes again (`prepare_threshold` in `config.databases`). Statements
that do not wait for each other's answers are sent `together`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.pq import PipelineStatus

Params = Sequence[Any] | Mapping[str, Any]
Row = tuple[Any, ...]

# A plan that is kept does not look at the parameters, which is right for so many things at once;
# for more, PostgreSQL plans anew.
FEW = 200


class Answer:
    """What a statement that was sent will answer."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self._rows: list[Row] = []

    def rows(self) -> list[Row]:
        """The rows, waited for if they are not here yet."""
        if self._cursor is not None:
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
    cursor = _cursor(things)
    cursor.execute(text, params)
    answer = Answer(cursor)
    if not _is_together():
        answer.rows()
    return answer


def rows(text: str, params: Params, *, things: int = 1) -> list[Row]:
    """What a question is answered; arguments as for `ask`."""
    return ask(text, params, things=things).rows()


def run(text: str, params: Params, *, things: int = 1) -> None:
    """Send a statement that answers nothing; arguments as for `ask`."""
    with _cursor(things) as cursor:
        cursor.execute(text, params)


@contextmanager
def together() -> Iterator[None]:
    """Within the block nobody waits for what is sent until an answer is read, or the block ends.

    Statements still run one after the other, each on what the one before it left. On PostgreSQL
    an error may be raised by a later statement than its own: whatever raises within the block must
    end the transaction. Only for statements of this module, within a transaction.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "postgresql" or database.queries_logged or _is_together():
        yield
        return
    with database.wrap_database_errors, database.connection.pipeline():
        yield


def _is_together() -> bool:
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "postgresql":
        return False
    status: int = database.connection.pgconn.pipeline_status
    return status != PipelineStatus.OFF


def _cursor(things: int) -> Any:
    """A cursor in Django's clothes: its errors and its transactions.

    Where statements are recorded it is Django's own, whose records show the parameters.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if things > FEW or database.vendor != "postgresql" or database.queries_logged:
        return database.cursor()
    database.ensure_connection()
    database.validate_thread_sharing()
    return database.make_cursor(psycopg.Cursor(database.connection))
