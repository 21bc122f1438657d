"""The people of an organisation: the list, somebody new, and what each can be opened by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from okapi.base.actor import Role
from okapi.core.errors import NotFound
from okapi.goals.queries.overview import tree
from okapi.orgs.actions import people as actions
from okapi.orgs.queries import TeamTree
from okapi.orgs.queries import people as queries
from okapi.orgs.queries.people import Filter, PeoplePage, PersonLine, Stand
from okapi.web import http
from okapi.web.components import (
    Avatar,
    Button,
    Choice,
    Empty,
    FilterBar,
    FilterMenu,
    Pages,
    Pill,
)
from okapi.web.http import OrgRequest, member
from okapi.web.settings import place, suggest
from okapi.web.settings.forms import Answer, Drawer, Form, Sent, tried
from okapi.wording import say

_LONGEST = 200
_ROLES = (Role.ADMINISTRATOR, Role.STRATEGIST, Role.STEWARD, Role.VIEWER)


@dataclass(frozen=True, slots=True)
class Row:
    """A person in the list; `href` is empty for those who may not change them."""

    line: PersonLine
    avatar: Avatar
    name: str
    home: str
    roles: tuple[Pill, ...]
    stand: str
    href: str


@require_safe
def people(request: OrgRequest) -> HttpResponse:
    """The list, by name: searched, by team, role, and whether they can sign in."""
    teams = tree(http.asking(request))
    team = request.GET.get("team", "")
    if team and team not in teams.by_key:
        raise NotFound("access.not_found", kind="team", ref=team)
    wanted = _wanted(request, teams)
    after = request.GET.get("after", "")
    found = queries.page(request.actor, request.organisation.today, wanted, cursor=after)
    may = place.may(request, Role.ADMINISTRATOR)
    context: dict[str, Any] = {
        "note": say("settings.people.note"),
        "buttons": tuple(_buttons(request)) if may else (),
        "filters": _filters(request, wanted, teams, may=may),
        "rows": [_row(request, line, may=may) for line in found.lines],
        "pages": _pages(request, found),
        "empty": None if found.lines else _empty(request),
        "invite_all": _invite_all(request, wanted, found) if may else None,
        "total": found.total,
    }
    return place.page(request, "people", "settings/people.html", context)


def _wanted(request: OrgRequest, teams: TeamTree) -> Filter:
    query = request.GET
    team = query.get("team", "")
    return Filter(
        text=query.get("q", "").strip()[:_LONGEST],
        teams=tuple(one.id for one in teams.below(team)) if team else None,
        role=member(Role, query.get("role", "")),
        stand=member(Stand, query.get("stand", "")),
    )


def _buttons(request: OrgRequest) -> Iterator[Button]:
    at = place.at(request)
    yield Button(
        say("settings.people.new"), href=at.page("new_person"), icon="plus", kind="primary"
    )
    yield Button(say("settings.people.import"), href=at.page("import_people"), icon="upload")


def _filters(request: OrgRequest, wanted: Filter, teams: TeamTree, *, may: bool) -> FilterBar:
    def menu(name: str, choices: Iterator[Choice]) -> FilterMenu:
        anything = Choice("", say("kpis.all"))
        return FilterMenu(name, say(f"settings.people.{name}"), (anything, *choices))

    team = request.GET.get("team", "")
    names = (Choice(one.key, "\u2003" * one.depth + one.name, one.key == team) for one in teams)
    roles = (Choice(role.value, say(f"role.{role.value}"), wanted.role is role) for role in _ROLES)
    stands = (
        Choice(stand.value, say(f"settings.stand.{stand.value}"), wanted.stand is stand)
        for stand in (Stand if may else (Stand.LEFT,))
    )
    menus = [menu("team", names)] if teams else []
    clear = http.with_query(
        request.path, request.GET, **dict.fromkeys(("q", "team", "role", "stand", "after", "n"))
    )
    return FilterBar(
        action=request.path,
        target="#people",
        search=wanted.text,
        placeholder=say("settings.people.search"),
        menus=(*menus, menu("role", roles), menu("stand", stands)),
        clear=clear if wanted.is_set else "",
    )


def _row(request: OrgRequest, line: PersonLine, *, may: bool) -> Row:
    name = place.text(request.organisation, line.name, line.name_other)
    shown = [role for role in _ROLES if role in line.roles]
    stand = "" if line.stand is Stand.HERE else say(f"settings.stand.{line.stand.value}")
    return Row(
        line=line,
        avatar=Avatar(name, hidden=True),
        name=name,
        home=place.text(request.organisation, line.home, line.home_other),
        roles=tuple(Pill(say(f"role.{role.value}")) for role in shown),
        stand=stand if may or line.stand is Stand.LEFT else "",
        href=place.at(request).page("person", uid=line.id) if may else "",
    )


def _pages(request: OrgRequest, found: PeoplePage) -> Pages | None:
    if not found.next_cursor and not request.GET.get("after"):
        return None
    text = request.GET.get("n", "")
    first = int(text) if text.isdecimal() and len(text) < 8 and int(text) > 0 else 1
    last = first + len(found.lines) - 1
    following = http.with_query(request.path, request.GET, after=found.next_cursor, n=str(last + 1))
    return Pages(first, last, found.total, following=following if found.next_cursor else "")


def _empty(request: OrgRequest) -> Empty:
    clear = Button(say("component.filter_none"), href=request.path)
    return Empty(
        say("settings.people.none.title"), say("settings.people.none.text"), (clear,), drawing=False
    )


def _invite_all(request: OrgRequest, wanted: Filter, found: PeoplePage) -> dict[str, Any] | None:
    """Links for all who wait, offered where just these are looked at."""
    if wanted != Filter(stand=Stand.WAITING) or not found.total:
        return None
    return {
        "action": place.at(request).page("invite_waiting"),
        "text": say("settings.people.invite_all", n=found.total),
        "note": say("settings.people.invite_all_note"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: OrgRequest) -> HttpResponse:
    """Somebody new: who they are, and the team in which they are at home."""
    place.require(request, Role.ADMINISTRATOR)
    if request.method != "POST":
        return _new(request, Answer())
    sent = Sent(request.POST)
    made: list[Any] = []
    if wrong := tried(sent, lambda: made.append(_add(request, sent))):
        return _new(request, wrong)
    return place.on(request, "person", "added", uid=made[0].pk)


def _add(request: OrgRequest, sent: Sent) -> Any:
    return actions.add(
        request.actor,
        email=sent.text("email"),
        name=sent.text("name"),
        name_other=sent.text("name_other"),
        job=sent.text("job"),
        manager=sent.text("manager"),
        team=sent.text("team"),
    )


def _new(request: OrgRequest, answer: Answer) -> HttpResponse:
    draw = Drawer("settings.person", {"team": request.GET.get("team", "")}, answer)
    teams = tree(http.asking(request))
    offered = [(one.key, "\u2003" * one.depth + one.name) for one in teams]
    form = Form(
        action=place.at(request).page("new_person"),
        answer=answer,
        drawer=draw,
        button=say("form.add"),
        cancel=place.at(request).page("people"),
        rows=(
            (
                draw.text("name", required=True, autocomplete="off"),
                draw.text("email", kind="email", required=True, autocomplete="off"),
            ),
            (draw.text("name_other"), draw.text("job")),
            (
                draw.select("team", [("", say("settings.person.no_team")), *offered]),
                suggest.field(request, draw, "manager"),
            ),
        ),
    )
    context = {"form": form, "note": say("settings.people.new_note")}
    title = say("settings.people.new")
    return place.page(
        request, "people", "settings/edit.html", context, title=title, status=answer.status
    )
