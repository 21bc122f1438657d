"""Files of other products: recognised by their headers, read as they mean it, told what is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from okapi.core.errors import Refused
from okapi.exchange.goal_files import imports
from okapi.exchange.goal_files.columns import COLUMNS
from okapi.exchange.goal_files.forms import BY_NAME, FORMS
from okapi.exchange.goal_files.imports import Looked, Said
from okapi.exchange.goal_files.known import known_to
from okapi.exchange.goal_files.reading import read
from okapi.exchange.goal_files.settling import Missing, settle
from okapi.exchange.goal_files.words import LANGUAGES
from okapi.exchange.tables.cells import folded
from okapi.goals.models import Contribution, KeyResult, Moves, Objective
from okapi.wording import say
from tests.cast import Cast
from tests.exchange.goal_files import books
from tests.goals.making import make_kpi, make_objective

VIVA = [
    ["ID", "Type", "Title", "Owner", "Team", "Time Period", "Parent ID", "Start", "Target",
     "Progress", "Tags", "Mood"],
    ["71", "Objective", "Loved by customers", "Stella <stella@acme.example>", "Company", "Q4 2026",
     "", "", "", "40%", "x", "good"],
    ["72", "Key Result", "returns", "lea@acme.example", "Service", "Q4 2026", "71",
     "5", "4", "", "", ""],
    ["73", "Key Result", "Answers in a day", "lea@acme.example", "Service", "Q4 2026", "71", "60%",
     "90%", "", "", ""],
    ["74", "Project", "New desk", "lea@acme.example", "", "Q4 2026", "71", "", "", "", "", ""],
    ["75", "Objective", "Quick repairs", "rob@acme.example", "Repairs", "2026", "71",
     "", "", "", "", ""],
]  # fmt: skip
QUANTIVE = [
    ["Id", "Type", "Name", "Owner Email", "Session", "Parent Id", "Initial Value", "Target Value",
     "Attainment"],
    ["a1", "goal", "Loved", "stella@acme.example", "2026 Q4", "", "", "", "0.4"],
    ["b1", "metric", "Answers", "lea@acme.example", "2026 Q4", "a1", "0", "10", "0.4"],
]  # fmt: skip
BETTERWORKS = [
    ["name", "type", "progress", "start_date", "end_date", "owner_email", "categories",
     "description"],
    ["Loved", "goal", "10", "2026-10-01", "2026-12-31", "stella@acme.example", "a;b", "Why\nnot"],
    ["Answers", "milestone", "", "2026-10-01", "2026-12-31", "lea@acme.example", "", ""],
]  # fmt: skip
FIFTEEN = [
    ["Objective", "Owner Email", "Start Date", "End Date", "Key Result", "Starting Value",
     "Target Value", "Current Value"],
    ["Loved", "stella@acme.example", "2026/10/1", "2026/12/31", "Answers", "0", "10", "4"],
    ["", "", "", "", "Smiles", "", "", ""],
]  # fmt: skip
BURNING = [
    ["Team", "Objective", "Fortschritt", "Übergeordnetes Ziel", "Key Result", "Beschreibung",
     "Start", "Ende", "Aktuell", "Einheit"],
    ["Service", "Loved", "40", "", "Answers", "Quickly", "0", "10", "4", "h"],
    ["Service", "Loved", "40", "", "Smiles", "", "0", "5", "1", ""],
    ["Repairs", "Quick", "", "Loved", "On time", "", "50", "90", "", "%"],
]  # fmt: skip
FILES = {
    "viva": VIVA, "quantive": QUANTIVE, "betterworks": BETTERWORKS, "15five": FIFTEEN,
    "burningokr": BURNING,
}  # fmt: skip
COMPANY = Said(missing=Missing(team="company"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "goals.csv"


def look(cast: Cast, path: Path, said: Said = COMPANY) -> Looked:
    return imports.look(cast.system, path, name="goals.csv", said=said)


def take(cast: Cast, path: Path, said: Said = COMPANY) -> None:
    imports.take(cast.system, path, name="goals.csv", said=said)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_each_is_recognised_and_taken_in(cast: Cast, path: Path, name: str, delimiter: str) -> None:
    books.csv_file(path, FILES[name], delimiter=delimiter)
    looked = look(cast, path)
    assert looked.found.form.name == name
    assert looked.errors == ()
    assert "goalfile.lost.progress" in {code for _, code in looked.found.lost}
    take(cast, path)
    assert KeyResult.objects.filter(title="Answers").exists() == (name != "viva")


@pytest.mark.parametrize("name", FILES)
def test_taken_in_again_it_changes_nothing(cast: Cast, path: Path, name: str) -> None:
    books.csv_file(path, FILES[name])
    take(cast, path)
    assert look(cast, path).plan.items == []


def test_viva_in_full(cast: Cast, path: Path) -> None:
    make_kpi(cast, key="returns")
    books.csv_file(path, VIVA)
    looked = look(cast, path, Said())
    assert looked.errors == ()
    assert looked.found.unknown == ["Mood"]
    assert looked.settled.notes["goalfile.note.numbers"] == 1
    take(cast, path, Said())
    top = Objective.objects.get(key="viva-71")
    assert (top.title, top.team, top.owner, top.cycle) == (
        "Loved by customers", cast.company, cast.stella, cast.quarter,
    )  # fmt: skip
    below = {one.title: one for one in top.key_results.all()}
    assert below["New desk"].kind == "yes_no"
    assert below["Answers in a day"].description == "In the file: from 60% to 90%"
    move = Moves.objects.get(key_result=below["returns"])
    assert (move.kpi.key, str(move.start), str(move.target)) == ("returns", "5", "4")
    quick = Objective.objects.get(key="viva-75")
    assert quick.cycle == cast.year
    assert Contribution.objects.get(child=quick).parent == top
    assert {one.state for one in Objective.objects.all()} == {"draft"}


def test_tasks_below_key_results_are_kept_in_words(cast: Cast, path: Path) -> None:
    rows = [
        *QUANTIVE,
        ["t1", "task", "Ask them", "gone@x.example", "2026 Q4", "b1", "", "", ""],
        ["t2", "task", "Ask again", "", "2026 Q4", "t1", "", "", ""],
        ["k2", "metric", "Below it", "lea@acme.example", "2026 Q4", "b1", "", "", ""],
        ["t3", "initiative", "Nowhere", "", "2026 Q4", "zz", "", "", ""],
        ["g2", "goal", "Supports", "lea@acme.example", "2026 Q4", "t2", "", "", ""],
    ]
    books.csv_file(path, rows)
    looked = look(cast, path)
    assert looked.errors == ()
    assert looked.settled.named == {
        "goalfile.note.tasks": ["Ask them", "Ask again"],
        "goalfile.note.moved": ["Below it"],
        "goalfile.note.tasks_left": ["Nowhere"],
    }
    take(cast, path)
    answers, below = KeyResult.objects.order_by("position")
    assert (answers.title, below.title, answers.objective) == (
        "Answers",
        "Below it",
        below.objective,
    )
    assert answers.description == (
        "In the file: from 0 to 10\n\nTasks in the file:\n- Ask them (gone@x.example)\n- Ask again"
    )
    assert Contribution.objects.get(child__title="Supports").parent_key_result == answers
    assert look(cast, path).plan.items == []


def test_tasks_before_any_goal_are_left_out(cast: Cast, path: Path) -> None:
    books.csv_file(
        path, [QUANTIVE[0], ["", "task", "First", "", "2026 Q4", *[""] * 4], *QUANTIVE[1:]]
    )
    looked = look(cast, path)
    assert (looked.errors, looked.settled.named) == ((), {"goalfile.note.tasks_left": ["First"]})


def test_key_results_below_each_other_are_told(cast: Cast, path: Path) -> None:
    rows = [
        QUANTIVE[0],
        ["k1", "metric", "One", "", "2026 Q4", "k2", "", "", ""],
        ["k2", "metric", "Two", "", "2026 Q4", "k1", "", "", ""],
    ]
    books.csv_file(path, rows)
    (error,) = look(cast, path).errors
    assert (error.code, error.data["cell"]) == ("goalfile.wrong_above", "F2")


def test_owners_who_are_not_here_hold_the_file_back_unless_it_is_said(
    cast: Cast, path: Path
) -> None:
    rows = [list(row) for row in QUANTIVE]
    rows[1][3] = rows[2][3] = "gone@acme.example"
    books.csv_file(path, rows)
    codes = [(one.code, one.data["cell"]) for one in look(cast, path).errors]
    assert codes == [("goalfile.no_owner", "D2"), ("goalfile.no_owner", "D3")]
    for owner, expected in (("none", None), ("Mia@acme.example", cast.mia)):
        looked = look(cast, path, Said(missing=Missing(team="company", owner=owner)))
        assert (looked.errors, looked.settled.notes["goalfile.note.owner"]) == ((), 2)
        take(cast, path, Said(missing=Missing(team="company", owner=owner)))
        assert {one.owner for one in KeyResult.objects.all()} == {expected}
        assert {one.owner for one in Objective.objects.all()} == {expected}


def test_goals_below_follow_their_objective(cast: Cast, path: Path) -> None:
    books.csv_file(path, BETTERWORKS)
    take(cast, path)
    made = KeyResult.objects.get(title="Answers")
    assert (made.objective.title, made.objective.why, made.owner) == ("Loved", "Why\nnot", cast.lea)


def test_a_repeated_objective_is_one(cast: Cast, path: Path) -> None:
    books.csv_file(path, BURNING)
    take(cast, path)
    loved, quick = Objective.objects.get(title="Loved"), Objective.objects.get(title="Quick")
    assert [one.title for one in loved.key_results.order_by("position")] == ["Answers", "Smiles"]
    assert loved.key_results.get(title="Answers").description == (
        "Quickly\n\nIn the file: from 0 to 10 h"
    )
    assert Contribution.objects.get(child=quick).parent == loved


@pytest.mark.parametrize(
    ("column", "word", "code"),
    [
        ("Owner", "gone@acme.example", "goalfile.no_owner"),
        ("Time Period", "Q3 1999", "goalfile.no_cycle"),
        ("Team", "Marketing", "goalfile.no_team"),
        ("Parent ID", "999", "goalfile.unknown_above"),
        ("Title", "", "text.empty"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_cell(
    cast: Cast, path: Path, column: str, word: str, code: str
) -> None:
    rows = [list(row) for row in VIVA]
    at = rows[0].index(column)
    line = 3 if column == "Parent ID" else 2
    rows[line - 1][at] = word
    books.csv_file(path, rows)
    found = [one for one in look(cast, path, Said()).errors if one.code == code]
    assert [one.data["cell"] for one in found] == [f"{'ABCDEFGH'[at]}{line}"]


def test_the_form_may_be_named(cast: Cast, path: Path) -> None:
    books.csv_file(path, BETTERWORKS)
    with pytest.raises(Refused, match=r"goalfile\.no_form"):
        look(cast, path, Said(form="viva"))
    assert look(cast, path, Said(form="betterworks", missing=COMPANY.missing)).errors == ()
    with pytest.raises(Refused, match=r"goalfile\.form_unknown"):
        look(cast, path, Said(form="excel"))


def test_no_word_of_a_form_means_two_things() -> None:
    for form in FORMS:
        words = [
            folded(word)
            for some in (*form.headers.values(), *form.lost)
            for word in some.split("|")
        ]
        assert len(words) == len(set(words)), form.name
        assert form.marks <= set(form.headers)


def test_our_headers_are_recognised_in_both_languages() -> None:
    own = BY_NAME["okapi"]
    for language in LANGUAGES:
        headers = [say(f"goalfile.column.{one.name}", language=language) for one in COLUMNS]
        assert list(own.columns(headers)) == [one.name for one in COLUMNS]


def test_what_is_above_is_asked_for_at_once(cast: Cast, path: Path, statements: Any) -> None:
    for at in range(12):
        make_objective(cast, key=f"viva-T{at}")

    def asked(rows: int) -> int:
        header, *_ = VIVA
        body = [
            [str(at), "Objective", f"Goal {at}", "", "Company", "Q4 2026", f"T{at}", *[""] * 5]
            for at in range(rows)
        ]
        books.csv_file(path, [header, *body])
        found = read(path, "goals.csv")
        known = known_to(cast.system, "en")
        with statements() as made:
            settle(cast.system, found, known, Missing(team="company"))
        assert [one.values.get("parents") for one in found.entries] == [
            f"viva-T{at}" for at in range(rows)
        ]
        return len(made)

    assert asked(2) == asked(12)
