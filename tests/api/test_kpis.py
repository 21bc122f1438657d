"""KPIs, their definitions and targets, and intakes through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.api.conftest import Program
from tests.cast import Cast
from tests.goals.making import make_kpi, measure

Calls = Callable[..., Program]
DEFINITION = {"unit": "%", "frequency": "week", "direction": "up", "decimals": 1}


def test_from_a_proposal_to_a_value_against_its_target(cast: Cast, program: Calls) -> None:
    mia, sten = program(cast, cast.mia), program(cast, cast.sten)

    made = mia.post("kpis", {"title": "First fix", "key": "first-fix", "definition": DEFINITION})
    early = sten.put("kpis/first-fix/targets", {"targets": [{"period": "2026-W47", "value": 85}]})
    adopted = sten.post("kpis/first-fix/adopt", {})
    sent = mia.post("measurements", [{"kpi": "first-fix", "period": "2026-W47", "value": 84}])
    told = mia.get("kpis/first-fix").json()

    assert (made.status_code, made.json()["state"]) == (201, "proposed")
    assert early.json()["items"][0] | {"value": "85"} == early.json()["items"][0]
    assert adopted.json()["state"] == "active"
    assert sent.status_code == 200
    assert (told["current"], told["health"], told["unit"]) == ("84", "red", "%")


def test_a_year_is_broken_down(cast: Cast, program: Calls) -> None:
    sten = program(cast, cast.sten)
    sten.post("kpis", {"title": "Sales", "definition": {"aggregation": "sum"}, "key": "sales"})

    body = {"period": "2026", "value": 120, "breakdown": {"method": "equal"}}
    set_ = sten.put("kpis/sales/targets", {"targets": [body], "reason": "plan"})
    nothing = sten.put("kpis/sales/targets", {"targets": []})
    gone = sten.delete("kpis/sales/targets?period=2026")

    assert nothing.json()["items"] == set_.json()["items"]
    parts = [one for one in set_.json()["items"] if one["is_part"]]
    assert [one["value"] for one in parts] == ["10"] * 12
    assert {one["part_of"] for one in parts} == {"2026"}
    (whole,) = (one for one in set_.json()["items"] if not one["is_part"])
    assert whole["breakdown"] == {"method": "equal", "frequency": "month", "shares": []}
    assert gone.json()["items"] == []


def test_definitions_have_versions(cast: Cast, program: Calls) -> None:
    sten = program(cast, cast.sten)
    sten.post("kpis", {"title": "Sales", "key": "sales", "definition": {"unit": "CNY"}})

    again = sten.post("kpis/sales/definitions", {"unit": "EUR", "reason": "moved"})
    listed = sten.get("kpis/sales/definitions").json()["items"]

    assert (again.json()["definition"], again.json()["unit"]) == (2, "EUR")
    assert [(one["number"], one["unit"]) for one in listed] == [(2, "EUR"), (1, "CNY")]


def test_an_intake_is_listed_and_taken_back(cast: Cast, program: Calls) -> None:
    sten = program(cast, cast.sten)
    sten.post("kpis", {"title": "Sales", "key": "sales"})
    rows = [{"kpi": "sales", "period": f"2026-{month:02}", "value": month} for month in (8, 9)]
    uid = sten.post("measurements", rows).json()["intake"]

    listed = sten.get("intakes").json()["items"]
    undone = sten.post(f"intakes/{uid}/undo", {})
    after = sten.get(f"intakes/{uid}").json()

    assert [(one["id"], one["new"]) for one in listed] == [(uid, 2)]
    assert undone.json() == {"intake": uid, "removed": 2, "restored": 0, "kept": 0}
    assert after["state"] == "undone"
    assert sten.get("kpis/sales").json()["current"] is None


def test_lists_are_filtered(cast: Cast, program: Calls) -> None:
    sten = program(cast, cast.sten)
    for key, team in (("a", "service"), ("b", "sales")):
        sten.post("kpis", {"title": key, "key": key, "team": team, "owner": "mia@acme.example"})

    by_team = sten.get("kpis?team=sales").json()["items"]
    by_owner = sten.get("kpis?owner=mia@acme.example&fields=key").json()["items"]

    assert [one["key"] for one in by_team] == ["b"]
    assert by_owner == [{"key": "a"}, {"key": "b"}]


def test_the_grid_of_a_kpi(cast: Cast, program: Calls) -> None:
    kpi = make_kpi(cast, "returns", unit="%", frequency="week", aggregation="mean")
    measure(cast, kpi, {"2026-W45": 3, "2026-W46": 4, "2026-W47": 5})
    lea = program(cast, cast.lea)
    sten = program(cast, cast.sten)
    targets = {"targets": [{"period": "2026-W46", "value": 4, "amber": 2}]}
    assert sten.put("kpis/returns/targets", targets).status_code == 200
    weeks = lea.get("kpis/returns/grid").json()
    assert (weeks["rhythm"], len(weeks["periods"]), weeks["is_running"]) == ("week", 13, True)
    last = {one["period"]: one for one in weeks["periods"]}
    assert (last["2026-W46"]["value"], last["2026-W46"]["status"]) == ("4", "green")
    assert (last["2026-W46"]["target"], last["2026-W45"]["target"]) == ("4", None)
    assert (last["2026-W48"]["value"], last["2026-W48"]["status"]) == (None, "no_data")
    months = lea.get("kpis/returns/grid", rhythm="month", until="2026-11-30").json()
    assert months["periods"][-1] | {"period": "2026-11", "value": "4"} == months["periods"][-1]
    before = lea.get("kpis/returns/grid", until="2026-11-09").json()["periods"][-1]
    assert before["period"] == "2026-W46"
    assert lea.get("kpis/returns/grid", rhythm="moon").status_code == 422
    assert lea.get("kpis/nothing/grid").status_code == 404


def test_a_grid_costs_the_same_whatever_it_shows(
    cast: Cast, program: Calls, statements: Callable[[], Any]
) -> None:
    kpi = make_kpi(cast, "returns", unit="%", frequency="week")
    lea = program(cast, cast.lea)
    lea.get("kpis/returns/grid")
    with statements() as empty:
        lea.get("kpis/returns/grid")
    measure(cast, kpi, {f"2026-W{number}": number for number in range(30, 48)})
    with statements() as full:
        lea.get("kpis/returns/grid")
    assert len(empty) == len(full)
