"""The workbook that goes round: what stays, what changes, whose word holds, what is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from okapi.base.models import Change
from okapi.core.errors import Conflict, Forbidden, NotFound, OkapiError, Refusals, Refused
from okapi.exchange.goal_files import imports
from okapi.exchange.goal_files.imports import Looked, Said
from okapi.exchange.goal_files.plan import Clashing, Does
from okapi.exchange.models import GoalImport
from okapi.goals import actions
from okapi.goals.actions import LevelDraft, MilestoneDraft, MoveDraft
from okapi.goals.models import (
    Adjustment,
    Contribution,
    KeyResult,
    Milestone,
    Moves,
    Objective,
    ObjectiveStanding,
)
from okapi.kpis.models import Kpi
from okapi.wording import speaking
from tests.cast import Cast
from tests.exchange.goal_files import books
from tests.exchange.goal_files.books import Sheet
from tests.goals.making import make_kpi


@dataclass
class House:
    """The service team's goals: one agreed with all kinds of key results, one that it supports."""

    cast: Cast
    kpi: Kpi
    other: Kpi
    top: Objective
    goal: Objective
    path: Path

    @property
    def lea(self) -> Any:
        return self.cast.actor(self.cast.lea)

    def export(self) -> Path:
        return books.exported(self.lea, self.path, self.top, self.goal)

    def look(self, **said: Any) -> Looked:
        return imports.look(self.lea, self.path, name="goals.xlsx", said=Said(**said))

    def take(self, **said: Any) -> Any:
        return imports.take(self.lea, self.path, name="goals.xlsx", said=Said(**said))[1]


@pytest.fixture
def house(cast: Cast, tmp_path: Path) -> House:
    kpi, other = make_kpi(cast, key="returns", unit="%"), make_kpi(cast, key="visits")
    lea = cast.actor(cast.lea)
    top = actions.create_objective(
        lea, title="Best service", cycle="2026Q4", team="service", key="TOP"
    )
    goal = actions.create_objective(
        lea, title="Fewer returns", cycle="2026Q4", team="service", key="RET", why="Costs\nmoney"
    )
    move = MoveDraft("returns", target=Decimal("4.5"))
    second = MoveDraft("visits", target=Decimal(100), weight=Decimal(2))
    actions.add_key_result(
        lea, "RET", title="Returns down", key="RET-A", moves=[move, second], against=True
    )
    actions.add_key_result(
        lea, "RET", title="New process", kind="milestone", key="RET-B",
        milestones=[
            MilestoneDraft("Plan", "M1", done_on=date(2026, 11, 2)),
            MilestoneDraft("Roll out", "M2", weight=Decimal(3)),
        ],
    )  # fmt: skip
    actions.add_key_result(
        lea, "RET", title="How it feels", kind="levels", key="RET-C",
        levels=[LevelDraft("fail", "Bad"), LevelDraft("target", "=Good")],
    )  # fmt: skip
    actions.add_key_result(lea, "RET", title="Signed", kind="yes_no", key="RET-D")
    actions.contribute(lea, "RET", to_objective="TOP")
    return House(cast, kpi, other, top, goal, tmp_path / "goals.xlsx")


def change(house: House, edit: books.Edit, **more: Any) -> None:
    books.edited(house.export(), edit, **more)


def only(looked: Looked) -> OkapiError:
    (error,) = looked.errors
    return error


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_round_trip_without_edits_changes_nothing(house: House, language: str) -> None:
    before = Change.objects.count()
    with speaking(language):
        house.export()
    looked = house.look()
    assert looked.errors == ()
    assert (looked.plan.items, looked.plan.unchanged) == ([], 11)
    house.take()
    assert Change.objects.exclude(kind="goal_import").count() == before


def test_saved_again_by_another_program_changes_nothing(house: House) -> None:
    for with_base in (True, False):
        change(house, lambda _: None, with_base=with_base)
        assert house.look().plan.items == []
        assert house.look().errors == ()


def test_a_change_is_shown_before_anything_is_stored(house: House) -> None:
    change(house, lambda sheet: sheet.set("RET", title="Far fewer returns", weight="2"))
    (item,) = house.look().plan.items
    assert item.fields == {
        "title": ("Fewer returns", "Far fewer returns"),
        "weight": ("1", "2"),
    }
    assert Objective.objects.get(key="RET").title == "Fewer returns"


