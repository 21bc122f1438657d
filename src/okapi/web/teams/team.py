"""A team: its goals and KPIs, who is in it and answers for what, and the teams below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from okapi.base.prepared import Part
from okapi.base.rounds import Round
from okapi.core.branches import Branch
from okapi.core.errors import NotFound
from okapi.goals.choices import Followable
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.overview import CycleRow, branches_part, choices
from okapi.goals.queries.places import Goals, of_team
from okapi.kpis.queries.mine import kpis_of_team
from okapi.orgs.queries import TeamRow, TeamTree, structure
from okapi.orgs.queries.members import MemberLine, members_of
from okapi.orgs.queries.structure import TeamLine
from okapi.web import http
from okapi.web.components import Avatar, Crumb, Empty
from okapi.web.following.button import button
from okapi.web.goals.asked import cycle_of
from okapi.web.goals.goal_card import card_of
from okapi.web.goals.picking import picker
from okapi.web.http import Addresses, OrgRequest
from okapi.web.kpis import shown as kpi_shown
from okapi.web.teams.listing import line_of
from okapi.web.teams.shown import Entry, stands_of
from okapi.wording import say


@require_safe
def team(request: OrgRequest, key: str) -> HttpResponse:
    """The page; `?cycle=` chooses the cycle of the goals."""
    who, at = http.asking(request), http.at(request)
    found, below = structure.team_with_below(who.actor, who.today, key)
    if found.is_archived:
        raise NotFound("access.not_found", kind="team", ref=key)
    offered = choices(who)
    cycle = cycle_of(offered, request.GET.get("cycle", ""), who)
    with Round() as asked:
        follow = asked(button(who.actor, at, Followable.TEAM, found.id, found.key))
        kpis = asked(kpis_of_team(who, found.id))
        members = asked(members_of(found.id, who.today))
        branches = asked(_branches(found, below, cycle))
    context = {
        "frame": http.framed(
            request,
            "teams",
            _crumbs(offered.teams.by_id[found.id], offered.teams, at),
            cycle=None if cycle is None else picker(request, who, cycle, offered.cycles),
        ),
        **_head(found, who, at),
        "follow": follow(),
        **_goals(found, below, cycle, branches(), who, at),
        "kpis": [kpi_shown.row_of(row, at) for row in kpis()],
        "kpis_empty": Empty(say("teams.no_kpis.title"), say("teams.no_kpis.text")),
        "kpis_href": f"{at.kpis}?team={found.key}",
        "members": [_member(one, who, at) for one in members() if one.id != found.lead_id],
    }
    return http.page(request, "teams/team.html", context)


def _head(team: TeamLine, who: Asking, at: Addresses) -> dict[str, Any]:
    lead = who.text(team.lead, team.lead_other)
    return {
        "title": who.text(team.name, team.name_other),
        "kind": say(f"team_kind.{team.kind.value}"),
        "purpose": team.purpose,
        "lead": Entry(Avatar(lead, hidden=True), lead, at.person(team.lead_id), say("teams.lead"))
        if team.lead_id
        else None,
        "size": team.members,
    }


def _goals(
    team: TeamLine,
    below: Sequence[TeamLine],
    cycle: CycleRow | None,
    branches: Mapping[UUID, Branch],
    who: Asking,
    at: Addresses,
) -> dict[str, Any]:
    """The team's own goals, and how they stand with all below."""
    goals = Goals() if cycle is None else of_team(who, team.id, cycle.id)
    return {
        "cards": [card_of(row, who, at) for row in goals.rows],
        "goals": goals.total,
        "goals_empty": Empty(say("teams.no_goals.title"), say("teams.no_goals.text")),
        "goals_href": f"{at.goals}?team={team.key}" + (f"&cycle={cycle.key}" if cycle else ""),
        "stands": stands_of(branches.get(team.id)),
        "has_below": bool(below),
        "below": [line_of(replace(one, depth=0), branches.get(one.id), who, at) for one in below],
    }


def _branches(
    team: TeamLine, below: Sequence[TeamLine], cycle: CycleRow | None
) -> Part[dict[UUID, Branch]]:
    """How the team and those right below stand in a cycle; nothing without one."""
    if cycle is None:
        return branches_part(team.id, ())
    return branches_part(cycle.id, [team.id, *(one.id for one in below)])


def _member(one: MemberLine, who: Asking, at: Addresses) -> Entry:
    name = who.text(one.name, one.name_other)
    note = one.role or one.job
    return Entry(Avatar(name, hidden=True), name, at.person(one.id), note, one.responsibilities)


def _crumbs(team: TeamRow, tree: TeamTree, at: Addresses) -> Iterator[Crumb]:
    """From all teams down to this one, over the two above it."""
    way: list[TeamRow] = []
    here = team
    while len(way) < 2 and here.parent_id is not None:
        here = tree.by_id[here.parent_id]
        way.append(here)
    yield Crumb(say("nav.teams"), at.teams)
    for one in reversed(way):
        yield Crumb(one.name, at.team(one.key))
    yield Crumb(team.name)
