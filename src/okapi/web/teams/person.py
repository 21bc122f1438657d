"""A person: what they do and where, their goals and KPIs, whom they work with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from okapi.base.rounds import Round
from okapi.goals.choices import Followable
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.places import of_person
from okapi.kpis.queries.mine import kpis_of_person
from okapi.orgs.queries import people
from okapi.orgs.queries.members import Near, around
from okapi.orgs.queries.people import MembershipLine, Stand
from okapi.web import http
from okapi.web.components import Avatar, Crumb, Empty
from okapi.web.following.button import button
from okapi.web.goals.goal_card import card_of
from okapi.web.http import Addresses, OrgRequest
from okapi.web.kpis import shown as kpi_shown
from okapi.web.teams.shown import Entry
from okapi.wording import say


@require_safe
def person(request: OrgRequest, person: UUID) -> HttpResponse:
    """The page. Nothing on it compares people."""
    who, at = http.asking(request), http.at(request)
    found = people.person(who.actor, who.today, person)
    name = who.text(found.line.name, found.line.name_other)
    rows = of_person(who, person)
    with Round() as asked:
        follow = asked(button(who.actor, at, Followable.PERSON, person, str(person)))
        kpis = asked(kpis_of_person(who, person))
        close_by = around(asked, person)
    near = close_by()
    context = {
        "frame": http.framed(request, "teams", (Crumb(say("nav.teams"), at.teams), Crumb(name))),
        "title": name,
        "follow": follow(),
        "avatar": Avatar(name, size="l", hidden=True),
        "note": found.line.job,
        "email": found.line.email,
        "has_left": found.line.stand is Stand.LEFT,
        "cards": [card_of(row, who, at) for row in rows],
        "goals_empty": Empty(say("member.no_goals.title"), say("member.no_goals.text")),
        "goals_href": f"{at.goals}?owner={found.line.email}",
        "kpis": [kpi_shown.row_of(row, at) for row in kpis()],
        "kpis_href": f"{at.kpis}?owner={found.line.email}",
        "places": [_place(one, who, at) for one in found.memberships if not one.is_over],
        "leads": [(who.text(one.name, one.name_other), at.team(one.key)) for one in near.leads],
        "manager": _near(near.manager, who, at) if near.manager else None,
        "reports": [_near(one, who, at) for one in near.reports],
    }
    return http.page(request, "teams/person.html", context)


def _place(one: MembershipLine, who: Asking, at: Addresses) -> dict[str, Any]:
    return {
        "team": who.text(one.team, one.team_other),
        "href": at.team(one.team_key),
        "role": one.role,
        "responsibilities": one.responsibilities,
        "is_home": one.is_home,
    }


def _near(one: Near, who: Asking, at: Addresses) -> Entry:
    name = who.text(one.name, one.name_other)
    href = "" if one.id is None else at.person(one.id)
    return Entry(Avatar(name, size="s", hidden=True), name, href)
