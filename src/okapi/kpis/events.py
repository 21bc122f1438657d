"""What KPIs tell those above them, and what they ask before something is retired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MeasurementsChanged:
    """Values came in, were corrected or taken back; published in the writer's transaction.

    `touched` names the slices of each KPI whose values differ now; the KPIs' standings are renewed
    already. `through_renewer` asks for the way of large batches: mark, and renew after the commit.
    """

    organisation_id: UUID
    touched: Mapping[UUID, frozenset[int]]
    at: datetime
    through_renewer: bool = False


@dataclass(frozen=True, slots=True)
class ForecastsMade:
    """Slices were forecast anew; published in the transaction that stores the forecasts."""

    organisation_id: UUID
    slice_ids: frozenset[int]
    at: datetime


@dataclass(frozen=True, slots=True)
class KpisChanged:
    """A definition, target, owner or state changed; published in the writer's transaction."""

    organisation_id: UUID
    kpi_ids: frozenset[UUID]
    at: datetime


@dataclass(frozen=True, slots=True)
class VersionsNamed:
    """A question: which of these definition versions does an open goal name?

    Those above answer through `base.events.answer` with sets of ids: an earlier version with a
    formula is computed as long as one does.
    """

    organisation_id: UUID
    definition_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class RetiringKpi:
    """A KPI is about to be retired; those above object through `base.events.object_to`."""

    organisation_id: UUID
    kpi_id: UUID
