"""Signals by the API: listed and filtered, page by page; limits; marks of the process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.kpis.models import Kpi, Signal
from tests.api.conftest import Program
from tests.cast import Cast
from tests.kpis.test_process_marks import SHIFTED
from tests.kpis.test_signals import QUIET, look, measured

Calls = Callable[..., Program]


@pytest.fixture
def found(cast: Cast) -> list[Kpi]:
    """Two KPIs that shifted, one for the worse; a hidden one; and one that only varies."""
    kpis = [
        measured(cast, SHIFTED, "down", "cost"),
        measured(cast, SHIFTED, "up", "sales"),
        measured(cast, SHIFTED, "up", "secret"),
        measured(cast, QUIET, "up", "quiet"),
    ]
    Kpi.objects.filter(key="secret").update(visibility="named", owner=cast.sten)
    look(cast)
    return kpis


def keys(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["kpi"] for one in answer.json()["items"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["sales", "cost"]),
        ({"bad": "true"}, ["cost"]),
        ({"bad": "false"}, ["sales"]),
        ({"open": "true"}, ["sales", "cost"]),
        ({"open": "false"}, []),
        ({"kpi": "cost"}, ["cost"]),
        ({"kpi": "secret"}, []),
        ({"team": "service"}, ["sales", "cost"]),
        ({"team": "nothing"}, []),
        ({"owner": "mia@acme.example"}, ["sales", "cost"]),
        ({"since": "2026-09-01"}, []),
        ({"since": "2026-08-31"}, ["sales", "cost"]),
    ],
)
def test_what_is_listed(
    cast: Cast, found: list[Kpi], program: Calls, query: dict[str, str], expected: list[str]
) -> None:
    assert keys(program(cast, cast.vic).get("signals", **query)) == expected


def test_a_signal_as_it_is_told(cast: Cast, found: list[Kpi], program: Calls) -> None:
    (one,) = program(cast, cast.vic).get("kpis/cost/signals").json()["items"]
    kept = Signal.objects.get(kpi__key="cost")
    assert one["id"] == str(kept.pk)
    assert one["words"] == "12 weeks above the usual since 31 Aug 2026: this is no noise."
    assert (one["bad"], one["open"], one["points"], one["slice"]) == (True, True, 12, "")
    assert one["mean"] - one["expected"] == pytest.approx(one["change"])


def test_page_by_page(cast: Cast, found: list[Kpi], program: Calls) -> None:
    mine = program(cast, cast.vic)
    first = mine.get("signals", limit=1)
    second = mine.get("signals", limit=1, cursor=first.json()["next"])
    assert keys(first) + keys(second) == ["sales", "cost"]
    assert second.json()["next"] is None
    assert mine.get("signals", cursor="nonsense!").status_code == 422
    assert mine.get("signals", since="soon").status_code == 422


def test_what_was_withdrawn_is_listed_on_request(
    cast: Cast, found: list[Kpi], program: Calls
) -> None:
    Signal.objects.filter(kpi__key="cost").update(withdrawn_at="2026-11-23T00:00:00Z")
    mine = program(cast, cast.vic)
    assert keys(mine.get("kpis/cost/signals")) == []
    assert keys(mine.get("kpis/cost/signals", withdrawn="true")) == ["cost"]


def test_limits_and_marks(cast: Cast, found: list[Kpi], program: Calls) -> None:
    mine = program(cast, cast.mia)
    limits = mine.get("kpis/cost/limits").json()
    assert (limits["points"], limits["firm"], limits["mark"]) == (24, True, None)
    assert limits["lower"] < limits["mean"] < limits["upper"]
    sent = {"since": "2026-W36", "reason": "Another supplier."}
    made = mine.post("kpis/cost/marks", sent)
    assert made.status_code == 201
    assert (made.json()["by"], made.json()["since"]) == ("Mia", "2026-W36")
    assert mine.get("kpis/cost/limits").json()["mark"] == made.json()["id"]
    assert mine.post("kpis/cost/marks", sent).status_code == 409
    assert mine.post("kpis/cost/marks", {**sent, "since": "soon"}).status_code == 422
    assert mine.delete(f"kpis/cost/marks/{made.json()['id']}?reason=No").status_code == 204
    (kept,) = mine.get("kpis/cost/marks").json()["items"]
    assert (kept["removed_by"], kept["removed_reason"]) == ("Mia", "No")
    assert mine.get("kpis/cost/limits").json()["mean"] == limits["mean"]


def test_screening(cast: Cast, found: list[Kpi], program: Calls) -> None:
    mine = program(cast, cast.mia)
    assert mine.patch("kpis/cost/limits", {"screened": True}).json()["screened"] is True
    assert mine.patch("kpis/cost/limits", {}).status_code == 422
    assert mine.get("kpis/secret/limits").status_code == 404
