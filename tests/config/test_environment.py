"""Settings from the environment: what is read, and what stops the start."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from okapi.config.environment import env_bool, env_choice, env_int, env_list, env_path, env_text

NAME = "OKAPI_TESTED"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", True), ("yes", True), ("ON", True), ("0", False), ("false", False), ("", True)],
)
def test_bool(monkeypatch: pytest.MonkeyPatch, text: str, expected: bool) -> None:
    monkeypatch.setenv(NAME, text)
    assert env_bool(NAME, default=True) is expected


def test_absent_is_the_default() -> None:
    assert env_bool(NAME, default=False) is False
    assert env_text(NAME, "x") == "x"
    assert env_int(NAME, 7) == 7
    assert env_list(NAME, ("a",)) == ["a"]
    assert env_choice(NAME, "en", ("en", "zh")) == "en"
    assert env_path(NAME, "var") == Path.cwd() / "var"


def test_list_and_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, " a.example , b.example,")
    assert env_list(NAME) == ["a.example", "b.example"]
    monkeypatch.setenv(NAME, "~/okapi")
    assert env_path(NAME, "var") == Path.home() / "okapi"


def test_nonsense_stops_the_start_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "maybe")
    with pytest.raises(ImproperlyConfigured, match="OKAPI_TESTED=maybe: expected 1 or 0"):
        env_bool(NAME, default=True)
    with pytest.raises(ImproperlyConfigured, match="whole number, 1 or more"):
        env_int(NAME, 1, least=1)
    with pytest.raises(ImproperlyConfigured, match="one of en, zh"):
        env_choice(NAME, "en", ("en", "zh"))


@pytest.mark.parametrize("text", ["0", "-3", "1.5"])
def test_number_below_the_least_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(NAME, text)
    with pytest.raises(ImproperlyConfigured):
        env_int(NAME, 1, least=1)
