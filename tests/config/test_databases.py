"""From an address to a database."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from okapi.config.databases import BUSY_SECONDS, from_url


def test_sqlite_absolute_and_relative(tmp_path: Path) -> None:
    assert from_url(f"sqlite:///{tmp_path}/a.sqlite3")["NAME"] == f"{tmp_path}/a.sqlite3"
    assert from_url("sqlite:///var/a.sqlite3")["NAME"] == str(Path.cwd() / "var/a.sqlite3")
    assert from_url("sqlite:///var/a%20b.sqlite3")["NAME"].endswith("/a b.sqlite3")


def test_postgresql() -> None:
    found = from_url("postgresql://ok%40pi:p%2Fw@db.example:6543/okapi?sslmode=require", pool=16)
    assert found["NAME"] == "okapi"
    assert (found["USER"], found["PASSWORD"]) == ("ok@pi", "p/w")
    assert (found["HOST"], found["PORT"]) == ("db.example", "6543")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["pool"]["max_size"] == 16


def test_postgresql_on_a_socket_and_without_pool() -> None:
    found = from_url("postgresql://okapi@/okapi?host=/tmp/sockets")
    assert found["HOST"] == "/tmp/sockets"
    assert found["OPTIONS"] == {
        "options": "-c jit=off -c plan_cache_mode=force_generic_plan",
        "prepare_threshold": 1,
    }


@pytest.mark.parametrize(
    "url", ["", "okapi.sqlite3", "sqlite://", "mysql://a/b", "postgresql://a@b/"]
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="OKAPI_DATABASE_URL"):
        from_url(url)


@pytest.mark.django_db
def test_sqlite_keeps_what_it_acknowledged_and_waits_for_its_turn() -> None:
    if connection.vendor == "postgresql":
        # The same promise, made by the server's own defaults.
        with connection.cursor() as cursor:
            cursor.execute("SHOW default_transaction_isolation")
            assert cursor.fetchone() == ("read committed",)
        return
    found = {}
    with connection.cursor() as cursor:
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
            cursor.execute(f"PRAGMA {name}")
            found[name] = cursor.fetchone()[0]
        # Its cursors wait, and not SQLite itself (see `okapi.base.sqlite`).
        assert cursor.cursor.seconds == BUSY_SECONDS
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 0,
    }
