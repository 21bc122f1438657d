"""The engine; Django asks for a module of this name."""

from __future__ import annotations

import random
import sqlite3
import time

from django.db import OperationalError
from django.db.backends.sqlite3 import base

_CHANCE = random.Random()  # noqa: S311 - spreads tries, hides nothing
_BETWEEN = (0.0005, 0.0015)
_TO_MILLISECONDS = 1000


class DatabaseWrapper(base.DatabaseWrapper):
    """Tries about every millisecond to begin a transaction, as long as it may wait at all.

    SQLite's own wait looks ten times a second. Who writes one transaction after the other leaves
    the pen for less than a millisecond in between, and whoever waited for it beside them was told
    "database is locked" after the whole time, or came last by chance.
    """

    def _start_transaction_under_autocommit(self) -> None:
        self.ensure_connection()
        seconds = float(self.settings_dict["OPTIONS"].get("timeout", 0))
        self._wait_at_most(0)
        try:
            self._begin(until=time.monotonic() + seconds)
        finally:
            self._wait_at_most(seconds)

    def _begin(self, *, until: float) -> None:
        while True:
            try:
                self.cursor().execute("BEGIN IMMEDIATE")
            except OperationalError as refused:
                if not _may_pass(refused) or time.monotonic() >= until:
                    raise
                time.sleep(_CHANCE.uniform(*_BETWEEN))
            else:
                return

    def _wait_at_most(self, seconds: float) -> None:
        """How long SQLite itself waits in a statement."""
        self.connection.execute(f"PRAGMA busy_timeout={int(seconds * _TO_MILLISECONDS)}").close()


def _may_pass(refused: OperationalError) -> bool:
    """Whether somebody writes just now; who reads an older state would wait for ever."""
    code = getattr(refused.__cause__, "sqlite_errorcode", None)
    busy = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY)
    return code in busy
