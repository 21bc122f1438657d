"""People, their roles and memberships: who may change them, and what else changes with them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from okapi.base.actor import Role
from okapi.base.models import Change
from okapi.core.errors import Conflict, Forbidden, Refused
from okapi.goals import renewer
from okapi.goals.models import BranchMember
from okapi.orgs.actions import memberships, people
from okapi.orgs.models import Membership, Person
from tests.cast import TODAY, Cast
from tests.goals.making import make_objective, renewed


def test_a_new_person(cast: Cast) -> None:
    made = people.add(
        cast.actor(cast.ada),
        email=" Nia@ACME.example ",
        name="Nia",
        job="Welder",
        manager=cast.lea.pk,
    )
    assert (made.email, made.job, made.manager, made.user) == (
        "nia@acme.example", "Welder", cast.lea, None
    )  # fmt: skip
    assert Change.objects.get(kind="person", object_id=made.pk).after["email"] == "nia@acme.example"


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"email": "nia"}, "email.unreadable", "email"),
        ({"email": "mia@acme.example"}, "person.exists", "email"),
        ({"name": " "}, "text.empty", "name"),
        ({"manager": "nobody@acme.example"}, "reference.unknown", "manager"),
    ],
)
def test_what_is_refused_at_its_field(
    cast: Cast, given: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises((Refused, Conflict)) as refused:
        people.add(cast.actor(cast.ada), **{"email": "nia@acme.example", "name": "Nia", **given})
    assert (refused.value.code, refused.value.field) == (code, field)


def test_only_administrators(cast: Cast) -> None:
    for person in (cast.stella, cast.sten, cast.lea, cast.mia, cast.vic):
        actor = cast.actor(person)
        with pytest.raises(Forbidden):
            people.add(actor, email="nia@acme.example", name="Nia")
        with pytest.raises(Forbidden):
            people.edit(actor, person.pk, name="Me")
        with pytest.raises(Forbidden):
            people.set_roles(actor, person.pk, roles=frozenset({Role.MEMBER, Role.ADMINISTRATOR}))
        with pytest.raises(Forbidden):
            memberships.join(actor, person.pk, "sales")


def test_nobody_manages_those_above_them(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    people.edit(ada, cast.mia.pk, manager=cast.lea.pk)
    people.edit(ada, cast.rob.pk, manager=cast.mia.pk)
    for below in (cast.lea, cast.mia, cast.rob):
        with pytest.raises(Refused) as refused:
            people.edit(ada, cast.lea.pk, manager=below.pk)
        assert (refused.value.code, refused.value.field) == ("person.above_itself", "manager")


def test_an_address_stays_once_it_signs_in(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    with pytest.raises(Refused) as refused:
        people.edit(ada, cast.mia.pk, email="mia@elsewhere.example")
    assert refused.value.code == "person.email_kept"
    nia = people.add(ada, email="nia@acme.example", name="Nia")
    with pytest.raises(Conflict):
        people.edit(ada, nia.pk, email="MIA@acme.example")
    assert people.edit(ada, nia.pk, email="n@acme.example").email == "n@acme.example"


def test_roles(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    people.set_roles(ada, cast.mia.pk, roles=frozenset({Role.MEMBER, Role.STEWARD}), version=1)
    assert cast.actor(Person.objects.get(pk=cast.mia.pk)).roles == {
        Role.VIEWER, Role.MEMBER, Role.STEWARD
    }  # fmt: skip
    people.set_roles(ada, cast.mia.pk, roles=frozenset())
    assert cast.actor(Person.objects.get(pk=cast.mia.pk)).roles == {Role.VIEWER}
    with pytest.raises(Refused) as refused:
        people.set_roles(ada, cast.mia.pk, roles=frozenset({Role.STEWARD}))
    assert refused.value.code == "person.viewer_only"


def test_somebody_has_to_manage_people(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    with pytest.raises(Refused) as refused:
        people.set_roles(ada, cast.ada.pk, roles=frozenset({Role.MEMBER}))
    assert refused.value.code == "person.last_administrator"
    people.set_roles(ada, cast.mia.pk, roles=frozenset({Role.MEMBER, Role.ADMINISTRATOR}))
    people.set_roles(ada, cast.ada.pk, roles=frozenset({Role.MEMBER}))


def homes(person: Person) -> dict[str, bool]:
    rows = Membership.objects.filter(person=person, ends__isnull=True).order_by("id")
    return {row.team.key: row.is_home for row in rows}


def test_the_first_team_is_home_and_a_new_home_takes_its_place(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    memberships.join(ada, cast.stella.pk, "sales")
    assert homes(cast.stella) == {"sales": True}
    memberships.join(ada, cast.stella.pk, "service", role="Advisor")
    assert homes(cast.stella) == {"sales": True, "service": False}
    memberships.join(ada, cast.stella.pk, "repairs", is_home=True)
    assert homes(cast.stella) == {"sales": False, "service": False, "repairs": True}


def test_a_team_once_at_a_time(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    now = Membership.objects.get(person=cast.mia)
    with pytest.raises(Refused) as refused:
        memberships.join(ada, cast.mia.pk, "service", starts=TODAY)
    assert (refused.value.code, refused.value.field) == ("membership.twice", "team")
    memberships.edit(ada, now.pk, ends=date(2026, 11, 30))
    again = memberships.join(ada, cast.mia.pk, "service", starts=date(2026, 12, 1))
    with pytest.raises(Refused):
        memberships.edit(ada, again.pk, starts=date(2026, 11, 30))
    with pytest.raises(Refused) as refused:
        memberships.edit(ada, again.pk, ends=date(2026, 11, 1))
    assert (refused.value.code, refused.value.field) == ("span.ends_first", "ends")


def test_two_at_once_lose_nothing(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    one = Membership.objects.get(person=cast.mia)
    memberships.edit(ada, one.pk, version=1, role="Dispatcher")
    with pytest.raises(Conflict):
        memberships.edit(ada, one.pk, version=1, role="Planner")
    with pytest.raises(Conflict):
        memberships.remove(ada, one.pk, version=1)


def counted_in() -> dict[UUID | None, int]:
    found: dict[UUID | None, int] = {}
    for team in BranchMember.objects.values_list("team_id", flat=True):
        found[team] = found.get(team, 0) + 1
    return found


def test_personal_goals_are_counted_where_their_owner_is_at_home(cast: Cast) -> None:
    mine = make_objective(cast, owner=cast.mia)
    renewed([mine])
    renewer.drain(cast.organisation.pk)
    assert counted_in() == {cast.service.pk: 1}
    joined = memberships.join(cast.actor(cast.ada), cast.mia.pk, "sales", is_home=True)
    renewer.drain(cast.organisation.pk)
    assert counted_in() == {cast.sales.pk: 1}
    memberships.remove(cast.actor(cast.ada), joined.pk)
    renewer.drain(cast.organisation.pk)
    assert counted_in() == {cast.service.pk: 1}
