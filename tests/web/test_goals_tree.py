"""The goals as a tree by team: who sees what, what is open, filters, pages, and the statements."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from okapi.goals.models import Objective
from okapi.goals.queries import tree
from okapi.orgs.models import Cycle, Team
from okapi.web.goals.tree_items import Group
from tests.cast import NOW, Cast
from tests.goals.making import make_key_result, make_objective, renewed
from tests.web.conftest import Browser, make_goal

Open = Callable[..., Browser]
TREE = "goals/?view=tree"


def _items(group: Group | None) -> Iterator[Any]:
    for item in () if group is None else group.items:
        yield item
        yield from _items(item.below)


def _name(item: Any) -> str:
    linked = re.search(r"<a [^>]*>(.*?)</a>", item.line.name)
    return unescape(linked.group(1) if linked else item.line.name)


def names(answer: Any) -> list[str]:
    """What stands in the tree, from top to bottom."""
    assert answer.status_code == 200
    return [_name(item) for item in _items(answer.context["tree"])]


def named(answer: Any, name: str) -> Any:
    """The item of this name."""
    return next(one for one in _items(answer.context["tree"]) if _name(one) == name)


@pytest.fixture
def company(cast: Cast, goal: Objective) -> None:
    """Goals of four teams, and a personal one."""
    made = [
        make_objective(cast, key=key, team=team)
        for key, team in (("C", cast.company), ("R", cast.repairs), ("S", cast.sales))
    ]
    made.append(make_objective(cast, key="P", owner=cast.mia))
    renewed(made)


WHOLE = ["Company", "C", "Service", "O-1", "Repairs", "R", "Sales", "S", "Personal goals", "P"]


@pytest.mark.usefixtures("company")
def test_below_each_team_stand_its_goals_then_the_teams_below(browser: Open, cast: Cast) -> None:
    for person in (cast.mia, cast.tom, cast.vic, cast.ada):
        assert names(browser(person).get(TREE)) == WHOLE


def test_a_stranger_finds_nothing_here(browser: Open, strangers: Cast, goal: Objective) -> None:
    assert browser(strangers.mia).get(TREE).status_code == 404
    own = browser(strangers.mia, "rival").get(TREE)
    assert own.context["tree"] is None
    assert "No objectives in 2026 Q4 yet" in own.content.decode()


def test_it_is_only_read(browser: Open, cast: Cast) -> None:
    assert browser(cast.mia).post(TREE).status_code == 405


@pytest.mark.usefixtures("company")
def test_the_address_says_what_is_open(browser: Open, cast: Cast) -> None:
    mia = browser(cast.mia)
    answers = {
        "open=": ["Company", "Personal goals"],
        "open=company": ["Company", "C", "Service", "Sales", "Personal goals"],
        "open=repairs": ["Company", "Personal goals"],
        "open=company&open=service": [
            "Company", "C", "Service", "O-1", "Repairs", "Sales", "Personal goals",
        ],
        "open=~": ["Company", "Personal goals", "P"],
        "open=nothing&open=company~9&open=~~1": [
            "Company", "C", "Service", "Sales", "Personal goals", "P",
        ],
    }  # fmt: skip
    for query, wanted in answers.items():
        assert names(mia.get(f"{TREE}&{query}")) == wanted, query


@pytest.mark.usefixtures("company")
def test_every_item_is_opened_and_closed_by_its_link(browser: Open, cast: Cast) -> None:
    mia = browser(cast.mia)
    closed = mia.get(f"{TREE}&open=&kind=committed")
    opened = mia.get(named(closed, "Company").fold.href)
    assert names(opened) == ["Company", "C", "Service", "Sales", "Personal goals"]
    assert "kind=committed" in named(opened, "Company").fold.href
    assert names(mia.get(named(opened, "Company").fold.href)) == names(closed)


def test_key_results_of_all_or_of_one(browser: Open, cast: Cast, goal: Objective) -> None:
    make_goal(cast, "O-2")
    mia = browser(cast.mia)
    first = f"{TREE}&open=company&open=service"
    one = mia.get(named(mia.get(first), "O-1").fold.href)
    assert [name for name in names(one) if name.endswith(".1")] == ["O-1.1"]
    all_of_them = mia.get(f"{first}&kr=1")
    assert [name for name in names(all_of_them) if name.endswith(".1")] == ["O-1.1", "O-2.1"]
    but_one = mia.get(named(all_of_them, "O-1").fold.href)
    assert [name for name in names(but_one) if name.endswith(".1")] == ["O-2.1"]


@pytest.mark.usefixtures("company")
def test_filters_leave_the_teams_that_have_something(browser: Open, cast: Cast) -> None:
    mia = browser(cast.mia)
    answers = {
        "team=service": ["Service", "O-1", "Repairs", "R"],
        "owner=me": ["Company", "Service", "O-1", "Personal goals", "P"],
        "q=r": ["Company", "Service", "Repairs", "R"],
        "health=at_risk": ["Company", "Service", "O-1"],
        "q=p": ["Personal goals", "P"],
    }
    for query, wanted in answers.items():
        assert names(mia.get(f"{TREE}&{query}")) == wanted, query
    none = mia.get(f"{TREE}&q=zz")
    assert none.context["tree"] is None
    assert "No objective matches" in none.content.decode()
    assert mia.get(f"{TREE}&cycle=1999").status_code == 404


def test_private_goals_are_neither_shown_nor_counted(
    browser: Open, cast: Cast, goal: Objective
) -> None:
    make_goal(cast, "O-2", visibility="team", team=cast.service)
    make_goal(cast, "O-3", visibility="named", owner=cast.rob, team=None)
    seen = {cast.mia: ["O-1", "O-2"], cast.tom: ["O-1"], cast.rob: ["O-1", "Personal goals", "O-3"]}
    for person, wanted in seen.items():
        found = names(browser(person).get(TREE))
        assert [name for name in found if name in {"O-1", "O-2", "O-3", "Personal goals"}] == wanted
    # Not by a filter's counts either, nor by one level alone.
    tom = browser(cast.tom)
    assert "1 objective, teams below included" in named(tom.get(f"{TREE}&q=O"), "Service").line.name
    mia = named(browser(cast.mia).get(f"{TREE}&q=O"), "Service")
    assert "2 objectives, teams below included" in mia.line.name
    level = tom.get(f"{TREE}&fragment=level&under=service").content.decode()
    assert "O-1" in level
    assert "O-2" not in level
    assert tom.get(f"{TREE}&fragment=level&goal=O-2").status_code == 404
    assert tom.get("goals/O-2/?fragment=row").status_code == 404


@pytest.mark.usefixtures("company")
def test_one_level_alone(browser: Open, cast: Cast) -> None:
    mia = browser(cast.mia)
    level = mia.get(f"{TREE}&fragment=level&under=service", htmx=True).content.decode().strip()
    assert level.startswith('<ul class="tree-group tree-depth-2">')
    assert "O-1" in level
    assert "Repairs" in level
    below = mia.get(f"{TREE}&fragment=level&goal=O-1").content.decode()
    assert "O-1.1" in below
    assert "No objectives here" not in below
    personal = mia.get(f"{TREE}&fragment=level&under={quote('~')}").content.decode()
    assert "/goals/P/" in personal
    for unknown in ("under=nobody", "goal=nothing", "x=1", "under=~~x"):
        assert mia.get(f"{TREE}&fragment=level&{unknown}").status_code == 404, unknown


def test_a_team_without_goals_says_so(browser: Open, cast: Cast, goal: Objective) -> None:
    level = browser(cast.mia).get(f"{TREE}&fragment=level&under=sales").content.decode()
    assert "No objectives here" in level
    none = make_objective(cast, key="E")
    assert "No key results yet" in browser(cast.mia).get(
        f"{TREE}&fragment=level&goal={none.key}"
    ).content.decode().replace("no key", "No key")


def test_a_long_level_has_pages(browser: Open, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "PAGE", 4)
    for at in range(3):
        make_objective(cast, key=f"S-{at}", team=cast.sales)
        Team.objects.create(
            organisation=cast.organisation, key=f"t{at}", name=f"T{at}", parent=cast.sales
        )
    mia = browser(cast.mia)
    first = mia.get(f"{TREE}&open=company&open=sales")
    assert names(first)[3:] == ["S-0", "S-1", "S-2", "T0"]
    text = first.content.decode()
    assert "1–4 of 6" in text
    pages = named(first, "Sales").below.pages
    second = mia.get(pages.following)
    assert names(second) == ["Company", "Service", "Sales", "T1", "T2"]
    assert "5–6 of 6" in second.content.decode()
    assert named(second, "Sales").below.pages.following == ""
    # A page that is no longer there is the last one.
    assert names(mia.get(f"{TREE}&open=company&open=sales~7")) == names(second)


@pytest.mark.parametrize("few", [True, False])
@pytest.mark.parametrize("query", ["", "&kr=1", "&goal=O-1", "&health=at_risk"])
def test_the_number_of_statements_is_that_of_one_row(
    browser: Open,
    cast: Cast,
    statements: Any,
    query: str,
    few: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not few:
        monkeypatch.setattr(tree, "FEW", -1)
        monkeypatch.setattr("okapi.goals.queries.overview.FEW", -1)
    mia = browser(cast.mia)
    counts = []
    for key in ("O-1", "O-2", "O-3"):
        make_goal(cast, key, guarded=True)
        with statements() as asked:
            mia.get(f"{TREE}{query}")
        counts.append(len(asked))
    assert counts == [counts[0]] * 3
    assert counts[0] <= (8 if query == "" else 9), counts


def test_the_look_is_remembered(browser: Open, cast: Cast, goal: Objective) -> None:
    mia = browser(cast.mia)
    assert "groups" in mia.get("goals/").context
    mia.get(TREE)
    assert "Company" in names(mia.get("goals/"))
    assert "groups" in mia.get("goals/?view=list").context
    assert "groups" in mia.get("goals/").context
    mia.get(f"{TREE}&fragment=list")  # the live page is nobody's choice
    assert "groups" in mia.get("goals/").context
    assert "groups" in mia.get("goals/?view=nonsense").context


def test_the_looks_keep_the_filters(browser: Open, cast: Cast, goal: Objective) -> None:
    answer = browser(cast.mia).get(f"{TREE}&team=service&health=at_risk&open=service&kr=1")
    views = {choice.value: choice.href for choice in answer.context["views"].choices}
    assert views["list"] == "/o/acme/goals/?team=service&health=at_risk&view=list"


def test_an_organisation_without_a_cycle(browser: Open, cast: Cast) -> None:
    Cycle.objects.update(archived_at=NOW)
    answer = browser(cast.mia).get(TREE)
    assert answer.status_code == 200
    assert "No cycle yet" in answer.content.decode()


def test_titles_and_names_are_written_as_text(browser: Open, cast: Cast, goal: Objective) -> None:
    bold = '"><b>bold</b>'
    Objective.objects.filter(pk=goal.pk).update(title=bold)
    Team.objects.filter(pk=cast.service.pk).update(name=bold)
    text = browser(cast.mia).get(f"{TREE}&kr=1").content.decode()
    assert "<b>bold" not in text


def test_a_row_alone_is_that_of_the_tree(browser: Open, cast: Cast, goal: Objective) -> None:
    row = browser(cast.mia).get("goals/O-1/?fragment=row", htmx=True).content.decode().strip()
    assert row.startswith('<div class="tree-row tree-goal"')
    assert row in browser(cast.mia).get(TREE).content.decode()


def test_it_is_there_in_chinese(browser: Open, cast: Cast, goal: Objective) -> None:
    mia = browser(cast.mia)
    mia.client.cookies["okapi_language"] = "zh-hans"
    make_key_result(goal, key="O-1.2", kind="milestone")
    text = mia.get(f"{TREE}&kr=1").content.decode()
    assert "展开「Sales」" in text or "收起「Sales」" in text
    assert "有风险" in text
