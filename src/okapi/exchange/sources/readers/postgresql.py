"""A query on PostgreSQL: in a read-only transaction, as one statement, with a time limit.

Such a transaction still lets `COPY … TO` write files and start programs, so the server is asked
what the statement gives before it runs: what gives no columns is no query, and is not run.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

import psycopg
from psycopg.pq import ExecStatus

from okapi.base import outward
from okapi.base.outward import UnreachableError
from okapi.core.errors import OkapiError, Refused
from okapi.exchange.sources.kinds import Tls
from okapi.exchange.sources.readers.reader import Brought, Limits, Reader, Wanted, told
from okapi.exchange.sources.readers.rows import write_rows
from okapi.exchange.sources.readers.watching import ending, hang_up

PORT = 5432
_CONNECTING = 15
_LEAVING = ("08", "57P")  # connection lost, server going down
_BUSY = ("40", "53", "55P03")  # a conflict, no room, a lock that is held
_MODES = {Tls.VERIFIED: "verify-full", Tls.ENCRYPTED: "require", Tls.PLAIN: "prefer"}


# A superuser has every other power, and is told once.
_POWERS = """
    SELECT 'SUPERUSER' FROM pg_roles WHERE rolname = current_user AND rolsuper
    UNION ALL
    SELECT upper(granted.rolname) FROM pg_roles granted, pg_roles own
    WHERE own.rolname = current_user AND NOT own.rolsuper
      AND granted.rolname IN ('pg_read_server_files', 'pg_write_server_files',
                              'pg_execute_server_program', 'pg_write_all_data')
      AND pg_has_role(granted.oid, 'MEMBER')
    UNION ALL
    SELECT 'INSERT, UPDATE, DELETE' FROM pg_roles own
    WHERE own.rolname = current_user AND NOT own.rolsuper AND EXISTS (
        SELECT FROM pg_class WHERE relkind IN ('r', 'p') AND relpersistence <> 't'
          AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
          AND has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))
"""


class PostgresqlReader:
    """Streams the rows of a query."""

    def read(self, wanted: Wanted, into: Path, limits: Limits) -> Brought:
        """The rows; nothing is left behind."""
        try:
            connection = _connect(wanted, limits)
        except psycopg.Error as error:
            raise told(UnreachableError, "source.connect", error, wanted) from error
        # The server ends what it computes by itself; one that says nothing is left.
        end = partial(hang_up, connection.fileno())
        with closing(connection), ending(limits.seconds, end) as watch:
            try:
                return _read(connection, wanted, into, limits)
            except psycopg.errors.QueryCanceled as error:
                raise UnreachableError(
                    "source.too_slow", field="query", seconds=limits.seconds
                ) from error
            except psycopg.Error as error:
                if watch.is_over:
                    raise UnreachableError(
                        "source.too_slow", field="query", seconds=limits.seconds
                    ) from error
                raise _refused(error, wanted, is_gone=connection.closed) from error


def _refused(error: psycopg.Error, wanted: Wanted, *, is_gone: bool) -> OkapiError:
    """In its own words: of the connection, of a server that is busy, or of the query."""
    state = error.sqlstate or ""
    if is_gone or state.startswith(_LEAVING):
        return told(UnreachableError, "source.connect", error, wanted)
    kind = UnreachableError if state.startswith(_BUSY) else Refused
    return told(kind, "source.query_failed", error, wanted)


def _connect(wanted: Wanted, limits: Limits) -> psycopg.Connection:
    place = wanted.place
    host, port = place["host"], int(place.get("port") or PORT)
    addresses = outward.allowed_addresses(host, port)
    mode = Tls(place.get("tls") or Tls.PLAIN)
    # Everything that the library would otherwise take from the server's own files or environment
    # is said here: another organisation's, or the installation's own, password stays where it is.
    connection = psycopg.connect(
        host=",".join([host] * len(addresses)),
        hostaddr=",".join(addresses),
        port=port,
        dbname=place["database"],
        user=place["user"],
        password=wanted.secrets.get("secret", ""),
        passfile=os.devnull,
        sslmode=_MODES[mode],
        sslrootcert="system" if mode is Tls.VERIFIED else "",
        sslcertmode="disable",
        gssencmode="disable",
        target_session_attrs="any",
        application_name="okapi",
        client_encoding="utf-8",
        options="",
        connect_timeout=min(_CONNECTING, max(2, int(limits.seconds / len(addresses)))),
    )
    connection.read_only = True
    return connection


def _read(connection: psycopg.Connection, wanted: Wanted, into: Path, limits: Limits) -> Brought:
    milliseconds = max(1, int(limits.seconds * 1000))
    connection.execute(f"SET LOCAL statement_timeout = {milliseconds:d}")
    connection.execute("SET LOCAL standard_conforming_strings = on")
    connection.execute("SET LOCAL lock_timeout = 5000")
    # Days and months begin where the organisation is, in the statement as in what is read.
    connection.execute("SELECT set_config('TimeZone', %s, true)", (str(wanted.zone),))
    _require_columns(connection, wanted.query.encode())
    powers = _powers(connection) if limits.is_sample else ()
    with connection.cursor() as cursor:
        # Streamed by the extended protocol, which takes one statement only.
        rows = cursor.stream(wanted.query.encode())
        first = next(rows, None)
        names = [column.name for column in cursor.description or ()]
        found = () if first is None else chain((first,), rows)
        return replace(write_rows(names, found, into, limits, wanted.zone), powers=powers)


def _require_columns(connection: psycopg.Connection, query: bytes) -> None:
    """`Refused` (`source.query_writes`) where the statement gives no rows; nothing has run yet."""
    for described in (
        connection.pgconn.prepare(b"", query),
        connection.pgconn.describe_prepared(b""),
    ):
        if described.status == ExecStatus.FATAL_ERROR:
            raise psycopg.errors.error_from_result(described, encoding="utf-8")
    if described.nfields == 0:
        raise Refused("source.query_writes", field="query", found=query.decode()[:60])


def _powers(connection: psycopg.Connection) -> tuple[str, ...]:
    """What the user may do beside reading, in the server's words."""
    return tuple(name for (name,) in connection.execute(_POWERS))


READER: Reader = PostgresqlReader()
