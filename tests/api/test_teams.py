"""Teams by the API: the tree in pages, and what an administrator does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.base.actor import Door
from okapi.base.models import Change
from okapi.orgs.models import Team
from tests.api.conftest import Program, walked
from tests.cast import Cast

Calls = Callable[..., Program]


@pytest.fixture
def ada(cast: Cast, program: Calls) -> Program:
    return program(cast, cast.ada)


def test_read_with_what_it_holds(cast: Cast, program: Calls) -> None:
    told = program(cast, cast.vic).get("teams/service").json()
    assert told == {
        "id": str(cast.service.pk), "key": "service", "name": "Service", "name_other": "",
        "kind": "department", "purpose": "", "parent": "company", "lead": "lea@acme.example",
        "members": 2, "position": 0, "is_archived": False, "version": 1,
    }  # fmt: skip


def test_a_page_after_the_other(cast: Cast, program: Calls) -> None:
    mia = program(cast, cast.mia)
    assert walked(mia, "teams", "key") == ["company", "repairs", "sales", "service"]
    below = mia.get("teams", parent="company", fields="key").json()
    assert below == {"items": [{"key": "sales"}, {"key": "service"}], "next": None}
    assert [one["key"] for one in mia.get("teams", lead="lea@acme.example").json()["items"]] == [
        "service"
    ]
    assert [one["key"] for one in mia.get("teams", kind="company").json()["items"]] == ["company"]
    assert mia.get("teams", parent="nothing").json()["items"] == []
    for wrong in ({"kind": "herd"}, {"limit": 0}, {"cursor": "%"}, {"fields": "colour"}):
        assert mia.get("teams", **wrong).status_code == 422, wrong


def test_a_list_costs_the_same_whatever_its_length(
    cast: Cast, program: Calls, statements: Callable[[], Any]
) -> None:
    mia = program(cast, cast.mia)
    mia.get("teams")
    with statements() as few:
        mia.get("teams", limit=1)
    with statements() as many:
        mia.get("teams")
    assert len(few) == len(many)


def test_made_changed_put_away_and_taken_back(cast: Cast, ada: Program) -> None:
    made = ada.post("teams", {"name": "Depot", "parent": "service", "lead": "tom@acme.example"})
    assert (made.status_code, made["Location"]) == (201, "/api/v1/teams/depot")
    assert (made.json()["parent"], made.json()["lead"]) == ("service", "tom@acme.example")
    changed = ada.patch("teams/depot", {"parent": "sales", "lead": None})
    assert (changed.json()["parent"], changed.json()["lead"]) == ("sales", None)
    assert changed.json()["name"] == "Depot"
    assert ada.delete("teams/depot").status_code == 204
    assert ada.get("teams/depot").json()["is_archived"] is True
    assert "depot" not in walked(ada, "teams", "key")
    assert "depot" in walked(ada, "teams", "key", archived="true")
    assert ada.post("teams/depot/restore", {}).json()["is_archived"] is False


def test_changed_places(cast: Cast, ada: Program) -> None:
    before = list(Team.objects.filter(parent=cast.company).order_by("position", "id"))
    last = before[-1]
    moved = ada.post(f"teams/{last.key}/move", {"to": "earlier"})
    assert moved.status_code == 200
    after = Team.objects.filter(parent=cast.company).order_by("position", "id")
    assert [one.key for one in after] == [one.key for one in reversed(before)]
    assert ada.post(f"teams/{last.key}/move", {"to": "up"}).status_code == 422


def test_what_is_refused(cast: Cast, ada: Program) -> None:
    circle = ada.patch("teams/service", {"parent": "repairs"})
    assert (circle.status_code, circle.json()["errors"][0]["code"]) == (422, "team.below_itself")
    full = ada.delete("teams/service")
    assert (full.status_code, full.json()["errors"][0]["code"]) == (422, "team.has_teams")
    nobody = ada.post("teams", {"name": "Depot", "parent": "company", "lead": "who@acme.example"})
    assert nobody.json()["errors"][0]["field"] == "lead"
    taken = ada.post("teams", {"name": "Sales", "parent": "company", "key": "sales"})
    assert taken.json()["errors"][0]["code"] == "key.taken"
    assert ada.post("teams", {"name": "Depot", "colour": "red"}).status_code == 422
    assert Team.objects.count() == 4


def test_only_the_version_that_was_seen(cast: Cast, ada: Program) -> None:
    seen = ada.get("teams/sales")["ETag"]
    assert ada.get("teams/sales", tag=seen).status_code == 304
    assert ada.patch("teams/sales", {"purpose": "Sell."}, **{"If-Match": seen}).status_code == 200
    assert ada.patch("teams/sales", {"purpose": "No."}, **{"If-Match": seen}).status_code == 412
    assert ada.delete("teams/sales", **{"If-Match": seen}).status_code == 412
    assert ada.patch("teams/sales", {}, **{"If-Match": "yesterday"}).status_code == 422


def test_by_which_door_is_on_record(cast: Cast, ada: Program) -> None:
    ada.post("teams", {"name": "Depot", "parent": "company"})
    change = Change.objects.filter(kind="team").latest("number")
    assert (change.door, change.verb) == (Door.API.value, "add")
