"""The page that a link opens: choosing a password, joining as a known user, links that are gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.orgs.actions import invitations, people
from okapi.orgs.models import Person, User
from tests.cast import PASSWORD, Cast
from tests.web.conftest import Browser

Open = Callable[..., Browser]
NEW = "a new sentence of nobody else"


def link_for(cast: Cast, email: str = "nia@acme.example") -> str:
    nia = people.add(cast.actor(cast.ada), email=email, name="Nia")
    (made,) = invitations.invite(cast.actor(cast.ada), [nia.pk])
    return f"/invitation?key={made.secret}"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_password_is_chosen_and_one_is_in(browser: Open, cast: Cast, outside: Any) -> None:
    link = link_for(cast)
    visitor = browser(None)
    with outside():
        page = visitor.get(link)
        assert "Welcome to Acme" in text_of(page)
        done = visitor.post(link, {"password": NEW, "again": NEW})
        assert done["Location"] == "/o/acme/"
        home = visitor.get("/o/acme/")
    assert (home.status_code, "Nia" in text_of(home)) == (200, True)
    assert User.objects.get(email="nia@acme.example").check_password(NEW)


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [(NEW, NEW + "!", "again"), ("short", "short", "password"), ("", "", "password"),
     ("nia@acme.example", "nia@acme.example", "password")],
)  # fmt: skip
def test_what_is_no_password(
    browser: Open, cast: Cast, outside: Any, password: str, again: str, field: str
) -> None:
    link = link_for(cast)
    with outside():
        answer = browser(None).post(link, {"password": password, "again": again})
    assert answer.status_code == 422
    wrong = {one.name for one in answer.context["fields"] if one.error}
    assert wrong == {field}
    assert not User.objects.filter(email="nia@acme.example").exists()


def test_a_link_opens_once(browser: Open, cast: Cast, outside: Any) -> None:
    link = link_for(cast)
    with outside():
        browser(None).post(link, {"password": NEW, "again": NEW})
        for answer in (browser(None).get(link), browser(None).post(link, {"password": NEW})):
            assert answer.status_code == 404
            assert "This link opens nothing" in text_of(answer)


def test_a_known_user_signs_in_first_and_joins(
    browser: Open, cast: Cast, strangers: Cast, outside: Any
) -> None:
    link = link_for(cast, "tom@rival.example")
    with outside():
        page = browser(None).get(link)
        assert page.context["fields"] == ()
        assert page.context["sign_in"].startswith("/sign-in?next=%2Finvitation%3Fkey%3D")
        refused = browser(None).post(link, {"password": NEW, "again": NEW})
        assert refused.status_code == 422
        other = browser(cast.mia).get(link)
        assert "somebody else is signed in here" in text_of(other)
        assert browser(cast.mia).post(link).status_code == 422
        tom = browser(strangers.tom)
        assert "Join as Nia" in text_of(tom.get(link))
        assert tom.post(link)["Location"] == "/o/acme/"
        assert tom.get("/o/acme/").status_code == 200
    joined = Person.objects.get(email="tom@rival.example")
    assert joined.user == strangers.tom.user
    assert User.objects.get(email="tom@rival.example").check_password(PASSWORD)


def test_nothing_of_it_is_kept_by_the_browser(browser: Open, cast: Cast, outside: Any) -> None:
    link = link_for(cast)
    with outside():
        answer = browser(None).get(link)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert browser(None).client.delete(link).status_code == 405
