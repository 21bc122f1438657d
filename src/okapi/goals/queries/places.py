"""The goals of a team and of a person, for their pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, UUIDField, Window

from okapi.base.actor import Actor
from okapi.base.given import Given
from okapi.base.prepared import ReadersQuestion
from okapi.goals import access
from okapi.goals.models import Objective
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.mine import ids_of, running_of
from okapi.goals.queries.objectives import COLUMNS, objectives_from
from okapi.goals.queries.rows import ObjectiveRow

MOST = 40
"""A page shows so many; the list of goals has all of them."""

CARDS = 10
"""So many of a team are shown in full; the list of goals has all of them."""


@dataclass(frozen=True, slots=True)
class Goals:
    """The first objectives of a team, and how many it has."""

    rows: tuple[ObjectiveRow, ...] = ()
    total: int = 0


def of_team(asking: Asking, team_id: UUID, cycle_id: UUID) -> Goals:
    """The team's own objectives in a cycle, in their order."""
    found = _OF_TEAM.rows(asking.actor, team=team_id, cycle=cycle_id)
    rows = objectives_from(asking, [row[:-1] for row in found])
    return Goals(tuple(rows), found[0][-1] if found else 0)


def _of_team(reader: Actor) -> QuerySet[Objective, Any]:
    rows: QuerySet[Any, Any] = access.visible(reader).filter(
        team_id=Given("team", UUIDField()),
        cycle_id=Given("cycle", UUIDField()),
        archived_at__isnull=True,
    )
    counted = rows.annotate(total=Window(Count("pk"))).order_by("position", "id")
    first: QuerySet[Objective, Any] = counted.values_list(*COLUMNS.values(), "total")[:CARDS]
    return first


_OF_TEAM = ReadersQuestion(_of_team)


def of_person(asking: Asking, person_id: UUID) -> tuple[ObjectiveRow, ...]:
    """The objectives of running cycles that a person owns, or has a key result of; own ones first.

    What the reader may not read is left out.
    """
    ids = ids_of(asking, person_id).alone()[:MOST]
    return running_of(asking, person_id, ids, with_levels=False)
