"""The forecast on a KPI's page: the layer of its chart, its table, and the words under it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from okapi.kpis import actions, standings
from okapi.kpis.actions import TargetDraft
from okapi.kpis.models import Kpi
from tests.cast import TODAY, Cast
from tests.goals.making import make_key_result, make_objective
from tests.kpis.making import make_kpi, take
from tests.kpis.test_forecasting import WEEKS, renew, weeks
from tests.web.conftest import Browser

Open = Callable[..., Browser]


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    found = make_kpi(cast, frequency="week", direction="up", unit="%")
    take(cast.system, weeks("returns", WEEKS[:-1], ending=date(2026, 11, 15)))
    renew(cast)
    take(cast.system, weeks("returns", WEEKS[-1:]))
    renew(cast)
    draft = TargetDraft(period="2026-W40", value=Decimal(70))
    actions.set_targets(cast.system, found.pk, [draft])
    return found


_DATA = r'<okapi-chart.*?<script[^>]*type="application/json">(.*?)</script>'


def drawn(page: str) -> dict[str, Any]:
    found = re.search(_DATA, page, re.DOTALL)
    assert found is not None
    return dict(json.loads(html.unescape(found[1])))


def test_the_cone_is_drawn_and_stands_in_the_table(browser: Open, cast: Cast, kpi: Kpi) -> None:
    page = text_of(browser(cast.vic).get("kpis/returns/"))
    data = drawn(page)
    cone = data["cone"]
    assert data["points"][cone["start"]]["value"] == WEEKS[-1]
    assert [step["at"] for step in cone["steps"]] == list(
        range(cone["start"] + 1, len(data["points"]))
    )
    assert cone["label"] == f"Forecast {cone['steps'][-1]['text']}"
    # The target goes on over the periods to come.
    assert data["targets"][-1]["last"] == len(data["points"]) - 1
    table = page.split('class="chart-table"')[1].split("</table>")[0]
    assert cone["steps"][0]["text"].removesuffix("%") in table
    for share in ("50%", "80%", "95%"):
        assert f"{share}: " in table


def test_the_chance_in_words(browser: Open, cast: Cast, kpi: Kpi) -> None:
    page = text_of(browser(cast.vic).get("kpis/returns/"))
    assert re.search(r"\d+% likely to be on target \(≥ 70%\) at the end of", page)
    assert "From 20 values." in page
    chinese = text_of(browser(cast.vic).get("kpis/returns/", **{"accept-language": "zh-CN"}))
    assert re.search(r"达到目标 ≥ 70% 的可能性为 \d+%", chinese)


def test_what_was_forecast_before_is_drawn_when_asked_for(
    browser: Open, cast: Cast, kpi: Kpi
) -> None:
    vic = browser(cast.vic)
    plain = text_of(vic.get("kpis/returns/"))
    assert drawn(plain)["foretold"] == []
    assert "?forecasts=before" in plain
    page = text_of(vic.get("kpis/returns/?forecasts=before"))
    (told,) = drawn(page)["foretold"]
    assert told["at"] == drawn(page)["cone"]["start"]
    assert "How good were they? Of the one value that was forecast so far" in page


def test_why_there_is_none(browser: Open, cast: Cast) -> None:
    make_kpi(cast, frequency="week")
    take(cast.system, weeks("returns", [1, 2]))
    renew(cast)
    page = text_of(browser(cast.vic).get("kpis/returns/"))
    assert drawn(page)["cone"] is None
    assert "A forecast needs 3 values at least; there are 2." in page


def test_what_is_stale_says_so(browser: Open, cast: Cast) -> None:
    make_kpi(cast, frequency="week")
    take(cast.system, weeks("returns", WEEKS, ending=date(2026, 10, 4)))
    renew(cast)
    page = text_of(browser(cast.vic).get("kpis/returns/"))
    assert "No forecast: the values end with" in page
    assert drawn(page)["cone"] is None


def test_what_was_made_afterwards_is_said(browser: Open, cast: Cast, kpi: Kpi) -> None:
    standings.look_back(cast.organisation.pk, frozenset(), TODAY)
    vic = browser(cast.vic)
    page = text_of(vic.get("kpis/returns/?forecasts=before"))
    assert len(drawn(page)["foretold"]) == 8
    assert "Of 8 values that were forecast" in page
    assert "Made afterwards, from the values up to their day: 7." in page
    chinese = {"accept-language": "zh-CN"}
    page = text_of(vic.get("kpis/returns/?forecasts=before", **chinese))
    assert "其中 7 次是事后补算的" in page


def test_the_card_of_a_key_result_shows_them_when_asked(
    browser: Open, cast: Cast, kpi: Kpi
) -> None:
    objective = make_objective(cast, key="fewer")
    make_key_result(objective, kpi, key="fewer-1", start=60, target=90)
    standings.look_back(cast.organisation.pk, frozenset(), TODAY)
    vic = browser(cast.vic)
    plain = text_of(vic.get("goals/fewer/"))
    assert drawn(plain)["foretold"] == []
    assert "/goals/fewer/?forecasts=before#kr-fewer-1" in plain
    page = text_of(vic.get("goals/fewer/?forecasts=before"))
    told = drawn(page)["foretold"]
    # The periods of the span that have come: eight weeks of October and November.
    assert len(told) == 8
    assert told[-1]["at"] == drawn(page)["cone"]["start"]
    assert "Of 8 values that were forecast" in page
    assert "forecasts=before&amp;fragment=body" in page


def test_earlier_forecasts_of_a_running_total_stand_on_it(browser: Open, cast: Cast) -> None:
    kpi = make_kpi(cast, "orders", frequency="week", aggregation="sum", direction="up", unit="")
    take(cast.system, weeks("orders", [10.0] * 20))
    renew(cast)
    standings.look_back(cast.organisation.pk, frozenset(), TODAY)
    objective = make_objective(cast, key="more")
    make_key_result(objective, kpi, key="more-1", start=100, target=150)
    page = text_of(browser(cast.vic).get("goals/more/?forecasts=before"))
    points = [one["value"] for one in drawn(page)["points"] if one["value"] is not None]
    told = drawn(page)["foretold"]
    assert [one["median"] for one in told] == pytest.approx(points[-len(told) :], rel=0.02)
