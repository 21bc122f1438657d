"""`GET /api/v1/kpis/{key}/why`: the parts of a change add up; periods are asked for by label."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from okapi.kpis.models import Kpi
from tests.api.conftest import Program
from tests.cast import Cast
from tests.kpis.making import make_kpi, row, take
from tests.kpis.test_queries_why import sliced, sums
from tests.kpis.test_why_aims import aim

Calls = Callable[..., Program]


@pytest.fixture
def sales(cast: Cast) -> Kpi:
    kpi = sliced(cast)
    sums(cast, kpi, "2026-09")
    sums(cast, kpi, "2026-10", total=1060, H3_live=150)
    return kpi


def test_the_parts_add_up(cast: Cast, sales: Kpi, program: Calls) -> None:
    answer = program(cast, cast.vic).get("kpis/sales/why")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["kpi"], body["against"], body["without"]) == ("sales", "previous", None)
    assert body["start"] == {"period": "2026-09", "value": 900}
    assert body["end"] == {"period": "2026-10", "value": 1060}
    assert body["causes"] == [
        {
            "where": {"product": "H3", "channel": "live"},
            "amount": 150,
            "share": 150 / 160,
            "before": 100,
            "after": 250,
        }
    ]
    parts = sum(cause["amount"] for cause in body["causes"])
    assert parts + body["rest"] + body["mix"] + body["outside"] == body["change"] == 160


def test_two_periods(cast: Cast, sales: Kpi, program: Calls) -> None:
    body = (
        program(cast, cast.vic).get("kpis/sales/why", **{"from": "2026-10", "to": "2026-09"}).json()
    )
    assert body["change"] == -160


def test_what_has_no_split_says_why(cast: Cast, sales: Kpi, program: Calls) -> None:
    body = program(cast, cast.vic).get("kpis/sales/why", against="target").json()
    assert (body["without"], body["causes"], body["change"]) == ("target", [], 0)


@pytest.mark.parametrize(
    ("query", "status"),
    [({"from": "1999"}, 422), ({"against": "nothing"}, 422), ({"top": 0}, 422)],
)
def test_bad_parameters_are_told(
    cast: Cast, sales: Kpi, program: Calls, query: dict[str, object], status: int
) -> None:
    answer = program(cast, cast.vic).get("kpis/sales/why", **query)
    assert answer.status_code == status
    assert answer.json()["errors"]


def test_a_private_or_unknown_kpi_is_not_there(cast: Cast, sales: Kpi, program: Calls) -> None:
    Kpi.objects.filter(pk=sales.pk).update(visibility="team", team=cast.service)
    assert program(cast, cast.vic).get("kpis/sales/why").status_code == 404
    assert program(cast, cast.vic).get("kpis/none/why").status_code == 404


def test_a_formula_is_told_by_its_parts(cast: Cast, program: Calls) -> None:
    for key in ("orders", "visits"):
        make_kpi(cast, key, unit="", aggregation="sum")
    take(cast.system, [row("orders", "2026-09", 30), row("orders", "2026-10", 50)])
    take(cast.system, [row("visits", "2026-09", 600), row("visits", "2026-10", 500)])
    make_kpi(cast, "rate", unit="%", aggregation="ratio", formula="orders / visits")
    body = program(cast, cast.vic).get("kpis/rate/why").json()
    assert (body["change"], body["without"], body["outside"]) == (5, None, 0)
    assert [cause["where"] for cause in body["causes"]] == [{"kpi": "orders"}, {"kpi": "visits"}]
    assert sum(cause["amount"] for cause in body["causes"]) == pytest.approx(5)
    # LMDI: the logarithmic mean of 5 and 10, times what each factor grew by.
    assert body["causes"][0]["amount"] == pytest.approx(5 / math.log(2) * math.log(50 / 30))
    assert (body["causes"][1]["before"], body["causes"][1]["after"]) == (600, 500)
    target = program(cast, cast.vic).get("kpis/rate/why", against="target").json()
    assert (target["without"], target["lacking"], target["aim"]) == ("target", [], None)
    aim(Kpi.objects.get(key="rate"), value=8)
    aim(Kpi.objects.get(key="orders"), value=48)
    target = program(cast, cast.vic).get("kpis/rate/why", against="target").json()
    assert (target["without"], target["lacking"]) == ("parts_target", ["visits"])
    aim(Kpi.objects.get(key="visits"), value=500)
    target = program(cast, cast.vic).get("kpis/rate/why", against="target").json()
    assert (target["change"], target["aim"]) == (2, pytest.approx(9.6))
    whole = sum(cause["amount"] for cause in target["causes"]) + target["outside"]
    assert whole == pytest.approx(2)


def test_a_part_that_the_reader_may_not_read_has_no_name(cast: Cast, program: Calls) -> None:
    for key in ("orders", "visits"):
        make_kpi(cast, key, unit="", aggregation="sum")
        take(cast.system, [row(key, "2026-09", 30), row(key, "2026-10", 50)])
    make_kpi(cast, "both", unit="", aggregation="sum", formula="orders + visits")
    Kpi.objects.filter(key="orders").update(visibility="named")
    answer = program(cast, cast.vic).get("kpis/both/why")
    assert "orders" not in answer.content.decode()
    assert {cause["where"]["kpi"] for cause in answer.json()["causes"]} == {"", "visits"}
    hidden = next(cause for cause in answer.json()["causes"] if not cause["where"]["kpi"])
    assert (hidden["before"], hidden["amount"]) == (None, 20)
