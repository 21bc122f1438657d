"""Which slices of KPIs goals move."""

from __future__ import annotations

from uuid import UUID

from okapi.base import scope
from okapi.goals.choices import GoalState
from okapi.goals.models import Moves


def moved_slices(organisation_id: UUID) -> frozenset[int]:
    """The slices that key results move, closed and cancelled ones left out."""
    over = (GoalState.CLOSED.value, GoalState.CANCELLED.value)
    with scope.organisation(organisation_id):
        rows = Moves.objects.filter(key_result__archived_at__isnull=True)
        running = rows.exclude(key_result__state__in=over).order_by()
        return frozenset(running.values_list("slice_id", flat=True).distinct())
