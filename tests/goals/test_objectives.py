"""Objectives: who makes and changes them, what is refused and where, what is written down."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okapi.base import scope
from okapi.base.models import Change, Outbox
from okapi.core.errors import Conflict, Forbidden, NotFound, Refused
from okapi.goals import actions
from okapi.goals.models import Objective
from tests.cast import Cast
from tests.goals.making import (
    code_of,
    draft,
    make_kpi,
    make_objective,
    standing,
)


def test_a_lead_makes_a_draft(cast: Cast, lea: Any) -> None:
    objective = draft(cast, lea, why="Customers wait", weight=Decimal(2))
    assert (objective.key, objective.state, objective.owner) == ("O-1", "draft", cast.lea)
    assert standing(objective).reason == "health.draft"
    change = Change.objects.get(kind="objective", object_id=objective.pk)
    assert (change.verb, change.after["title"], change.person_id) == (
        "create", "Faster service", cast.lea.pk,
    )  # fmt: skip
    assert Outbox.objects.filter(kind="objective", object_id=objective.pk).exists()
    assert draft(cast, lea).key == "O-2"


def test_a_member_proposes_for_the_own_team_and_for_oneself(cast: Cast) -> None:
    mia = cast.actor(cast.mia)
    assert draft(cast, mia).owner == cast.mia
    assert draft(cast, mia, team=None).team is None
    with pytest.raises(Forbidden):
        draft(cast, mia, team="sales")
    with pytest.raises(Forbidden):
        draft(cast, mia, team="company")
    with pytest.raises(Forbidden):
        draft(cast, mia, team=None, owner=cast.tom.email)
    with pytest.raises(Forbidden):
        draft(cast, cast.actor(cast.vic), team=None)
    assert draft(cast, cast.actor(cast.stella), team="company").team == cast.company
    with pytest.raises(Forbidden):
        draft(cast, cast.actor(cast.ada))


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"title": "  "}, "text.empty", "title"),
        ({"title": "x" * 301}, "text.too_long", "title"),
        ({"cycle": "2031Q1"}, "reference.unknown", "cycle"),
        ({"team": "nobody"}, "reference.unknown", "team"),
        ({"owner": "nobody@acme.example"}, "reference.unknown", "owner"),
        ({"kind": "stretch"}, "choice.unknown", "kind"),
        ({"weight": Decimal(-1)}, "weight.negative", "weight"),
        ({"weight": Decimal("0.00001")}, "weight.unreadable", "weight"),
        ({"visibility": "moon"}, "choice.unknown", "visibility"),
    ],
)
def test_bad_input_is_refused_at_its_field(
    cast: Cast, lea: Any, given: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(Refused) as error:
        draft(cast, lea, **given)
    assert code_of(error) == (code, field)
    assert not Objective.objects.exists()


def test_a_key_is_taken_once(cast: Cast, lea: Any) -> None:
    draft(cast, lea, key="SERVICE-1")
    with pytest.raises(Refused) as error:
        draft(cast, lea, key="SERVICE-1")
    assert code_of(error) == ("key.taken", "key")


def test_another_organisation_is_not_there(cast: Cast, strangers: Cast, lea: Any) -> None:
    with scope.organisation(strangers.organisation.pk):
        theirs = make_objective(strangers)
        their_kpi = make_kpi(strangers)
    with pytest.raises(NotFound):
        actions.edit_objective(lea, theirs.pk, title="Ours")
    own = draft(cast, lea)
    with pytest.raises(NotFound):
        actions.contribute(lea, own.pk, to_objective=theirs.pk)
    with pytest.raises(NotFound):
        actions.guard(lea, own.pk, their_kpi.pk)
    with pytest.raises(Refused):
        draft(cast, lea, team=strangers.service.pk)


def test_editing_knows_the_version(cast: Cast, lea: Any) -> None:
    objective = draft(cast, lea)
    edited = actions.edit_objective(lea, objective.pk, version=1, title="Better", why="So")
    assert (edited.title, edited.version) == ("Better", 2)
    with pytest.raises(Conflict) as error:
        actions.edit_objective(lea, objective.pk, version=1, title="Worse")
    assert error.value.code == "goal.changed_meanwhile"
    change = Change.objects.filter(kind="objective", verb="edit").get()
    assert (change.before["title"], change.after["title"]) == ("Faster service", "Better")
    actions.edit_objective(lea, objective.pk, title="Better")
    assert Change.objects.filter(kind="objective", verb="edit").count() == 1
