"""Remarks by the API: listed and filtered, page by page; accepted and opened again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from okapi.kpis.models import DataRemark, Kpi
from tests.api.conftest import Program
from tests.cast import Cast
from tests.kpis.test_remarks import SLIP
from tests.kpis.test_signals import QUIET, look, measured

Calls = Callable[..., Program]


@pytest.fixture
def found(cast: Cast) -> None:
    measured(cast, SLIP, key="slip")
    measured(cast, [*QUIET[:20], None, *QUIET[21:]], key="gap")
    measured(cast, SLIP, key="secret")
    Kpi.objects.filter(key="secret").update(visibility="named", owner=cast.sten)
    look(cast)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"slip", "gap"}),
        ("?kind=scale", {"slip"}),
        ("?kpi=gap", {"gap"}),
        ("?team=service", {"slip", "gap"}),
        ("?team=sales", set()),
        ("?state=accepted", set()),
    ],
)
def test_the_list(cast: Cast, program: Calls, found: None, query: str, expected: set[str]) -> None:
    answer = program(cast, cast.mia).get(f"remarks{query}")
    assert answer.status_code == 200, answer.content
    assert {one["kpi"] for one in answer.json()["items"]} == expected


def test_page_by_page(cast: Cast, program: Calls, found: None) -> None:
    mia = program(cast, cast.mia)
    first = mia.get("remarks?limit=1").json()
    second = mia.get(f"remarks?limit=1&cursor={first['next']}").json()
    assert second["next"] is None
    assert {first["items"][0]["kpi"], second["items"][0]["kpi"]} == {"slip", "gap"}


def test_one_says_what_and_what_to_do(cast: Cast, program: Calls, found: None) -> None:
    (one,) = program(cast, cast.mia).get("remarks?kpi=slip").json()["items"]
    assert one["words"].startswith("Week 38 2026") or "100 times the usual" in one["words"]
    assert one["numbers"]["factor"] == 100
    assert one["first_period"] == "2026-W38"
    assert one["advice"]


def test_it_is_accepted_and_opened_again(cast: Cast, program: Calls, found: None) -> None:
    mia = program(cast, cast.mia)
    uid = DataRemark.objects.get(kpi__key="slip").pk
    path = f"kpis/slip/remarks/{uid}/acceptance"
    assert mia.put(path, {"reason": " "}).status_code == 422
    said = mia.put(path, {"reason": "Fair week"}).json()
    assert (said["state"], said["reason"], said["accepted_by"]) == ("accepted", "Fair week", "Mia")
    assert mia.delete(path).json()["state"] == "open"
    assert mia.put(path.replace("slip", "gap"), {"reason": "So"}).status_code == 404
