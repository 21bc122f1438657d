"""Whether a statement failed only since somebody else was writing all the while."""

from __future__ import annotations

import sqlite3

AGAIN_SECONDS = 10
"""After so long it is worth another try: the longest single transaction is a chunk of an intake."""


def is_busy(error: Exception) -> bool:
    """Whether SQLite's pen was not to be had within the time that `databases` gives."""
    cause = error.__cause__
    if not isinstance(cause, sqlite3.OperationalError):
        return False
    return cause.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY)
