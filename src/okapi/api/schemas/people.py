"""People, what they hold, and their memberships in teams."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from ninja import Field, Schema

from okapi.api.schemas.base import Asked, Body, KeptAsked
from okapi.base.actor import Role
from okapi.orgs.queries.people import Stand

_MANAGER = "e-mail address or id"


class PeopleAsked(KeptAsked):
    """A list of people; `archived` adds those who left."""

    team: str = Field(default="", description="the key of a team in which they are today")
    manager: str = Field(default="", description="an e-mail address")
    role: Role | None = None


class PersonOut(Schema):
    """A person. Whether they can sign in is told to administrators alone, null to others."""

    id: UUID
    email: str
    name: str
    name_other: str
    job: str
    manager: str | None = Field(description="an e-mail address")
    team: str | None = Field(description="the key of the team where they are at home today")
    roles: list[Role]
    is_archived: bool = Field(description="they left")
    stand: Stand | None = Field(description="here: can sign in; invited: has a link that opens")
    invited_until: datetime | None
    version: int


class PersonIn(Body):
    """Somebody new, at home in `team`."""

    email: str = Field(examples=["nia@acme.example"])
    name: str = Field(examples=["Nia Obi"])
    name_other: str = ""
    job: str = ""
    manager: str | None = Field(default=None, description=_MANAGER)
    team: str | None = Field(default=None, description="a team's key or id")
    roles: list[Role] = Field(default=[Role.MEMBER], min_length=1)


class PersonEdit(Body):
    """Fields of a person to be changed; `email` only of those who cannot sign in yet."""

    email: str = ""
    name: str = ""
    name_other: str = ""
    job: str = ""
    manager: str | None = Field(default=None, description=_MANAGER)


class RolesIn(Body):
    """What a person is for the whole organisation: a viewer, or a member and more."""

    roles: list[Role] = Field(min_length=1, examples=[["member", "steward"]])


class InvitationOut(Schema):
    """A link that opens once; it is shown in this answer and never again."""

    url: str
    until: datetime


class LeavingIn(Body):
    """Who takes what a person holds (addresses or ids); `heir` takes all that is not named."""

    heir: str = ""
    goals: str = ""
    kpis: str = ""
    teams: str = ""
    reports: str = ""
    pillars: str = ""


class HoldingOut(Schema):
    """What a person holds of one kind."""

    total: int
    hidden: int = Field(description="how many of them are not yours to read")
    items: list[str] = Field(description="keys, of people addresses; the first of them")


class HoldingsOut(Schema):
    """All that would need somebody else if a person left."""

    goals: HoldingOut
    kpis: HoldingOut
    teams: HoldingOut
    reports: HoldingOut
    pillars: HoldingOut


class MembershipsAsked(Asked):
    """A list of memberships, those made last first."""

    person: str = Field(default="", description="an e-mail address")
    team: str = Field(default="", description="a team's key")
    on: date | None = Field(default=None, description="those that run on this day")


class MembershipOut(Schema):
    """A dated place in a team. Those that are over are told to administrators alone."""

    id: UUID
    person: str = Field(description="an e-mail address")
    team: str
    role: str
    responsibilities: str
    is_home: bool
    starts: date | None
    ends: date | None = Field(description="the last day")
    version: int


class MembershipEdit(Body):
    """Fields of a membership to be changed; one that was true is ended, not removed."""

    role: str = ""
    responsibilities: str = ""
    is_home: bool = False
    starts: date | None = None
    ends: date | None = None


class MembershipIn(MembershipEdit):
    """A membership to be; a person's first team is home."""

    person: str = Field(description="e-mail address or id", examples=["mia@acme.example"])
    team: str = Field(description="key or id", examples=["service"])
