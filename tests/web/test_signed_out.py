"""Somebody who is signed in no longer, with a form open: told so, and led back to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from okapi.goals.models import Objective
from tests.cast import Cast
from tests.web.conftest import Browser, make_goal
from tests.web.test_objective_edit import text_of

Open = Callable[..., Browser]
WORDS = "You are signed out, so nothing was saved."


@pytest.mark.parametrize(
    ("place", "page", "onward"),
    [
        # A form in a dialog has a page of its own; one in the page is found where it was.
        ("dialog", "http://localhost/o/acme/goals/", "/o/acme/goals/O-1/edit"),
        ("page", "http://localhost/o/acme/goals/O-1/edit?x=1", "/o/acme/goals/O-1/edit?x=1"),
        ("page", "http://elsewhere.example//evil.example", "//evil.example"),
        ("page", "", "/o/acme/goals/O-1/edit"),
    ],
)
def test_a_form_is_answered_by_the_way_back(
    cast: Cast, browser: Open, place: str, page: str, onward: str
) -> None:
    make_goal(cast, "O-1")
    headers = {"hx-current-url": page} if page else {}
    sent = {"title": "Lost?", "from": place}
    answer = browser(None).post("goals/O-1/edit", sent, htmx=True, **headers)
    assert answer.status_code == 401
    text = text_of(answer)
    assert WORDS in text
    wanted = onward.replace("/", "%2F").replace("?", "%3F").replace("=", "%3D")
    assert f'href="/sign-in?next={wanted}"' in text
    assert answer["HX-Retarget"] == "#toasts"
    assert Objective.objects.get().title != "Lost?"


def test_an_address_elsewhere_is_not_gone_on_to(cast: Cast, browser: Open) -> None:
    answer = browser(cast.mia).get("/sign-in?next=%2F%2Fevil.example")
    assert answer["Location"] == "/"


def test_a_page_asks_to_sign_in(cast: Cast, browser: Open) -> None:
    answer = browser(None).post("goals/O-1/edit", {"title": "Lost?"})
    assert answer["Location"] == "/sign-in?next=/o/acme/goals/O-1/edit"


def test_who_signed_in_anew_meanwhile_loads_the_page_again(cast: Cast) -> None:
    make_goal(cast, "O-1")
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    client.force_login(cast.mia.user)  # type: ignore[arg-type]  # Mia can sign in
    headers = {
        "hx-request": "true", "accept-language": "en",
        "hx-current-url": "http://localhost/o/acme/goals/O-1/edit",
    }  # fmt: skip
    answer = client.post("/o/acme/goals/O-1/edit", {"title": "Lost?"}, headers=headers)
    assert answer.status_code == 403
    text = text_of(answer)
    assert "what you typed is back in the form" in text
    assert 'href="/o/acme/goals/O-1/edit"' in text
    client.logout()
    answer = client.post("/o/acme/goals/O-1/edit", {"title": "Lost?"}, headers=headers)
    assert (answer.status_code, WORDS in text_of(answer)) == (401, True)
