"""A person leaves: all that they hold goes to somebody in one transaction, or nothing happens."""

from __future__ import annotations

from typing import Any

import pytest

from okapi.base.models import Change, Outbox
from okapi.core.errors import Conflict, Forbidden, NotFound, Refusals, Refused
from okapi.goals import renewer
from okapi.goals.models import BranchMember, KeyResult, Objective
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.mine import due_from_me, my_objectives
from okapi.kpis.models import Kpi
from okapi.orgs import queries
from okapi.orgs.actions import invitations, leaving, people, tokens
from okapi.orgs.choices import Holding
from okapi.orgs.models import Invitation, Membership, Person, Pillar, Team, Token
from tests.cast import TODAY, Cast
from tests.goals.making import make_key_result, make_kpi, make_objective, renewed

ALL = tuple(Holding)


@pytest.fixture
def held(cast: Cast) -> dict[str, Any]:
    """All kinds of things that Lea holds, and some that are over."""
    agreed = make_objective(cast, key="O-1", owner=cast.lea, team=cast.service)
    make_key_result(agreed, make_kpi(cast, key="returns"), key="O-1.1", owner=cast.lea, target=1)
    of_mia = make_objective(cast, key="O-2", owner=cast.mia, team=cast.service)
    make_key_result(of_mia, key="O-2.1", kind="yes_no", owner=cast.lea)
    mine = make_objective(cast, key="O-3", owner=cast.lea, visibility="named")
    make_objective(cast, key="O-4", owner=cast.lea, team=cast.service, state="closed")
    renewed([agreed, of_mia, mine])
    renewer.drain(cast.organisation.pk)
    Kpi.objects.update(owner=cast.lea)
    Kpi.objects.filter(pk=make_kpi(cast, key="old").pk).update(owner=cast.lea, state="retired")
    Person.objects.filter(pk__in=[cast.mia.pk, cast.rob.pk]).update(manager=cast.lea)
    Pillar.objects.create(organisation=cast.organisation, key="p", title="P", owner=cast.lea)
    return {"heirs": dict.fromkeys(ALL, cast.mia.pk)}


def owners(model: Any) -> dict[str, str]:
    return dict(model.objects.values_list("key", "owner__name"))


def test_everything_open_goes_to_the_heir(cast: Cast, held: dict[str, Any]) -> None:
    leaving.deactivate(cast.actor(cast.ada), cast.lea.pk, version=1, **held)
    assert owners(Objective) == {"O-1": "Mia", "O-2": "Mia", "O-3": "Mia", "O-4": "Lea"}
    assert owners(KeyResult) == {"O-1.1": "Mia", "O-2.1": "Mia"}
    assert owners(Kpi) == {"returns": "Mia", "old": "Lea"}
    assert owners(Pillar) == {"p": "Mia"}
    assert Team.objects.get(key="service").lead == cast.mia
    assert Person.objects.get(pk=cast.rob.pk).manager == cast.mia
    assert Person.objects.get(pk=cast.mia.pk).manager is None  # as Lea herself
    assert Membership.objects.get(person=cast.lea).ends == TODAY


def test_check_ins_that_are_due_wait_for_the_heir(cast: Cast, held: dict[str, Any]) -> None:
    def due(person: Person) -> list[str]:
        settings = queries.settings_of(cast.organisation.pk)
        calendar = queries.working_calendar(cast.organisation.pk)
        who = Asking(cast.actor(person), settings, "en", calendar, TODAY)
        return [one.row.key for one in due_from_me(who, my_objectives(who))]

    assert due(cast.mia) == []
    leaving.deactivate(cast.actor(cast.ada), cast.lea.pk, **held)
    assert sorted(due(cast.mia)) == ["O-1.1", "O-2.1"]


def test_each_kind_may_go_to_somebody_else(cast: Cast, held: dict[str, Any]) -> None:
    heirs = {**held["heirs"], Holding.KPIS: "sten@acme.example", Holding.TEAMS: cast.rob.pk}
    leaving.deactivate(cast.actor(cast.ada), cast.lea.pk, heirs=heirs)
    assert owners(Kpi)["returns"] == "Sten"
    assert Team.objects.get(key="service").lead == cast.rob
    assert owners(Objective)["O-1"] == "Mia"


