"""What organisations tell those above them, and what they ask before something is put away.

Events are published in the writer's transaction; intentions are asked with `base.events.vetoes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from okapi.base.actor import Actor
from okapi.orgs.choices import Holding


@dataclass(frozen=True, slots=True)
class TeamsMoved:
    """Teams hang elsewhere in the tree now: what branches count of them lies elsewhere too."""

    organisation_id: UUID


@dataclass(frozen=True, slots=True)
class MembershipsChanged:
    """These people are at home in other teams, now or from a day on."""

    organisation_id: UUID
    person_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class CyclesChanged:
    """The days or the rhythm of these cycles differ."""

    organisation_id: UUID
    cycle_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class JudgedOtherwise:
    """Thresholds, the guard rule or working days changed: every goal has to be judged anew."""

    organisation_id: UUID


@dataclass(frozen=True, slots=True)
class PeriodsMoved:
    """The fiscal year or the week begins otherwise: periods to come have other days."""

    organisation_id: UUID


@dataclass(frozen=True, slots=True)
class HandingOver:
    """A person leaves: those above give what they keep of theirs to the heirs.

    `heirs` names who takes what, by `choices.Holding`; a kind without an heir has nothing open.
    """

    actor: Actor
    person_id: UUID
    heirs: Mapping[Holding, UUID]


@dataclass(frozen=True, slots=True)
class Leaving:
    """A person is about to leave, and nobody takes these kinds: those above say what is open."""

    organisation_id: UUID
    person_id: UUID
    without_heir: frozenset[Holding]


@dataclass(frozen=True, slots=True)
class ArchivingTeam:
    """A team is about to be put away."""

    organisation_id: UUID
    team_id: UUID


@dataclass(frozen=True, slots=True)
class ArchivingCycle:
    """A cycle is about to be put away."""

    organisation_id: UUID
    cycle_id: UUID


@dataclass(frozen=True, slots=True)
class MovingCycle:
    """A cycle is about to begin or end on another day."""

    organisation_id: UUID
    cycle_id: UUID


@dataclass(frozen=True, slots=True)
class ArchivingPillar:
    """A pillar is about to be put away."""

    organisation_id: UUID
    pillar_id: UUID


@dataclass(frozen=True, slots=True)
class MovingPeriods:
    """The fiscal year or the week is about to begin otherwise."""

    organisation_id: UUID
    is_fiscal: bool
    is_weekly: bool
