"""Tokens on their page: shown once, listed with their last use, revoked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from okapi.base import clock
from okapi.core.errors import Forbidden
from okapi.orgs.actions import tokens
from okapi.orgs.models import Token
from tests.cast import NOW, Cast
from tests.web.conftest import Browser

Open = Callable[..., Browser]
PATH = "settings/tokens/"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def names(answer: Any) -> list[tuple[str, str]]:
    return [(row.person, row.name) for row in answer.context["rows"]]


def test_a_token_is_shown_once_and_opens_as_its_person(browser: Open, cast: Cast) -> None:
    mia = browser(cast.mia)
    answer = mia.post(PATH, {"name": "Export", "days": "30"})
    assert answer["Cache-Control"] == "no-store"
    text = answer.context["made"]
    assert tokens.authenticate(text)[0].person_id == cast.mia.pk
    again = mia.get(PATH)
    assert text not in text_of(again)
    (row,) = again.context["rows"]
    assert (row.used, row.state) == ("last used just now", "until 23 Dec 2026")
    with clock.at(NOW + timedelta(days=30)), pytest.raises(Forbidden):
        tokens.authenticate(text)


def test_for_ever_and_without_a_name(browser: Open, cast: Cast) -> None:
    text = browser(cast.mia).post(PATH, {"name": "", "days": ""}).context["made"]
    with clock.at(NOW + timedelta(days=9_000)):
        assert tokens.authenticate(text)[0].person_id == cast.mia.pk
    (row,) = browser(cast.mia).get(PATH).context["rows"]
    assert (row.name, row.state) == ("without a name", "until it is revoked")


@pytest.mark.parametrize("days", ["0", "-1", "soon", "99999"])
def test_days_that_are_none(browser: Open, cast: Cast, days: str) -> None:
    answer = browser(cast.mia).post(PATH, {"name": "Export", "days": days})
    assert answer.status_code == 422
    assert answer.context["form"].rows[0][1].error
    assert not Token.objects.exists()


def test_everybody_sees_their_own_and_administrators_all(browser: Open, cast: Cast) -> None:
    for person in (cast.mia, cast.tom):
        tokens.create(cast.actor(person), person, name=f"of {person.name}")
    assert names(browser(cast.mia).get(PATH)) == [("Mia", "of Mia")]
    assert sorted(names(browser(cast.ada).get(PATH))) == [("Mia", "of Mia"), ("Tom", "of Tom")]


def test_nobody_makes_one_for_somebody_else(cast: Cast) -> None:
    with pytest.raises(Forbidden) as refused:
        tokens.create(cast.actor(cast.ada), cast.stella)
    assert refused.value.code == "token.own"


def test_revoking(browser: Open, cast: Cast, strangers: Cast) -> None:
    text = tokens.create(cast.actor(cast.mia), cast.mia, name="Export")
    one = f"{PATH}{Token.objects.get().pk}/revoke"
    assert browser(cast.tom).post(one).status_code == 404
    assert browser(strangers.ada).post(one).status_code == 404
    assert browser(cast.ada).get(one).status_code == 405
    assert browser(cast.ada).post(f"{PATH}{uuid4()}/revoke").status_code == 404
    assert browser(cast.ada).post(one)["Location"] == f"/o/acme/{PATH}?said=revoked"
    with pytest.raises(Forbidden):
        tokens.authenticate(text)
    assert browser(cast.mia).post(one).status_code == 302  # once more changes nothing
    (row,) = browser(cast.mia).get(PATH).context["rows"]
    assert (row.state, row.revoke) == ("revoked on 23 Nov 2026", "")


def test_none_yet(browser: Open, cast: Cast) -> None:
    assert "A program that brings measurements needs one" in text_of(browser(cast.vic).get(PATH))


@pytest.mark.parametrize("n", [1, 3])
def test_statements(browser: Open, cast: Cast, statements: Any, outside: Any, n: int) -> None:
    for _ in range(n):
        tokens.create(cast.actor(cast.mia), cast.mia)
    ada = browser(cast.ada)
    ada.get(PATH)
    with outside(), statements() as asked:
        assert ada.get(PATH).status_code == 200
    assert len(asked) == 3  # session, user with their places, the tokens
