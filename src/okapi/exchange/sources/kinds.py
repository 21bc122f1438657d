"""What kinds of sources there are, what is said of each, and the states of runs."""

from __future__ import annotations

from enum import StrEnum


class SourceKind(StrEnum):
    """Where a source reads: a file at an address, or a query to a database."""

    WEB = "web"
    POSTGRESQL = "postgresql"
    MYSQL = "mysql"
    SQLITE = "sqlite"
    DUCKDB = "duckdb"

    @property
    def has_query(self) -> bool:
        """Whether it is asked in SQL."""
        return self is not SourceKind.WEB

    @property
    def is_server(self) -> bool:
        """Whether it is a database behind a network."""
        return self in (SourceKind.POSTGRESQL, SourceKind.MYSQL)


class Tls(StrEnum):
    """How a connection to a database is protected."""

    VERIFIED = "verified"
    ENCRYPTED = "encrypted"
    PLAIN = "plain"


class RunState(StrEnum):
    """Where a run is. `NOTHING` read what had been read before."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    NOTHING = "nothing"
    FAILED = "failed"


class Paused(StrEnum):
    """Why a source does not run by its plan."""

    PERSON = "person"
    FAILURES = "failures"
    OWNER = "owner"


PLACES: dict[SourceKind, tuple[str, ...]] = {
    SourceKind.WEB: ("url", "header"),
    SourceKind.POSTGRESQL: ("host", "port", "database", "user", "tls"),
    SourceKind.MYSQL: ("host", "port", "database", "user", "tls"),
    SourceKind.SQLITE: ("file",),
    SourceKind.DUCKDB: ("file",),
}
"""What is said of where a source of each kind is."""

OPEN = (RunState.WAITING.value, RunState.RUNNING.value)
