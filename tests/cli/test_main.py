"""The command `okapi`: its commands, its languages, and how refusals are told."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from okapi import __version__
from okapi.cli import main as cli
from okapi.core.errors import Refusals, Refused
from okapi.wording import has

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            cli.main(arguments)
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return call


def add(monkeypatch: pytest.MonkeyPatch, function: Callable[[], Any]) -> None:
    """Put a made-up command in the place of `version`."""
    monkeypatch.setattr(sys.modules[cli.__name__], "version", click.command("version")(function))


@pytest.mark.parametrize("way", ["version", "--version"])
def test_version(run: Run, way: str) -> None:
    assert run(way) == (0, f"okapi {__version__}\n", "")


def test_help_of_options_is_in_the_readers_language(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKAPI_LANGUAGE", "zh")
    assert "显示版本号" in run("--help")[1].partition("--version")[2].splitlines()[0]


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_its_help_from_the_phrases(name: str, run: Run) -> None:
    assert has(f"cli.{name}")
    status, out, _ = run(name, "--help")
    assert status == 0
    assert f"Usage: okapi {name}" in out


def test_help_speaks_the_reader_s_language(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Bring the database up to date." in run("--help")[1]
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    assert "把数据库升级到当前版本。" in run("--help")[1]


def test_refusals_are_lines_and_status_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise Refusals(
            [
                Refused("number.unreadable", found="x", file="kpis.csv", line=4, field="value"),
                Refused("period.unreadable", found="y"),
            ]
        )

    add(monkeypatch, refuse)
    status, out, err = run("version")
    assert (status, out) == (2, "")
    first, second = err.splitlines()
    assert first.startswith("kpis.csv, line 4, value: “x” is not a number.")
    assert second.startswith("“y” is not a period.")


def test_a_bug_is_not_dressed_as_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def fall() -> None:
        raise KeyError("a bug")

    add(monkeypatch, fall)
    with pytest.raises(KeyError, match="a bug"):
        cli.main(["version"])


def test_interrupt(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    add(monkeypatch, interrupted)
    assert run("version")[0] == 130


def test_unknown_command(run: Run) -> None:
    status, _, err = run("fly")
    assert status == 2
    assert "fly" in err


def test_settings_that_cannot_be_read_are_one_line(tmp_path: Path) -> None:
    environment = {**os.environ, "OKAPI_HOME": str(tmp_path), "OKAPI_DEBUG": "perhaps"}
    done = subprocess.run(
        [sys.executable, "-m", "okapi", "migrate"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "okapi: OKAPI_DEBUG=perhaps: expected 1 or 0\n"


def test_a_command_starts_without_django() -> None:
    code = "import sys, okapi.cli.main; sys.exit('django' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
