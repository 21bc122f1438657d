"""`POST /api/v1/kpis/{key}/readings`: readings of hours and minutes, taken in as days."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.kpis.models import Kpi, Measurement
from tests.api.conftest import Program
from tests.cast import Cast
from tests.kpis.making import make_kpi
from tests.web.test_kpi_readings import lines

Calls = Callable[..., Program]


@pytest.fixture
def power(cast: Cast) -> Kpi:
    return make_kpi(cast, "power", frequency="day", aggregation="sum", unit="kWh")


def sent(text: str) -> dict[str, Any]:
    pairs = [line.split(", ") for line in text.splitlines()[1:]]
    return {"readings": [{"at": at, "value": value} for at, value in pairs]}


def test_a_program_sends_them(cast: Cast, power: Kpi, program: Calls) -> None:
    mia = program(cast, cast.mia)
    looked = mia.post("kpis/power/readings?dry_run=true", sent(lines()))
    assert looked.status_code == 200
    assert looked.json()["taken"] is None
    assert not Measurement.objects.exists()
    body = mia.post("kpis/power/readings", sent(lines())).json()
    assert (body["taken"]["new"], body["running"], len(body["periods"])) == (21, 6, 21)
    (unusual,) = [one for period in body["periods"] for one in period["unusual"]]
    assert (unusual["value"], unusual["score"] >= 0.8) == ("300", True)
    # Sent again, with the hours that came since: what is the same stays as it is.
    again = mia.post("kpis/power/readings", sent(lines())).json()
    assert (again["taken"]["unchanged"], again["taken"]["new"]) == (21, 0)


def test_a_program_hears_of_every_bad_row(cast: Cast, power: Kpi, program: Calls) -> None:
    body = {"readings": [{"at": "noon", "value": 1}, {"at": "2026-11-03", "value": 2}]}
    answer = program(cast, cast.mia).post("kpis/power/readings", body)
    assert answer.status_code == 422
    told = [(one["line"], one["code"]) for one in answer.json()["errors"]]
    assert told == [(1, "moment.unreadable"), (2, "moment.unreadable")]
