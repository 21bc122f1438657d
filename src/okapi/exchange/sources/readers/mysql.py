"""A query on MySQL or MariaDB: in a read-only transaction, with a time limit on both sides."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

import pymysql
from pymysql.constants import FIELD_TYPE
from pymysql.converters import conversions
from pymysql.cursors import SSCursor

from okapi.base import clock, outward
from okapi.base.outward import UnreachableError
from okapi.core.errors import OkapiError, Refused
from okapi.exchange.sources.kinds import Tls
from okapi.exchange.sources.readers.reader import Brought, Limits, Reader, Wanted, told
from okapi.exchange.sources.readers.rows import write_rows
from okapi.exchange.sources.readers.watching import ending, hang_up

PORT = 3306
_TOO_SLOW = frozenset({1317, 1969, 3024})  # interrupted, max_statement_time, max_execution_time
# Numbers of the server begin at 1000, those of the connection at 2000 (until 2999).
_FIRST_OF_SERVER, _FIRST_OF_CLIENT = 1000, 2000
# Too many connections, handshake, who may not come in, no such database, going down, blocked host.
_COMING_IN = frozenset(
    {1040, 1042, 1043, 1044, 1045, 1049, 1053, 1129, 1130, 1152, 1158, 1159, 1160, 1161, 1203, 1226,
     1698, 1927}
)  # fmt: skip
_BUSY = frozenset({1021, 1037, 1038, 1041, 1205, 1213})  # no room, a lock that is held
_UNKNOWN_VARIABLE, _UNKNOWN_ZONE = 1193, 1298
_OFFSET = len("+08:00")
_COLUMNS = re.compile(r"\([^)]*\)")  # for which a privilege holds
_ONLY_READING = frozenset({"USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES"})


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
                raise _refused(error, number, wanted) from error
            except (OSError, ValueError) as error:
                if watch.is_over:
                    raise late from error
                raise told(UnreachableError, "source.connect", error, wanted) from error
            finally:
                hang_up(descriptor)  # rather than reading what is left
                connection.close()
                sock.close()


def _refused(error: pymysql.MySQLError, number: int, wanted: Wanted) -> OkapiError:
    """In its own words: of the connection, of a server that is busy, or of the query."""
    if number < _FIRST_OF_SERVER or number >= _FIRST_OF_CLIENT or number in _COMING_IN:
        return told(UnreachableError, "source.connect", error, wanted)
    kind = UnreachableError if number in _BUSY else Refused
    return told(kind, "source.query_failed", error, wanted)


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
        conv={**conversions, FIELD_TYPE.BIT: _bits},
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
        _set_zone(cursor, wanted.zone)
        powers = _powers(cursor) if limits.is_sample else ()
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
        cursor.execute("START TRANSACTION READ ONLY")
        cursor.execute(wanted.query)
        names = [str(column[0]) for column in cursor.description or ()]
        return replace(write_rows(names, _rows(cursor), into, limits, wanted.zone), powers=powers)
    finally:
        _leave(cursor)


def _bits(value: Any) -> int:
    """A column of bits as the number that it is: `BIT(1)` is 0 or 1."""
    return int.from_bytes(value)


def _set_zone(cursor: SSCursor, zone: tzinfo) -> None:
    """Let `TIMESTAMP` and `now()` be those of the organisation's clock.

    A server without tables of zones knows offsets only. One is right all the year where clocks are
    never put forward; elsewhere the server's own zone is kept, rather than one that is half right.
    """
    try:
        cursor.execute("SET SESSION time_zone = %s", (str(zone),))
    except pymysql.MySQLError as error:
        if error.args[0] != _UNKNOWN_ZONE:
            raise
        if (offset := _only_offset(zone)) is not None:
            cursor.execute("SET SESSION time_zone = %s", (offset,))


def _only_offset(zone: tzinfo) -> str | None:
    """`+08:00`; None where it is another one in some months of this year or those around it."""
    year = clock.now().year
    moments = [
        datetime(year + more, month, 1, tzinfo=UTC) for more in (-1, 0, 1) for month in range(1, 13)
    ]
    offsets = {moment.astimezone(zone).isoformat()[-_OFFSET:] for moment in moments}
    return offsets.pop() if len(offsets) == 1 else None


def _powers(cursor: SSCursor) -> tuple[str, ...]:
    """What the user may do beside reading, in the server's words."""
    cursor.execute("SHOW GRANTS FOR CURRENT_USER")
    granted: set[str] = set()
    for (line,) in cursor.fetchall():
        names, is_privilege, _ = str(line).removeprefix("GRANT ").partition(" ON ")
        if is_privilege:
            granted.update(name.strip() for name in _COLUMNS.sub("", names).split(","))
    return tuple(sorted(granted - _ONLY_READING))


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