def test_a_change_is_taken_in_by_the_action_of_the_page(house: House) -> None:
    change(house, lambda sheet: sheet.set("RET", title="Far fewer", owner="mia@acme.example"))
    house.take()
    goal = Objective.objects.get(key="RET")
    assert (goal.title, goal.owner) == ("Far fewer", house.cast.mia)
    record = Change.objects.filter(kind="objective", object_id=goal.pk).latest("pk")
    assert record.before["title"] == "Fewer returns"
    assert record.person_id == house.cast.lea.pk


def test_parts_of_key_results_change_and_the_others_stay(house: House) -> None:
    def edit(sheet: Sheet) -> None:
        sheet.set("RET-A", target="4")
        sheet.set("RET-A/visits", target="120")
        sheet.set("RET-B/M2", title="Roll it out", due="2026/12/15")
        sheet.set("RET-B/M1", action="Archive")
        sheet.set("RET-C/target", title="Very good", target="0.8")

    change(house, edit)
    house.take()
    moves = Moves.objects.filter(key_result__key="RET-A").order_by("position")
    assert [(str(move.target), move.weight) for move in moves] == [("4", 1), ("120", 2)]
    (step,) = Milestone.objects.filter(key_result__key="RET-B")
    assert (step.key, step.title, str(step.due), step.weight) == (
        "M2", "Roll it out", "2026-12-15", 3,
    )  # fmt: skip
    levels = KeyResult.objects.get(key="RET-C").levels.order_by("value")
    assert [(one.text, str(one.value)) for one in levels] == [
        ("Bad", "0.0000"),
        ("Very good", "0.8000"),
    ]


def test_new_goals_with_several_above_and_key_results_below(house: House) -> None:
    def edit(sheet: Sheet) -> None:
        sheet.add(
            row="50", title="Quick answers", cycle="2026 Q4", team="Service",
            kind="Aspirational", parents="TOP, RET-A", owner="Lea",
        )  # fmt: skip
        sheet.add(row="51", parent_rows="50", thing="Key result", title="Visits up", kpi="visits",
                  start="10", start_reason="Counted", target="20")  # fmt: skip
        sheet.add(row="52", parent_rows="50", title="Team is there", measured="Milestones")
        sheet.add(parent_rows="52", thing="Milestone", title="Hired", weight="0")
        sheet.add(row="53", title="Below it", cycle="2026Q4", team="service", parent_rows="50,2")

    change(house, edit)
    uid = house.take()
    made = Objective.objects.get(title="Quick answers")
    above = Contribution.objects.filter(child=made)
    assert {(one.parent.key, getattr(one.parent_key_result, "key", "")) for one in above} == {
        ("TOP", ""),
        ("RET", "RET-A"),
    }
    assert [one.title for one in made.key_results.order_by("position")] == [
        "Visits up",
        "Team is there",
    ]
    assert Milestone.objects.get(title="Hired").weight == 0
    below = Contribution.objects.filter(child__title="Below it")
    assert {one.parent_id for one in below} == {made.pk, house.goal.pk}
    assert ObjectiveStanding.objects.filter(objective=made).exists()
    counts = GoalImport.objects.get(pk=uid).counts
    assert counts == {"added": 5, "changed": 0, "archived": 0}


def test_archiving_takes_its_word_and_a_deleted_row_means_nothing(house: House) -> None:
    def edit(sheet: Sheet) -> None:
        sheet.set("RET-D", action="归档")
        sheet.drop("RET-B")
        sheet.set("TOP", action="Leave", title="Ignored")

    change(house, edit)
    house.take()
    gone = KeyResult.objects.filter(archived_at__isnull=False)
    assert [one.key for one in gone] == ["RET-D"]
    assert Objective.objects.get(key="TOP").title == "Best service"


def test_what_another_changed_meanwhile_stays_where_the_file_did_not_touch_it(
    house: House,
) -> None:
    change(house, lambda sheet: sheet.set("RET", weight="3"))
    actions.edit_objective(house.lea, "RET", title="By another")
    house.take()
    goal = Objective.objects.get(key="RET")
    assert (goal.title, goal.weight) == ("By another", 3)


