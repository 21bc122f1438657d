"""Whether this process can serve."""

from __future__ import annotations

import logging

import pytest
from django.db import DatabaseError, connection
from django.test import Client


@pytest.mark.django_db
def test_ok_without_signing_in(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_503_when_the_database_does_not_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def silent() -> None:
        raise DatabaseError("the password is sesame")

    monkeypatch.setattr(connection, "cursor", silent)
    with caplog.at_level(logging.CRITICAL, "django.request"):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "database"})
    assert "sesame" not in answer.content.decode()


def test_only_reading(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_a_browser_is_told_to_run_nothing_foreign(client: Client) -> None:
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
