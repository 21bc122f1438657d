"""What a person holds in goals: what would need somebody else if they left."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from okapi.goals import access
from okapi.goals.choices import GoalState
from okapi.goals.models import KeyResult, Objective
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.mine import due_since
from okapi.goals.queries.objectives import objectives_of

MOST = 50
_OPEN = (GoalState.DRAFT.value, GoalState.AGREED.value)


@dataclass(frozen=True, slots=True)
class HeldGoal:
    """An open objective or key result that the asker may read; `due` tells of a check-in."""

    key: str
    title: str
    objective_key: str
    is_key_result: bool
    is_due: bool = False


@dataclass(frozen=True, slots=True)
class HeldGoals:
    """The first of them, how many there are in all, and how many the asker may not read."""

    goals: tuple[HeldGoal, ...]
    total: int
    hidden: int


def held_goals(asking: Asking, person: UUID) -> HeldGoals:
    """The open objectives and key results of a person; a fixed number of statements."""
    open_objective = Q(state__in=_OPEN, archived_at__isnull=True)
    own = Objective.objects.filter(open_objective, owner_id=person)
    key_results = KeyResult.objects.filter(
        owner_id=person,
        state__in=_OPEN,
        archived_at__isnull=True,
        objective__state__in=_OPEN,
        objective__archived_at__isnull=True,
    )
    total = own.count() + key_results.count()
    visible = access.visible(asking.actor)
    readable = visible.filter(open_objective, owner_id=person)
    readable_key_results = key_results.filter(objective__in=visible.values("pk"))
    hidden = total - readable.count() - readable_key_results.count()
    wanted = readable | visible.filter(pk__in=readable_key_results.values("objective_id"))
    ordered = wanted.distinct().order_by("cycle__ends", "position", "id")
    rows = objectives_of(asking, list(ordered.values_list("pk", flat=True)[:MOST]))
    found: list[HeldGoal] = []
    for row in rows:
        if row.owner is not None and row.owner.id == person:
            found.append(HeldGoal(row.key, row.title, row.key, is_key_result=False))
        found.extend(
            HeldGoal(
                one.key,
                one.title,
                row.key,
                is_key_result=True,
                is_due=due_since(asking, one) is not None,
            )
            for one in row.key_results
            if one.owner is not None and one.owner.id == person and one.state.value in _OPEN
        )
    return HeldGoals(tuple(found[:MOST]), total, hidden)
