"""The tree of teams on its pages: looked at, made, pasted, changed, moved, put away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.core.errors import Refused
from okapi.orgs.models import Team
from okapi.web.settings import outline
from tests.cast import Cast
from tests.goals.making import make_objective
from tests.web.conftest import Browser

Open = Callable[..., Browser]
PATH = "settings/teams/"
ONE = f"{PATH}of/sales/"
SALES = {"name": "Sales", "kind": "department", "parent": "company", "lead": ""}


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def tree(answer: Any) -> list[tuple[str, int]]:
    """Names and depths, in the order in which they stand."""
    return [(row.name, row.line.depth) for _, rows in answer.context["groups"] for row in rows]


def test_everybody_sees_the_tree(browser: Open, cast: Cast) -> None:
    Team.objects.filter(pk=cast.sales.pk).update(lead=cast.tom)
    answer = browser(cast.vic).get(PATH)
    assert tree(answer) == [("Company", 0), ("Service", 1), ("Repairs", 2), ("Sales", 1)]
    rows = {row.name: row for _, group in answer.context["groups"] for row in group}
    assert (rows["Service"].members, rows["Sales"].members) == ("2 people", "1 person")
    assert rows["Service"].line.lead == "Lea"
    assert rows["Sales"].edit == ""
    assert "New team" not in text_of(answer)


def test_an_administrator_may_change_it(browser: Open, cast: Cast) -> None:
    answer = browser(cast.ada).get(PATH)
    assert f"/o/acme/{ONE}" in text_of(answer)
    made = browser(cast.ada).post(
        f"{PATH}new", {"name": "Depot", "kind": "team", "parent": "sales"}
    )
    assert made["Location"] == f"/o/acme/{PATH}?said=added"
    assert "Added." in text_of(browser(cast.ada).get(f"{PATH}?said=added"))
    changed = browser(cast.ada).post(
        ONE, {**SALES, "name": "Selling", "parent": "service", "lead": "Tom <tom@acme.example>"}
    )
    assert changed.status_code == 302
    sales = Team.objects.get(pk=cast.sales.pk)
    assert (sales.name, sales.parent, sales.lead) == ("Selling", cast.service, cast.tom)


def test_members_and_readers_may_not(browser: Open, cast: Cast) -> None:
    for person in (cast.lea, cast.stella, cast.vic):
        for path in (f"{PATH}new", f"{PATH}paste", ONE):
            assert browser(person).get(path).status_code == 403, (person, path)
            assert browser(person).post(path, SALES).status_code == 403, (person, path)


def test_strangers_bad_keys_and_methods(browser: Open, cast: Cast, strangers: Cast) -> None:
    assert browser(strangers.ada).get(PATH).status_code == 404
    assert browser(cast.ada).get(f"{PATH}of/nothing/").status_code == 404
    assert browser(cast.ada).client.delete(f"/o/acme/{ONE}").status_code == 405
    assert browser(cast.ada).client.post(f"/o/acme/{PATH}").status_code == 405


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(browser: Open, cast: Cast) -> None:
    answer = browser(cast.ada).post(
        f"{PATH}new",
        {"name": "", "parent": "", "kind": "team", "lead": "Nobody", "purpose": "To x."},
    )
    assert answer.status_code == 422
    fields = {one.name: one for row in answer.context["form"].rows for one in row}
    assert fields["parent"].error.startswith("Choose the team above")
    assert fields["purpose"].value == "To x."


def test_people_of_one_name_are_told_apart(browser: Open, cast: Cast) -> None:
    from okapi.orgs.models import Person

    Person.objects.filter(pk=cast.rob.pk).update(name="Tom")
    answer = browser(cast.ada).post(ONE, {**SALES, "lead": "Tom"})
    assert "Several people are called “Tom”" in text_of(answer)
    assert browser(cast.ada).post(ONE, {**SALES, "lead": "Lea"}).status_code == 302


def test_two_at_once_lose_nothing(browser: Open, cast: Cast) -> None:
    browser(cast.ada).post(ONE, {**SALES, "name": "Selling", "version": "1"})
    answer = browser(cast.ada).post(ONE, {**SALES, "name": "Market", "version": "1"})
    assert answer.status_code == 409
    form = answer.context["form"]
    name = form.rows[0][0]
    assert (name.value, name.help, form.version) == ("Market", "Now: Selling.", 2)
    assert "Ada changed this" in form.other
    again = browser(cast.ada).post(ONE, {**SALES, "name": "Market", "version": str(form.version)})
    assert again.status_code == 302
    assert Team.objects.get(pk=cast.sales.pk).name == "Market"


def test_a_team_cannot_be_put_below_itself_by_the_form(browser: Open, cast: Cast) -> None:
    answer = browser(cast.ada).get(f"{PATH}of/service/")
    parents = {choice.value for choice in answer.context["form"].rows[1][1].choices}
    assert parents == {"", "company", "sales"}
    refused = browser(cast.ada).post(
        f"{PATH}of/service/", {"name": "Service", "kind": "department", "parent": "repairs"}
    )
    assert "A team cannot come below itself" in text_of(refused)


def test_putting_away_and_taking_back(browser: Open, cast: Cast) -> None:
    ada = browser(cast.ada)
    make_objective(cast, team=cast.sales)
    refused = ada.post(f"{ONE}archive", {"version": "1"})
    assert refused.status_code == 422
    assert "An open objective belongs to it" in text_of(refused)
    assert ada.post(f"{PATH}of/repairs/archive", {"version": "1"}).status_code == 302
    groups = ada.get(PATH).context["groups"]
    assert [(title, [row.name for row in rows]) for title, rows in groups] == [
        ("", ["Company", "Service", "Sales"]),
        ("Put away", ["Repairs"]),
    ]
    form = ada.get(f"{PATH}of/repairs/").context["form"]
    assert form.action.endswith("/restore")
    assert ada.post(form.action, {"version": form.version}).status_code == 302
    assert ("Repairs", 2) in tree(ada.get(PATH))


def test_neighbours_change_places(browser: Open, cast: Cast) -> None:
    ada = browser(cast.ada)
    assert ada.post(f"{ONE}move", {"to": "earlier", "version": "1"}).status_code == 302
    assert tree(ada.get(PATH)) == [("Company", 0), ("Sales", 1), ("Service", 1), ("Repairs", 2)]
    ada.post(ONE, {**SALES, "name": "Selling", "version": "1"})
    assert ada.post(f"{ONE}move", {"to": "later", "version": "1"}).status_code == 409


def test_projects_across_stand_apart(browser: Open, cast: Cast) -> None:
    browser(cast.ada).post(f"{PATH}new", {"name": "Rescue", "kind": "project", "parent": ""})
    groups = browser(cast.vic).get(PATH).context["groups"]
    assert [(title, len(rows)) for title, rows in groups] == [
        ("", 4),
        ("Project teams across the organisation", 1),
    ]


def test_an_empty_organisation_says_what_to_do(browser: Open, cast: Cast) -> None:
    Team.objects.update(lead=None)
    Team.objects.filter(parent__isnull=False).update(parent=None)
    Team.objects.all().delete()
    text = text_of(browser(cast.ada).get(PATH))
    assert "Begin with the company" in text
    assert "An administrator adds the teams" in text_of(browser(cast.vic).get(PATH))
    browser(cast.ada).post(f"{PATH}new", {"name": "Acme", "kind": "company", "parent": ""})
    assert Team.objects.get().kind == "company"


@pytest.mark.parametrize("teams", [1, 3])
def test_statements(browser: Open, cast: Cast, statements: Any, outside: Any, teams: int) -> None:
    for number in range(teams):
        Team.objects.create(
            organisation=cast.organisation, key=f"t{number}", name="T", parent=cast.sales
        )
    ada = browser(cast.ada)
    ada.get(PATH)  # the days of the calendar are remembered by the process
    with outside(), statements() as asked:
        assert ada.get(PATH).status_code == 200
    assert len(asked) == 3  # session, user with their places, the tree


def test_pasting(browser: Open, cast: Cast) -> None:
    text = "North / 北区\n\tHarbour\n\t\tQuay\nSouth\n"
    assert (
        browser(cast.ada).post(f"{PATH}paste", {"outline": text, "parent": "company"}).status_code
        == 302
    )
    assert tree(browser(cast.ada).get(PATH))[4:] == [
        ("North", 1), ("Harbour", 2), ("Quay", 3), ("South", 1)
    ]  # fmt: skip
    assert Team.objects.get(key="north").name_other == "北区"


def test_pasting_nothing_or_too_much(browser: Open, cast: Cast) -> None:
    answer = browser(cast.ada).post(f"{PATH}paste", {"outline": " \n\t\n", "parent": "company"})
    assert "There is no team in it" in text_of(answer)
    answer = browser(cast.ada).post(
        f"{PATH}paste", {"outline": "A\n" + "x" * 201, "parent": "company"}
    )
    assert answer.status_code == 422
    assert "Line 2:" in text_of(answer)
    assert not Team.objects.filter(key="a").exists()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A\n  B\n    C\n  D\nE", [("A", None), ("B", 0), ("C", 1), ("D", 0), ("E", None)]),
        ("- A\n  - B\n  * C\n", [("A", None), ("B", 0), ("C", 0)]),
        ("1. A\n   2) B", [("A", None), ("B", 0)]),
        ("销售部\n\u3000华北\n\u3000华东", [("销售部", None), ("华北", 0), ("华东", 0)]),
        ("    A\n  B", [("A", None), ("B", None)]),
        ("A\r\n\tB\r\n", [("A", None), ("B", 0)]),
        ("R&D - Labs\n  3rd line", [("R&D - Labs", None), ("3rd line", 0)]),
    ],
)
def test_lists_as_people_write_them(text: str, found: list[tuple[str, int | None]]) -> None:
    assert [(draft.name, draft.under) for draft in outline.read(text)] == found


def test_a_list_of_nothing() -> None:
    with pytest.raises(Refused):
        outline.read("\n  \n")


def test_people_are_offered_while_one_types(browser: Open, cast: Cast) -> None:
    vic = browser(cast.vic)
    text = text_of(vic.get("settings/people/suggest?suggest=lead&lead=le"))
    assert text == '<option value="Lea &lt;lea@acme.example&gt;"></option>'
    assert text_of(vic.get("settings/people/suggest?suggest=lead&lead=zzz")) == ""
    assert text_of(vic.get("settings/people/suggest")).count("<option") == 8
