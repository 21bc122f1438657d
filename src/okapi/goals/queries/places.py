"""The goals of a team and of a person, for their pages."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from okapi.goals import access
from okapi.goals.choices import GoalState
from okapi.goals.models import KeyResult
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.objectives import objectives_of
from okapi.goals.queries.rows import ObjectiveRow

MOST = 40
"""A page shows so many; the list of goals has all of them."""


def of_team(asking: Asking, team_id: UUID, cycle_id: UUID) -> tuple[ObjectiveRow, ...]:
    """The team's own objectives in a cycle, in their order."""
    rows = access.visible(asking.actor).filter(
        team_id=team_id, cycle_id=cycle_id, archived_at__isnull=True
    )
    ids = list(rows.order_by("position", "id").values_list("pk", flat=True)[:MOST])
    return tuple(objectives_of(asking, ids))


def of_person(asking: Asking, person_id: UUID) -> tuple[ObjectiveRow, ...]:
    """The objectives of running cycles that a person owns, or has a key result of; own ones first.

    What the reader may not read is left out.
    """
    theirs = KeyResult.objects.filter(
        objective=OuterRef("pk"), owner_id=person_id, archived_at__isnull=True
    )
    rows = access.visible(asking.actor).filter(
        Q(owner_id=person_id) | Exists(theirs),
        archived_at__isnull=True,
        state__in=(GoalState.AGREED.value, GoalState.DRAFT.value),
        cycle__starts__lte=asking.today,
        cycle__ends__gte=asking.today,
    )
    ordered = rows.order_by(
        "cycle__ends", F("team__position").asc(nulls_last=True), "position", "id"
    )
    found = objectives_of(asking, list(ordered.values_list("pk", flat=True)[:MOST]))
    return tuple(sorted(found, key=lambda row: row.owner is None or row.owner.id != person_id))