def test_who_changed_the_same_field_is_told_and_people_decide(house: House) -> None:
    change(house, lambda sheet: sheet.set("RET", title="By the file"))
    actions.edit_objective(house.lea, "RET", title="By another")
    error = only(house.look())
    assert (error.code, error.data["cell"], error.data["now"]) == (
        "goalfile.clash", "G3", "By another",
    )  # fmt: skip
    assert house.look(clashing=Clashing.THEIRS).plan.items == []
    house.take(clashing=Clashing.MINE)
    assert Objective.objects.get(key="RET").title == "By the file"


def test_without_its_hidden_sheet_the_version_tells_of_other_changes(house: House) -> None:
    change(house, lambda sheet: sheet.set("RET", weight="3"), with_base=False)
    actions.edit_objective(house.lea, "RET", title="By another")
    assert only(house.look()).code == "goalfile.stale"
    assert house.look(clashing=Clashing.THEIRS).plan.items == []
    long = "9" * 5_000
    change(house, lambda sheet: sheet.set("RET", weight="3", version=long), with_base=False)
    assert only(house.look()).code == "goalfile.stale"


@pytest.mark.parametrize("text", ["[" * 20_000, "{", "1", '{"title": '])
def test_a_damaged_hidden_sheet_is_as_good_as_none(house: House, text: str) -> None:
    change(house, lambda sheet: sheet.set("RET", weight="3"), damaged=text)
    looked = house.look()
    assert (looked.found.has_base, looked.errors, len(looked.plan.items)) == (False, (), 1)


def test_every_bad_cell_is_told_and_nothing_is_taken_in(house: House) -> None:
    def edit(sheet: Sheet) -> None:
        sheet.set("RET", owner="nobody@x.example", weight="heavy")
        sheet.set("RET-A", target="many")
        sheet.set("RET-B/M1", due="03/04/2026")
        sheet.set("TOP", title="This one is good")
        sheet.set("RET-D", measured="Milestones")
        sheet.add(title="", cycle="2026Q4", team="service", kind="Committed")
        sheet.add(title="No objective", measured="Yes or no")
        sheet.add(key="GHOST", title="Ghost")

    change(house, edit)
    looked = house.look()
    found = [(one.code, one.data.get("cell", "")) for one in looked.errors]
    assert sorted(found) == sorted([
        ("goalfile.no_person", "J3"),
        ("tables.number.unreadable", "L3"),
        ("tables.number.unreadable", "S4"),
        ("goalfile.two_days", "V7"),
        ("goalfile.measured_stays", "N12"),
        ("text.empty", "G13"),
        ("goalfile.no_above", "C14"),
        ("goalfile.unknown_key", "D15"),
    ])  # fmt: skip
    with pytest.raises(Refusals):
        house.take()
    assert Objective.objects.get(key="TOP").title == "Best service"
    assert not GoalImport.objects.exists()


def test_what_was_agreed_changes_by_adjustments_that_name_the_file(house: House) -> None:
    Objective.objects.filter(key="RET").update(state="agreed")
    KeyResult.objects.filter(objective__key="RET").update(state="agreed")

    def edit(sheet: Sheet) -> None:
        sheet.set("RET", title="Agreed anew")
        sheet.set("RET-A", target="4")

    change(house, edit)
    house.take()
    reasons = set(Adjustment.objects.values_list("reason", flat=True))
    assert reasons == {"From the file goals.xlsx"}
    assert Adjustment.objects.count() == 2


def test_nobody_changes_by_a_file_what_they_may_not_change(house: House) -> None:
    change(house, lambda sheet: sheet.set("RET", title="By Tom"))
    tom = house.cast.actor(house.cast.tom)
    looked = imports.look(tom, house.path, name="goals.xlsx")
    assert [one.code for one in looked.errors] == ["access.forbidden"]
    with pytest.raises(Refusals):
        imports.take(tom, house.path, name="goals.xlsx")
    with pytest.raises(Forbidden):
        imports.look(house.cast.actor(house.cast.vic), house.path, name="goals.xlsx")


def test_a_hidden_goal_is_as_one_that_is_not_there(house: House) -> None:
    change(house, lambda sheet: sheet.set("RET", title="Peeked"))
    Objective.objects.filter(key="RET").update(visibility="named")
    tom = house.cast.actor(house.cast.tom)
    codes = {one.code for one in imports.look(tom, house.path, name="x").errors}
    assert codes == {"goalfile.gone"}


