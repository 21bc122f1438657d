"""An installation that is not ready is told as such by every command, never by a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
