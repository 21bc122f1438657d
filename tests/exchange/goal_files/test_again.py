"""A workbook that is brought twice: what is there already is not added again."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from okapi.exchange.goal_files import imports
from okapi.exchange.goal_files.imports import Looked, Said
from okapi.exchange.goal_files.plan import Does
from okapi.goals import actions
from okapi.goals.models import KeyResult, Level, Milestone, Moves, Objective
from tests.cast import Cast
from tests.exchange.goal_files import books
from tests.exchange.goal_files.books import Sheet
from tests.goals.making import make_kpi


@pytest.fixture
def path(cast: Cast, tmp_path: Path) -> Path:
    """A workbook of one goal, written and not yet edited."""
    make_kpi(cast, key="returns")
    make_kpi(cast, key="visits")
    lea = cast.actor(cast.lea)
    top = actions.create_objective(lea, title="Best", cycle="2026Q4", team="service", key="TOP")
    actions.add_key_result(lea, "TOP", title="Steps", key="TOP-A", kind="milestone")
    move = actions.MoveDraft("returns", target=Decimal(4))
    actions.add_key_result(lea, "TOP", title="Returns", key="TOP-B", moves=[move])
    return books.exported(lea, tmp_path / "goals.xlsx", top)


def new_rows(sheet: Sheet) -> None:
    """New things of all kinds, below new ones and below those that are there."""
    team = {"cycle": "2026Q4", "team": "service"}
    sheet.add(row="50", title="Quick", parents="TOP", **team)
    sheet.add(row="51", parent_rows="50", title="Levels", measured="Levels in words")
    sheet.add(parent_rows="51", thing="Level", title="So-so", target="0.3")
    sheet.add(row="52", parents="TOP", title="Signed", measured="Yes or no", action="Add")
    sheet.add(parents="TOP-A", thing="Milestone", title="Plan", due="2026-12-01")
    sheet.add(parents="TOP-B", thing="Further KPI", kpi="visits", target="10")
    sheet.add(key="MINE", action="Add", title="With an ID", **team)
    sheet.add(title="Personal", cycle="2026Q4")


def look(cast: Cast, path: Path, **said: Any) -> Looked:
    return imports.look(cast.actor(cast.lea), path, name="goals.xlsx", said=Said(**said))


def take(cast: Cast, path: Path, **said: Any) -> Any:
    return imports.take(cast.actor(cast.lea), path, name="goals.xlsx", said=Said(**said))[1]


def count() -> list[int]:
    return [model.objects.count() for model in (Objective, KeyResult, Level, Milestone, Moves)]


def test_new_rows_of_all_kinds_are_added_once(cast: Cast, path: Path) -> None:
    books.edited(path, new_rows)
    take(cast, path)
    there = count()
    assert there == [4, 4, 1, 1, 2]
    looked = look(cast, path)
    assert (looked.errors, looked.plan.items) == ((), [])
    assert [entry.line for entry in looked.plan.there] == list(range(5, 13))
    assert looked.counts["unchanged"] == 11
    take(cast, path)
    assert count() == there


def test_people_may_insist(cast: Cast, path: Path) -> None:
    books.edited(path, instead_of_top(**{**GOAL, "title": "New"}))
    take(cast, path)
    take(cast, path, again=True)
    assert Objective.objects.filter(title="New").count() == 2
    assert look(cast, path).plan.items == []


def test_two_of_the_same_are_two(cast: Cast, path: Path) -> None:
    def edit(sheet: Sheet) -> None:
        for _ in range(2):
            sheet.add(title="Twins", cycle="2026Q4", team="service")

    books.edited(path, edit)
    take(cast, path)
    take(cast, path)
    assert Objective.objects.filter(title="Twins").count() == 2


def test_what_was_taken_back_may_come_again(cast: Cast, path: Path) -> None:
    books.edited(path, new_rows)
    imports.undo(cast.actor(cast.lea), take(cast, path))
    looked = look(cast, path)
    assert looked.errors == ()
    assert [item.does for item in looked.plan.items] == [*[Does.ADD] * 6, Does.RESTORE, Does.ADD]
    take(cast, path)
    live = Objective.objects.filter(archived_at__isnull=True)
    assert sorted(live.values_list("title", flat=True)) == [
        "Best", "Personal", "Quick", "With an ID",
    ]  # fmt: skip


GOAL = {"title": "Best", "cycle": "2026Q4", "team": "service", "owner": "lea@acme.example"}


def instead_of_top(**cells: str) -> books.Edit:
    """Another row in the place of the one of the goal."""

    def edit(sheet: Sheet) -> None:
        for key in ("TOP", "TOP-A", "TOP-B"):
            sheet.drop(key)
        sheet.add(**cells)

    return edit


@pytest.mark.parametrize(
    ("other", "there"),
    [
        ({}, ["TOP"]),
        ({"owner": ""}, ["TOP"]),
        ({"owner": "Lea", "team": "Service"}, ["TOP"]),
        ({"title": "Best!"}, []),
        ({"cycle": "2026"}, []),
        ({"team": "repairs"}, []),
        ({"team": ""}, []),
        ({"owner": "mia@acme.example"}, []),
    ],
)
def test_the_same_is_the_same_title_cycle_team_and_owner(
    cast: Cast, path: Path, other: dict[str, str], there: list[str]
) -> None:
    books.edited(path, instead_of_top(**{**GOAL, **other}))
    looked = look(cast, path)
    assert looked.errors == ()
    assert [entry.key for entry in looked.plan.there] == there


def test_a_row_that_renames_is_not_what_a_new_row_means(cast: Cast, path: Path) -> None:
    def edit(sheet: Sheet) -> None:
        sheet.set("TOP", title="Renamed")
        sheet.add(**GOAL)

    books.edited(path, edit)
    take(cast, path)
    assert sorted(Objective.objects.values_list("title", flat=True)) == ["Best", "Renamed"]
    looked = look(cast, path)
    assert (looked.plan.items, len(looked.plan.there)) == ([], 1)


def test_a_taken_id_is_told_unless_it_is_the_same_goal(cast: Cast, path: Path) -> None:
    books.edited(path, instead_of_top(**GOAL, key="TOP", action="Add"))
    assert [entry.key for entry in look(cast, path).plan.there] == ["TOP"]
    books.edited(path, lambda sheet: sheet.set("TOP", title="Another"))
    assert [error.code for error in look(cast, path).errors] == ["key.taken"]


def test_nobody_learns_of_goals_that_they_may_not_see(cast: Cast, path: Path) -> None:
    Objective.objects.filter(key="TOP").update(visibility="named")
    books.edited(path, instead_of_top(**GOAL))
    looked = imports.look(cast.actor(cast.tom), path, name="goals.xlsx")
    assert looked.plan.there == []


def test_ten_edits_are_ten_changes(cast: Cast, path: Path) -> None:
    """Exported, edited in ten places, brought back: these ten, and afterwards none."""

    def edit(sheet: Sheet) -> None:
        sheet.set("TOP", title="Best of all", owner="mia@acme.example", weight="2", text="Why not")
        sheet.set("TOP-A", title="Steps to it", due="2026-12-20")
        sheet.set("TOP-B", target="3.5", text="Fewer of them")
        sheet.add(parents="TOP-A", thing="Milestone", title="Plan")
        sheet.add(parents="TOP", title="Signed", measured="Yes or no")

    books.edited(path, edit)
    looked = look(cast, path)
    assert looked.errors == ()
    found = {
        (item.key or item.values["title"], item.does.value): item.fields
        for item in looked.plan.items
    }
    assert found == {
        ("TOP", "change"): {
            "title": ("Best", "Best of all"), "text": ("", "Why not"),
            "owner": ("lea@acme.example", "mia@acme.example"), "weight": ("1", "2"),
        },
        ("TOP-A", "change"): {"title": ("Steps", "Steps to it"), "due": ("", "2026-12-20")},
        ("TOP-B", "change"): {"text": ("", "Fewer of them"), "target": ("4", "3.5")},
        ("Plan", "add"): {"title": ("", "Plan")},
        ("Signed", "add"): {"title": ("", "Signed"), "measured": ("", "yes_no")},
    }  # fmt: skip
    take(cast, path)
    again = look(cast, path)
    assert (again.errors, again.plan.items, len(again.plan.there)) == ((), [], 2)
    books.exported(cast.actor(cast.lea), path, Objective.objects.get(key="TOP"))
    assert look(cast, path).plan.items == []
