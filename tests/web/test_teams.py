"""The tree of teams, a team's page, a person's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from okapi.base import clock
from okapi.kpis.models import Kpi
from okapi.kpis.standings import entries
from okapi.orgs.models import Membership, Person, Team
from tests.cast import TODAY, Cast
from tests.web.conftest import Browser, make_goal

Open = Callable[..., Browser]
Asked = Callable[[], Any]


@pytest.fixture
def busy(cast: Cast) -> None:
    """Mia has a goal and a KPI in service, and answers for something there."""
    make_goal(cast, "O-1")
    Kpi.objects.filter(key="kpi-O-1").update(owner=cast.mia, team=cast.service)
    entries.renew(Kpi.objects.filter(key="kpi-O-1").values_list("pk", flat=True), TODAY)
    Membership.objects.filter(person=cast.mia).update(
        role="Dispatcher", responsibilities="Plans <all> visits"
    )
    Person.objects.filter(pk=cast.mia.pk).update(manager=cast.lea, job="Planner")


@pytest.mark.parametrize("may", [True, False])
def test_who_may_add_the_first_team_is_led_there(cast: Cast, browser: Open, may: bool) -> None:
    Team.objects.update(archived_at=clock.now())
    page = browser(cast.ada if may else cast.vic).get("teams/").text

    assert ("/settings/teams/new" in page) is may
    assert ("An administrator adds teams" in page) is not may


def test_teams_stand_as_a_tree(cast: Cast, busy: None, browser: Open) -> None:
    page = browser(cast.vic).get("teams/").text

    places = [page.index(f"/teams/{key}/") for key in ("company", "service", "repairs", "sales")]
    assert places == sorted(places)
    assert f"/people/{cast.lea.pk}/" in page


def test_a_team_has_its_goals_kpis_and_people(cast: Cast, busy: None, browser: Open) -> None:
    page = browser(cast.vic).get("teams/service/").text

    for there in ("/goals/O-1/", "/kpis/kpi-O-1/", "Dispatcher", "Plans &lt;all&gt; visits"):
        assert there in page
    assert "/teams/repairs/" in page
    assert "Sales" not in page


def test_a_team_shows_its_first_goals_and_counts_all(cast: Cast, browser: Open) -> None:
    for number in range(12):
        make_goal(cast, f"O-{number:02}", position=number)

    page = browser(cast.vic).get("teams/service/").text

    shown = [number for number in range(12) if f'/goals/O-{number:02}/"' in page]
    assert shown == list(range(10))
    assert '<span class="pill">12</span>' in page


def test_a_person_has_their_goals_places_and_lead(cast: Cast, busy: None, browser: Open) -> None:
    page = browser(cast.vic).get(f"people/{cast.mia.pk}/").text

    for there in ("/goals/O-1/", "/kpis/kpi-O-1/", "Dispatcher", "Planner", "/teams/service/"):
        assert there in page
    assert f"/people/{cast.lea.pk}/" in page
    lea = browser(cast.vic).get(f"people/{cast.lea.pk}/").text
    assert f"/people/{cast.mia.pk}/" in lea


def test_what_is_private_is_not_told_on_a_page_of_others(cast: Cast, browser: Open) -> None:
    make_goal(cast, "O-1", visibility="named")
    for path in ("teams/service/", f"people/{cast.mia.pk}/"):
        assert "/goals/O-1/" in browser(cast.mia).get(path).text
        assert "/goals/O-1/" not in browser(cast.tom).get(path).text


@pytest.mark.parametrize("path", ["teams/", "teams/service/"])
def test_another_cycle(cast: Cast, busy: None, browser: Open, path: str) -> None:
    assert browser(cast.mia).get(f"{path}?cycle=2026").status_code == 200
    assert browser(cast.mia).get(f"{path}?cycle=1999").status_code == 404


def test_without_anything_it_says_what_to_do(cast: Cast, browser: Open) -> None:
    page = browser(cast.mia).get("teams/sales/").text

    assert "no objective in this cycle" in page
    assert "no KPI yet" in page


def test_nothing_there_is_not_found(cast: Cast, strangers: Cast, browser: Open) -> None:
    cast.sales.archived_at = "2026-01-01T00:00:00Z"
    cast.sales.save()
    for path in ("teams/sales/", "teams/nothing/", f"people/{uuid4()}/", "people/mia/"):
        assert browser(cast.mia).get(path).status_code == 404, path
    assert browser(strangers.mia).get(f"people/{cast.mia.pk}/", htmx=True).status_code == 404
    assert browser(cast.mia).post("teams/").status_code == 405


@pytest.mark.parametrize("path", ["teams/", "teams/service/", "people/{mia}/"])
def test_statements_do_not_grow(
    cast: Cast, busy: None, browser: Open, statements: Asked, path: str
) -> None:
    mia, at = browser(cast.mia), path.format(mia=cast.mia.pk)
    mia.get(at)
    counts = []
    for more in ((), ("O-2", "O-3")):
        for key in more:
            make_goal(cast, key)
            Kpi.objects.filter(key=f"kpi-{key}").update(owner=cast.mia, team=cast.service)
        with statements() as asked:
            mia.get(at)
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 10
