"""Who acts: the person (or none, for the system), what they may do, and by which door they came."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Door(StrEnum):
    """How an action came in; kept in every change record."""

    PAGE = "page"
    API = "api"
    FILES = "files"
    COMMAND = "command"
    JOB = "job"
    DEMO = "demo"


class Role(StrEnum):
    """What a person is for the whole organisation; leading a team is said by the team."""

    VIEWER = "viewer"
    MEMBER = "member"
    STEWARD = "steward"
    STRATEGIST = "strategist"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts, in one organisation.

    `teams` are the teams in which the person is a member today, `leads` those that the person
    leads, each with all teams below. The system (`person_id` None) acts with every right and is
    used by commands and jobs only.
    """

    organisation_id: UUID
    door: Door
    person_id: UUID | None = None
    name: str = ""
    roles: frozenset[Role] = frozenset()
    teams: frozenset[UUID] = field(default_factory=frozenset)
    leads: frozenset[UUID] = field(default_factory=frozenset)
    token_id: UUID | None = None

    @property
    def is_system(self) -> bool:
        """A command or a job, not a person."""
        return self.person_id is None

    @property
    def circle(self) -> frozenset[UUID]:
        """The teams whose private things the actor reads: where they are a member, or lead."""
        return self.teams | self.leads if self.leads else self.teams

    def has(self, role: Role) -> bool:
        """Whether the actor holds the role; the system holds all of them."""
        return self.is_system or role in self.roles


def system(organisation_id: UUID, door: Door) -> Actor:
    """The actor of commands and jobs."""
    return Actor(organisation_id=organisation_id, door=door)
