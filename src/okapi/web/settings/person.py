"""One person: who they are, what they may, in which teams they are, and their way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from okapi.base.actor import Role
from okapi.core.errors import NotFound
from okapi.goals.queries.overview import tree
from okapi.orgs.actions import memberships
from okapi.orgs.actions import people as actions
from okapi.orgs.queries import people as queries
from okapi.orgs.queries.people import MembershipLine, PersonPage, Stand
from okapi.web import http
from okapi.web.components import Avatar, Pill
from okapi.web.http import OrgRequest
from okapi.web.settings import place, suggest
from okapi.web.settings.forms import Answer, Drawer, Drawn, Form, Sent, tried
from okapi.wording import day, moment, say

_MORE_ROLES = (Role.STEWARD, Role.STRATEGIST, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Place:
    """A membership: its words, and the form that changes it."""

    line: MembershipLine
    team: str
    words: str
    form: Form
    remove: str


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: OrgRequest, uid: UUID) -> HttpResponse:
    """The page; a post changes who they are."""
    found = _found(request, uid)
    if request.method != "POST":
        return _page(request, found)
    sent = Sent(request.POST)
    texts = {name: sent.text(name) for name in ("name", "name_other", "job", "manager")}
    if "email" in sent.query:
        texts["email"] = sent.text("email")
    wrong = tried(sent, lambda: actions.edit(request.actor, uid, version=sent.version, **texts))
    if wrong:
        return _page(request, _found(request, uid), {"profile": wrong})
    return place.on(request, "person", "saved", uid=uid)


@require_POST
def set_roles(request: OrgRequest, uid: UUID) -> HttpResponse:
    """What they are for the whole organisation."""
    found = _found(request, uid)
    sent = Sent(request.POST)
    roles = {Role.VIEWER, *(role for role in (Role.MEMBER, *_MORE_ROLES) if sent.flag(role.value))}
    do = actions.set_roles
    wrong = tried(
        sent, lambda: do(request.actor, uid, roles=frozenset(roles), version=sent.version)
    )
    if wrong:
        return _page(request, found, {"roles": wrong})
    return place.on(request, "person", "saved", uid=uid)


@require_POST
def join(request: OrgRequest, uid: UUID) -> HttpResponse:
    """Put them into a team."""
    found = _found(request, uid)
    sent = Sent(request.POST)
    if wrong := tried(sent, lambda: _join(request, uid, sent)):
        return _page(request, found, {"join": wrong})
    return place.on(request, "person", "added", uid=uid)


def _join(request: OrgRequest, uid: UUID, sent: Sent) -> None:
    memberships.join(
        request.actor,
        uid,
        sent.text("team"),
        role=sent.text("role"),
        is_home=sent.flag("is_home"),
        starts=sent.day("starts"),
        ends=sent.day("ends"),
    )


@require_POST
def membership(request: OrgRequest, uid: UUID, membership: UUID) -> HttpResponse:
    """Change a membership, or take it away (`do` is remove)."""
    found = queries.person(request.actor, request.organisation.today, uid)
    if all(one.id != membership for one in found.memberships):
        raise NotFound("access.not_found", kind="membership", ref=str(membership))
    place.require(request, Role.ADMINISTRATOR)
    sent = Sent(request.POST)
    if wrong := tried(sent, lambda: _change(request, membership, sent)):
        return _page(request, _found(request, uid), {str(membership): wrong})
    said = "removed" if sent.text("do") == "remove" else "saved"
    return place.on(request, "person", said, uid=uid)


def _change(request: OrgRequest, uid: UUID, sent: Sent) -> None:
    if sent.text("do") == "remove":
        memberships.remove(request.actor, uid, version=sent.version)
        return
    memberships.edit(
        request.actor,
        uid,
        version=sent.version,
        role=sent.text("role"),
        responsibilities=sent.text("responsibilities"),
        is_home=sent.flag("is_home"),
        starts=sent.day("starts"),
        ends=sent.day("ends"),
    )


def _found(request: OrgRequest, uid: UUID) -> PersonPage:
    """The person, for an administrator."""
    found = queries.person(request.actor, request.organisation.today, uid)
    place.require(request, Role.ADMINISTRATOR)
    return found


def show(
    request: OrgRequest, uid: UUID, wrong: Mapping[str, Answer], *, link: str = ""
) -> HttpResponse:
    """The page again, after something that another page of theirs did."""
    return _page(request, _found(request, uid), wrong, link=link)


def _page(
    request: OrgRequest,
    found: PersonPage,
    wrong: Mapping[str, Answer] | None = None,
    *,
    link: str = "",
) -> HttpResponse:
    told = wrong or {}
    at, line = place.at(request), found.line
    name = place.text(request.organisation, line.name, line.name_other)
    context: dict[str, Any] = {
        "person": found,
        "avatar": Avatar(name, hidden=True),
        "stand": Pill(say(f"settings.stand.{line.stand.value}")),
        "is_left": line.stand is Stand.LEFT,
        "profile": _profile(request, found, told.get("profile", Answer())),
        "roles": _roles(request, found, told.get("roles", Answer())),
        "places": [_place(request, found, one, told) for one in found.memberships],
        "join": _join_form(request, found, told.get("join", Answer())),
        "link": link,
        "link_note": _link_note(found),
        "make_link": at.page("invite", uid=line.id),
        "unlink": at.page("unlink", uid=line.id) if found.invited_until else "",
        "leave": at.page("leave", uid=line.id),
        "come_back": at.page("come_back", uid=line.id),
        "link_wrong": " ".join(told["link"].by_field.values()) if "link" in told else "",
        "is_me": line.id == request.actor.person_id,
    }
    status = max([200, *(answer.status for answer in told.values())])
    return place.page(request, "people", "settings/person.html", context, title=name, status=status)


def _link_note(found: PersonPage) -> str:
    if found.invited_until is not None:
        return say("settings.person.link_open", until=moment(found.invited_until))
    if found.line.stand is Stand.HERE:
        return say("settings.person.link_again")
    return say("settings.person.link_first")


def _profile(request: OrgRequest, found: PersonPage, answer: Answer) -> Form:
    line, manager = found.line, found.manager
    stored = {
        "name": line.name,
        "name_other": line.name_other,
        "email": line.email,
        "job": line.job,
        "manager": "" if manager is None else suggest.words(manager.name, manager.email),
    }
    draw = Drawer("settings.person", stored, answer)
    email: tuple[Drawn, ...] = (draw.text("email", kind="email", required=True),)
    if line.stand is Stand.HERE:
        email = ()
    return Form(
        action=place.at(request).page("person", uid=line.id),
        version=found.version,
        answer=answer,
        drawer=draw,
        button=say("form.save"),
        rows=(
            (draw.text("name", required=True), draw.text("name_other")),
            (*email, draw.text("job"), suggest.field(request, draw, "manager")),
        ),
    )


def _roles(request: OrgRequest, found: PersonPage, answer: Answer) -> Form:
    stored = {role.value: role in found.line.roles for role in (Role.MEMBER, *_MORE_ROLES)}
    draw = Drawer("settings.role", stored, answer)
    rows = tuple(
        (
            draw.flag(
                role.value, label=say(f"role.{role.value}"), note=say(f"settings.role.{role.value}")
            ),
        )
        for role in (Role.MEMBER, *_MORE_ROLES)
    )
    return Form(
        action=place.at(request).page("set_roles", uid=found.line.id),
        version=found.version,
        answer=answer,
        drawer=draw,
        button=say("form.save"),
        plain=True,
        rows=rows,
    )


def _place(
    request: OrgRequest, found: PersonPage, line: MembershipLine, told: Mapping[str, Answer]
) -> Place:
    answer = told.get(str(line.id), Answer())
    names = ("role", "responsibilities", "is_home", "starts", "ends")
    draw = Drawer("settings.membership", {name: getattr(line, name) for name in names}, answer)
    action = place.at(request).page("membership", uid=found.line.id, membership=line.id)
    own = line.id.hex[-8:]

    def text(name: str, **more: Any) -> Drawn:
        return draw.text(name, id=f"field-{name}-{own}", **more)

    return Place(
        line=line,
        team=place.text(request.organisation, line.team, line.team_other),
        words=_words(line),
        remove=action,
        form=Form(
            action=action,
            version=line.version,
            answer=answer,
            drawer=draw,
            button=say("form.save"),
            plain=True,
            rows=(
                (text("role"), text("starts", kind="date"), text("ends", kind="date")),
                (text("responsibilities", kind="textarea"),),
                (draw.flag("is_home", id=f"field-is_home-{own}"),),
            ),
        ),
    )


def _words(line: MembershipLine) -> str:
    """Role and days, as far as they are known."""
    parts = [line.role] if line.role else []
    if line.starts is not None and line.ends is not None:
        parts.append(say("settings.cycles.days", first=day(line.starts), last=day(line.ends)))
    elif line.starts is not None:
        parts.append(say("settings.pillars.from", day=line.starts))
    elif line.ends is not None:
        parts.append(say("settings.pillars.until", day=line.ends))
    return " · ".join(parts)


def _join_form(request: OrgRequest, found: PersonPage, answer: Answer) -> Form:
    draw = Drawer("settings.membership", {}, answer)
    teams = tree(http.asking(request))
    offered = [(one.key, "\u2003" * one.depth + one.name) for one in teams]
    return Form(
        action=place.at(request).page("join", uid=found.line.id),
        answer=answer,
        drawer=draw,
        button=say("form.add"),
        plain=True,
        rows=(
            (draw.select("team", offered), draw.text("role"), draw.text("starts", kind="date")),
            (draw.flag("is_home"),),
        ),
    )
