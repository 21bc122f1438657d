"""A query on MySQL or MariaDB: in a read-only transaction, with a time limit on both sides."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pymysql
from pymysql.cursors import SSCursor

from okapi.base import outward
from okapi.base.outward import UnreachableError
from okapi.core.errors import Refused
from okapi.exchange.sources.kinds import Tls
from okapi.exchange.sources.readers.reader import Brought, Limits, Reader, Wanted, told
from okapi.exchange.sources.readers.rows import write_rows
from okapi.exchange.sources.readers.watching import ending, hang_up

PORT = 3306
_TOO_SLOW = frozenset({1317, 1969, 3024})  # interrupted, max_statement_time, max_execution_time
_UNKNOWN_VARIABLE = 1193


class MysqlReader:
    """Streams the rows of a query."""

    def read(self, wanted: Wanted, into: Path, limits: Limits) -> Brought:
        """The rows; nothing is left behind."""
        host, port = wanted.place["host"], int(wanted.place.get("port") or PORT)
        sock = outward.connect(host, port, min(15.0, limits.seconds))
        connection = _connection(wanted, host, limits)
        late = UnreachableError("source.too_slow", field="query", seconds=limits.seconds)
        descriptor = sock.fileno()
        with ending(limits.seconds, partial(hang_up, descriptor)) as watch:
            try:
                connection.connect(sock)
                return _read(connection, wanted, into, limits)
            except pymysql.MySQLError as error:
                number = error.args[0] if error.args else 0
                if watch.is_over or number in _TOO_SLOW:
                    raise late from error
                if isinstance(error, (pymysql.OperationalError, pymysql.InterfaceError)):
                    raise told(UnreachableError, "source.connect", error, wanted) from error
                raise told(Refused, "source.query_failed", error, wanted) from error
            except (OSError, ValueError) as error:
                if watch.is_over:
                    raise late from error
                raise told(UnreachableError, "source.connect", error, wanted) from error
            finally:
                hang_up(descriptor)  # rather than reading what is left
                connection.close()
                sock.close()


def _connection(wanted: Wanted, host: str, limits: Limits) -> pymysql.Connection[Any]:
    mode = Tls(wanted.place.get("tls") or Tls.PLAIN)
    return pymysql.connect(
        host=host,
        user=wanted.place["user"],
        password=wanted.secrets.get("secret", ""),
        database=wanted.place["database"],
        charset="utf8mb4",
        cursorclass=SSCursor,
        read_timeout=limits.seconds,
        write_timeout=limits.seconds,
        local_infile=False,  # a server could otherwise ask for files of this machine
        ssl=None if mode is Tls.PLAIN else _context(mode),
        defer_connect=True,
    )


def _context(mode: Tls) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if mode is Tls.ENCRYPTED:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _read(
    connection: pymysql.Connection[Any], wanted: Wanted, into: Path, limits: Limits
) -> Brought:
    cursor = connection.cursor()
    try:
        # As the parser read it: quotation marks, backslashes and bars mean what they usually do.
        cursor.execute("SET SESSION sql_mode = 'STRICT_TRANS_TABLES'")
        _limit_time(cursor, limits)
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
        cursor.execute("START TRANSACTION READ ONLY")
        cursor.execute(wanted.query)
        names = [str(column[0]) for column in cursor.description or ()]
        return write_rows(names, _rows(cursor), into, limits, wanted.zone)
    finally:
        _leave(cursor)


def _leave(cursor: SSCursor) -> None:
    """Let it go without waiting for the rest of its rows, which the library would read."""
    result = getattr(cursor, "_result", None)  # the library has no other way to leave a stream
    if result is not None:
        result.unbuffered_active = False
    cursor.close()


def _limit_time(cursor: SSCursor, limits: Limits) -> None:
    """MariaDB counts seconds, MySQL milliseconds; each knows its own variable only."""
    try:
        cursor.execute(f"SET SESSION max_statement_time = {float(limits.seconds)!r}")
    except pymysql.MySQLError as error:
        if error.args[0] != _UNKNOWN_VARIABLE:
            raise
        cursor.execute(f"SET SESSION max_execution_time = {int(limits.seconds * 1000):d}")


def _rows(cursor: SSCursor) -> Iterator[Any]:
    while (row := cursor.fetchone()) is not None:
        yield row


READER: Reader = MysqlReader()
