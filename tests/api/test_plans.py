"""Cycles, pillars and perspectives by the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.orgs.models import Cycle, Pillar
from tests.api.conftest import Program, walked
from tests.cast import Cast
from tests.goals.making import make_kpi

Calls = Callable[..., Program]
RUSH = {"title": "Rush", "starts": "2026-11-01", "ends": "2026-12-15", "parent": "2026Q4"}


@pytest.fixture
def stella(cast: Cast, program: Calls) -> Program:
    return program(cast, cast.stella)


@pytest.mark.parametrize("path", ["cycles", "pillars", "perspectives"])
def test_a_list_costs_the_same_whatever_its_length(
    cast: Cast, stella: Program, statements: Callable[[], Any], path: str
) -> None:
    for title in ("Loved", "Quick", "Lean"):
        Pillar.objects.create(organisation=cast.organisation, key=title.lower(), title=title)
    stella.get(path)
    with statements() as few:
        stella.get(path, limit=1)
    with statements() as many:
        stella.get(path)
    assert len(few) == len(many)


def test_a_cycle_from_its_making_to_its_end(cast: Cast, stella: Program) -> None:
    made = stella.post("cycles", RUSH)
    assert (made.status_code, made["Location"]) == (201, "/api/v1/cycles/rush")
    assert (made.json()["state"], made.json()["parent"]) == ("running", "2026Q4")
    assert walked(stella, "cycles", "key", parent="2026Q4") == ["rush"]
    assert walked(stella, "cycles", "key", on="2026-10-01") == ["2026", "2026Q4"]
    assert walked(stella, "cycles", "key", kind="year", state="running") == ["2026"]
    changed = stella.patch("cycles/rush", {"cadence_days": 14, "parent": None})
    assert (changed.json()["cadence_days"], changed.json()["parent"]) == (14, None)
    assert stella.delete("cycles/rush").status_code == 204
    assert stella.get("cycles/rush").status_code == 404
    assert walked(stella, "cycles", "key") == ["2026", "2026Q4"]


def test_what_cycles_are_refused(cast: Cast, stella: Program) -> None:
    outside = stella.post("cycles", {**RUSH, "ends": "2027-02-01"})
    assert outside.json()["errors"][0]["code"] == "cycle.outside"
    for wrong in ({"starts": "soon"}, {"ends": "2026-10-01"}, {"kind": "moon"}, {"title": ""}):
        assert stella.post("cycles", {**RUSH, **wrong}).status_code == 422, wrong
    within = stella.delete("cycles/2026")
    assert within.json()["errors"][0]["code"] == "cycle.has_cycles"
    closing = stella.patch("cycles/2026Q4", {"state": "closed"})
    assert closing.json()["errors"][0]["field"] == "state"
    assert Cycle.objects.filter(archived_at__isnull=True).count() == 2


def test_a_fiscal_year_with_its_quarters(cast: Cast, stella: Program) -> None:
    made = stella.post("fiscal-years", {"year": 2027})
    assert made.status_code == 201, made.content
    assert [one["key"] for one in made.json()["items"]] == [
        "2027", "2027Q1", "2027Q2", "2027Q3", "2027Q4",
    ]  # fmt: skip
    again = stella.post("fiscal-years", {"year": 2027})
    assert again.json()["errors"][0]["code"] == "cycle.year_there"
    assert stella.post("fiscal-years", {"year": 20_270}).status_code == 422
    assert stella.post("fiscal-years", {"year": 2028, "parts": "moon"}).status_code == 422


def test_a_pillar_from_its_making_to_its_end(cast: Cast, stella: Program) -> None:
    body = {"title": "Loved", "perspective": "customer", "owner": "lea@acme.example"}
    made = stella.post("pillars", {**body, "horizon_ends": "2029-12-31"})
    assert (made.status_code, made["Location"]) == (201, "/api/v1/pillars/loved")
    assert (made.json()["perspective"], made.json()["owner"]) == ("customer", "lea@acme.example")
    stella.post("pillars", {"title": "Quick", "perspective": "customer"})
    assert walked(stella, "pillars", "key", perspective="customer") == ["loved", "quick"]
    assert walked(stella, "pillars", "key", owner="lea@acme.example") == ["loved"]
    assert stella.post("pillars/quick/move", {"to": "earlier"}).json()["position"] == 0
    changed = stella.patch("pillars/loved", {"perspective": None, "horizon_ends": None}).json()
    assert (changed["perspective"], changed["horizon_ends"], changed["title"]) == (
        None, None, "Loved",
    )  # fmt: skip
    assert stella.delete("pillars/loved").status_code == 204
    assert stella.get("pillars/loved").json()["is_archived"] is True
    assert walked(stella, "pillars", "key", archived="true") == ["loved", "quick"]
    assert stella.post("pillars/loved/restore", {}).json()["is_archived"] is False


def test_a_pillar_in_use_stays(cast: Cast, stella: Program) -> None:
    kpi = make_kpi(cast, "returns")
    kpi.pillar = Pillar.objects.create(organisation=cast.organisation, key="loved", title="Loved")
    kpi.save(update_fields=["pillar"])
    assert stella.delete("pillars/loved").status_code == 422
    assert stella.get("pillars/loved").json()["is_archived"] is False


def test_perspectives(cast: Cast, stella: Program) -> None:
    made = stella.post("perspectives", {"title": "Planet", "title_other": "环境"})
    assert (made.status_code, made["Location"]) == (201, "/api/v1/perspectives/planet")
    renamed = stella.patch("perspectives/planet", {"title": "Earth"}).json()
    assert (renamed["title"], renamed["title_other"], renamed["key"]) == ("Earth", "环境", "planet")
    assert stella.post("perspectives/planet/move", {"to": "earlier"}).json()["position"] == 3
    assert walked(stella, "perspectives", "key") == [
        "customer", "finance", "learning", "planet", "process",
    ]  # fmt: skip
    stella.post("pillars", {"title": "Green", "perspective": "planet"})
    used = stella.delete("perspectives/planet")
    assert used.json()["errors"][0]["code"] == "perspective.in_use"
    stella.patch("pillars/green", {"perspective": None})
    assert stella.delete("perspectives/planet").status_code == 204
    assert stella.get("perspectives/planet").status_code == 404


@pytest.mark.parametrize("path", ["cycles/2026Q4", "pillars/loved", "perspectives/learning"])
def test_only_the_version_that_was_seen(cast: Cast, stella: Program, path: str) -> None:
    Pillar.objects.create(organisation=cast.organisation, key="loved", title="Loved")
    seen = stella.get(path)["ETag"]
    assert stella.get(path, tag=seen).status_code == 304
    assert stella.patch(path, {"title": "New"}, **{"If-Match": seen}).status_code == 200
    assert stella.patch(path, {"title": "Newer"}, **{"If-Match": seen}).status_code == 412
    assert stella.get(path).json()["title"] == "New"


def test_the_other_organisation_has_its_own(
    cast: Cast, strangers: Cast, stella: Program, program: Calls
) -> None:
    stella.post("cycles", RUSH)
    theirs = program(strangers, strangers.stella)
    assert theirs.get("cycles/rush").status_code == 404
    assert theirs.get(f"cycles/{cast.quarter.pk}").status_code == 404
    assert theirs.patch(f"cycles/{cast.quarter.pk}", {"title": "Ours"}).status_code == 404
    assert walked(theirs, "cycles", "key") == ["2026", "2026Q4"]
