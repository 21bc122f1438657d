"""What of a cycle's goals is listed: a filter, and the visible objectives that it leaves."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, assert_never
from uuid import UUID

from django.db.models import CharField, Q, QuerySet, UUIDField
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.core.health import Health
from okapi.goals import access
from okapi.goals.choices import ObjectiveKind
from okapi.goals.models import Objective
from okapi.goals.queries.asking import Asking
from okapi.orgs.queries import TeamTree

ME = "me"

UNSURE = Q(standing__mismatches__gt=0)
"""Somebody's confidence and the health of a key result do not fit."""
UNMOVED = Q(standing__has_kpi=False) | Q(standing__isnull=True)
"""No key result moves a KPI."""


class Only(StrEnum):
    """What the numbers above the list lead to."""

    MISMATCH = "mismatch"
    NO_KPI = "no_kpi"


@dataclass(frozen=True, slots=True)
class Filter:
    """What of a cycle is listed. `team` (a key): with all below; `owner`: "me" or text."""

    cycle_id: UUID
    team: str = ""
    health: frozenset[Health] = field(default_factory=frozenset)
    owner: str = ""
    pillar: str = ""
    kind: ObjectiveKind | None = None
    only: Only | None = None
    text: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether anything but cycle and team is asked for."""
        return any((self.health, self.owner, self.pillar, self.kind, self.only, self.text))


class Shape(NamedTuple):
    """What a filter asks by, whatever the values: each shape is one prepared statement."""

    team: bool
    health: bool
    unjudged: bool
    me: bool
    owner: bool
    pillar: bool
    kind: bool
    only: Only | None
    words: int


def shape_of(wanted: Filter) -> Shape:
    """The shape of a filter."""
    return Shape(
        team=bool(wanted.team),
        health=bool(wanted.health),
        unjudged=Health.NONE in wanted.health,
        me=wanted.owner == ME,
        owner=bool(wanted.owner) and wanted.owner != ME,
        pillar=bool(wanted.pillar),
        kind=wanted.kind is not None,
        only=wanted.only,
        words=len(wanted.text.split()),
    )


def given_by(asking: Asking, wanted: Filter, teams: TeamTree) -> dict[str, Any]:
    """The values of a filter, for the questions that begin with `matching`."""
    return {
        "cycle": wanted.cycle_id,
        "below": [team.id for team in teams.below(wanted.team)] if wanted.team else [],
        "health": [health.value for health in wanted.health],
        "me": asking.actor.person_id,
        "owner": wanted.owner,
        "pillar": wanted.pillar,
        "kind": wanted.kind and wanted.kind.value,
        **{f"word{at}": word for at, word in enumerate(wanted.text.split())},
    }


def matching(reader: Actor, shape: Shape) -> QuerySet[Objective]:
    """The visible objectives that a filter of this shape leaves, in no order."""
    rows = access.visible(reader).filter(
        cycle_id=Given("cycle", UUIDField()), archived_at__isnull=True
    )
    if shape.team:
        rows = rows.filter(Among("team_id", GivenIds("below")))
    if shape.health:
        rows = rows.filter(_health_is(unjudged=shape.unjudged))
    if shape.kind:
        rows = rows.filter(kind=_text("kind"))
    if shape.pillar:
        rows = rows.filter(pillar__key=_text("pillar"))
    if shape.me:
        rows = rows.filter(owner_id=Given("me", UUIDField()))
    if shape.owner:
        rows = rows.filter(_owner_is(_text("owner")))
    for at in range(shape.words):
        rows = rows.filter(_text_has(_text(f"word{at}")))
    return rows if shape.only is None else _only(rows, shape.only)


def _text(name: str) -> Given:
    return Given(name, CharField())


def _health_is(*, unjudged: bool) -> Q:
    known = Q(Among("standing__health", GivenIds("health")))
    return known | Q(standing__isnull=True) if unjudged else known


def _owner_is(owner: Given) -> Q:
    return (
        Q(owner__name__icontains=owner)
        | Q(owner__name_other__icontains=owner)
        | Q(Exact(Lower("owner__email"), Lower(owner)))
    )


def _text_has(word: Given) -> Q:
    """A word of a search: somewhere in title or key."""
    return Q(title__icontains=word) | Q(title_other__icontains=word) | Q(key__icontains=word)


def _only(rows: QuerySet[Objective], only: Only) -> QuerySet[Objective]:
    match only:
        case Only.MISMATCH:
            return rows.filter(UNSURE)
        case Only.NO_KPI:
            return rows.filter(UNMOVED)
        case _:
            assert_never(only)
