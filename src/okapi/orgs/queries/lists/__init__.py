"""Teams, people, memberships, cycles and pillars for other programs: page by page, by their keys.

Other programs write what they have read: texts come in both languages, things by their keys, people
by their addresses. A page is one statement, whatever its length.
"""

from okapi.orgs.queries.lists.people import (
    MembershipListed,
    PersonListed,
    memberships,
    one_membership,
    one_person,
    people,
)
from okapi.orgs.queries.lists.plans import (
    CycleListed,
    PerspectiveListed,
    PillarListed,
    cycles,
    one_cycle,
    one_perspective,
    one_pillar,
    perspectives,
    pillars,
)
from okapi.orgs.queries.lists.teams import TeamListed, one_team, teams
from okapi.orgs.queries.lists.wanted import Wanted

__all__ = [
    "CycleListed",
    "MembershipListed",
    "PersonListed",
    "PerspectiveListed",
    "PillarListed",
    "TeamListed",
    "Wanted",
    "cycles",
    "memberships",
    "one_cycle",
    "one_membership",
    "one_person",
    "one_perspective",
    "one_pillar",
    "one_team",
    "people",
    "perspectives",
    "pillars",
    "teams",
]
