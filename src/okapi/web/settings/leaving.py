"""A person leaves: what they hold is listed and handed to others, at once or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from okapi.base.actor import Role
from okapi.goals.queries.held import held_goals
from okapi.kpis.queries.held import held_kpis
from okapi.orgs.actions import leaving as actions
from okapi.orgs.choices import Holding
from okapi.orgs.queries import people as queries
from okapi.orgs.queries.people import PersonPage
from okapi.web import http
from okapi.web.components import Crumb
from okapi.web.http import OrgRequest
from okapi.web.settings import person, place, suggest
from okapi.web.settings.forms import Answer, Drawer, Drawn, Form, Sent, tried
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is held; `note` says what kind it is, or that a check-in is due."""

    text: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """All that is held of one kind, and who takes it unless the one who takes all does."""

    kind: Holding
    title: str
    items: tuple[Item, ...]
    total: int
    more: str
    field: Drawn


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: OrgRequest, uid: UUID) -> HttpResponse:
    """What a person holds, and who takes it; a post lets them leave."""
    found = queries.person(request.actor, request.organisation.today, uid)
    place.require(request, Role.ADMINISTRATOR)
    if request.method != "POST":
        return _page(request, found, Answer())
    sent = Sent(request.POST)
    heirs = _heirs(sent)
    version = sent.version
    wrong = tried(
        sent, lambda: actions.deactivate(request.actor, uid, heirs=heirs, version=version)
    )
    if wrong:
        return _page(request, found, wrong)
    return place.on(request, "people", "left")


@require_POST
def come_back(request: OrgRequest, uid: UUID) -> HttpResponse:
    """Let a person come back."""
    queries.person(request.actor, request.organisation.today, uid)
    place.require(request, Role.ADMINISTRATOR)
    sent = Sent(request.POST)
    do = actions.reactivate
    if wrong := tried(sent, lambda: do(request.actor, uid, version=sent.version)):
        return person.show(request, uid, {"profile": wrong})
    return place.on(request, "person", "returned", uid=uid)


def _heirs(sent: Sent) -> dict[Holding, str]:
    """Who takes each kind: the one named there, else the one who takes all."""
    everything = sent.text("heir").strip()
    chosen = {kind: sent.text(kind.value).strip() or everything for kind in Holding}
    return {kind: heir for kind, heir in chosen.items() if heir}


def _page(request: OrgRequest, found: PersonPage, answer: Answer) -> HttpResponse:
    line = found.line
    name = place.text(request.organisation, line.name, line.name_other)
    at = place.at(request)
    draw = Drawer("settings.leave", {}, answer)
    groups = tuple(_groups(request, line.id, draw))
    heir = suggest.field(request, draw, "heir", label=say("settings.leave.heir"))
    form = Form(
        action=at.page("leave", uid=line.id),
        version=found.version,
        answer=answer,
        drawer=draw,
        button=say("settings.leave.do", name=name),
        cancel=at.page("person", uid=line.id),
        danger=True,
        rows=((heir,),) if groups else (),
    )
    seen = {"heir", *(group.kind.value for group in groups)}
    context: dict[str, Any] = {
        "note": say("settings.leave.note" if groups else "settings.leave.nothing", name=name),
        "groups": groups,
        "form": form,
        "heir": heir,
        "other": " ".join(words for key, words in answer.by_field.items() if key not in seen),
    }
    up = (Crumb(name, at.page("person", uid=line.id)),)
    title = say("settings.leave.title", name=name)
    return place.page(
        request, "people", "settings/leave.html", context, title=title, up=up, status=answer.status
    )


def _groups(request: OrgRequest, uid: UUID, draw: Drawer) -> Iterator[Group]:
    who, at = http.asking(request), http.at(request)
    goals, kpis = held_goals(who, uid), held_kpis(who, uid)
    own = queries.held_by(request.actor, uid, most=200)
    listed: dict[Holding, tuple[list[Item], int, int]] = {
        Holding.GOALS: (
            [
                Item(
                    one.title,
                    at.key_result(one.objective_key, one.key)
                    if one.is_key_result
                    else at.objective(one.key),
                    say("settings.leave.due") if one.is_due else "",
                )
                for one in goals.goals
            ],
            goals.total,
            goals.hidden,
        ),
        Holding.KPIS: (
            [Item(name, at.kpi(key)) for key, name in kpis.kpis],
            kpis.total,
            kpis.hidden,
        ),
    }
    for kind, held in (
        (Holding.TEAMS, own.teams),
        (Holding.REPORTS, own.reports),
        (Holding.PILLARS, own.pillars),
    ):
        listed[kind] = [Item(who.text(*names)) for _, *names in held.first], held.total, 0
    for kind, (items, total, hidden) in listed.items():
        if total:
            title = say(f"holding.{kind.value}")
            yield Group(
                kind,
                title,
                tuple(items),
                total,
                say("settings.leave.hidden", n=hidden) if hidden else "",
                suggest.field(request, draw, kind.value, label=say("settings.leave.other")),
            )
