"""What goals tell those above them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class GoalsChanged:
    """Objectives were agreed, adjusted, cancelled or closed; published in the transaction."""

    organisation_id: UUID
    objective_ids: frozenset[UUID]
    verb: str
