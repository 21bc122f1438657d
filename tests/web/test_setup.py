"""`/setup/` on a new installation, and the steps that follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from okapi.orgs.actions import setup
from okapi.orgs.models import Cycle, Organisation, Person, Team
from okapi.web.setup.begin import company_of, slug_of
from tests.cast import Cast
from tests.orgs.test_setup import FIRST
from tests.web.conftest import Browser

Open = Callable[..., Browser]


@pytest.fixture
def visitor(db: None, monday: Any) -> Client:
    """Somebody before a new installation."""
    return Client(SERVER_NAME="localhost", headers={"accept-language": "en"})


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_way_to_it(visitor: Client) -> None:
    assert visitor.get("/sign-in")["Location"] == "/setup/"
    asked = visitor.get("/setup/")
    assert asked.status_code == 403
    assert "okapi serve has printed an address" in text_of(asked)
    wrong = visitor.get("/setup/?key=guess")
    assert "This is not the key" in text_of(wrong)
    assert visitor.post("/setup/", FIRST).status_code == 403
    assert visitor.delete("/setup/").status_code == 405


def test_from_nothing_to_home(visitor: Client) -> None:
    key = setup.issue_key()
    form = visitor.get(f"/setup/?key={key}")
    assert form.status_code == 200
    done = visitor.post("/setup/", {**FIRST, "slug": "", "key": key})
    assert done["Location"] == "/o/harbour-lamps/setup/"
    assert visitor.get("/o/harbour-lamps/setup/").status_code == 200
    home = visitor.get("/o/harbour-lamps/")
    assert "Set up your organisation" in text_of(home)
    assert "0 of 5 steps done" in text_of(home)
    assert visitor.get(f"/setup/?key={key}").status_code == 404
    assert Client(SERVER_NAME="localhost").get("/sign-in").status_code == 200


def test_what_is_wrong_stands_at_its_field_and_the_password_is_not_sent_back(
    visitor: Client,
) -> None:
    key = setup.issue_key()
    answer = visitor.post("/setup/", {**FIRST, "key": key, "email": "lin"})
    assert answer.status_code == 422
    fields = {one.name: one for row in answer.context["form"].rows for one in row}
    assert [one.name for one in fields.values() if one.error] == ["email"]
    assert fields["name"].value == "港灯电器"
    assert FIRST["password"] not in text_of(answer)


@pytest.mark.parametrize(
    ("names", "slug"),
    [
        (("Harbour Lamps",), "harbour-lamps"),
        (("港灯电器", "Harbour Lamps Ltd."), "harbour-lamps-ltd"),
        (("港灯电器", ""), ""),
        (("Café Zoë",), "cafe-zoe"),
        (("x" * 200,), "x" * 60),
        (("---",), ""),
    ],
)
def test_short_names(names: tuple[str, ...], slug: str) -> None:
    assert slug_of(*names) == slug


@pytest.mark.parametrize(
    ("email", "company"),
    [
        ("lin@gangdeng.com", "gangdeng"),
        ("lin@mail.gangdeng.com.cn", "gangdeng"),
        ("Lin@Harbour-Lamps.co.uk", "harbour-lamps"),
        ("lin@gangdeng.io", "gangdeng"),
        ("lin@qq.com", ""),
        ("lin@163.com", ""),
        ("lin@vip.163.com", ""),
        ("lin@localhost", ""),
        ("lin", ""),
        ("lin@", ""),
        ("@.", ""),
        ("", ""),
    ],
)
def test_what_an_address_calls_the_company(email: str, company: str) -> None:
    assert company_of(email) == company


def test_a_chinese_name_is_short_by_the_domain_else_it_is_asked_for(visitor: Client) -> None:
    key = setup.issue_key()
    first = {**FIRST, "slug": "", "name": "港灯电器", "name_other": "", "key": key}
    asked = visitor.post("/setup/", {**first, "email": "lin@qq.com"})
    assert asked.status_code == 422
    wrong = {one.name: one.error for row in asked.context["form"].rows for one in row if one.error}
    assert list(wrong) == ["slug"]
    assert "Choose one" in wrong["slug"]
    done = visitor.post("/setup/", {**first, "email": "lin@gangdeng.com.cn"})
    assert done["Location"] == "/o/gangdeng/setup/"


@pytest.fixture
def begun(cast: Cast) -> Cast:
    """The cast's organisation in the middle of its set-up."""
    Organisation.objects.filter(pk=cast.organisation.pk).update(setup={"done": [], "skipped": []})
    return cast


