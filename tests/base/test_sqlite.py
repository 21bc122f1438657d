"""Who waits for SQLite's only pen gets it, also beside somebody who writes without a rest."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from okapi.config import databases

pytestmark = pytest.mark.django_db
TURNS = 20


class Restless(threading.Thread):
    """Another program that writes one transaction after the other; `turns` counts them."""

    def __init__(self, file: Path) -> None:
        super().__init__(daemon=True)
        self.file, self.turns = file, 0
        self.is_writing, self.stopping = threading.Event(), threading.Event()

    def run(self) -> None:
        own = sqlite3.connect(self.file, timeout=20, isolation_level=None)
        while not self.stopping.is_set():
            own.execute("BEGIN IMMEDIATE")
            own.execute("INSERT INTO lines VALUES (1)")
            self.is_writing.set()
            time.sleep(0.1)
            own.execute("COMMIT")
            self.is_writing.clear()
            self.turns += 1
            time.sleep(0.002)
        own.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "okapi.sqlite3"


@pytest.fixture
def connection(file: Path) -> Any:
    opened = ConnectionHandler({"default": databases.from_url(f"sqlite:///{file}")})["default"]
    opened.inc_thread_sharing()
    with opened.cursor() as cursor:
        cursor.execute("CREATE TABLE lines (number int)")
    yield opened
    opened.close()


def write(connection: Any) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO lines VALUES (2)")
    connection.commit()
    connection.set_autocommit(True)


def write_without_transaction(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO lines VALUES (%s)", [2])


def write_many(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO lines VALUES (%s)", ((2,) for _ in range(3)))


@pytest.mark.parametrize("write", [write, write_without_transaction, write_many])
def test_everybody_gets_a_turn(connection: Any, file: Path, write: Callable[[Any], None]) -> None:
    other = Restless(file)
    other.start()
    waited = []
    for _ in range(3):
        other.is_writing.wait()
        before = other.turns
        write(connection)
        waited.append(other.turns - before)
    other.stopping.set()
    other.join()
    assert max(waited) <= TURNS


def test_the_wait_ends(connection: Any, file: Path) -> None:
    connection.settings_dict["OPTIONS"]["timeout"] = 0.2
    with sqlite3.connect(file, isolation_level=None) as own:
        own.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            write(connection)
        own.execute("ROLLBACK")
    own.close()
    write(connection)


def test_who_reads_what_is_old_is_told_at_once(connection: Any, file: Path) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO lines VALUES (%s)", [(1,), (1,), (1,)])
    reading = connection.connection.execute("SELECT number FROM lines")
    reading.fetchone()
    with sqlite3.connect(file) as own:
        own.execute("INSERT INTO lines VALUES (3)")
    own.close()
    begun = time.monotonic()
    with pytest.raises(OperationalError, match="locked"):
        write(connection)
    assert time.monotonic() - begun < databases.BUSY_SECONDS / 2
    reading.close()
