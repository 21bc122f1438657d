"""A query on PostgreSQL: in a read-only transaction, as one statement, with a time limit."""

from __future__ import annotations

import os
from contextlib import closing
from functools import partial
from itertools import chain
from pathlib import Path

import psycopg

from okapi.base import outward
from okapi.base.outward import UnreachableError
from okapi.core.errors import Refused
from okapi.exchange.sources.kinds import Tls
from okapi.exchange.sources.readers.reader import Brought, Limits, Reader, Wanted, told
from okapi.exchange.sources.readers.rows import write_rows
from okapi.exchange.sources.readers.watching import ending, hang_up

PORT = 5432
_CONNECTING = 15
_MODES = {Tls.VERIFIED: "verify-full", Tls.ENCRYPTED: "require", Tls.PLAIN: "prefer"}


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
            except psycopg.OperationalError as error:
                if watch.is_over:
                    raise UnreachableError(
                        "source.too_slow", field="query", seconds=limits.seconds
                    ) from error
                raise told(UnreachableError, "source.connect", error, wanted) from error
            except psycopg.Error as error:
                raise told(Refused, "source.query_failed", error, wanted) from error


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
    with connection.cursor() as cursor:
        # Streamed by the extended protocol, which takes one statement only.
        rows = cursor.stream(wanted.query.encode())
        first = next(rows, None)
        names = [column.name for column in cursor.description or ()]
        found = () if first is None else chain((first,), rows)
        return write_rows(names, found, into, limits, wanted.zone)


READER: Reader = PostgresqlReader()
