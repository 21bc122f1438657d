"""The tables of the organisation: one file per noun."""

from okapi.orgs.models.calendar import Calendar, CalendarDay
from okapi.orgs.models.cycle import Cycle
from okapi.orgs.models.invitation import Invitation, SetupKey
from okapi.orgs.models.organisation import Organisation
from okapi.orgs.models.person import Membership, Person
from okapi.orgs.models.pillar import Perspective, Pillar
from okapi.orgs.models.team import Team
from okapi.orgs.models.token import Token
from okapi.orgs.models.user import Group, User

__all__ = [
    "Calendar",
    "CalendarDay",
    "Cycle",
    "Group",
    "Invitation",
    "Membership",
    "Organisation",
    "Person",
    "Perspective",
    "Pillar",
    "SetupKey",
    "Team",
    "Token",
    "User",
]
