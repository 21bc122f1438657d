"""Teams."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from ninja import Field, Schema

from okapi.api.schemas.base import Body, KeptAsked, one_of
from okapi.orgs.choices import TeamKind

Kind = Annotated[str, one_of(TeamKind)]
_LEAD = "e-mail address or id"


class TeamsAsked(KeptAsked):
    """A list of teams: `parent` is a key, `lead` an address."""

    parent: str = ""
    lead: str = ""
    kind: TeamKind | None = None


class TeamOut(Schema):
    """A node of the organisation's tree, or a project team across it."""

    id: UUID
    key: str
    name: str
    name_other: str
    kind: TeamKind
    purpose: str
    parent: str | None = Field(description="the key of the team above")
    lead: str | None = Field(description="an e-mail address")
    members: int = Field(description="how many people are in it today")
    position: int = Field(description="its place among those below the same team")
    is_archived: bool
    version: int


class TeamEdit(Body):
    """Fields of a team to be changed."""

    name: str = ""
    name_other: str = ""
    kind: Kind = TeamKind.TEAM.value
    purpose: str = ""
    parent: str | None = Field(default=None, description="the key or id of the team above")
    lead: str | None = Field(default=None, description=_LEAD)
    position: int = Field(default=0, ge=0, le=1_000_000)


class TeamIn(Body):
    """A team to be; without a key one is made from its name."""

    name: str = Field(examples=["Field service"])
    key: str = ""
    name_other: str = ""
    kind: Kind = TeamKind.TEAM.value
    purpose: str = ""
    parent: str | None = Field(default=None, description="the key or id of the team above")
    lead: str | None = Field(default=None, description=_LEAD)
