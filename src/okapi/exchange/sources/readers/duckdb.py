"""A query on DuckDB: a database file, or Parquet, CSV and JSON files of the folder by their names.

The engine may reach nothing but the folder, its settings are locked before the query, and its own
parser says that there is one statement and that it is a query.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from okapi.base.outward import UnreachableError
from okapi.core.errors import OkapiError, Refused
from okapi.exchange.sources.readers import files
from okapi.exchange.sources.readers.paths import placed
from okapi.exchange.sources.readers.reader import Brought, Limits, Reader, Wanted, told
from okapi.exchange.sources.readers.rows import write_rows
from okapi.exchange.sources.readers.watching import ending

_FETCHED = 1_000  # rows at a time


class DuckdbReader:
    """Reads the rows of a query."""

    def read(self, wanted: Wanted, into: Path, limits: Limits) -> Brought:
        """The rows; the file is attached read-only, or there is none and nothing to write to."""
        root = files.existing(wanted.folder)
        name = wanted.place.get("file", "")
        path = files.found(wanted.folder, name) if name else None
        connection = duckdb.connect(":memory:", config=dict(_CONFIG))
        with closing(connection), ending(limits.seconds, connection.interrupt) as watch:
            try:
                if path is not None:
                    _attach(connection, path)
                _lock(connection, root, str(wanted.zone))
                return _read(connection, placed(wanted.query, root), wanted, into, limits)
            except duckdb.Error as error:
                if watch.is_over:
                    raise UnreachableError(
                        "source.too_slow", field="query", seconds=limits.seconds
                    ) from error
                raise _refused(error, wanted, root) from error


def _refused(error: duckdb.Error, wanted: Wanted, root: Path) -> OkapiError:
    """In its own words, without where the folder lies; another writer will be done some time."""
    kind = UnreachableError if "lock on file" in str(error) else Refused
    shown = type(error)(str(error).replace(f"{root}/", ""))
    return told(kind, "source.query_failed", shown, wanted)


_CONFIG = {
    "memory_limit": "1GB",
    "threads": "2",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "false",
    "max_temp_directory_size": "0KB",
    "python_enable_replacements": "false",  # a table's name never means a variable of ours
}


def _attach(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Not `connect(path)`: all connections to one file share an engine with its locked settings."""
    file, name = str(path).replace("'", "''"), path.stem.replace('"', '""')
    connection.execute(f"ATTACH '{file}' AS \"{name}\" (READ_ONLY)")
    connection.execute(f'USE "{name}"')


def _lock(connection: duckdb.DuckDBPyConnection, root: Path, zone: str) -> None:
    inside = str(root).replace("'", "''")
    connection.execute(f"SET TimeZone = '{zone}'")
    connection.execute(f"SET file_search_path = '{inside}'")
    connection.execute(f"SET allowed_directories = ['{inside}/']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _read(
    connection: duckdb.DuckDBPyConnection, query: str, wanted: Wanted, into: Path, limits: Limits
) -> Brought:
    statements = connection.extract_statements(query)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise Refused("source.query_several", field="query", found=len(statements))
    connection.execute(statements[0])
    names = [str(column[0]) for column in connection.description or ()]
    return write_rows(names, _rows(connection), into, limits, wanted.zone)


def _rows(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := connection.fetchmany(_FETCHED):
        yield from rows


READER: Reader = DuckdbReader()
