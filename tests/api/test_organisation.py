"""The organisation, its calendar and its method by the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from okapi.orgs.models import Organisation
from tests.api.conftest import Program
from tests.cast import Cast

Calls = Callable[..., Program]


@pytest.fixture
def ada(cast: Cast, program: Calls) -> Program:
    return program(cast, cast.ada)


def test_the_organisation_of_the_token(cast: Cast, strangers: Cast, program: Calls) -> None:
    ours = program(cast, cast.vic).get("organisation").json()
    assert (ours["slug"], ours["language"], ours["time_zone"]) == ("acme", "en", "Asia/Shanghai")
    assert program(strangers, strangers.vic).get("organisation").json()["slug"] == "rival"


def test_changed_only_as_it_was_seen(cast: Cast, ada: Program) -> None:
    seen = ada.get("organisation")["ETag"]
    changed = ada.patch("organisation", {"name": "Acme & Co"}, **{"If-Match": seen})
    assert (changed.status_code, changed.json()["name"]) == (200, "Acme & Co")
    late = ada.patch("organisation", {"name": "Old"}, **{"If-Match": seen})
    assert late.status_code == 412
    kept = ada.patch("organisation", {"language": "zh"})
    assert kept.json()["errors"][0]["code"] == "organisation.language_kept"
    wrong = ada.patch("organisation", {"time_zone": "Nowhere/Else"})
    assert wrong.json()["errors"][0]["field"] == "time_zone"
    assert Organisation.objects.get(slug="acme").name == "Acme & Co"


def test_the_calendar(cast: Cast, ada: Program) -> None:
    this = ada.get("calendar").json()
    assert (this["year"], this["country"], this["weekend"]) == (2026, "CN", [5, 6])
    free = ada.put("calendar/days/2026-12-24", {"is_working": False, "title": "Eve"}).json()
    assert free["worked"] == this["worked"] - 1
    told = {"day": "2026-12-24", "is_working": False, "title": "Eve", "is_typed": True}
    assert told in free["days"]
    back = ada.delete("calendar/days/2026-12-24")
    assert (back.status_code, back.json()["worked"]) == (200, this["worked"])
    assert ada.delete("calendar/days/2026-12-24").status_code == 404
    assert ada.put("calendar/days/tomorrow", {"is_working": True}).status_code == 404
    there = ada.put("calendar/country", {"country": "DE", "subdivision": "BY"}).json()
    assert (there["country"], there["subdivision"]) == ("DE", "BY")
    assert ada.put("calendar/country", {"country": "XX"}).status_code == 422
    longer = ada.put("calendar/years", {"last_year": 2030}).json()
    assert (longer["year"], longer["last_year"]) == (2030, 2030)
    assert ada.put("calendar/years", {"last_year": 2300}).status_code == 422
    assert ada.get("calendar", year=1700).status_code == 422


def test_a_calendar_that_somebody_else_changed(cast: Cast, ada: Program) -> None:
    seen = ada.get("calendar")["ETag"]
    ada.put("calendar/days/2026-12-24", {"is_working": False})
    late = ada.put("calendar/days/2026-12-25", {"is_working": False}, **{"If-Match": seen})
    assert late.status_code == 412


def test_the_method(cast: Cast, program: Calls) -> None:
    stella = program(cast, cast.stella)
    first = stella.get("method").json()
    assert (first["pace_on"], first["confidence_on"], first["personal_goals"]) == (0.9, 7, "open")
    changed = stella.patch("method", {"pace_on": 0.85, "guard_at_once": True}).json()
    assert (changed["pace_on"], changed["guard_at_once"]) == (0.85, True)
    assert changed["pace_risk"] == first["pace_risk"]
    order = stella.patch("method", {"pace_on": 0.5})
    assert order.json()["errors"][0]["code"] == "threshold.order"
    for wrong in (
        {"pace_on": 2},
        {"pace_on": 1e300},
        {"confidence_on": 11},
        {"personal_goals": "some"},
        {"x": 1},
    ):
        assert stella.patch("method", wrong).status_code == 422, wrong
    assert stella.get("method").json() == changed
