"""What holds for all forms of the settings: a browser that checks their origin can send them."""

from __future__ import annotations

import re
from collections.abc import Callable

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
