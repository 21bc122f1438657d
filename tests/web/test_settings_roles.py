"""The table of roles says what the rules do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.base.actor import Role
from okapi.goals import access as goals_access
from okapi.goals.models import Objective
from okapi.kpis import access as kpis_access
from okapi.kpis.models import Kpi
from okapi.orgs import access as orgs_access
from okapi.orgs.models import Calendar, Cycle, Organisation, Person, Pillar, Team
from tests.cast import Cast
from tests.goals.making import make_objective
from tests.web.conftest import Browser

Open = Callable[..., Browser]
PATH = "settings/roles/"
COLUMNS = ("vic", "tom", "lea", "sten", "stella", "ada")


@pytest.fixture
def rows(browser: Open, cast: Cast) -> dict[str, list[str]]:
    """By what is done: the words of each column; empty where it is not theirs to do."""
    table = browser(cast.vic).get(PATH).context["table"]
    return {
        str(row[0].content): [str(cell.note or cell.content) for cell in row[1:]]
        for row in table.rows
    }


def test_everybody_reads_it(browser: Open, cast: Cast, strangers: Cast) -> None:
    assert browser(cast.vic).get(PATH).status_code == 200
    assert browser(strangers.vic).get(PATH).status_code == 404
    assert browser(cast.ada).post(PATH).status_code == 405


@pytest.mark.parametrize(
    ("what", "verb"), [("Measure and correct", "measure"), ("Define KPIs, set targets", "define")]
)
def test_of_a_kpi_of_the_service_team(
    cast: Cast, rows: dict[str, list[str]], what: str, verb: str
) -> None:
    kpi = Kpi(key="k", team=cast.service)
    for name, words in zip(COLUMNS, rows[what], strict=True):
        may = kpis_access.may(cast.actor(getattr(cast, name)), verb, kpi)
        assert may == (words not in ("", "own KPIs")), name
    own = Kpi(key="k", owner=cast.tom)
    is_own = rows[what][1] == "own KPIs"
    assert kpis_access.may(cast.actor(cast.tom), verb, own) == is_own


@pytest.mark.parametrize(
    ("what", "verb"),
    [
        ("Check in", "check_in"),
        ("Write and edit goals", "edit"),
        ("Agree on goals", "agree"),
        ("Adjust and close agreed goals", "adjust"),
        ("Adjust and close agreed goals", "close"),
    ],
)
def test_of_goals(cast: Cast, rows: dict[str, list[str]], what: str, verb: str) -> None:
    of_team: Objective = make_objective(cast, team=cast.service)
    of_company = make_objective(cast, team=cast.company)
    words = dict(zip(COLUMNS, rows[what], strict=True))
    for name, said in words.items():
        actor = cast.actor(getattr(cast, name))
        assert goals_access.may(actor, verb, of_team) == (said in ("the team's", "all")), name
        assert goals_access.may(actor, verb, of_company) == (said in ("the company's", "all")), name


@pytest.mark.parametrize(
    ("what", "kinds"),
    [
        ("Pillars and cycles", (Pillar, Cycle)),
        ("People, roles, invitations, hand-over", (Person,)),
        ("The tree of teams", (Team,)),
        ("The organisation's name, zone, calendar", (Organisation, Calendar)),
    ],
)
def test_of_the_organisation(rows: dict[str, list[str]], what: str, kinds: Any) -> None:
    of = ("viewer", "member", "lead", "steward", "strategist", "administrator")
    held = [name for name, words in zip(of, rows[what], strict=True) if words]
    assert [Role(name) for name in held] == list({orgs_access.MANAGERS[kind] for kind in kinds})
