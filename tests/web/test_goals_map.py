"""The alignment map: what stands below what, who sees it, parts of it, and the statements."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import unescape
from typing import Any

import pytest

from okapi.goals.models import Objective
from okapi.goals.queries import alignment
from okapi.orgs.models import Cycle, Pillar
from tests.cast import NOW, Cast
from tests.goals.making import link, make_objective, renewed
from tests.web.conftest import Browser, make_goal

Open = Callable[..., Browser]
MAP = "goals/?view=map"


def outline(items: Iterable[Any]) -> list[Any]:
    """The titles, each followed by what stands below it."""
    told: list[Any] = []
    for item in items:
        told.append(item.title)
        if item.below:
            told.append(outline(item.below))
    return told


def drawn(answer: Any) -> list[Any]:
    """What the map of an answer shows."""
    assert answer.status_code == 200
    return outline(answer.context["level"].items)


def keys(answer: Any) -> list[str]:
    """The objectives and teams in a part of the map."""
    assert answer.status_code == 200
    return re.findall(r'data-key="([^"]*)"', answer.content.decode())


def rest(answer: Any) -> tuple[int, str]:
    """How many follow a part of the map, and where."""
    found = re.search(r'data-rest="(\d+)" data-next="([^"]*)"', answer.content.decode())
    assert found is not None
    return int(found.group(1)), unescape(found.group(2))


def item(answer: Any, title: str) -> Any:
    """The item of this title."""

    def walk(items: Iterable[Any]) -> Any:
        for one in items:
            if one.title == title:
                return one
            if (found := walk(one.below)) is not None:
                return found
        return None

    return walk(answer.context["level"].items)


@pytest.fixture
def aligned(cast: Cast, goal: Objective) -> dict[str, Objective]:
    """C ← O-1 ← R, and S below both C and O-1; X stands alone."""
    made = {"O-1": goal}
    for key, team in (("C", cast.company), ("R", cast.repairs), ("S", cast.sales)):
        made[key] = make_objective(cast, key=key, team=team)
    made["X"] = make_objective(cast, key="X", team=cast.sales)
    for child, parent in (("O-1", "C"), ("R", "O-1"), ("S", "C"), ("S", "O-1")):
        link(made[child], made[parent])
    renewed(list(made.values()))
    return made


@pytest.mark.usefixtures("aligned")
def test_each_stands_once_below_what_it_contributes_to(browser: Open, cast: Cast) -> None:
    for person in (cast.mia, cast.tom, cast.vic, cast.ada):
        answer = browser(person).get(MAP)
        assert drawn(answer) == ["C", ["O-1", ["R"], "S"], "X"]
    answer = browser(cast.mia).get(MAP)
    assert item(answer, "S").also == ("O-1",)
    assert len(item(answer, "S").above) == 2
    text = answer.content.decode()
    assert "Also contributes to O-1" in text
    assert text.count('data-key="S"') == 1


def test_a_stranger_finds_nothing_here(browser: Open, strangers: Cast, goal: Objective) -> None:
    assert browser(strangers.mia).get(MAP).status_code == 404
    own = browser(strangers.mia, "rival").get(MAP)
    assert "No objectives in 2026 Q4 yet" in own.content.decode()


def test_it_is_only_read(browser: Open, cast: Cast) -> None:
    assert browser(cast.mia).post(MAP).status_code == 405


def test_private_goals_are_no_nodes_no_edges_and_not_counted(
    browser: Open, cast: Cast, aligned: dict[str, Objective]
) -> None:
    # Between C and R2 lies a goal that only Rob reads.
    secret = make_objective(cast, key="N", visibility="named", owner=cast.rob)
    lower = make_objective(cast, key="R2", team=cast.repairs)
    link(secret, aligned["C"])
    link(lower, secret)
    renewed([secret, lower])
    rob, tom = browser(cast.rob), browser(cast.tom)
    assert drawn(rob.get(MAP)) == ["C", ["O-1", ["R"], "S", "N", ["R2"]], "X"]
    answer = tom.get(MAP)
    assert drawn(answer) == ["C", ["O-1", ["R"], "S"], "R2", "X"]
    assert item(answer, "R2").above == ()
    assert str(secret.pk.hex) not in answer.content.decode()
    assert "N" not in str(drawn(tom.get(f"{MAP}&focus=R2")))
    assert drawn(tom.get(f"{MAP}&focus=R2")) == ["R2"]
    assert tom.get(f"{MAP}&focus=N").status_code == 404
    assert tom.get(f"{MAP}&fragment=level&under=goal:N").status_code == 404
    assert tom.get("goals/N/?fragment=map").status_code == 404
    level = tom.get(f"{MAP}&fragment=level&under=goal:C")
    assert keys(level) == ["O-1", "S"]
    assert rest(level)[0] == 0
    assert "/goals/" not in tom.get(f"{MAP}&fragment=found&find=N").content.decode()
    for by in ("team", "pillar"):
        text = tom.get(f"{MAP}&by={by}").content.decode()
        assert "/goals/N/" not in text
        assert secret.pk.hex not in text


@pytest.mark.usefixtures("aligned")
def test_by_team(browser: Open, cast: Cast) -> None:
    make_objective(cast, key="P", owner=cast.mia)
    assert drawn(browser(cast.mia).get(f"{MAP}&by=team")) == [
        "Company", ["C", "Service", ["O-1", "Repairs", ["R"]], "Sales", ["S", "X"]],
        "Personal goals", ["P"],
    ]  # fmt: skip
    level = browser(cast.mia).get(f"{MAP}&by=team&fragment=level&under=team:sales")
    assert keys(level) == ["S", "X"]


def test_by_pillar(browser: Open, cast: Cast, aligned: dict[str, Objective]) -> None:
    pillar = Pillar.objects.create(organisation=cast.organisation, key="q", title="Quality")
    Objective.objects.filter(key__in=("O-1", "R", "C")).update(pillar=pillar)
    Objective.objects.filter(key="C").update(pillar=None)
    answer = browser(cast.mia).get(f"{MAP}&by=pillar")
    assert drawn(answer) == ["Quality", ["O-1", ["R", "S"]], "Without a pillar", ["C", "X"]]
    level = browser(cast.mia).get(f"{MAP}&by=pillar&fragment=level&under=pillar:q")
    assert keys(level) == ["O-1"]


@pytest.mark.usefixtures("aligned")
def test_around_one_objective(browser: Open, cast: Cast) -> None:
    mia = browser(cast.mia)
    assert drawn(mia.get(f"{MAP}&focus=R")) == ["C", ["O-1", ["R"]]]
    assert drawn(mia.get(f"{MAP}&focus=O-1")) == ["C", ["O-1", ["R", "S"]]]
    assert item(mia.get(f"{MAP}&focus=R"), "C").hidden == 1
    # Above S stand C and O-1, and O-1 below C.
    assert drawn(mia.get(f"{MAP}&focus=S")) == ["C", ["S", "O-1"]]
    assert item(mia.get(f"{MAP}&focus=R"), "R").is_focus
    assert mia.get(f"{MAP}&focus=nothing").status_code == 404


def test_the_focus_goes_beyond_the_cycle(browser: Open, cast: Cast, goal: Objective) -> None:
    year = make_objective(cast, key="Y", team=cast.company, cycle=cast.year)
    link(goal, year)
    mia = browser(cast.mia)
    assert drawn(mia.get(MAP)) == ["O-1"]
    assert drawn(mia.get(f"{MAP}&focus=O-1")) == ["Y", ["O-1"]]


@pytest.mark.usefixtures("aligned")
def test_filters(browser: Open, cast: Cast) -> None:
    mia = browser(cast.mia)
    answers: dict[str, list[Any]] = {
        "team=service": ["O-1", ["R"]],
        "team=sales": ["S", "X"],
        "health=at_risk": ["O-1"],
        "q=s": ["S"],
        "owner=me": ["O-1"],
        "by=nonsense": ["C", ["O-1", ["R"], "S"], "X"],
        "by=team&team=service": ["Service", ["O-1", "Repairs", ["R"]]],
    }
    for query, wanted in answers.items():
        assert drawn(mia.get(f"{MAP}&{query}")) == wanted, query
    assert "No objective matches" in mia.get(f"{MAP}&q=zz").content.decode()
    assert mia.get(f"{MAP}&cycle=1999").status_code == 404


def test_what_there_is_no_room_for_follows(
    browser: Open, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alignment, "CHILDREN", 2)
    monkeypatch.setattr(alignment, "TOPS", 2)
    top = make_objective(cast, key="A", team=cast.company)
    for at in range(5):
        link(make_objective(cast, key=f"B-{at}"), top)
        make_objective(cast, key=f"T-{at}", team=cast.sales)
    mia = browser(cast.mia)
    answer = mia.get(MAP)
    assert drawn(answer) == ["A", ["B-0", "B-1"], "T-0"]
    assert answer.context["level"].rest == 4
    assert item(answer, "A").hidden == 3
    seen, address = ["B-0", "B-1"], item(answer, "A").level
    for wanted in (1, 0):
        level = mia.get(address)
        seen += keys(level)
        left, address = rest(level)
        assert left == wanted
    assert seen == [f"B-{at}" for at in range(5)]
    tops = mia.get(answer.context["level"].next)
    assert keys(tops) == ["T-1", "T-2"]
    assert rest(tops)[0] == 2


def test_no_answer_is_larger_than_a_map_can_be(
    browser: Open, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alignment, "MOST", 4)
    top = make_objective(cast, key="A", team=cast.company)
    for at in range(3):
        child = make_objective(cast, key=f"B-{at}")
        link(child, top)
        link(make_objective(cast, key=f"C-{at}"), child)
    answer = browser(cast.mia).get(MAP)
    assert drawn(answer) == ["A", ["B-0", "B-1", "B-2"]]
    assert item(answer, "B-0").hidden == 1


@pytest.mark.parametrize("asked", ["under=", "under=nothing:x", "under=top", "x=1", "under=goal"])
def test_parts_that_are_not_there(browser: Open, cast: Cast, asked: str) -> None:
    answer = browser(cast.mia).get(f"{MAP}&fragment=level&{asked}")
    assert answer.status_code == (200 if asked == "under=top" else 404)
    for after in ("-1", "x", "9" * 30):
        assert browser(cast.mia).get(
            f"{MAP}&fragment=level&under=top:&after={after}"
        ).status_code == 200  # fmt: skip


@pytest.mark.usefixtures("aligned")
def test_finding(browser: Open, cast: Cast) -> None:
    found = browser(cast.mia).get(f"{MAP}&fragment=found&find=o-").content.decode()
    assert re.findall(r'data-goto="(.*?)"', found) == ["O-1"]
    assert 'href="/o/acme/goals/?view=map&amp;focus=O-1"' in found
    none = browser(cast.mia).get(f"{MAP}&find=zz").content.decode()
    assert "No objective has “zz” in its title." in none


@pytest.mark.parametrize("query", ["", "&by=team", "&by=pillar", "&focus=O-1"])
def test_the_number_of_statements_is_that_of_one_row(
    browser: Open, cast: Cast, statements: Any, query: str
) -> None:
    top = make_objective(cast, key="A", team=cast.company)
    mia, counts = browser(cast.mia), []
    for key in ("O-1", "O-2", "O-3"):
        link(make_goal(cast, key, guarded=True), top)
        with statements() as asked:
            mia.get(f"{MAP}{query}")
        counts.append(len(asked))
    assert counts == [counts[0]] * 3
    assert counts[0] <= 12, counts


def test_an_organisation_without_a_cycle(browser: Open, cast: Cast) -> None:
    Cycle.objects.update(archived_at=NOW)
    assert "No cycle yet" in browser(cast.mia).get(MAP).content.decode()


def test_titles_are_written_as_text(browser: Open, cast: Cast, goal: Objective) -> None:
    Objective.objects.filter(pk=goal.pk).update(title='"><b>bold</b>')
    for query in ("", "&by=team", "&by=pillar", "&find=bold"):
        assert "<b>bold" not in browser(cast.mia).get(f"{MAP}{query}").content.decode()


def test_a_card_alone_is_that_of_the_map(browser: Open, cast: Cast, goal: Objective) -> None:
    card = browser(cast.mia).get("goals/O-1/?fragment=map", htmx=True).content.decode().strip()
    assert card.startswith('<div class="map-card map-warn"')
    assert card in browser(cast.mia).get(MAP).content.decode()
