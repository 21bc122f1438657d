"""Pillars and perspectives on their pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.orgs.actions import pillars
from okapi.orgs.models import Perspective, Pillar
from tests.cast import Cast
from tests.goals.making import make_objective
from tests.web.conftest import Browser

Open = Callable[..., Browser]
PATH = "settings/pillars/"
VIEWS = "settings/perspectives/"
ONE = f"{PATH}of/loved/"


@pytest.fixture
def loved(cast: Cast) -> Pillar:
    return pillars.create(
        cast.actor(cast.stella), title="Loved", perspective="customer", owner=cast.lea.pk
    )


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def groups(answer: Any) -> list[tuple[str, list[str]]]:
    return [(title, [row.title for row in rows]) for title, rows in answer.context["groups"]]


def test_everybody_sees_them_by_perspective(browser: Open, cast: Cast, loved: Pillar) -> None:
    stella = cast.actor(cast.stella)
    pillars.create(stella, title="Lean", perspective="process")
    pillars.create(stella, title="Bold")
    answer = browser(cast.vic).get(PATH)
    assert groups(answer) == [
        ("Customer", ["Loved"]), ("Process", ["Lean"]), ("No perspective", ["Bold"])
    ]  # fmt: skip
    assert answer.context["groups"][0][1][0].owner == "Lea"
    assert "role strategist" in text_of(answer)


def test_a_new_one(browser: Open, cast: Cast) -> None:
    given = {
        "title": "Loved", "title_other": "客户喜爱", "perspective": "customer", "owner": "Lea",
        "horizon_starts": "2026-01-01", "horizon_ends": "",
    }  # fmt: skip
    assert browser(cast.stella).post(f"{PATH}new", given).status_code == 302
    row = browser(cast.vic).get(PATH).context["groups"][0][1][0]
    assert (row.owner, row.horizon) == ("Lea", "from 1 Jan 2026")


def test_changing_and_two_at_once(browser: Open, cast: Cast, loved: Pillar) -> None:
    stella = browser(cast.stella)
    form = stella.get(ONE).context["form"]
    fields = {one.name: one.value for row in form.rows for one in row}
    assert fields["owner"] == "Lea <lea@acme.example>"
    given = {"title": "Loved by all", "owner": fields["owner"], "version": "1"}
    assert stella.post(ONE, given).status_code == 302
    answer = stella.post(ONE, {**given, "title": "Liked"})
    assert answer.status_code == 409
    assert "Now: Loved by all." in text_of(answer)


def test_others_may_not(browser: Open, cast: Cast, loved: Pillar) -> None:
    for person in (cast.ada, cast.lea, cast.vic):
        for path in (f"{PATH}new", ONE, VIEWS):
            assert browser(person).get(path).status_code == 403
            assert browser(person).post(path, {"title": "Mine"}).status_code == 403


def test_strangers_bad_keys_and_methods(
    browser: Open, cast: Cast, strangers: Cast, loved: Pillar
) -> None:
    assert browser(strangers.stella).get(PATH).status_code == 404
    assert browser(cast.stella).get(f"{PATH}of/nothing/").status_code == 404
    assert browser(cast.stella).client.put(f"/o/acme/{ONE}").status_code == 405


def test_what_is_wrong_stands_at_its_field(browser: Open, cast: Cast) -> None:
    given = {"title": "", "owner": "", "horizon_starts": "2027-01-01", "horizon_ends": "2026-01-01"}
    answer = browser(cast.stella).post(f"{PATH}new", given)
    assert answer.status_code == 422
    answer = browser(cast.stella).post(f"{PATH}new", {**given, "title": "x" * 301})
    assert answer.context["form"].rows[0][0].error


def test_putting_away_and_taking_back(browser: Open, cast: Cast, loved: Pillar) -> None:
    stella = browser(cast.stella)
    goal = make_objective(cast, pillar=loved)
    assert "An open objective belongs to it" in text_of(stella.post(f"{ONE}archive"))
    goal.delete()
    assert stella.post(f"{ONE}archive").status_code == 302
    assert groups(stella.get(PATH)) == [("Put away", ["Loved"])]
    assert stella.post(f"{ONE}restore").status_code == 302
    assert groups(stella.get(PATH)) == [("Customer", ["Loved"])]


def test_order_within_a_perspective(browser: Open, cast: Cast, loved: Pillar) -> None:
    actor = cast.actor(cast.stella)
    pillars.create(actor, title="Lean", perspective="process")
    pillars.create(actor, title="Known", perspective="customer")
    assert browser(cast.stella).post(f"{ONE}move", {"to": "later"}).status_code == 302
    assert groups(browser(cast.vic).get(PATH))[0] == ("Customer", ["Known", "Loved"])


def test_perspectives(browser: Open, cast: Cast, loved: Pillar) -> None:
    stella = browser(cast.stella)
    assert stella.post(VIEWS, {"title": "Planet"}).status_code == 302
    assert stella.post(VIEWS, {"title": " "}).status_code == 422
    of = {one.key: f"{VIEWS}{one.pk}" for one in Perspective.objects.all()}
    assert stella.post(of["planet"], {"title": "Earth", "version": "1"}).status_code == 302
    assert stella.post(of["planet"], {"do": "earlier", "version": "2"}).status_code == 302
    keys = [view.key for view, _ in stella.get(VIEWS).context["rows"]]
    assert keys == ["finance", "customer", "process", "planet", "learning"]
    refused = stella.post(of["customer"], {"do": "remove"})
    assert (refused.status_code, "A pillar looks from “Customer”" in text_of(refused)) == (
        422,
        True,
    )
    assert stella.post(of["planet"], {"do": "remove"}).status_code == 302
    assert not Perspective.objects.filter(key="planet").exists()


def test_none_yet(browser: Open, cast: Cast) -> None:
    assert "Three to five are enough" in text_of(browser(cast.stella).get(PATH))
    assert "A strategist writes them" in text_of(browser(cast.vic).get(PATH))


@pytest.mark.parametrize("n", [1, 3])
def test_statements(browser: Open, cast: Cast, statements: Any, outside: Any, n: int) -> None:
    for number in range(n):
        pillars.create(cast.actor(cast.stella), title=f"P{number}", owner=cast.lea.pk)
    stella = browser(cast.stella)
    stella.get(PATH)  # the days of the calendar are remembered by the process
    with outside(), statements() as asked:
        assert stella.get(PATH).status_code == 200
    assert len(asked) == 4  # session, user with their places, pillars, perspectives
