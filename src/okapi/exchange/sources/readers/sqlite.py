"""A query on a file of SQLite: opened read-only, and each step of the statement is looked at."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from okapi.base.outward import UnreachableError
from okapi.core.errors import Refused
from okapi.exchange.sources.readers import files
from okapi.exchange.sources.readers.reader import Brought, Limits, Reader, Wanted, told
from okapi.exchange.sources.readers.rows import write_rows

_READING = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
_REACHING = frozenset({"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"})
_STEPS = 20_000  # of its machine, between two looks at the clock
_LARGEST_VALUE = 16 * 1024 * 1024
_DAYS = {"date", "datetime", "timestamp"}


class SqliteReader:
    """Reads the rows of a query."""

    def read(self, wanted: Wanted, into: Path, limits: Limits) -> Brought:
        """The rows. SQLite's own compiler refuses a second statement and all but reading."""
        path = files.found(wanted.folder, wanted.place["file"])
        # Read as Python's monotonic clock: how long a thing takes is not the time of day.
        until = time.monotonic() + limits.seconds
        uri = f"file:{quote(str(path))}?mode=ro"
        try:
            with closing(sqlite3.connect(uri, uri=True, timeout=5.0)) as connection:
                connection.execute("PRAGMA query_only = ON")
                connection.execute("PRAGMA trusted_schema = OFF")
                connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_VALUE)
                connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
                connection.set_progress_handler(lambda: int(time.monotonic() > until), _STEPS)
                connection.set_authorizer(_authorise)
                cursor = connection.execute(wanted.query)
                names = [column[0] for column in cursor.description or ()]
                return write_rows(names, cursor, into, limits, wanted.zone)
        except sqlite3.Error as error:
            if time.monotonic() > until:
                raise UnreachableError(
                    "source.too_slow", field="query", seconds=limits.seconds
                ) from error
            kind = UnreachableError if "locked" in str(error) else Refused
            raise told(kind, "source.query_failed", error, wanted) from error


def _authorise(
    action: int, _one: str | None, two: str | None, _database: str | None, _inner: str | None
) -> int:
    """Reading tables and computing; everything else is denied while it is compiled."""
    if action not in _READING or (action == sqlite3.SQLITE_FUNCTION and two in _REACHING):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


READER: Reader = SqliteReader()