def states(answer: Any) -> dict[str, str]:
    return {
        line.step.value: "done" if line.is_done else "skipped" if line.is_skipped else "open"
        for line in answer.context["list"].lines
    }


def test_what_is_there_is_done(browser: Open, begun: Cast) -> None:
    answer = browser(begun.ada).get("setup/")
    assert states(answer) == {
        "time": "open", "teams": "done", "people": "done", "cycle": "done", "templates": "open"
    }  # fmt: skip
    assert answer.context["line"].step.value == "time"


def test_a_step_is_done_skipped_and_taken_up_again(browser: Open, begun: Cast) -> None:
    ada = browser(begun.ada)
    form = ada.get("setup/").context["form"]
    given = {"fiscal_month": "4", "first_weekday": "6", "version": form.version}
    assert ada.post("setup/time", given)["Location"] == "/o/acme/setup/"
    assert Organisation.objects.get(slug="acme").fiscal_month == 4
    ada.post("setup/skip", {"step": "templates"})
    answer = ada.get("setup/")
    assert (states(answer)["time"], states(answer)["templates"]) == ("done", "skipped")
    assert answer.context["line"] is None
    assert "The rest can wait" in answer.content.decode()
    assert "Put this list away" in answer.content.decode()
    again = ada.get("setup/?step=templates").context["line"]
    assert (again.step.value, again.is_skipped) == ("templates", True)
    assert ada.post("setup/skip", {"step": "nonsense"}).status_code == 422
    assert ada.post("setup/time", {**given, "fiscal_month": "13"}).status_code in (409, 422)


def test_forms_of_the_settings_come_back_here(browser: Open, begun: Cast) -> None:
    ada, back = browser(begun.ada), "/o/acme/setup/"
    form = ada.get("setup/?step=teams").context["form"]
    assert form.hidden == (("next", back),)
    pasted = ada.post(form.action, {"outline": "North", "parent": "company", "next": back})
    assert pasted["Location"] == back
    assert Team.objects.filter(key="north").exists()
    form = ada.get("setup/?step=people").context["form"]
    seen = ada.post(form.action, {"list": "nia@acme.example", "next": back})
    assert seen.context["hidden"] == (("next", back),)
    given = {"list": seen.context["list"], "confirmed": "1", "next": back}
    assert ada.post(form.action, given)["Location"] == back
    assert Person.objects.filter(email="nia@acme.example").exists()
    stella = browser(begun.stella)
    form = stella.get("setup/?step=cycle").context["form"]
    given = {"year": "2027", "parts": "quarter", "cadence_days": "7", "next": back}
    assert stella.post(form.action, given)["Location"] == back
    assert Cycle.objects.filter(key="2027Q4").exists()
    away = {"outline": "South", "parent": "company", "next": "https://example.org/"}
    assert ada.post("settings/teams/paste", away)["Location"].startswith("/o/acme/settings/")


def test_who_sees_it(browser: Open, begun: Cast, strangers: Cast) -> None:
    for person in (begun.lea, begun.sten, begun.vic):
        assert browser(person).get("setup/").status_code == 403
        assert "Set up your organisation" not in text_of(browser(person).get(""))
    stella = browser(begun.stella).get("setup/?step=people")
    assert stella.context["form"] is None
    assert "role administrator" in text_of(stella)
    assert browser(strangers.ada).get("setup/").status_code == 404
    assert browser(begun.ada).client.put("/o/acme/setup/").status_code == 405


def test_it_ends(browser: Open, begun: Cast) -> None:
    ada = browser(begun.ada)
    assert "Set up your organisation" in text_of(ada.get(""))
    assert ada.post("setup/finish")["Location"] == "/o/acme/"
    assert "Set up your organisation" not in text_of(ada.get(""))
    assert ada.get("setup/").status_code == 404


def test_home_asks_nothing_more_once_it_is_over(
    browser: Open, cast: Cast, statements: Any, outside: Any
) -> None:
    ada = browser(cast.ada)
    ada.get("")
    counts = []
    for kept in ({}, {"done": [], "skipped": []}):
        Organisation.objects.filter(pk=cast.organisation.pk).update(setup=kept)
        with outside(), statements() as asked:
            ada.get("")
        counts.append(len(asked))
    assert counts[1] - counts[0] == 2
