"""A list of people against who is there: what each row means, and what is written."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okapi.base.actor import Role
from okapi.base.models import Change
from okapi.core.errors import Forbidden, Refused
from okapi.orgs.actions import people_lists as lists
from okapi.orgs.actions.people_lists import PersonRow, What
from okapi.orgs.models import Membership, Person, Team
from tests.cast import NOW, Cast


def row(email: str = "nia@acme.example", **more: Any) -> PersonRow:
    return PersonRow(**{"line": 2, "email": email, "name": "Nia", **more})


def test_new_people_with_all_that_belongs_to_them(cast: Cast) -> None:
    rows = [
        row(line=2, job="Welder", manager="Ole", team="Service/Repairs", roles=(Role.STEWARD,)),
        row("ole@acme.example", line=3, name="Ole", manager="lea@acme.example", team="service"),
    ]
    findings = lists.apply(cast.actor(cast.ada), rows)
    assert [one.what for one in findings] == [What.NEW, What.NEW]
    nia = Person.objects.get(email="nia@acme.example")
    assert (nia.job, nia.is_steward, nia.is_viewer_only) == ("Welder", True, False)
    assert nia.manager is not None
    assert (nia.manager.name, nia.manager.manager) == ("Ole", cast.lea)
    place = Membership.objects.get(person=nia)
    assert (place.team, place.is_home) == (cast.repairs, True)
    assert Change.objects.get(kind="person", object_id=nia.pk, verb="add")


def test_who_is_there_keeps_team_and_roles(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    same = lists.apply(
        ada, [row("MIA@acme.example", name="Mia", team="sales", roles=(Role.VIEWER,))]
    )
    assert [one.what for one in same] == [What.SAME]
    changed = lists.apply(
        ada, [row("mia@acme.example", name="Mia Park", job="Planner", manager="Lea")]
    )
    assert changed[0].differing == ("name", "job", "manager")
    mia = Person.objects.get(pk=cast.mia.pk)
    assert (mia.name, mia.job, mia.manager, mia.is_viewer_only) == (
        "Mia Park",
        "Planner",
        cast.lea,
        False,
    )
    assert [one.team for one in Membership.objects.filter(person=mia)] == [cast.service]


def test_who_is_in_no_team_gets_one(cast: Cast) -> None:
    (found,) = lists.apply(
        cast.actor(cast.ada), [row("stella@acme.example", name="", team="Sales")]
    )
    assert found.what is What.CHANGED
    assert Membership.objects.get(person=cast.stella).team == cast.sales


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"email": "nia"}, "email.unreadable", "email"),
        ({"email": ""}, "email.unreadable", "email"),
        ({"name": " "}, "people.no_name", "name"),
        ({"name": "x" * 201}, "text.too_long", "name"),
        ({"team": "Nowhere"}, "people.team_unknown", "team"),
        ({"team": "Desk"}, "people.team_several", "team"),
        ({"manager": "Nobody"}, "people.manager_unknown", "manager"),
        ({"manager": "x@elsewhere.example"}, "people.manager_unknown", "manager"),
        ({"manager": "Nia"}, "people.own_manager", "manager"),
        ({"roles": (Role.VIEWER, Role.STEWARD)}, "person.viewer_only", "roles"),
        ({"email": "gone@acme.example"}, "person.left", "email"),
    ],
)
def test_what_is_wrong_with_a_row(cast: Cast, given: dict[str, Any], code: str, field: str) -> None:
    for parent in (cast.service, cast.sales):
        Team.objects.create(
            organisation=cast.organisation, key=f"desk-{parent.key}", name="Desk", parent=parent
        )
    Person.objects.create(
        organisation=cast.organisation, email="gone@acme.example", name="Gone", archived_at=NOW
    )
    wrong = row(**given)
    fine = row("ole@acme.example", line=3, name="Ole", team="service / desk")
    findings = lists.apply(cast.actor(cast.ada), [wrong, fine])
    assert [(error.code, error.field) for error in findings[0].problems] == [(code, field)]
    assert findings[1].what is What.NEW
    assert not Person.objects.filter(email="nia@acme.example").exists()
    assert Person.objects.filter(email="ole@acme.example").exists()


def test_twice_in_one_list(cast: Cast) -> None:
    findings = lists.check(cast.actor(cast.ada), [row(line=2), row("NIA@acme.example", line=9)])
    assert [one.what for one in findings] == [What.NEW, What.WRONG]
    assert findings[1].problems[0].data["first"] == 2


def test_managers_in_a_circle_are_left_out(cast: Cast) -> None:
    rows = [
        row("a@acme.example", line=2, name="A", manager="b@acme.example"),
        row("b@acme.example", line=3, name="B", manager="a@acme.example"),
    ]
    lists.apply(cast.actor(cast.ada), rows)
    managers = {
        person.name: person.manager and person.manager.name
        for person in Person.objects.filter(name__in="AB").select_related("manager")
    }
    assert managers == {"A": "B", "B": None}


def test_looking_writes_nothing_and_costs_the_same_for_many(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    counts = []
    for n in (1, 50):
        rows = [row(f"p{number}@acme.example", line=number) for number in range(n)]
        with CaptureQueriesContext(connection) as asked:
            lists.check(ada, rows)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert Person.objects.filter(name="Nia").count() == 0


def test_who_may(cast: Cast) -> None:
    for person in (cast.stella, cast.lea, cast.vic):
        with pytest.raises(Forbidden):
            lists.apply(cast.actor(person), [row()])


def test_too_many_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST", 1)
    with pytest.raises(Refused) as refused:
        lists.check(cast.actor(cast.ada), [row(), row("b@acme.example")])
    assert refused.value.code == "people.too_many"
