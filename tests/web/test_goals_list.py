"""The goals list: who sees what, filters, order, pages, the file, and the number of statements."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from okapi.goals.models import Objective
from okapi.goals.queries import listing
from okapi.orgs.models import Cycle, Person, Pillar, Team
from tests.cast import NOW, Cast
from tests.goals.making import make_key_result, make_objective, renewed
from tests.web.conftest import Browser, make_goal

Open = Callable[..., Browser]


def titles(answer: Any) -> list[str]:
    """The objectives in the order in which they stand."""
    return [line.title for group in answer.context["groups"] for line in group.lines]


def test_it_shows_an_objective_with_its_figures(browser: Open, cast: Cast, goal: Objective) -> None:
    answer = browser(cast.mia).get("goals/")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Goals of 2026 Q4" in text
    assert "moves 1 KPI" in text
    assert "cost-O-1" in text  # the guarded KPI
    (line,) = [line for group in answer.context["groups"] for line in group.lines]
    assert line.href == "/o/acme/goals/O-1/"
    assert round(line.progress.value, 2) == 0.59
    assert line.status.kind == "at_risk"  # the guard is amber


def test_a_teammate_sees_the_same(browser: Open, cast: Cast, goal: Objective) -> None:
    assert titles(browser(cast.tom).get("goals/")) == ["O-1"]


def test_a_viewer_reads_it(browser: Open, cast: Cast, goal: Objective) -> None:
    assert titles(browser(cast.vic).get("goals/")) == ["O-1"]


def test_a_stranger_finds_nothing_here(browser: Open, strangers: Cast, goal: Objective) -> None:
    assert browser(strangers.mia).get("goals/").status_code == 404


def test_a_stranger_sees_their_own(browser: Open, strangers: Cast, goal: Objective) -> None:
    answer = browser(strangers.mia, "rival").get("goals/")
    assert answer.status_code == 200
    assert titles(answer) == []


def test_who_is_not_signed_in_is_sent_to_sign_in(browser: Open, cast: Cast) -> None:
    answer = browser(None).get("goals/?kind=committed")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in?next=/o/acme/goals/%3Fkind%3Dcommitted"


@pytest.mark.parametrize("query", ["cycle=1999", "team=nobody"])
def test_what_the_address_names_and_is_not_there(browser: Open, cast: Cast, query: str) -> None:
    assert browser(cast.mia).get(f"goals/?{query}").status_code == 404


def test_a_cursor_that_is_not_ours_is_refused(browser: Open, cast: Cast) -> None:
    for after in ("nonsense", "WzEsMl0", "bnVsbA", "W251bGwsICJ4IiwgIjEiXQ"):
        answer = browser(cast.mia).get(f"goals/?after={after}")
        assert answer.status_code == 422, after


def test_nonsense_in_a_filter_is_left_out(browser: Open, cast: Cast, goal: Objective) -> None:
    answer = browser(cast.mia).get("goals/?health=splendid&kind=odd&sort=person&n=-4&only=x")
    assert titles(answer) == ["O-1"]


def test_it_is_only_read(browser: Open, cast: Cast) -> None:
    assert browser(cast.mia).post("goals/").status_code == 405


@pytest.mark.parametrize("several", ["", "&kr=1"])
def test_the_number_of_statements_is_that_of_one_row(
    browser: Open, cast: Cast, statements: Any, several: str
) -> None:
    found = browser(cast.mia)
    for key in ("O-1", "O-2", "O-3"):
        make_goal(cast, key, guarded=True)
        with statements() as asked:
            found.get(f"goals/?x=1{several}")
        assert len(asked) == 7, [query["sql"][:90] for query in asked]


def test_private_goals_are_listed_for_those_who_may_see_them(
    browser: Open, cast: Cast, goal: Objective
) -> None:
    make_goal(cast, "O-2", visibility="team", team=cast.service)
    make_goal(cast, "O-3", visibility="named", owner=cast.rob)
    mia = browser(cast.mia).get("goals/")
    assert titles(mia) == ["O-1", "O-2"]
    assert "+ 1 private to you" in mia.content.decode()
    assert titles(browser(cast.tom).get("goals/")) == ["O-1"]
    assert titles(browser(cast.rob).get("goals/")) == ["O-1", "O-3"]
    # Not even an administrator's role opens a goal that is private to named people.
    assert titles(browser(cast.ada).get("goals/")) == ["O-1"]


def test_the_groups_stand_in_the_order_of_the_tree(browser: Open, cast: Cast) -> None:
    for key, team in (("S", cast.sales), ("R", cast.repairs), ("V", cast.service)):
        make_objective(cast, key=key, team=team)
    make_objective(cast, key="P", owner=cast.mia)
    make_objective(cast, key="C", team=cast.company)
    answer = browser(cast.mia).get("goals/")
    assert titles(answer) == ["C", "V", "R", "S", "P"]
    assert [group.title for group in answer.context["groups"]] == [
        "Company",
        "Service",
        "Repairs",
        "Sales",
        "Personal goals",
    ]


def test_every_filter(browser: Open, cast: Cast) -> None:
    quality = Pillar.objects.create(organisation=cast.organisation, key="q", title="Quality")
    renewed(
        [
            make_objective(cast, key="A", team=cast.repairs, kind="aspirational"),
            make_objective(cast, key="B", team=cast.sales, owner=cast.tom, pillar=quality),
            make_objective(cast, key="C", team=cast.company, state="draft"),
        ]
    )
    make_goal(cast, "D")
    found = browser(cast.mia)
    answers = {
        "team=service": ["D", "A"],
        "health=on_track": ["D"],
        "health=on_track&health=none": ["C", "D", "A", "B"],
        "owner=me": ["D"],
        "owner=To": ["B"],
        "owner=tom@acme.example": ["B"],
        "pillar=q": ["B"],
        "kind=aspirational": ["A"],
        "only=no_kpi": ["C", "A", "B"],
        "q=d": ["D"],
        "q=zz": [],
        "cycle=2026": [],
    }
    for query, wanted in answers.items():
        assert titles(found.get(f"goals/?{query}")) == wanted, query


def test_a_mismatch_can_be_looked_for(browser: Open, cast: Cast, goal: Objective) -> None:
    key_result = make_goal(cast, "O-2", value=78).key_results.get()
    browser(cast.mia).post(
        f"key-results/{key_result.key}/check-in", {"confidence": "9", "happened": "All well."}
    )
    answer = browser(cast.tom).get("goals/?only=mismatch")
    assert titles(answer) == ["O-2"]
    assert answer.context["stands"].mismatches == 1


@pytest.mark.parametrize("view", ["list", "tree"])
def test_the_numbers_above_are_a_live_region_of_their_own(
    browser: Open, cast: Cast, goal: Objective, view: str
) -> None:
    """A check-in changes no branch, by which the list is told, but whether it fits the data."""
    key_result = make_goal(cast, "O-2", value=78).key_results.get()
    tom = browser(cast.tom)
    page = tom.get(f"goals/?view={view}&type=").content.decode()
    (address,) = re.findall(r'data-topic="objective:\*" data-fragment="([^"]+)"', page)
    browser(cast.mia).post(f"key-results/{key_result.key}/check-in", {"confidence": "9"})
    part = tom.get(html.unescape(address)).content.decode()
    assert re.findall(r"goals-summary-link.*<b>(\d+)</b></a>", part) == ["1", "0"]
    assert "<html" not in part


def test_orders(browser: Open, cast: Cast) -> None:
    make_goal(cast, "B-half", value=83)
    make_goal(cast, "A-none", value=78)
    renewed([make_objective(cast, key="C-unknown")])
    found = browser(cast.mia)
    answers = {
        "title": ["A-none", "B-half", "C-unknown"],
        "progress": ["B-half", "A-none", "C-unknown"],
        "health": ["A-none", "B-half", "C-unknown"],
    }
    for sort, wanted in answers.items():
        assert titles(found.get(f"goals/?sort={sort}")) == wanted, sort


@pytest.mark.parametrize("sort", ["team", "title", "progress", "health"])
def test_pages_follow_each_other_without_gap_or_double(
    browser: Open, cast: Cast, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    monkeypatch.setattr(listing.page, "__kwdefaults__", {**listing.page.__kwdefaults__, "size": 3})
    teams = (cast.sales, cast.company, cast.repairs, cast.service)
    made = [make_objective(cast, key=f"O-{i}", team=teams[i % 4]) for i in range(9)]
    made.append(make_objective(cast, key="O-9", owner=cast.mia))
    renewed(made)
    found = browser(cast.mia)
    whole = titles(found.get(f"goals/?sort={sort}"))
    assert len(whole) == 3
    seen, address = [], f"goals/?sort={sort}"
    for _ in range(6):
        answer = found.get(address)
        seen += titles(answer)
        pages = answer.context["pages"]
        if pages is None or not pages.following:
            break
        address = pages.following
    assert sorted(seen) == [f"O-{i}" for i in range(10)]
    if sort == "team":
        assert [key for key in seen if key != "O-9"] == sorted(
            (f"O-{i}" for i in range(9)),
            key=lambda key: ([1, 3, 2, 0].index(int(key[2:]) % 4), key),
        )


def test_a_large_cycle_is_paged_by_team_in_the_same_order(
    browser: Open, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = [
        Team.objects.create(
            organisation=cast.organisation, key=f"t{i}", name=f"T{i}", parent=cast.sales, position=i
        )
        for i in range(6)
    ]
    made = [make_objective(cast, key=f"O-{i}", team=more[i % 6]) for i in range(12)]
    renewed(made)
    small = titles(browser(cast.mia).get("goals/"))
    monkeypatch.setattr(listing, "FEW", -1)
    assert titles(browser(cast.mia).get("goals/")) == small
    assert len(small) == 12


def test_where_counting_takes_too_long_the_numbers_are_left_out(
    browser: Open, cast: Cast, goal: Objective, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("okapi.goals.queries.overview.FEW", -1)
    answer = browser(cast.mia).get("goals/")
    assert answer.context["stands"].mismatches is None
    assert titles(answer) == ["O-1"]


def test_an_empty_list_says_what_to_do(browser: Open, cast: Cast) -> None:
    empty = browser(cast.mia).get("goals/").content.decode()
    assert "No objectives in 2026 Q4 yet" in empty
    assert "/o/acme/templates/" in empty
    assert "/o/acme/templates/" not in browser(cast.vic).get("goals/").content.decode()
    filtered = browser(cast.mia).get("goals/?q=nothing").content.decode()
    assert "No objective matches" in filtered


def test_an_organisation_without_a_cycle(browser: Open, cast: Cast) -> None:
    Cycle.objects.update(archived_at=NOW)
    answer = browser(cast.mia).get("goals/")
    assert answer.status_code == 200
    assert "A strategist makes the first one" in answer.content.decode()
    assert "/o/acme/settings/cycles/" not in answer.content.decode()
    text = browser(cast.stella).get("goals/").content.decode()
    assert "No cycle yet" in text
    assert "/o/acme/settings/cycles/" in text
    assert browser(cast.mia).get("goals.csv").status_code == 200


def test_the_shortest_running_cycle_is_shown_first(browser: Open, cast: Cast) -> None:
    Cycle.objects.create(
        organisation=cast.organisation,
        key="2027Q1",
        title="2027 Q1",
        starts=date(2027, 1, 1),
        ends=date(2027, 3, 31),
    )
    assert browser(cast.mia).get("goals/").context["title"] == "Goals of 2026 Q4"


def test_fragments_are_parts_of_the_page(browser: Open, cast: Cast, goal: Objective) -> None:
    whole = browser(cast.mia).get("goals/?fragment=list", htmx=True)
    assert whole.content.decode().lstrip().startswith('<section class="goals-list picks"')
    line = browser(cast.mia).get("goals/O-1/?fragment=line&kr=1", htmx=True)
    assert line.content.decode().lstrip().startswith('<tbody class="goal"')
    assert 'class="goal-sub"' in line.content.decode()


def test_a_line_that_comes_anew_stands_where_it_stood(
    browser: Open, cast: Cast, goal: Objective
) -> None:
    seen = browser(cast.mia).get("goals/?kr=1").content.decode()
    found = re.search(r'<tbody class="goal"[^>]*data-fragment="([^"]+)"', seen)
    assert found is not None
    assert "indent-1" in seen
    path = html.unescape(found[1]).removeprefix("/o/acme/")
    line = browser(cast.mia).get(path, htmx=True)
    assert line.content.decode().strip() in seen


@pytest.mark.parametrize("depth", ["-1", "7", "x", "1000000000000", ""])
def test_a_depth_that_is_none_is_the_root(
    browser: Open, cast: Cast, goal: Objective, depth: str
) -> None:
    line = browser(cast.mia).get(f"goals/O-1/?fragment=line&depth={depth}", htmx=True)
    assert "indent-0" in line.content.decode()


def test_the_file_has_every_matching_row_and_no_formula(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1")
    make_objective(cast, key="O-2", title_other="")
    Objective.objects.filter(key="O-2").update(title='=HYPERLINK("http://x")')
    answer = browser(cast.mia).get("goals.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["Key"] for row in rows] == ["O-1", "O-2"]
    assert rows[0]["Progress"] == "0.5900"
    assert rows[1]["Objective"] == '\'=HYPERLINK("http://x")'
    filtered = browser(cast.mia).get("goals.csv?kind=aspirational")
    assert b"".join(filtered.streaming_content).count(b"\r\n") == 1


def test_the_file_costs_the_same_statements_for_more_rows(
    browser: Open, cast: Cast, statements: Any
) -> None:
    found = browser(cast.mia)
    for key in ("O-1", "O-2", "O-3"):
        make_goal(cast, key, guarded=True)
        with statements() as asked:
            b"".join(found.get("goals.csv").streaming_content)
        assert len(asked) == 6


def test_titles_and_names_are_written_as_text(browser: Open, cast: Cast, goal: Objective) -> None:
    Objective.objects.filter(pk=goal.pk).update(title="<b>bold</b>")
    Person.objects.filter(pk=cast.mia.pk).update(name='"><script>')
    text = browser(cast.tom).get("goals/?kr=1").content.decode()
    assert "<b>bold</b>" not in text
    assert '"><script>' not in text


def test_it_is_there_in_chinese(browser: Open, cast: Cast, goal: Objective) -> None:
    mia = browser(cast.mia)
    mia.client.cookies["okapi_language"] = "zh-hans"
    text = mia.get("goals/?kr=1").content.decode()
    assert "2026 Q4 目标" in text
    assert '<html lang="zh-Hans"' in text
    assert "有风险" in text


def test_a_key_result_row_shows_what_it_moves(browser: Open, cast: Cast) -> None:
    goal = make_goal(cast, "O-1")
    make_key_result(goal, key="O-1.2", kind="yes_no", weight=Decimal(0))
    renewed([goal])
    text = browser(cast.mia).get("goals/?kr=1").content.decode()
    assert "/o/acme/kpis/kpi-O-1/" in text
    assert "83.9" in text
