"""The goals list: objectives of a cycle by team, with what stands above and around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from okapi.base.actor import Role
from okapi.core.health import Health
from okapi.goals.choices import ObjectiveKind
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.listing import Only, Sort, page
from okapi.goals.queries.overview import Overview, overview
from okapi.goals.queries.rows import ObjectiveRow
from okapi.web import http
from okapi.web.components import (
    Button,
    Choice,
    Crumb,
    Distribution,
    Empty,
    FilterBar,
    FilterMenu,
    Pages,
)
from okapi.web.editing import told
from okapi.web.goals import asked, bulk
from okapi.web.goals.asked import Asked
from okapi.web.goals.lines import Line, line_of
from okapi.web.goals.picking import picker
from okapi.web.goals.switch import View, segments
from okapi.web.goals.table import SHOWN, GoalTable, Group, Head, counts_of
from okapi.web.http import OrgRequest
from okapi.web.team_menu import team_menu
from okapi.wording import say

TEMPLATE = "goals/list.html"
_FILTERS = ("team", "health", "owner", "pillar", "kind", "only", "q")


@require_safe
def goals(request: OrgRequest) -> HttpResponse:
    """The list; `?fragment=list` is its live region."""
    who = http.asking(request)
    found = asked.read(request, who)
    if found is None:
        return render(request, TEMPLATE, without_cycle(request))
    return http.page(request, TEMPLATE, _context(request, who, found))


def _context(request: OrgRequest, who: Asking, found: Asked) -> dict[str, Any]:
    rows = page(
        who,
        found.filter,
        found.teams,
        sort=found.sort,
        cursor=found.after,
        with_key_results=found.with_key_results,
        total=0 if found.cycle.whole is None else found.cycle.whole.total,
    )
    teams = {row.team_id for row in rows.rows if row.team_id is not None}
    stands = overview(who, found.filter, found.cycle, found.teams, teams)
    at = http.at(request)
    groups = tuple(_groups(request, who, found, stands, rows.rows))
    around = frame_of(request, who, found, View.LIST)
    return {
        **around,
        "workbook": f"/o/{request.organisation.slug}/goals.xlsx?{request.GET.urlencode()}",
        "from_file": at.goal_files,
        "export": f"/o/{request.organisation.slug}/goals.csv?{request.GET.urlencode()}",
        "stands": stands,
        "summary": summary(request, stands),
        "filters": filters(request, found, rows.rows),
        "groups": groups,
        "table": GoalTable(around["title"], _columns(request, found), groups),
        "bar": bulk.bar(request) if who.actor.has(Role.MEMBER) else None,
        "pages": _pages(request, found, rows.rows, rows.next_cursor, stands),
        "empty": None if rows.rows else empty(request, found),
        "here": http.with_query(request.path, request.GET),
    }


def frame_of(request: OrgRequest, who: Asking, found: Asked, view: View) -> dict[str, Any]:
    """What the list, the tree and the map of a cycle have in common around the goals."""
    at = http.at(request)
    crumbs = (Crumb(say("nav.goals"), at.goals), Crumb(found.cycle.title))
    cycle = picker(request, who, found.cycle, found.choices.cycles)
    return {
        "frame": http.framed(request, "goals", crumbs, cycle=cycle),
        "at": at,
        "title": say("goals.title", cycle=found.cycle.title),
        "new": new_at(request, found.cycle.key, found.filter.team),
        "toasts": told.toasts_of(request),
        "views": segments(request, view),
        "topic": f"branch:{request.actor.organisation_id}",
    }


def _groups(
    request: OrgRequest, who: Asking, found: Asked, stands: Overview, rows: Sequence[ObjectiveRow]
) -> Iterator[Group]:
    """The rows of the page by team; one nameless group in any other order."""
    at, by_id = http.at(request), found.teams.by_id

    def line(row: ObjectiveRow) -> Line:
        team = by_id.get(cast("UUID", row.team_id))
        depth = 0 if team is None or found.sort is not Sort.TEAM else team.depth
        return line_of(row, who, at, with_key_results=found.with_key_results, depth=depth)

    lines = [line(row) for row in rows]
    if found.sort is not Sort.TEAM:
        if lines:
            yield Group("", "", 0, None, tuple(lines))
        return
    begin = 0
    for end in range(1, len(rows) + 1):
        if end < len(rows) and rows[end].team_id == rows[begin].team_id:
            continue
        team = by_id.get(cast("UUID", rows[begin].team_id))
        if team is None:
            yield Group(say("goals.personal"), "", 0, None, tuple(lines[begin:end]))
        else:
            href = http.with_query(request.path, request.GET, team=team.key, after=None, n=None)
            branch = stands.teams.get(team.id)
            own = tuple(lines[begin:end])
            yield Group(team.name, href, team.depth, branch, own, found.teams.has_below(team))
        begin = end


def new_at(request: OrgRequest, cycle: str, team: str) -> str:
    """Where an objective of this cycle and team is made; empty for those who only read."""
    if not request.actor.has(Role.MEMBER):
        return ""
    here = {"cycle": cycle, **({"team": team} if team else {})}
    return f"{http.at(request).goals}new?{urlencode(here)}"


def summary(request: OrgRequest, stands: Overview) -> dict[str, Any]:
    """The numbers above the goals, a live region of their own: a check-in changes no branch."""

    def filtered(**changes: str | list[str] | None) -> str:
        return http.with_query(request.path, request.GET, after=None, n=None, **changes)

    whole = stands.whole
    return {
        "total": whole.total,
        "none": whole.none,
        "private": stands.private,
        "bar": Distribution(
            [
                ("on_track", whole.on_track),
                ("at_risk", whole.at_risk),
                ("off_track", whole.off_track),
                ("no_data", whole.no_data + whole.none),
            ],
            label=say("goals.distribution"),
        ),
        "counts": counts_of(
            whole, hrefs={health: filtered(health=[health.value]) for health in SHOWN}
        ),
        "fragment": http.with_query(request.path, request.GET, fragment="summary"),
        "mismatches": stands.mismatches,
        "mismatch_href": filtered(only=Only.MISMATCH.value),
        "without_kpi": stands.without_kpi,
        "without_kpi_href": filtered(only=Only.NO_KPI.value),
    }


def filters(request: OrgRequest, found: Asked, rows: Sequence[ObjectiveRow]) -> FilterBar:
    """The filters, which hold in every look at the goals."""
    wanted = found.filter
    query = request.GET
    names = ("cycle", "view", "sort", "only", "by")
    kept = [(name, query[name]) for name in names if query.get(name)]
    narrow = wanted.is_narrow or bool(wanted.team)
    clear = http.with_query(
        request.path,
        request.GET,
        **dict.fromkeys((*_FILTERS, "after", "n", "open", "goal")),
    )
    return FilterBar(
        action=request.path,
        target="#list",
        search=wanted.text,
        placeholder=say("goals.search"),
        menus=tuple(_menus(found, rows)),
        toggles=(Choice("kr", say("goals.with_key_results"), found.with_key_results),),
        keep=tuple(kept),
        clear=clear if narrow else "",
    )


def _menus(found: Asked, rows: Sequence[ObjectiveRow]) -> Iterator[FilterMenu]:
    wanted = found.filter
    anything = say("goals.all")
    if found.teams:
        yield team_menu(found.teams, wanted.team, label=say("goals.team"), anything=anything)
    yield FilterMenu(
        "health",
        say("goals.health"),
        tuple(
            Choice(health.value, say(f"health.{health.value}"), health in wanted.health)
            for health in (*SHOWN, Health.NONE)
        ),
        many=True,
    )
    yield FilterMenu("owner", say("goals.owner"), tuple(_owners(wanted.owner, rows, anything)))
    if found.choices.pillars:
        yield FilterMenu(
            "pillar",
            say("goals.pillar"),
            (
                Choice("", anything),
                *(
                    Choice(pillar.key, pillar.title, pillar.key == wanted.pillar)
                    for pillar in found.choices.pillars
                ),
            ),
        )
    yield FilterMenu(
        "kind",
        say("goals.kind"),
        (
            Choice("", anything),
            *(
                Choice(kind.value, say(f"objective_kind.{kind.value}"), kind is wanted.kind)
                for kind in ObjectiveKind
            ),
        ),
    )


def _owners(owner: str, rows: Sequence[ObjectiveRow], anything: str) -> Iterator[Choice]:
    """Everyone, me, and those whose objectives are seen here; by name, never by how they stand."""
    yield Choice("", anything)
    yield Choice("me", say("goals.mine"), owner == "me")
    names = {row.owner.name for row in rows if row.owner is not None}
    if owner and owner != "me":
        names.add(owner)
    for name in sorted(names):
        yield Choice(name, name, name == owner)


def _columns(request: OrgRequest, found: Asked) -> tuple[Head, ...]:
    def head(text: str, sort: Sort, direction: str, css: str) -> Head:
        is_current = found.sort is sort
        wanted = None if is_current else sort.value
        href = http.with_query(request.path, request.GET, sort=wanted, after=None, n=None)
        return Head(say(text), href, direction if is_current else "", css)

    return (
        head("goals.column_title", Sort.TITLE, "ascending", "goal-cell-title"),
        Head(say("goals.owner"), css="goal-cell-owner"),
        head("goals.health", Sort.HEALTH, "descending", "goal-cell-health"),
        head("goals.progress", Sort.PROGRESS, "descending", "goal-cell-progress"),
        Head(say("goals.column_kpis"), css="goal-cell-kpis"),
        Head(say("goals.confidence"), css="goal-cell-confidence"),
        Head(say("goals.column_signs"), css="goal-cell-signs"),
    )


def _pages(
    request: OrgRequest,
    found: Asked,
    rows: Sequence[ObjectiveRow],
    cursor: str,
    stands: Overview,
) -> Pages | None:
    if not rows or (not cursor and not found.after):
        return None
    last = found.first + len(rows) - 1
    following = http.with_query(request.path, request.GET, after=cursor, n=str(last + 1))
    counted = stands.mismatches is not None
    return Pages(
        first=found.first,
        last=last,
        total=stands.whole.total + stands.private if counted else None,
        following=following if cursor else "",
    )


def empty(request: OrgRequest, found: Asked) -> Empty:
    """What is said where nothing is to be shown."""
    if found.filter.is_narrow or found.filter.team:
        clear = http.with_query(
            request.path, QueryDict(), cycle=found.cycle.key, view=request.GET.get("view")
        )
        return Empty(
            say("goals.none_match.title"),
            say("goals.none_match.text"),
            (Button(say("component.filter_none"), href=clear),),
            drawing=False,
        )
    new = new_at(request, found.cycle.key, found.filter.team)
    examples = Button(say("gallery.examples"), href=http.at(request).templates)
    buttons = (Button(say("objective.new"), href=new, icon="plus"), examples) if new else ()
    text = say("goals.empty.text") if new else say("goals.empty.to_read")
    return Empty(say("goals.empty.title", cycle=found.cycle.title), text, buttons)


def without_cycle(request: OrgRequest) -> dict[str, Any]:
    """The page of an organisation that has no cycle yet."""
    may = request.actor.has(Role.STRATEGIST)
    href = reverse("settings:cycles", kwargs={"slug": request.organisation.slug})
    buttons = (Button(say("goals.no_cycle.do"), href=href),) if may else ()
    text = say("goals.no_cycle.text" if may else "goals.no_cycle.to_read")
    return {
        "frame": http.framed(request, "goals", (Crumb(say("nav.goals")),)),
        "at": http.at(request),
        "title": say("nav.goals"),
        "empty": Empty(say("goals.no_cycle.title"), text, buttons),
    }
