"""What `okapi doctor` finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, connection

from okapi.config import checks
from okapi.config.secret import read_or_make


def found(tag: str) -> list[str | None]:
    return [message.id for message in run_checks(tags=[tag])]


def test_home(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HOME = tmp_path / "not" / "yet"
    assert found("okapi_home") == []
    monkeypatch.setattr(checks.os, "access", lambda *_: False)
    assert found("okapi_home") == ["okapi.E001"]


def test_secret(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    read_or_make(tmp_path / "secret")
    assert found("okapi_secret") == []
    (tmp_path / "secret").chmod(0o644)
    settings.SECRET_KEY = "short"
    assert found("okapi_secret") == ["okapi.E002", "okapi.W001"]


@pytest.mark.django_db
def test_database(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found("okapi_database") == []
    monkeypatch.setattr(checks, "OLDEST_SQLITE", (99,))
    monkeypatch.setattr(checks, "OLDEST_POSTGRESQL", 990_000)
    assert found("okapi_database") == ["okapi.E004"]


def test_database_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> None:
        raise DatabaseError("connection refused")

    monkeypatch.setattr(connection, "ensure_connection", silent)
    (message,) = run_checks(tags=["okapi_database"])
    assert message.id == "okapi.E003"
    assert "connection refused" in message.msg
    assert message.hint


@pytest.mark.django_db
def test_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found("okapi_migrations") == []
    monkeypatch.setattr(
        checks.MigrationExecutor, "migration_plan", lambda *_: [("one", False), ("two", False)]
    )
    (message,) = run_checks(tags=["okapi_migrations"])
    assert message.msg == "The database lacks 2 changes of this version."


def test_front_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks.finders, "find", lambda _: None)
    assert found("okapi_front_end") == ["okapi.E006"]
    monkeypatch.setattr(checks.finders, "find", lambda _: "there")
    assert found("okapi_front_end") == []
