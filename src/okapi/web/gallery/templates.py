"""The gallery: examples by team with search; the chosen ones become KPIs and drafts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from okapi.base.actor import Role
from okapi.exchange import templates as examples
from okapi.exchange.templates import KpiTemplate, ObjectiveTemplate, Words, adopting
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.overview import choices, tree
from okapi.orgs.access import require_member
from okapi.web import http
from okapi.web.components import Button, Choice, Crumb, Empty, FilterBar, FilterMenu
from okapi.web.http import OrgRequest
from okapi.web.settings.forms import Answer, Drawer, Sent, tried
from okapi.wording import current_language, say

_LONGEST = 100


@dataclass(frozen=True, slots=True)
class KpiCard:
    """An example of a KPI as it is shown; `is_here` when the organisation has it already."""

    key: str
    name: str
    facts: str
    defined: str
    why: str
    guard: str
    is_here: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ObjectiveCard:
    """An example of an objective as it is shown."""

    key: str
    title: str
    kind: str
    why: str
    key_results: tuple[str, ...]
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The examples of one kind of team that a search leaves."""

    key: str
    title: str
    kpis: tuple[KpiCard, ...]
    objectives: tuple[ObjectiveCard, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def templates(request: OrgRequest) -> HttpResponse:
    """The examples; a post makes the chosen ones."""
    if request.method != "POST":
        return _page(request, Answer())
    require_member(request.actor)
    sent = Sent(request.POST)
    if wrong := tried(sent, lambda: _adopt(request, sent)):
        return _page(request, wrong)
    return HttpResponseRedirect(_following(request, sent))


def _adopt(request: OrgRequest, sent: Sent) -> None:
    adopting.adopt(
        request.actor,
        kpis=sent.texts("kpi"),
        objectives=sent.texts("objective"),
        team=sent.text("team"),
        cycle=sent.text("cycle"),
    )


def _following(request: OrgRequest, sent: Sent) -> str:
    """To what was made; back to the set-up while it is under way."""
    at = http.at(request)
    if request.organisation.setup:
        return f"/o/{request.organisation.slug}/setup/"
    if sent.texts("objective"):
        return http.with_query(at.goals, request.GET, q=None, area=None, cycle=sent.text("cycle"))
    return at.kpis


def _page(request: OrgRequest, answer: Answer) -> HttpResponse:
    who = http.asking(request)
    query = request.GET
    text, area = query.get("q", "").strip()[:_LONGEST], query.get("area", "")
    groups = tuple(_groups(request, answer, text, area))
    may = request.actor.has(Role.MEMBER)
    context: dict[str, Any] = {
        "frame": http.framed(request, "kpis", (Crumb(say("gallery.title")),)),
        "title": say("gallery.title"),
        "note": say("gallery.note"),
        "filters": _filters(request, text, area),
        "groups": groups,
        "empty": None if groups else _empty(request),
        "action": http.at(request).templates,
        "fields": _fields(request, who, answer) if may else (),
        "wrong": " ".join(
            words for name, words in answer.by_field.items() if name not in ("team", "cycle")
        ),
        "button": Button(say("gallery.do"), kind="primary", submit=True) if may else None,
    }
    return http.page(request, "gallery/templates.html", context, status=answer.status)


def _groups(request: OrgRequest, answer: Answer, text: str, wanted: str) -> Iterator[Group]:
    here = adopting.adopted_keys(request.actor)
    sent = answer.sent
    kpis = frozenset(sent.texts("kpi")) if sent else frozenset()
    objectives = frozenset(sent.texts("objective")) if sent else frozenset()
    language = current_language()
    for area in examples.areas():
        if wanted and area.key != wanted:
            continue
        whole = _has(text, area.name)
        found = tuple(
            _kpi(one, language, here, kpis)
            for one in area.kpis
            if whole or _has(text, one.name, one.defined, one.why)
        )
        goals = tuple(
            _objective(one, language, objectives)
            for one in area.objectives
            if whole or _has(text, one.title, one.why, *(row.title for row in one.key_results))
        )
        if found or goals:
            yield Group(area.key, area.name.in_language(language), found, goals)


def _has(text: str, *words: Words) -> bool:
    """Every word of the search somewhere, in either language."""
    said = " ".join(f"{one.en} {one.zh}" for one in words).casefold()
    return all(part in said for part in text.casefold().split())


def _kpi(one: KpiTemplate, language: str, here: frozenset[str], chosen: frozenset[str]) -> KpiCard:
    guard = examples.kpi_templates()[one.guard].name.in_language(language)
    facts = (f"direction.{one.direction}", f"frequency.{one.frequency}")
    return KpiCard(
        key=one.key,
        name=one.name.in_language(language),
        facts=" · ".join(say(code) for code in facts),
        defined=one.defined.in_language(language),
        why=one.why.in_language(language),
        guard=say("gallery.guard", name=guard),
        is_here=one.key in here,
        is_chosen=one.key in chosen,
    )


def _objective(one: ObjectiveTemplate, language: str, chosen: frozenset[str]) -> ObjectiveCard:
    return ObjectiveCard(
        key=one.key,
        title=one.title.in_language(language),
        kind=say(f"objective_kind.{one.kind}"),
        why=one.why.in_language(language),
        key_results=tuple(row.title.in_language(language) for row in one.key_results),
        is_chosen=one.key in chosen,
    )


def _filters(request: OrgRequest, text: str, wanted: str) -> FilterBar:
    language = current_language()
    anything = Choice("", say("kpis.all"))
    offered = (
        Choice(area.key, area.name.in_language(language), area.key == wanted)
        for area in examples.areas()
    )
    return FilterBar(
        action=request.path,
        target="#templates",
        search=text,
        placeholder=say("gallery.search"),
        menus=(FilterMenu("area", say("gallery.area"), (anything, *offered)),),
        clear=request.path if text or wanted else "",
    )


def _fields(request: OrgRequest, who: Asking, answer: Answer) -> tuple[Any, ...]:
    """For which team, and, for objectives, in which cycle."""
    offered = choices(who)
    current = offered.current(who.today)
    home = request.visit.home
    stored = {
        "team": "" if home is None else home.key,
        "cycle": "" if current is None else current.key,
    }
    draw = Drawer("gallery", stored, answer)
    teams = [(one.key, "\u2003" * one.depth + one.name) for one in tree(who)]
    cycles = [(one.key, one.title) for one in offered.cycles]
    return (
        draw.select("team", [("", say("gallery.no_team")), *teams]),
        draw.select("cycle", cycles or [("", say("gallery.no_cycle"))]),
    )


def _empty(request: OrgRequest) -> Empty:
    clear = Button(say("component.filter_none"), href=request.path)
    return Empty(say("gallery.none.title"), say("gallery.none.text"), (clear,), drawing=False)
