"""The tree of teams: what may hang where, who may change it, and what branches count afterwards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from okapi.base import clock
from okapi.base.models import Change, Outbox
from okapi.core.errors import Conflict, Forbidden, NotFound, Refusals, Refused
from okapi.goals import renewer, standings
from okapi.goals.models import BranchStanding
from okapi.kpis.models import Kpi
from okapi.orgs.actions import teams
from okapi.orgs.actions.teams import TeamDraft
from okapi.orgs.models import Membership, Team
from tests.cast import TODAY, Cast
from tests.goals.making import make_kpi, make_objective, renewed


def branches(kind: str = "team") -> dict[UUID, int]:
    """How many objectives each branch counts."""
    return {
        row.object_id: row.on_track + row.at_risk + row.off_track + row.no_data + row.none
        for row in BranchStanding.objects.filter(kind=kind)
    }


def counted(cast: Cast) -> None:
    """An objective of service, of repairs below it, and of sales."""
    made = [make_objective(cast, team=team) for team in (cast.service, cast.repairs, cast.sales)]
    renewed(made)
    renewer.drain(cast.organisation.pk)


def test_a_new_team_is_recorded_and_told(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    made = teams.create(ada, name="  Parts   depot ", parent="service", lead="mia@acme.example")
    assert (made.key, made.name, made.kind) == ("parts-depot", "Parts depot", "team")
    assert (made.parent, made.lead) == (cast.service, cast.mia)
    change = Change.objects.get(kind="team", object_id=made.pk)
    assert (change.verb, change.person_id, change.after["parent"]) == (
        "add",
        cast.ada.pk,
        str(cast.service.pk),
    )
    letter = Outbox.objects.get(kind="team")
    assert (letter.object_id, letter.number) == (made.pk, 1)


def test_names_in_any_script_get_keys_that_are_free(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    keys = [
        teams.create(ada, name=name, parent="company").key for name in ("客服 部", "客服 部", "☂")
    ]
    assert keys == ["客服-部", "客服-部-2", "team"]


def test_only_administrators(cast: Cast) -> None:
    for person in (cast.stella, cast.sten, cast.lea, cast.mia, cast.vic):
        with pytest.raises(Forbidden):
            teams.create(cast.actor(person), name="Mine", parent="service")
        with pytest.raises(Forbidden):
            teams.edit(cast.actor(person), cast.service.pk, name="Mine")
        with pytest.raises(Forbidden):
            teams.archive(cast.actor(person), cast.sales.pk)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": "  "}, "text.empty", "name"),
        ({"name": "x" * 201}, "text.too_long", "name"),
        ({"parent": "nowhere"}, "reference.unknown", "parent"),
        ({"parent": None}, "team.needs_parent", "parent"),
        ({"kind": "tribe"}, "choice.unknown", "kind"),
        ({"lead": "nobody@acme.example"}, "reference.unknown", "lead"),
    ],
)
def test_what_is_refused_at_its_field(
    cast: Cast, given: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        teams.create(cast.actor(cast.ada), **{"name": "New", "parent": "company", **given})
    assert (refused.value.code, refused.value.field) == (code, field)


def test_projects_and_the_first_company_need_nothing_above(cast: Cast, strangers: Cast) -> None:
    assert teams.create(cast.actor(cast.ada), name="Rescue", kind="project").parent is None
    with pytest.raises(Refused):
        teams.edit(cast.actor(cast.ada), cast.sales.pk, parent=None)
    teams.edit(cast.actor(cast.ada), cast.company.pk, name="All of us")


def test_two_at_once_lose_nothing(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    teams.edit(ada, cast.sales.pk, version=1, name="Selling")
    with pytest.raises(Conflict) as refused:
        teams.edit(ada, cast.sales.pk, version=1, name="Market")
    assert refused.value.code == "thing.changed_by"
    assert Team.objects.get(pk=cast.sales.pk).name == "Selling"


def test_what_stays_the_same_leaves_no_record(cast: Cast) -> None:
    teams.edit(cast.actor(cast.ada), cast.sales.pk, version=1, name="Sales", parent="company")
    assert not Change.objects.filter(kind="team").exists()
    assert Team.objects.get(pk=cast.sales.pk).version == 1


def test_no_circles(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    for above in (cast.service, cast.repairs):
        with pytest.raises(Refused) as refused:
            teams.edit(ada, cast.service.pk, parent=above.pk)
        assert (refused.value.code, refused.value.field) == ("team.below_itself", "parent")


def test_a_team_of_another_organisation_is_not_there(cast: Cast, strangers: Cast) -> None:
    with pytest.raises(NotFound):
        teams.edit(cast.actor(cast.ada), strangers.sales.pk, name="Ours")
    with pytest.raises(Refused):
        teams.edit(cast.actor(cast.ada), cast.repairs.pk, parent=strangers.sales.pk)


def test_branches_follow_a_team_that_moves(cast: Cast) -> None:
    counted(cast)
    assert branches() == {
        cast.company.pk: 3, cast.service.pk: 2, cast.repairs.pk: 1, cast.sales.pk: 1
    }  # fmt: skip
    teams.edit(cast.actor(cast.ada), cast.repairs.pk, parent="sales")
    renewer.drain(cast.organisation.pk)
    moved = branches()
    assert moved == {
        cast.company.pk: 3, cast.service.pk: 1, cast.repairs.pk: 1, cast.sales.pk: 2
    }  # fmt: skip
    standings.rebuild(cast.organisation.pk, TODAY)
    assert branches() == moved


def test_a_team_called_otherwise_moves_no_branch(cast: Cast) -> None:
    counted(cast)
    teams.edit(cast.actor(cast.ada), cast.repairs.pk, name="Mending", lead="rob@acme.example")
    assert renewer.drain(cast.organisation.pk) == 0


def test_the_order_among_neighbours(cast: Cast) -> None:
    ada = cast.actor(cast.ada)

    def order() -> list[str]:
        rows = Team.objects.filter(parent=cast.company).order_by("position", "id")
        return [team.key for team in rows]

    assert order() == ["service", "sales"]  # both at position 0, as files may leave them
    teams.move_beside(ada, cast.sales.pk, earlier=True)
    assert order() == ["sales", "service"]
    teams.move_beside(ada, cast.sales.pk, earlier=True)
    assert order() == ["sales", "service"]
    teams.move_beside(ada, cast.sales.pk, earlier=False)
    assert order() == ["service", "sales"]


def test_archiving_says_all_that_is_in_the_way(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    make_objective(cast, team=cast.service)
    Kpi.objects.filter(pk=make_kpi(cast).pk).update(team=cast.service)
    with pytest.raises(Refusals) as refused:
        teams.archive(ada, cast.service.pk)
    told = {error.code: error.data["n"] for error in refused.value.errors}
    assert told == {"team.has_teams": 1, "team.has_kpis": 1, "team.has_goals": 1}
    assert Team.objects.get(pk=cast.service.pk).archived_at is None


def test_archiving_ends_memberships_and_restoring_brings_the_team_back(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    teams.archive(ada, cast.repairs.pk, version=1)
    assert Team.objects.get(pk=cast.repairs.pk).archived_at == clock.now()
    assert Membership.objects.get(person=cast.rob).ends == TODAY
    with pytest.raises(Refused) as refused:
        teams.edit(ada, cast.repairs.pk, name="Still here")
    assert refused.value.code == "thing.archived"
    teams.archive(ada, cast.service.pk)
    back = teams.restore(ada, cast.repairs.pk)
    assert (back.archived_at, back.parent_id) == (None, cast.company.pk)


def test_many_at_once(cast: Cast) -> None:
    drafts = [
        TeamDraft("North"),
        TeamDraft("Port", under=0),
        TeamDraft("Port"),
        TeamDraft("Quay", under=1),
    ]
    made = teams.create_many(cast.actor(cast.ada), drafts, below="company")
    assert [(team.key, team.parent.key if team.parent else "") for team in made] == [
        ("north", "company"), ("port", "north"), ("port-2", "company"), ("quay", "port")
    ]  # fmt: skip
    assert Team.objects.filter(key__in=["north", "port", "port-2", "quay"]).count() == 4


def test_many_with_bad_lines_make_none(cast: Cast) -> None:
    drafts = [TeamDraft("North", line=1), TeamDraft("x" * 201, line=2), TeamDraft("", line=5)]
    with pytest.raises(Refusals) as refused:
        teams.create_many(cast.actor(cast.ada), drafts, below="company")
    assert [(error.code, error.data["line"]) for error in refused.value.errors] == [
        ("text.too_long", 2),
        ("text.empty", 5),
    ]
    assert not Team.objects.filter(key="north").exists()
