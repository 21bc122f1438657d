"""`okapi password`: the way in for people who came by files."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.test import Client

from okapi.base import scope
from okapi.cli import framework
from okapi.cli.password import password
from okapi.core.errors import Forbidden, NotFound, Refusals
from okapi.orgs.actions import people
from okapi.orgs.models import Person
from tests.cast import Cast

NEW = "a quite new sentence"


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """The command, with a password on standard input, as from a shell without a scope."""
    monkeypatch.setattr(framework, "start", lambda: None)

    def run(email: str, typed: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
        outside = scope._current.set(None)
        try:
            password.main(["--org", "acme", "--person", email], standalone_mode=False)
        finally:
            scope._current.reset(outside)

    return run


def signs_in(email: str, typed: str) -> bool:
    answer = Client(SERVER_NAME="localhost").post(
        "/sign-in", {"username": email, "password": typed}
    )
    return bool(answer.status_code == 302)


def test_somebody_who_came_by_files(cast: Cast, give: Callable[[str, str], None]) -> None:
    new = Person.objects.create(email="new@acme.example", name="New")
    give(new.email, NEW)
    assert signs_in(new.email, NEW)


def test_a_new_password_ends_the_old_sessions(cast: Cast, give: Callable[[str, str], None]) -> None:
    client = Client(SERVER_NAME="localhost")
    client.force_login(cast.mia.user)  # type: ignore[arg-type]  # everybody of the cast has a user
    assert client.get("/o/acme/").status_code == 200
    give(cast.mia.email, NEW)
    assert client.get("/o/acme/").status_code == 302
    assert signs_in(cast.mia.email, NEW)


def test_weak_passwords_and_unknown_people_are_refused(
    cast: Cast, give: Callable[[str, str], None]
) -> None:
    with pytest.raises(Refusals, match=r"person\.password_too_common"):
        give(cast.mia.email, "12345678")
    with pytest.raises(NotFound):
        give("nobody@acme.example", NEW)


def test_no_administrator_takes_over_a_user(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        people.set_password(cast.actor(cast.ada), cast.mia, NEW)
