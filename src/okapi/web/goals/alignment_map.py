"""The alignment map: what contributes to what, by goal, by team or by pillar.

`by` says how it is laid out; `focus=O-12` shows what lies above and below one objective, of every
cycle, whatever the filters; `find` answers with objectives to go to. A part is fetched by
`?fragment=level&under=`, of an objective, a team (`team:service`), a pillar, or the top.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from okapi.goals.queries import finding
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.overview import overview
from okapi.web import http
from okapi.web.components import Choice, FilterBar, Segmented
from okapi.web.goals import asked, listing
from okapi.web.goals.asked import LONGEST_TEXT, Asked
from okapi.web.goals.map_drawing import MapDrawing
from okapi.web.goals.switch import View
from okapi.web.http import OrgRequest, member
from okapi.wording import say

TEMPLATE = "goals/map.html"


class By(StrEnum):
    """What the map is laid out by."""

    GOAL = "goal"
    TEAM = "team"
    PILLAR = "pillar"


@require_safe
def goals(request: OrgRequest) -> HttpResponse:
    """The map; `?fragment=level` is a part of it, `counts` its legend, `found` what is found."""
    who = http.asking(request)
    found = asked.read(request, who)
    if found is None:
        return render(request, listing.TEMPLATE, listing.without_cycle(request))
    fragment = request.GET.get("fragment", "")
    if fragment == "found":
        return http.part(request, f"{TEMPLATE}#found", _found(request, who))
    if fragment == "counts":
        return http.part(request, f"{TEMPLATE}#counts", _counts(request, who, found))
    drawing = MapDrawing(request, who, found)
    if fragment == "level":
        return http.part(request, f"{TEMPLATE}#level", {"level": _level(request, drawing)})
    return http.page(request, TEMPLATE, _context(request, who, found, drawing))


def _counts(request: OrgRequest, who: Asking, found: Asked) -> dict[str, Any]:
    """How many stand how, which the live page fetches anew."""
    stands = overview(who, found.filter, found.cycle, found.teams, ())
    return {
        "counts": listing.summary(request, stands)["counts"],
        "here": http.with_query(request.path, request.GET, view=View.MAP.value),
        "topic": f"branch:{request.actor.organisation_id}",
    }


def _level(request: OrgRequest, drawing: MapDrawing) -> Any:
    kind, _, key = request.GET.get("under", "").partition(":")
    after = request.GET.get("after", "")
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 7 else 0
    makers = {
        "goal": drawing.below_goal,
        "team": drawing.below_team,
        "pillar": drawing.below_pillar,
        "top": drawing.more_tops,
    }
    if kind not in makers:
        raise Http404(kind)
    return makers[kind](key, start)


def _context(request: OrgRequest, who: Asking, found: Asked, drawing: MapDrawing) -> dict[str, Any]:
    by = member(By, request.GET.get("by", "")) or By.GOAL
    focus = request.GET.get("focus", "")
    if focus:
        level = drawing.around(focus)
    else:
        makers = {By.GOAL: drawing.whole, By.TEAM: drawing.teams, By.PILLAR: drawing.pillars}
        level = makers[by]()
    return {
        **listing.frame_of(request, who, found, View.MAP),
        "filters": _filters(request, found, drawing),
        "layouts": _layouts(request, by),
        "by": By.GOAL.value if focus else by.value,
        **_counts(request, who, found),
        "level": level,
        "focus": drawing.focus,
        "unfocused": http.with_query(request.path, request.GET, focus=None, view="map"),
        "find_at": http.with_query(request.path, request.GET, view="map", find=None),
        **_found(request, who),
        "empty": None if level.items else listing.empty(request, found),
    }


def _filters(request: OrgRequest, found: Asked, drawing: MapDrawing) -> FilterBar:
    """The filters without a search: on the map one finds, and a search that is set stays."""
    bar = listing.filters(request, found, drawing.rows)
    kept = (*bar.keep, ("q", found.filter.text)) if found.filter.text else bar.keep
    return replace(bar, search=None, toggles=(), keep=kept)


def _layouts(request: OrgRequest, by: By) -> Segmented:
    def href(one: By) -> str:
        return http.with_query(
            request.path, request.GET, view=View.MAP.value, by=one.value, focus=None
        )

    return Segmented(
        say("goals.map_by"),
        tuple(
            Choice(one.value, say(f"goals.map_by_{one.value}"), one is by, href=href(one))
            for one in By
        ),
    )


def _found(request: OrgRequest, who: Asking) -> dict[str, Any]:
    """Objectives with every word that is looked for, and where the map shows them."""

    def href(key: str) -> str:
        own = {"view": View.MAP.value, "focus": key, "find": None, "fragment": None}
        return http.with_query(request.path, request.GET, **own)

    text = request.GET.get("find", "").strip()[:LONGEST_TEXT]
    found = finding.objectives(who, text) if text else ()
    return {
        "looked_for": text,
        "found": [
            {"key": one.value, "name": one.name, "note": one.note, "href": href(one.value)}
            for one in found
        ],
    }
