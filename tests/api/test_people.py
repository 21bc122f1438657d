"""People and memberships by the API: who they are, what they may, how they leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from okapi.orgs.models import Invitation, Membership, Person
from tests.api.conftest import Program, walked
from tests.cast import Cast
from tests.web.conftest import make_goal

Calls = Callable[..., Program]
NIA = {"name": "Nia", "email": "Nia@acme.example", "team": "service"}


@pytest.fixture
def ada(cast: Cast, program: Calls) -> Program:
    return program(cast, cast.ada)


def test_who_can_sign_in_is_for_administrators(cast: Cast, ada: Program, program: Calls) -> None:
    ada.post("people", NIA)
    ada.post("people/nia@acme.example/invitation", {})
    told = ada.get("people/nia@acme.example").json()
    assert (told["stand"], told["team"], told["roles"]) == ("invited", "service", ["member"])
    assert told["invited_until"].startswith("2026-11-30")
    for reader in (cast.mia, cast.stella, cast.vic):
        seen = program(cast, reader).get("people/nia@acme.example").json()
        assert (seen["stand"], seen["invited_until"]) == (None, None)
        assert seen | {"stand": 0, "invited_until": 0} == told | {"stand": 0, "invited_until": 0}


def test_pages_and_filters(cast: Cast, program: Calls) -> None:
    mia = program(cast, cast.mia)
    everybody = walked(mia, "people", "email")
    assert everybody == sorted(everybody)
    assert len(everybody) == 8
    assert walked(mia, "people", "email", team="service") == [
        "lea@acme.example", "mia@acme.example",
    ]  # fmt: skip
    assert walked(mia, "people", "email", role="viewer") == ["vic@acme.example"]
    assert walked(mia, "people", "email", manager="lea@acme.example") == []
    assert mia.get("people", role="king").status_code == 422


@pytest.mark.parametrize("path", ["people", "memberships"])
def test_a_list_costs_the_same_whatever_its_length(
    cast: Cast, program: Calls, statements: Callable[[], Any], path: str
) -> None:
    ada = program(cast, cast.ada)
    ada.get(path)
    with statements() as few:
        ada.get(path, limit=1)
    with statements() as many:
        ada.get(path)
    assert len(few) == len(many)


def test_added_and_changed(cast: Cast, ada: Program) -> None:
    made = ada.post(
        "people", {**NIA, "manager": "lea@acme.example", "roles": ["member", "steward"]}
    )
    assert made["Location"] == "/api/v1/people/nia@acme.example"
    assert made.json()["roles"] == ["member", "steward"]
    twice = ada.post("people", NIA)
    assert (twice.status_code, twice.json()["errors"][0]["code"]) == (409, "person.exists")
    changed = ada.patch(
        "people/nia@acme.example", {"email": "nia.obi@acme.example", "manager": None}
    )
    assert (changed.json()["email"], changed.json()["manager"]) == ("nia.obi@acme.example", None)
    kept = ada.patch("people/tom@acme.example", {"email": "thomas@acme.example"})
    assert kept.json()["errors"][0]["code"] == "person.email_kept"
    roles = ada.put("people/tom@acme.example/roles", {"roles": ["member", "strategist"]})
    assert roles.json()["roles"] == ["member", "strategist"]


def test_what_roles_are_refused(cast: Cast, ada: Program) -> None:
    for body in ({"roles": []}, {"roles": ["king"]}, {"roles": ["viewer", "steward"]}):
        assert ada.put("people/tom@acme.example/roles", body).status_code == 422, body
        assert ada.post("people", {**NIA, **body}).status_code == 422, body
    last = ada.put("people/ada@acme.example/roles", {"roles": ["member"]})
    assert last.json()["errors"][0]["code"] == "person.last_administrator"
    assert not Person.objects.filter(email="nia@acme.example").exists()


def test_a_link_is_shown_once_and_opens(cast: Cast, ada: Program) -> None:
    ada.post("people", NIA)
    made = ada.post("people/nia@acme.example/invitation", {})
    assert (made.status_code, made["Cache-Control"]) == (201, "no-store")
    link = made.json()["url"]
    assert Client(SERVER_NAME="localhost").get(link).status_code == 200
    assert link not in ada.get("people/nia@acme.example").content.decode()
    assert ada.delete("people/nia@acme.example/invitation").status_code == 204
    assert Client(SERVER_NAME="localhost").get(link).status_code == 404
    assert Invitation.objects.get().revoked_at is not None


def test_somebody_leaves_and_comes_back(cast: Cast, ada: Program) -> None:
    make_goal(cast, "O-1")
    held = ada.get("people/mia@acme.example/holdings").json()
    assert held["goals"] == {"total": 2, "hidden": 0, "items": ["O-1", "O-1.1"]}
    assert ada.get("people/lea@acme.example/holdings").json()["teams"]["items"] == ["service"]
    open_still = ada.post("people/mia@acme.example/leave", {})
    assert open_still.status_code == 422
    assert {one["field"] for one in open_still.json()["errors"]} >= {"goals"}
    gone = ada.post(
        "people/mia@acme.example/leave",
        {"heir": "tom@acme.example", "goals": "lea@acme.example"},
    )
    assert gone.status_code == 200, gone.content
    assert (gone.json()["is_archived"], gone.json()["stand"]) == (True, "left")
    assert ada.get("objectives/O-1").json()["owner"] == "lea@acme.example"
    assert "mia@acme.example" not in walked(ada, "people", "email")
    assert "mia@acme.example" in walked(ada, "people", "email", archived="true")
    back = ada.post("people/mia@acme.example/return", {}).json()
    assert (back["is_archived"], back["roles"]) == (False, ["member"])
    assert Membership.objects.get(person=cast.mia).ends == date(2026, 11, 23)


def test_what_somebody_holds_is_counted_whole(
    cast: Cast, ada: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("okapi.api.people.MOST", 2)
    reports = [cast.rob, cast.tom, cast.mia]
    for person in reports:
        person.manager = cast.lea
        person.save(update_fields=["manager"])
    held = ada.get("people/lea@acme.example/holdings").json()["reports"]
    first = ["mia@acme.example", "rob@acme.example"]
    assert held == {"total": 3, "hidden": 0, "items": first}


def test_what_somebody_holds_hides_what_is_private(cast: Cast, ada: Program) -> None:
    make_goal(cast, "O-2", visibility="named")
    held = ada.get("people/mia@acme.example/holdings").json()
    assert held["goals"] == {"total": 2, "hidden": 2, "items": []}


def test_only_the_version_that_was_seen(cast: Cast, ada: Program) -> None:
    seen = ada.get("people/tom@acme.example")["ETag"]
    ada.patch("people/tom@acme.example", {"job": "Seller"})
    for answer in (
        ada.patch("people/tom@acme.example", {"job": "No"}, **{"If-Match": seen}),
        ada.put("people/tom@acme.example/roles", {"roles": ["member"]}, **{"If-Match": seen}),
        ada.post("people/tom@acme.example/leave", {}, **{"If-Match": seen}),
    ):
        assert answer.status_code == 412
    assert Person.objects.get(email="tom@acme.example").job == "Seller"


def test_the_other_organisation_has_its_own(
    cast: Cast, strangers: Cast, ada: Program, program: Calls
) -> None:
    theirs = program(strangers, strangers.ada)
    assert theirs.get("people/mia@acme.example").status_code == 404
    assert theirs.get(f"people/{cast.mia.pk}").status_code == 404
    assert theirs.patch(f"people/{cast.mia.pk}", {"job": "Spy"}).status_code == 404
    assert theirs.post("people", {**NIA, "manager": "mia@acme.example"}).status_code == 422
    assert all(one.endswith("@rival.example") for one in walked(theirs, "people", "email"))
    place = ada.get("memberships", person="mia@acme.example").json()["items"][0]["id"]
    assert theirs.get(f"memberships/{place}").status_code == 404
    assert theirs.delete(f"memberships/{place}").status_code == 404


def test_memberships(cast: Cast, ada: Program, program: Calls) -> None:
    made = ada.post(
        "memberships",
        {"person": "tom@acme.example", "team": "service", "role": "Guest", "starts": "2026-12-01"},
    )
    assert made.status_code == 201, made.content
    one = f"memberships/{made.json()['id']}"
    assert made["Location"] == f"/api/v1/{one}"
    assert (made.json()["is_home"], made.json()["starts"]) == (False, "2026-12-01")
    assert walked(ada, "memberships", "team", person="tom@acme.example") == ["service", "sales"]
    now = {"person": "tom@acme.example", "on": "2026-11-23"}
    assert walked(ada, "memberships", "team", **now) == ["sales"]
    twice = ada.post("memberships", {"person": "tom@acme.example", "team": "service"})
    assert twice.json()["errors"][0]["code"] == "membership.twice"
    ended = ada.patch(one, {"ends": "2026-11-30"})
    assert ended.json()["errors"][0]["code"] == "span.ends_first"
    assert ada.patch(one, {"is_home": True}).json()["is_home"] is True
    assert ada.delete(one).status_code == 204
    assert program(cast, cast.mia).get(one).status_code == 404


def test_places_that_are_over_are_for_who_keeps_them(
    cast: Cast, ada: Program, program: Calls
) -> None:
    Membership.objects.filter(person=cast.tom).update(ends=date(2026, 11, 1))
    place = Membership.objects.get(person=cast.tom)
    mia = program(cast, cast.mia)
    assert walked(ada, "memberships", "team", person="tom@acme.example") == ["sales"]
    assert walked(mia, "memberships", "team", person="tom@acme.example") == []
    assert walked(mia, "memberships", "team", person="tom@acme.example", on="2026-10-01") == []
    assert mia.get(f"memberships/{place.pk}").status_code == 404