def test_an_import_is_taken_back_as_one(house: House) -> None:
    def edit(sheet: Sheet) -> None:
        sheet.set("RET", title="Other", parents="")
        sheet.set("RET-B/M1", action="Archive")
        sheet.set("RET-D", action="Archive")
        sheet.add(row="50", title="Quite new", cycle="2026Q4", team="service")
        sheet.add(parent_rows="50", title="Signed", measured="Yes or no")

    change(house, edit)
    uid = house.take()
    assert not Contribution.objects.exists()
    taken = imports.undo(house.lea, uid)
    assert taken.kept == ()
    goal = Objective.objects.get(key="RET")
    assert (goal.title, Contribution.objects.count()) == ("Fewer returns", 1)
    assert Milestone.objects.filter(key_result__key="RET-B").count() == 2
    assert KeyResult.objects.get(key="RET-D").archived_at is None
    assert Objective.objects.get(title="Quite new").archived_at is not None
    with pytest.raises(Conflict):
        imports.undo(house.lea, uid)


def test_what_was_changed_since_stays_and_is_told(house: House) -> None:
    def edit(sheet: Sheet) -> None:
        sheet.set("RET", title="Other")
        sheet.set("TOP", title="Other top")
        sheet.add(row="50", title="Quite new", cycle="2026Q4", team="service")

    change(house, edit)
    uid = house.take()
    actions.edit_objective(house.lea, "RET", title="Yet another")
    new = Objective.objects.get(title="Quite new")
    actions.edit_objective(house.lea, new.key, why="Somebody works on it")
    taken = imports.undo(house.lea, uid)
    assert {record.object_id for record, _ in taken.kept} == {house.goal.pk, new.pk}
    assert Objective.objects.get(key="TOP").title == "Best service"
    assert Objective.objects.get(key="RET").title == "Yet another"
    assert Objective.objects.get(pk=new.pk).archived_at is None


def test_adjustments_are_taken_back_by_adjustments(house: House) -> None:
    Objective.objects.filter(key="RET").update(state="agreed")
    Moves.objects.filter(kpi=house.other).delete()
    KeyResult.objects.filter(objective__key="RET").update(state="agreed")

    def edit(sheet: Sheet) -> None:
        sheet.set("RET", title="Agreed anew")
        sheet.set("RET-A", target="4")

    change(house, edit)
    uid = house.take()
    assert imports.undo(house.lea, uid).kept == ()
    assert Objective.objects.get(key="RET").title == "Fewer returns"
    assert str(Moves.objects.get(key_result__key="RET-A").target) == "4.5"
    assert Adjustment.objects.count() == 4


def test_an_import_is_its_person_s_and_the_strategist_s(house: House) -> None:
    change(house, lambda sheet: sheet.set("RET", title="Other"))
    uid = house.take()
    with pytest.raises(NotFound):
        imports.undo(house.cast.actor(house.cast.mia), uid)
    row, touched = imports.shown(house.cast.actor(house.cast.stella), uid)
    assert (row.person, touched) == ("Lea", [("RET", "Other")])
    assert imports.latest(house.cast.actor(house.cast.mia)) == []


def test_texts_that_look_like_formulas_go_round_as_texts(house: House) -> None:
    actions.edit_objective(house.lea, "RET", title="=1+1", why="@SUM(A1)")
    house.export()
    assert house.look().plan.items == []
    change(house, lambda sheet: sheet.set("RET", weight="2"))
    assert set(house.look().plan.items[0].fields) == {"weight"}


@pytest.mark.parametrize("rows", [[["A", "B"], ["1", "2"]], [["ID", "Title", "Action"]]])
def test_what_is_no_file_of_goals_is_refused(house: House, rows: list[list[str]]) -> None:
    books.book(house.path, {"S": rows}, hidden=set())
    with pytest.raises(Refused):
        house.look()


def test_a_restored_goal_of_another_product(house: House) -> None:
    rows = [["name", "type", "owner_email", "end_date"],
            ["Best service", "goal", "lea@acme.example", "2026-12-31"]]  # fmt: skip
    books.csv_file(house.path, rows)
    looked = imports.look(house.lea, house.path, name="b.csv")
    assert [item.does for item in looked.plan.items] == [Does.ADD]
