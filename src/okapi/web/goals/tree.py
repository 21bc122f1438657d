"""The goals as a tree by team. What is open stands in the address, with the filters.

`open` names the open teams (`service`, or `service~2` at its second page, `~` for personal goals),
`goal` the objectives that stand otherwise than `kr` says: open, or with `kr=1` closed. Without
`open` a small tree is open, and of a large one the first level.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from okapi.goals.queries import tree as queries
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.objective import objective_line
from okapi.goals.queries.overview import branches_of, overview
from okapi.goals.queries.tree import Place
from okapi.web import http
from okapi.web.goals import asked, listing
from okapi.web.goals.asked import Asked
from okapi.web.goals.switch import View
from okapi.web.goals.tree_drawing import PERSONAL, Drawing
from okapi.web.goals.tree_items import Group, item_of
from okapi.web.http import OrgRequest
from okapi.wording import say

TEMPLATE = "goals/tree.html"
MOST_OPEN = 60
"""So many levels are open at once; of an address that names more, the first."""
SMALL, SMALL_TEAMS = 80, 40
"""Up to so many objectives and teams, all of the tree is open at first."""


@require_safe
def goals(request: OrgRequest) -> HttpResponse:
    """The tree; `?fragment=list` is its live region.

    `?fragment=level` is one level: below a team (`under`), or below an objective (`goal`).
    """
    who = http.asking(request)
    found = asked.read(request, who)
    if found is None:
        return render(request, listing.TEMPLATE, listing.without_cycle(request))
    if request.GET.get("fragment") == "level":
        return http.part(request, "goals/line.html", {"line": _level(request, who, found)})
    return http.page(request, TEMPLATE, _context(request, who, found))


def _context(request: OrgRequest, who: Asking, found: Asked) -> dict[str, Any]:
    drawing = _read(request, who, found, _open(request, found))
    stands = overview(who, found.filter, found.cycle, found.teams, drawing.seen())
    drawing.branches = stands.teams
    rows = [row for level in drawing.read.levels.values() for row in level.rows]
    is_there = bool(rows or drawing.read.has_personal or drawing.read.matches)
    if drawing.read.matches is None:
        is_there = is_there or bool(stands.whole.total + stands.private)
    return {
        **listing.frame_of(request, who, found, View.TREE),
        "export": f"/o/{request.organisation.slug}/goals.csv?{request.GET.urlencode()}",
        "summary": listing.summary(request, stands),
        "filters": listing.filters(request, found, rows),
        "tree": drawing.whole() if is_there else None,
        "empty": None if is_there else listing.empty(request, found),
        "here": http.with_query(request.path, request.GET, view=View.TREE.value),
    }


def _read(request: OrgRequest, who: Asking, found: Asked, pages: Mapping[Place, int]) -> Drawing:
    """The tree with these levels open; how its teams stand is still to be said."""
    several = request.GET.get("kr") == "1"
    keys = frozenset(request.GET.getlist("goal"))
    total = 0 if found.cycle.whole is None else found.cycle.whole.total
    read = queries.goals(who, found.filter, found.teams, pages, total=total, opened=(several, keys))
    return Drawing(request, who, found, read, pages)


def _open(request: OrgRequest, found: Asked) -> Mapping[Place, int]:
    """The open levels with their pages, as the address says, or as it is at first."""
    if "open" not in request.GET:
        return dict.fromkeys(_open_at_first(found), 1)
    pages: dict[Place, int] = {}
    for text in request.GET.getlist("open")[:MOST_OPEN]:
        key, page = _place(text, found)
        if key == PERSONAL:
            pages[None] = page
        elif key in found.teams.by_key:
            pages[found.teams.by_key[key].id] = page
    return pages


def _open_at_first(found: Asked) -> Iterable[Place]:
    whole, tops = found.cycle.whole, tuple(found.teams)
    if found.filter.team:
        tops = found.teams.below(found.filter.team)
    if (whole is None or whole.total <= SMALL) and len(tops) <= SMALL_TEAMS:
        return [*(team.id for team in tops), None]
    depth = min((team.depth for team in tops), default=0)
    return [team.id for team in tops if team.depth == depth][:MOST_OPEN]


def _place(text: str, found: Asked) -> tuple[str, int]:
    """The key and the page in `service~2`."""
    key, mark, number = text.rpartition("~")
    is_known = text in found.teams.by_key
    if not is_known and key and mark and number.isascii() and number.isdecimal():
        return key, int(number[:6])
    return text, 1


def _level(request: OrgRequest, who: Asking, found: Asked) -> Group:
    """What stands below one team, one objective or the personal goals."""
    key, page = _place(request.GET.get("under", ""), found)
    if not key:
        return _below_goal(request, who, found)
    team = found.teams.by_key.get(key)
    if team is None and key != PERSONAL:
        raise Http404(key)
    place = None if team is None else team.id
    drawing = _read(request, who, found, {place: page})
    drawing.branches = branches_of(found.cycle.id, drawing.seen())
    top = min((root.depth for root in drawing.roots), default=0)
    return drawing.level(place, 1 if team is None else team.depth - top + 1)


def _below_goal(request: OrgRequest, who: Asking, found: Asked) -> Group:
    row = objective_line(who, request.GET.get("goal", ""))
    team = found.teams.by_id.get(row.team_id) if row.team_id else None
    depth = 2 if team is None else team.depth + 2
    below = item_of(row, who, http.at(request), depth=depth).below
    return below or Group(depth, none=say("goals.no_key_results"))