def test_a_kind_without_an_heir_is_told_and_nothing_happens(
    cast: Cast, held: dict[str, Any]
) -> None:
    with pytest.raises(Refusals) as refused:
        leaving.deactivate(cast.actor(cast.ada), cast.lea.pk, heirs={Holding.PILLARS: cast.mia.pk})
    told = {error.code: (error.field, error.data["n"]) for error in refused.value.errors}
    assert told == {
        "leaving.teams": ("teams", 1),
        "leaving.reports": ("reports", 2),
        "leaving.goals": ("goals", 4),
        "leaving.kpis": ("kpis", 1),
    }
    assert Person.objects.get(pk=cast.lea.pk).archived_at is None
    assert owners(Pillar) == {"p": "Lea"}


def test_it_is_recorded_thing_by_thing_and_pages_are_told(cast: Cast, held: dict[str, Any]) -> None:
    Outbox.objects.all().delete()
    leaving.deactivate(cast.actor(cast.ada), cast.lea.pk, **held)
    given = Change.objects.filter(verb="hand_over")
    assert set(given.values_list("kind", "person_name")) == {
        (kind, "Ada") for kind in ("objective", "key_result", "kpi", "team", "person", "pillar")
    }
    objective = Objective.objects.get(key="O-1")
    change = given.get(kind="objective", object_id=objective.pk)
    assert (change.before, change.after) == (
        {"owner": str(cast.lea.pk)}, {"owner": str(cast.mia.pk)}
    )  # fmt: skip
    assert objective.version == 2
    told = set(Outbox.objects.values_list("kind", "object_id"))
    assert {("objective", objective.pk), ("kpi", Kpi.objects.get(key="returns").pk)} <= told
    private = Outbox.objects.get(object_id=Objective.objects.get(key="O-3").pk)
    assert private.audience == {"teams": [], "people": [str(cast.mia.pk)]}


def test_personal_goals_are_counted_at_the_heirs_home(cast: Cast) -> None:
    mine = make_objective(cast, owner=cast.lea)
    renewed([mine])
    renewer.drain(cast.organisation.pk)
    heirs = {Holding.GOALS: cast.tom.pk, Holding.TEAMS: cast.tom.pk}
    leaving.deactivate(cast.actor(cast.ada), cast.lea.pk, heirs=heirs)
    renewer.drain(cast.organisation.pk)
    assert BranchMember.objects.get().team_id == cast.sales.pk


def test_nothing_opens_any_more(cast: Cast, held: dict[str, Any]) -> None:
    lea, ada = cast.actor(cast.lea), cast.actor(cast.ada)
    token = tokens.create(lea, cast.lea)
    (link,) = invitations.invite(ada, [cast.lea.pk])
    leaving.deactivate(ada, cast.lea.pk, **held)
    assert Token.objects.get().revoked_at is not None
    with pytest.raises(Forbidden):
        tokens.authenticate(token)
    with pytest.raises(NotFound):
        invitations.open_link(link.secret)
    assert Invitation.objects.get().revoked_at is not None
    with pytest.raises(NotFound):
        queries.visit(cast.lea.user, "acme", lea.door)  # type: ignore[arg-type]  # everybody of the cast has a user


def test_who_comes_back_is_a_member_and_has_no_keys(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    leaving.deactivate(ada, cast.sten.pk, heirs={})
    back = leaving.reactivate(ada, cast.sten.pk)
    assert (back.archived_at, back.is_steward) == (None, False)


@pytest.mark.parametrize(
    ("heir", "code"), [("lea", "leaving.to_themselves"), ("vic", "leaving.to_a_viewer")]
)
def test_who_cannot_take_it(cast: Cast, held: dict[str, Any], heir: str, code: str) -> None:
    heirs = {**held["heirs"], Holding.GOALS: getattr(cast, heir).pk}
    with pytest.raises(Refused) as refused:
        leaving.deactivate(cast.actor(cast.ada), cast.lea.pk, heirs=heirs)
    assert (refused.value.code, refused.value.field) == (code, "goals")


def test_who_may_not_leave_or_let_leave(cast: Cast) -> None:
    for person in (cast.stella, cast.lea, cast.vic):
        with pytest.raises(Forbidden):
            leaving.deactivate(cast.actor(person), cast.tom.pk, heirs={})
    with pytest.raises(Refused) as refused:
        leaving.deactivate(cast.actor(cast.ada), cast.ada.pk, heirs={})
    assert refused.value.code == "leaving.yourself"
    with pytest.raises(Refused) as refused:
        leaving.deactivate(cast.system, cast.ada.pk, heirs={})
    assert refused.value.code == "person.last_administrator"


def test_two_at_once(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    people.edit(ada, cast.tom.pk, job="Seller")
    with pytest.raises(Conflict):
        leaving.deactivate(ada, cast.tom.pk, heirs={}, version=1)
