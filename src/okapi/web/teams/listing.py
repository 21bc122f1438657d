"""All teams as a tree: who leads them, how many they are, how their goals stand."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from okapi.core.branches import Branch
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.overview import branches_of, choices
from okapi.orgs.queries import structure
from okapi.orgs.queries.structure import TeamLine
from okapi.web import http
from okapi.web.components import Avatar, Crumb, Empty
from okapi.web.goals.asked import cycle_of
from okapi.web.goals.picking import picker
from okapi.web.http import Addresses, OrgRequest
from okapi.web.teams.shown import Stands, stands_of
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class Line:
    """A team in the tree."""

    name: str
    href: str
    depth: int
    kind: str
    purpose: str
    lead: Avatar | None
    lead_name: str
    lead_href: str
    members: int
    stands: Stands | None


@require_safe
def teams(request: OrgRequest) -> HttpResponse:
    """The page; `?cycle=` chooses the cycle of the goals."""
    who, at = http.asking(request), http.at(request)
    offered = choices(who)
    cycle = cycle_of(offered, request.GET.get("cycle", ""), who)
    lines = [one for one in structure.teams(who.actor, who.today) if not one.is_archived]
    branches = {} if cycle is None else branches_of(cycle.id, [one.id for one in lines])
    context = {
        "frame": http.framed(
            request,
            "teams",
            (Crumb(say("nav.teams")),),
            cycle=None if cycle is None else picker(request, who, cycle, offered.cycles),
        ),
        "lines": [line_of(one, branches.get(one.id), who, at) for one in lines],
        "empty": Empty(say("teams.none.title"), say("teams.none.text")),
    }
    return http.page(request, "teams/list.html", context)


def line_of(team: TeamLine, branch: Branch | None, who: Asking, at: Addresses) -> Line:
    """A team as the tables of teams show it."""
    lead = who.text(team.lead, team.lead_other)
    return Line(
        name=who.text(team.name, team.name_other),
        href=at.team(team.key),
        depth=min(team.depth, 6),
        kind=say(f"team_kind.{team.kind.value}"),
        purpose=team.purpose,
        lead=Avatar(lead, size="s", hidden=True) if team.lead_id else None,
        lead_name=lead,
        lead_href=at.person(team.lead_id) if team.lead_id else "",
        members=team.members,
        stands=stands_of(branch),
    )
