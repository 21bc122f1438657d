"""What holds for all forms of the settings: a browser that checks their origin can send them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from okapi.orgs.models import Team
from tests.cast import Cast
from tests.web.conftest import Browser

Open = Callable[..., Browser]
POSTED = re.compile(r"<form[^>]*method=\"post\".*?</form>", re.DOTALL)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
PAGES = (
    "organisation/", "cycles/", "cycles/new", "cycles/of/2026Q4/", "pillars/new", "perspectives/",
    "teams/", "teams/new", "teams/paste", "teams/of/sales/", "people/new", "people/import",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_form_carries_its_token(browser: Open, cast: Cast, page: str) -> None:
    for person in (cast.ada, cast.stella):
        answer = browser(person).get(f"settings/{page}")
        forms = POSTED.findall(answer.content.decode())
        assert all(TOKEN.search(form) for form in forms)
        assert len(forms) > 2 or answer.status_code == 403  # language and leaving are two


def test_a_persons_forms_too(browser: Open, cast: Cast) -> None:
    for more in ("", "leave"):
        text = browser(cast.ada).get(f"settings/people/{cast.mia.pk}/{more}").content.decode()
        assert all(TOKEN.search(form) for form in POSTED.findall(text))


def test_what_a_page_holds_can_be_sent_back(cast: Cast) -> None:
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    client.force_login(cast.ada.user)  # type: ignore[arg-type]  # everybody of the cast can sign in
    page = client.get("/o/acme/settings/teams/of/sales/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    given = {"name": "Selling", "kind": "department", "parent": "company"}
    refused = client.post("/o/acme/settings/teams/of/sales/", given)
    assert refused.status_code == 403
    sent = client.post(
        "/o/acme/settings/teams/of/sales/", {**given, "csrfmiddlewaretoken": token[1]}
    )
    assert sent.status_code == 302
    assert Team.objects.get(pk=cast.sales.pk).name == "Selling"


# Two people at one form, whatever it is about.


def began(page: Any, action: str) -> dict[str, str]:
    """What the form that posts there carries along."""
    text = page.content.decode()
    form = next(one for one in POSTED.findall(text) if f'action="{action}"' in one)
    hidden = re.findall(r'name="(version|base)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in hidden}


TEAM = "/o/acme/settings/teams/of/sales/"
SALES = {"name": "Sales", "kind": "department", "parent": "company", "purpose": "", "lead": ""}


@pytest.fixture
def opened(browser: Open, cast: Cast) -> dict[str, str]:
    """The form of a team as Ada opened it, before another administrator changed two fields."""
    found = began(browser(cast.ada).get(TEAM), TEAM)
    sent = {**SALES, "name": "Selling", "purpose": "We sell.", **found}
    assert browser(cast.ada).post(TEAM, sent).status_code == 302
    return found


def fields_of(answer: Any) -> dict[str, Any]:
    return {one.name: one for row in answer.context["form"].rows for one in row}


def test_what_only_the_other_one_changed_stands_as_they_made_it(
    browser: Open, cast: Cast, opened: dict[str, str]
) -> None:
    ada = browser(cast.ada)
    answer = ada.post(TEAM, {**SALES, "kind": "team", **opened})
    assert answer.status_code == 409
    found = fields_of(answer)
    told = "Ada changed this meanwhile; it stands as they made it."
    assert (found["name"].value, found["name"].help) == ("Selling", told)
    assert found["purpose"].value == "We sell."
    assert [one.value for one in found["kind"].choices if one.chosen] == ["team"]
    again = {**SALES, "name": "Selling", "purpose": "We sell.", "kind": "team"}
    assert ada.post(TEAM, {**again, **began(answer, TEAM)}).status_code == 302
    team = Team.objects.get(pk=cast.sales.pk)
    assert (team.name, team.purpose, team.kind) == ("Selling", "We sell.", "team")


@pytest.mark.parametrize(("take", "name"), [("mine", "Market"), ("theirs", "Selling")])
def test_what_both_changed_is_chosen(
    browser: Open, cast: Cast, opened: dict[str, str], take: str, name: str
) -> None:
    ada = browser(cast.ada)
    answer = ada.post(TEAM, {**SALES, "name": "Market", **opened})
    asked = fields_of(answer)["name"]
    assert (asked.field.value, asked.mine, asked.theirs) == ("Market", "Market", "Selling")
    text = answer.content.decode()
    assert 'name="take-name" value="theirs"' in text
    assert "Ada changed this while you were here (" in text
    assert asked.by == "Ada"
    assert asked.at is not None
    again = {**SALES, "name": "Market", "take-name": take, "purpose": "We sell."}
    assert ada.post(TEAM, {**again, **began(answer, TEAM)}).status_code == 302
    assert Team.objects.get(pk=cast.sales.pk).name == name


def test_nonsense_for_what_it_began_with_is_no_matter(
    browser: Open, cast: Cast, opened: dict[str, str]
) -> None:
    for wrong in ("{", "[]", '{"name": 1}', "[" * 5000):
        sent = {**SALES, "name": "Market", "version": opened["version"], "base": wrong}
        answer = browser(cast.ada).post(TEAM, sent)
        assert answer.status_code == 409
        assert fields_of(answer)["name"].help == "Now: Selling."
