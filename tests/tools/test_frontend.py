"""When the front end is built again, and with which node."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import frontend


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    sources, output = tmp_path / "frontend", tmp_path / "static"
    (sources / "src").mkdir(parents=True)
    (sources / "src" / "app.js").write_text("1")
    (sources / "package-lock.json").write_text("{}")
    output.mkdir()
    monkeypatch.setattr(frontend, "SOURCES", sources)
    monkeypatch.setattr(frontend, "OUTPUT", output)
    monkeypatch.setattr(frontend, "STAMP", output / "sources.sha256")
    return sources


@pytest.fixture
def calls(house: Path) -> list[str]:
    """A node that only writes down what it was asked for."""
    node = house.parent / "npm"
    node.write_text(f'#!/bin/sh\necho "$1" >> {house.parent}/calls\n')
    node.chmod(0o755)
    return [str(node)]


def built(house: Path, calls: list[str]) -> list[str]:
    frontend.build(frontend.Npm(tuple(calls), house.parent))
    return (house.parent / "calls").read_text().split()


def test_built_once_for_the_same_sources(house: Path, calls: list[str]) -> None:
    assert not frontend.is_fresh()
    assert built(house, calls) == ["ci", "run"]
    assert frontend.is_fresh()
    (house / "src" / "app.js").touch()
    (house / "node_modules").mkdir()
    (house / "node_modules" / "anything.js").write_text("2")
    assert frontend.is_fresh()


@pytest.mark.parametrize("name", ["src/app.js", "src/another.js", "package-lock.json"])
def test_built_again_for_other_sources(house: Path, calls: list[str], name: str) -> None:
    built(house, calls)
    (house / name).write_text("changed")
    assert not frontend.is_fresh()


def test_packages_are_installed_only_for_another_lock_file(house: Path, calls: list[str]) -> None:
    built(house, calls)
    (house / "node_modules").mkdir()
    (house / "node_modules" / ".package-lock.json").write_text("{}")
    assert built(house, calls) == ["ci", "run", "run"]


def test_an_archive_without_sources_is_built_already(
    house: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    built(house, calls)
    monkeypatch.setattr(frontend, "SOURCES", house.parent / "nothing")
    assert frontend.is_fresh()


def test_a_node_that_is_too_old_is_not_taken(
    house: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = house.parent / "node"
    old.write_text("#!/bin/sh\necho v20.5.1\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(house.parent), prepend=":")
    monkeypatch.setattr(frontend.importlib.util, "find_spec", lambda _: None)
    assert frontend.find_npm() is None
    old.write_text("#!/bin/sh\necho v20.19.0\n")
    found = frontend.find_npm()
    assert found is not None
    assert found.folder == house.parent
