"""What reaches no operation, or fails in one by a bug, is problem JSON too."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError

from okapi.api import measurements, pillars
from tests.api.conftest import Program
from tests.cast import Cast

Calls = Callable[..., Program]


def fail(*_: Any, **__: Any) -> None:
    raise ZeroDivisionError("a bug")


def test_a_bug_is_told_by_its_number_in_the_log(
    cast: Cast,
    program: Calls,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(pillars.lists, "pillars", fail)
    mia = program(cast, cast.mia)
    mia._client.raise_request_exception = False
    with caplog.at_level(logging.ERROR):
        answer = mia.get("pillars")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    body = answer.json()
    assert (body["title"], body["errors"][0]["code"]) == ("Okapi made a mistake", "request.failed")
    number = body["errors"][0]["detail"].split("the number ")[1][:8]
    assert f"{number} Internal Server Error: /api/v1/pillars" in caplog.text


def writing(number: int) -> Callable[..., None]:
    """What a statement raises when SQLite refuses it with this number."""
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorcode = number

    def refuse(*_: Any, **__: Any) -> None:
        raise OperationalError("database is locked") from cause

    return refuse


@pytest.mark.parametrize("number", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY])
def test_who_waited_for_the_pen_in_vain_is_told_to_come_again(
    cast: Cast, program: Calls, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(measurements.actions, "record_measurements", writing(number))
    answer = program(cast, cast.mia).post("measurements", [])
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer["Retry-After"] == "10"
    assert answer.json()["errors"][0]["code"] == "request.busy"


def test_a_wrong_statement_is_a_bug(
    cast: Cast, program: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measurements.actions, "record_measurements", writing(sqlite3.SQLITE_ERROR))
    mia = program(cast, cast.mia)
    mia._client.raise_request_exception = False
    assert mia.post("measurements", []).status_code == 500


@pytest.mark.parametrize("path", ["objectives", "kpis"])
def test_a_body_beyond_the_limit_is_refused_everywhere(
    cast: Cast, program: Calls, settings: Any, path: str
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
    answer = program(cast, cast.lea).post(path, {"title": "x" * 1024**2})
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert answer.json()["errors"][0]["code"] == "request.too_large"
    assert "1 MB" in answer.json()["detail"]
