"""Several KPIs changed at once: each by its own rights, told row by row, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.base import clock
from okapi.kpis.models import Kpi
from okapi.kpis.standings import renew
from okapi.orgs.models import Pillar
from tests.cast import TODAY, Cast
from tests.goals.making import make_kpi
from tests.web.conftest import Browser, make_goal
from tests.web.test_goals_bulk import become, undo_of
from tests.web.test_objective_edit import form_of, text_of

Open = Callable[..., Browser]
PATH = "kpis/bulk"
BOTH = ["speed", "calls"]


@pytest.fixture
def kpis(cast: Cast) -> None:
    """Two of the service team, and one of sales, which Lea does not lead."""
    for key in BOTH:
        make_kpi(cast, key)
    Kpi.objects.update(team=cast.service, owner=cast.mia)
    make_kpi(cast, "sales")
    renew([*Kpi.objects.values_list("pk", flat=True)], at=clock.now(), today=TODAY)
    Kpi.objects.filter(key="sales").update(team=cast.sales, owner=cast.tom)
    Pillar.objects.create(organisation=cast.organisation, key="care", title="Care")


def state() -> list[tuple[Any, ...]]:
    """What a change of several can change, of each KPI."""
    columns = ("key", "owner__name", "team__key", "pillar__key", "state", "archived_at")
    return list(Kpi.objects.order_by("key").values_list(*columns))


def apply(who: Browser, kpi: list[str], do: str, *, htmx: bool = False, **sent: str) -> Any:
    return who.post(PATH, {"kpi": kpi, "do": do, "apply": "1", **sent}, htmx=htmx)


def test_every_row_can_be_chosen_by_those_who_may_change_any(
    browser: Open, cast: Cast, kpis: None
) -> None:
    text = text_of(browser(cast.lea).get("kpis/"))
    assert text.count('name="kpi"') == 3
    assert 'id="bulk"' in text
    # A row of the catalogue that is fetched anew alone still has its box; one of Home has none.
    lea = browser(cast.lea)
    assert 'value="speed"' in text_of(lea.get("kpis/speed/?fragment=row&pick=1", htmx=True))
    assert 'name="kpi"' not in text_of(lea.get("kpis/speed/?fragment=row", htmx=True))
    text = text_of(browser(cast.vic).get("kpis/"))
    assert 'name="kpi"' not in text
    assert 'id="bulk"' not in text


@pytest.mark.parametrize("do", ["owner", "team", "pillar", "retire"])
def test_it_asks_before(browser: Open, cast: Cast, kpis: None, do: str) -> None:
    before = state()
    answer = browser(cast.lea).post(PATH, {"kpi": BOTH, "do": do})
    assert answer.status_code == 200
    assert "of 2 KPIs" in text_of(answer) or "Retire 2 KPIs" in text_of(answer)
    assert state() == before
    dialog = text_of(browser(cast.lea).post(PATH, {"kpi": BOTH, "do": do}, htmx=True))
    assert dialog.lstrip().startswith("<header")


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("do", "sent", "column", "expected"),
    [
        ("owner", {"owner": "rob@acme.example", "owner_text": "Rob"}, "owner__name", "Rob"),
        ("team", {"team": "sales"}, "team__key", "sales"),
        ("pillar", {"pillar": "care"}, "pillar__key", "care"),
        ("retire", {"reason": "Nobody looks"}, "state", "retired"),
    ],
)
def test_it_is_done_and_one_press_takes_it_back(
    browser: Open, cast: Cast, kpis: None, do: str, sent: dict[str, str], column: str,
    expected: str, htmx: bool,
) -> None:  # fmt: skip
    sten, before = browser(cast.sten), state()
    answer = apply(sten, BOTH, do, htmx=htmx, **sent)
    assert "2 of 2 changed." in text_of(answer)
    assert set(Kpi.objects.filter(key__in=BOTH).values_list(column, flat=True)) == {expected}
    back = sten.post(undo_of(answer), htmx=htmx)
    assert back.status_code == 200
    assert state() == before


def test_each_by_its_own_rights(browser: Open, cast: Cast, kpis: None) -> None:
    found = become(apply(browser(cast.lea), [*BOTH, "sales"], "pillar", pillar="care"))
    assert found["speed"] == found["calls"] == ""
    assert "this is not yours to do" in found["sales"]
    assert Kpi.objects.filter(pillar__key="care").count() == 2


def test_what_a_goal_needs_is_not_retired(browser: Open, cast: Cast, kpis: None) -> None:
    make_goal(cast, "O-1")
    found = become(apply(browser(cast.sten), ["kpi-O-1", "speed"], "retire"))
    assert found["speed"] == ""
    assert "O-1" in found["kpi-O-1"]


@pytest.mark.parametrize("htmx", [False, True])
def test_what_was_changed_since_stays_and_is_told(
    browser: Open, cast: Cast, kpis: None, htmx: bool
) -> None:
    sten = browser(cast.sten)
    answer = apply(sten, BOTH, "owner", owner="rob@acme.example", owner_text="Rob")
    Kpi.objects.filter(key="speed").update(owner=cast.ada)
    text = text_of(sten.post(undo_of(answer), htmx=htmx))
    assert "1 of 2 taken back." in text
    assert "It was changed again since" in text
    owners = dict(Kpi.objects.values_list("key", "owner__name"))
    assert (owners["speed"], owners["calls"]) == ("Ada", "Mia")


def test_what_has_to_be_said(browser: Open, cast: Cast, kpis: None) -> None:
    answer = apply(browser(cast.lea), BOTH, "owner")
    assert answer.status_code == 422
    assert "This is needed." in text_of(answer)
    assert not form_of(answer).error
    answer = apply(browser(cast.lea), BOTH, "owner", owner_text="Nobody", owner="")
    assert "Nothing found" in text_of(answer)


def test_nonsense(browser: Open, cast: Cast, kpis: None) -> None:
    lea = browser(cast.lea)
    assert lea.post(PATH, {"kpi": BOTH, "do": "marry"}).status_code == 422
    assert "Choose at least one KPI." in text_of(lea.post(PATH, {"do": "owner"}))
    many = [f"x-{at}" for at in range(201)]
    assert "201 KPIs are too many" in text_of(lea.post(PATH, {"kpi": many, "do": "retire"}))
    found = become(apply(lea, ["speed"], "team", team="nowhere"))
    assert "nowhere" in found["speed"]


def test_hidden_ones_are_not_told_of(browser: Open, cast: Cast, kpis: None) -> None:
    Kpi.objects.filter(key="sales").update(visibility="named", name="Secret")
    answer = apply(browser(cast.lea), ["sales", "nothing"], "retire")
    assert "Secret" not in text_of(answer)
    found = become(answer)
    assert found["sales"].replace("sales", "") == found["nothing"].replace("nothing", "")


def test_the_number_of_statements_of_the_form(
    browser: Open, cast: Cast, kpis: None, statements: Any
) -> None:
    lea = browser(cast.lea)

    def count(keys: list[str]) -> int:
        lea.post(PATH, {"kpi": keys, "do": "team"})
        with statements() as asked:
            lea.post(PATH, {"kpi": keys, "do": "team"})
        return len(asked)

    assert count(BOTH[:1]) == count([*BOTH, "sales"]) <= 6
