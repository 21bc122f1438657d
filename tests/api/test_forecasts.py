"""`GET …/forecast` of KPIs and key results: the cone, the chance, what was forecast earlier."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from okapi.goals.models import Objective
from okapi.kpis.models import Kpi
from tests.api.conftest import Program
from tests.cast import Cast
from tests.goals.making import make_key_result, make_objective
from tests.kpis.making import make_kpi, take
from tests.kpis.test_forecasting import WEEKS, renew, weeks

Calls = Callable[..., Program]


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    found = make_kpi(cast, frequency="week")
    take(cast.system, weeks("returns", WEEKS[:-1], ending=date(2026, 11, 15)))
    renew(cast)
    take(cast.system, weeks("returns", WEEKS[-1:]))
    renew(cast)
    return found


def test_a_kpi_to_the_end_of_the_cycle(cast: Cast, kpi: Kpi, program: Calls) -> None:
    body = program(cast, cast.vic).get("kpis/returns/forecast").json()
    assert (body["kpi"], body["after"], body["without"]) == ("returns", "2026-11-22", None)
    assert body["measured"] == len(WEEKS)
    assert body["steps"][0]["period"] == "2026-W48"
    assert [band["level"] for band in body["steps"][0]["bands"]] == [0.5, 0.8, 0.95]
    assert body["at_end"]["cycle"] == cast.quarter.key
    assert body["at_end"]["probability"] is None
    (told,) = body["foretold"]
    assert (told["last"], told["after"], told["value"]) == ("2026-11-22", "2026-11-15", WEEKS[-1])
    assert body["held"] == float(told["held"])


def test_why_a_kpi_has_none(cast: Cast, program: Calls) -> None:
    make_kpi(cast, frequency="week")
    take(cast.system, weeks("returns", [1, 2]))
    renew(cast)
    body = program(cast, cast.vic).get("kpis/returns/forecast").json()
    assert (body["steps"], body["without"]) == ([], "forecast.too_few")


def test_a_key_result_to_the_end_of_its_span(cast: Cast, kpi: Kpi, program: Calls) -> None:
    objective: Objective = make_objective(cast)
    key_result = make_key_result(objective, kpi, start=60, target=90)
    body = program(cast, cast.vic).get(f"key-results/{key_result.key}/forecast").json()
    assert (body["kpi"], body["cumulates"]) == ("returns", False)
    assert body["steps"][0]["last"] == "2026-11-29"
    assert body["median"] == body["steps"][-1]["median"]
    assert len(body["bands"]) == 3


def test_a_key_result_without_a_kpi(cast: Cast, program: Calls) -> None:
    key_result = make_key_result(make_objective(cast), kind="milestone")
    body = program(cast, cast.vic).get(f"key-results/{key_result.key}/forecast").json()
    assert (body["kpi"], body["steps"], body["median"]) == (None, [], None)


def test_what_may_not_be_read_is_not_there(cast: Cast, kpi: Kpi, program: Calls) -> None:
    key_result = make_key_result(make_objective(cast), kpi, start=60, target=90)
    Kpi.objects.update(visibility="named")
    vic = program(cast, cast.vic)
    assert vic.get("kpis/returns/forecast").status_code == 404
    body = vic.get(f"key-results/{key_result.key}/forecast").json()
    assert (body["kpi"], body["steps"], body["made_at"]) == (None, [], None)
    assert vic.get("key-results/none/forecast").status_code == 404
