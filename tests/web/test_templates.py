"""The gallery of examples: looked through, searched, chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.goals.models import Objective
from okapi.kpis.models import Kpi
from okapi.orgs.models import Organisation
from tests.cast import Cast
from tests.web.conftest import Browser

Open = Callable[..., Browser]
PATH = "templates/"


def keys(answer: Any) -> list[str]:
    return [
        one.key for group in answer.context["groups"] for one in (*group.kpis, *group.objectives)
    ]


def test_everybody_looks_through_it(browser: Open, cast: Cast, strangers: Cast) -> None:
    answer = browser(cast.vic).get(PATH)
    assert len(answer.context["groups"]) == 12
    assert answer.context["button"] is None
    assert 'type="checkbox" name="kpi"' not in answer.content.decode()
    assert browser(strangers.vic).get(PATH).status_code == 404
    assert browser(cast.ada).client.delete(f"/o/acme/{PATH}").status_code == 405


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=overdue+receivables", ["overdue-receivables", "cash-first"]),
        ("q=逾期应收", ["overdue-receivables", "cash-first"]),
        ("area=hr&q=TURNOVER", ["voluntary-turnover", "stay-gladly"]),
        ("q=nothing+like+that", []),
        ("area=nonsense", []),
    ],
)
def test_search_in_either_language(browser: Open, cast: Cast, query: str, found: list[str]) -> None:
    assert keys(browser(cast.mia).get(f"{PATH}?{query}")) == found


def test_choosing_kpis(browser: Open, cast: Cast) -> None:
    answer = browser(cast.lea).post(PATH, {"kpi": ["csat", "backlog"], "team": "service"})
    assert answer["Location"] == "/o/acme/kpis/"
    assert set(Kpi.objects.values_list("key", "team__key")) == {
        ("csat", "service"), ("backlog", "service")
    }  # fmt: skip
    groups = browser(cast.lea).get(f"{PATH}?area=support").context["groups"]
    assert {one.key for one in groups[0].kpis if one.is_here} == {"csat", "backlog"}


def test_choosing_an_objective(browser: Open, cast: Cast) -> None:
    given = {"objective": "same-day", "team": "service", "cycle": "2026Q4"}
    answer = browser(cast.lea).post(PATH, given)
    assert answer["Location"] == "/o/acme/goals/?cycle=2026Q4"
    assert Objective.objects.get().title == "Everybody hears from us the same day"


def test_during_the_set_up_it_goes_back_there(browser: Open, cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.organisation.pk).update(setup={"skipped": []})
    answer = browser(cast.sten).post(PATH, {"kpi": "csat", "team": "service"})
    assert answer["Location"] == "/o/acme/setup/"


def test_what_is_refused_keeps_the_choice(browser: Open, cast: Cast) -> None:
    answer = browser(cast.lea).post(PATH, {"kpi": "csat", "team": "nowhere"})
    assert answer.status_code == 422
    assert answer.context["fields"][0].error
    chosen = [one.key for group in answer.context["groups"] for one in group.kpis if one.is_chosen]
    assert chosen == ["csat"]
    nothing = browser(cast.lea).post(PATH, {"team": "service"})
    assert nothing.context["wrong"] == "Choose at least one example."
    assert browser(cast.vic).post(PATH, {"kpi": "csat"}).status_code == 403


@pytest.mark.parametrize("n", [1, 3])
def test_statements(browser: Open, cast: Cast, statements: Any, outside: Any, n: int) -> None:
    browser(cast.sten).post(PATH, {"kpi": ["csat", "backlog", "nps"][:n]})
    mia = browser(cast.mia)
    mia.get(PATH)
    with outside(), statements() as asked:
        assert mia.get(PATH).status_code == 200
    assert len(asked) == 5  # session, user with their places, all teams, what is here, cycles
