"""The engine; Django asks for a module of this name."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, TypeVar

from django.db.backends.sqlite3 import base

T = TypeVar("T")

_CHANCE = random.SystemRandom()
_BETWEEN = (0.0005, 0.0015)
"""Seconds between two tries."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Whoever has to wait for SQLite's pen tries about every millisecond, as long as they may.

    SQLite's own wait looks ten times a second. Who writes one transaction after the other leaves
    the pen for less than a millisecond in between, and whoever waited for it beside them was told
    "database is locked" after the whole time, or came last by chance.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        """As Django's; SQLite itself waits only while the connection is opened."""
        connection: sqlite3.Connection = super().get_new_connection(conn_params)
        connection.execute("PRAGMA busy_timeout=0").close()
        return connection

    def create_cursor(self, _name: str | None = None) -> PatientCursor:
        """A cursor that waits."""
        cursor: PatientCursor = self.connection.cursor(factory=PatientCursor)
        cursor.seconds = float(self.settings_dict["OPTIONS"].get("timeout", 0))
        return cursor


class PatientCursor(base.SQLiteCursorWrapper):
    """Waits where nothing is held yet: to begin a transaction, or for a statement of its own."""

    seconds = 0.0

    def execute(self, query: str, params: Any = None) -> Any:
        """As Django's."""
        if self.connection.in_transaction:
            return super().execute(query, params)
        return self._patiently(lambda: super(PatientCursor, self).execute(query, params))

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        """As Django's."""
        if self.connection.in_transaction:
            return super().executemany(query, param_list)
        rows = list(param_list)
        return self._patiently(lambda: super(PatientCursor, self).executemany(query, rows))

    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        """As Django's; a text that comes again is converted once."""
        if param_names is None:
            return _marked(query)
        return str(super().convert_query(query, param_names=param_names))

    def _patiently(self, work: Callable[[], T]) -> T:
        until = time.monotonic() + self.seconds
        while True:
            try:
                return work()
            except sqlite3.OperationalError as refused:
                if not _may_pass(refused) or time.monotonic() >= until:
                    raise
            time.sleep(_CHANCE.uniform(*_BETWEEN))


@lru_cache(maxsize=512)
def _marked(query: str) -> str:
    """With SQLite's own marks in the places of parameters."""
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


def _may_pass(refused: sqlite3.OperationalError) -> bool:
    """Whether somebody writes just now; who reads an older state would wait for ever."""
    return refused.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY)
