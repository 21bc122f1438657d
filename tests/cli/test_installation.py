"""An installation that is not ready is told as such by every command, never by a traceback."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError

from okapi.cli import main

COMMANDS = {
    "measure": ("measure", "{file}", "--org", "acme"),
    "export": ("export", "{home}/out", "--org", "acme"),
    "token": ("token", "create", "--org", "acme", "--person", "mia@acme.example"),
    "tick": ("tick",),
}


def run(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OKAPI_")}
    return subprocess.run(
        [sys.executable, "-m", "okapi", *arguments],
        env={**kept, "OKAPI_HOME": str(home), "LC_ALL": "C.UTF-8", **settings},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_without_its_tables(tmp_path: Path, command: str) -> None:
    file = tmp_path / "file.csv"
    file.write_text("kpi,period,value\na,2026-11,1\n")
    home = tmp_path / "home"
    home.mkdir()
    ran = run(home, *(each.format(file=file, home=home) for each in COMMANDS[command]))
    assert ran.returncode == 2
    assert "okapi migrate" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    nowhere = "postgresql://okapi:secret@127.0.0.1:1/okapi"
    ran = run(
        tmp_path, "export", str(tmp_path / "out"), "--org", "acme", OKAPI_DATABASE_URL=nowhere
    )
    assert ran.returncode == 2
    assert "OKAPI_DATABASE_URL" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "secret" not in ran.stderr


def database(home: Path, *statements: str) -> Path:
    """A database file with these tables."""
    home.mkdir()
    with closing(sqlite3.connect(home / "okapi.sqlite3")) as file:
        for statement in statements:
            file.execute(statement)
        file.commit()
    return home / "okapi.sqlite3"


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    database(
        home,
        "CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app, name, applied)",
        "INSERT INTO django_migrations (app, name) VALUES ('kpis', '9000_later')",
    )
    measured = tmp_path / "file.csv"
    measured.write_text("kpi,period,value\na,2026-11,1\n")
    for command in (
        ("serve", "--port", str(a_free_port())),
        ("migrate",),
        ("measure", str(measured), "--org", "acme"),
    ):
        ran = run(home, *command)
        assert (ran.returncode, ran.stdout) == (2, ""), command
        assert "newer version of Okapi (it has kpis.9000_later)" in ran.stderr
    assert "kpis.9000_later" in run(home, "doctor").stdout


@pytest.mark.parametrize("is_cut", [True, False])
def test_a_database_file_that_is_not_whole(tmp_path: Path, is_cut: bool) -> None:
    home = tmp_path / "home"
    file = database(home, *(f"CREATE TABLE t{n} (a UNIQUE, b UNIQUE)" for n in range(200)))
    file.write_bytes(file.read_bytes()[:20_000] if is_cut else b"no database at all " * 400)
    ran = run(home, "migrate")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"The database file {file} cannot be used" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_folder_where_the_database_belongs(tmp_path: Path) -> None:
    (tmp_path / "okapi.sqlite3").mkdir()
    ran = run(tmp_path, "migrate")
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert "cannot be used: unable to open database file" in ran.stderr


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The system refuses: No space left"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "The system refuses /x: Perm"),
    ],
)
def test_what_the_system_forbids_is_one_line(
    error: OSError, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(main.okapi, "main", forbidden)
    monkeypatch.setenv("OKAPI_LANGUAGE", "en")
    with pytest.raises(SystemExit) as left:
        main.main([])
    assert left.value.code == 2
    assert capsys.readouterr().err.startswith(told)


def test_a_database_that_another_process_writes_all_the_while(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def locked(*_: object, **__: object) -> None:
        cause = sqlite3.OperationalError("database is locked")
        cause.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise OperationalError("database is locked") from cause

    monkeypatch.setattr(main.okapi, "main", locked)
    with pytest.raises(SystemExit) as left:
        main.main(["measure"])
    assert left.value.code == 2
    told = capsys.readouterr().err
    assert "Run the same command again" in told
