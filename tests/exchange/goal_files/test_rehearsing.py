"""A plan tried in parts: the same is refused as of the whole, and nothing of it stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from okapi.base.models import Change
from okapi.core.errors import OkapiError
from okapi.exchange.goal_files import imports, rehearsing
from okapi.goals import actions
from okapi.goals.models import KeyResult, Objective
from tests.cast import Cast
from tests.exchange.goal_files import books
from tests.exchange.goal_files.books import Sheet

GOAL = {"cycle": "2026Q4", "team": "service"}
YES = {"thing": "Key result", "measured": "Yes or no"}


@pytest.fixture
def path(cast: Cast, tmp_path: Path) -> Path:
    """A workbook of two goals that are there, and of new ones that hang together."""
    lea = cast.actor(cast.lea)
    top = actions.create_objective(lea, title="Top", key="TOP", **GOAL)
    low = actions.create_objective(lea, title="Low", key="LOW", **GOAL)
    actions.add_key_result(lea, "TOP", title="Signed", key="TOP-A", kind="yes_no")
    actions.contribute(lea, "LOW", to_objective="TOP")
    return books.exported(lea, tmp_path / "goals.xlsx", top, low)


def new(sheet: Sheet) -> None:
    """A tree of goals, each with a key result; the first one is the last in the file."""
    for at in range(12):
        above = "11" if at else ""
        sheet.add(row=f"1{at}", parent_rows=above and f"1{at - 1}", title=f"Goal {at}", **GOAL)
        sheet.add(row=f"2{at}", parent_rows=f"1{at}", title=f"Result {at}", **YES)
    sheet.add(title="Supports a result", parent_rows="23", parents="TOP-A", **GOAL)
    sheet.add(title="Below what is there", parents="LOW", **YES)


def wrong(sheet: Sheet) -> None:
    """Circles, what is too long, and what stands below it, far from each other in the file."""
    sheet.set("TOP", parents="LOW")
    new(sheet)
    sheet.rows[5][books.column("title")] = "long " * 100
    sheet.add(row="90", parent_rows="91", title="Round", **GOAL)
    for at in range(6):
        sheet.add(title=f"Other {at}", weight="-1" if at == 4 else "1", **GOAL)
    sheet.add(row="91", parent_rows="90", title="And round", **GOAL)


def told(cast: Cast, path: Path) -> list[tuple[str, dict[str, object]]]:
    found = imports.look(cast.actor(cast.lea), path, name="goals.xlsx").errors
    return [(error.code, error.data) for error in found]


@pytest.mark.parametrize("edit", [new, wrong])
@pytest.mark.parametrize("size", [1, 3, 7])
def test_parts_refuse_what_the_whole_refuses(
    cast: Cast, path: Path, edit: books.Edit, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.edited(path, edit)
    monkeypatch.setattr(rehearsing, "AT_ONCE", 10_000)
    whole = told(cast, path)
    monkeypatch.setattr(rehearsing, "AT_ONCE", size)
    before = [model.objects.count() for model in (Objective, KeyResult, Change)]
    assert {code for code, _ in told(cast, path)} == {code for code, _ in whole}
    assert bool(whole) == (edit is wrong)
    assert [model.objects.count() for model in (Objective, KeyResult, Change)] == before
    monkeypatch.setattr(rehearsing, "_MOST_ABOVE", -1)
    assert told(cast, path) == whole


def test_what_is_sound_in_parts_is_taken_in(
    cast: Cast, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsing, "AT_ONCE", 2)
    books.edited(path, new)
    lea = cast.actor(cast.lea)
    assert imports.look(lea, path, name="goals.xlsx").counts["added"] == 26
    imports.take(lea, path, name="goals.xlsx")
    assert Objective.objects.count() == 15


def test_how_far_it_is_is_told_and_may_stop_it(
    cast: Cast, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsing, "AT_ONCE", 2)
    books.edited(path, new)
    steps: list[tuple[str, int, int]] = []

    def tell(step: str, done: int, total: int) -> None:
        steps.append((step, done, total))
        if done > 4:
            raise OkapiError("upload.stopped")

    with pytest.raises(OkapiError):
        imports.look(cast.actor(cast.lea), path, name="goals.xlsx", tell=tell)
    checking = [(done, total) for step, done, total in steps if step == "checking"]
    assert checking == [(0, 26), (2, 26), (4, 26), (6, 26)]
    assert Objective.objects.count() == 2
