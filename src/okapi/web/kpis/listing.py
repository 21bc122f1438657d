"""The catalogue of KPIs: what wants attention first, with what stands above and around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from okapi.base.actor import Role
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.catalogue import Counts, Sort, counts
from okapi.kpis.queries.paging import page
from okapi.kpis.queries.rows import ATTENTION, KpiRow, Shown
from okapi.web import components, http
from okapi.web.components import (
    Button,
    Choice,
    Crumb,
    Distribution,
    Empty,
    FilterBar,
    FilterMenu,
    Pages,
    Segmented,
    StatusCount,
)
from okapi.web.editing import told
from okapi.web.http import OrgRequest
from okapi.web.kpis import asked, bulk
from okapi.web.kpis.asked import Asked
from okapi.web.kpis.shown import row_of
from okapi.web.team_menu import team_menu
from okapi.wording import say

TEMPLATE = "kpis/list.html"
MOST_COUNTED_LIVE = 2_000
"""Beyond so many KPIs the figures above the list wait for the next look at it; its rows do not."""
_SIZES = (Shown.RED, Shown.AMBER, Shown.GREEN)
_COUNTED = (
    Shown.RED,
    Shown.STALE,
    Shown.AMBER,
    Shown.DUE,
    Shown.NO_TARGET,
    Shown.NO_DATA,
    Shown.GREEN,
)


@dataclass(frozen=True, slots=True)
class Group:
    """The KPIs of one team or pillar on this page; nameless where the list is not grouped."""

    title: str
    href: str
    total: int
    rows: tuple[components.KpiRow, ...]


@require_safe
def kpis(request: OrgRequest) -> HttpResponse:
    """The catalogue; `?fragment=list` and `?fragment=summary` are its live regions."""
    who = http.asking(request)
    return http.page(request, TEMPLATE, _context(request, who, asked.read(request, who)))


def _context(request: OrgRequest, who: Asking, found: Asked) -> dict[str, Any]:
    stands = counts(who, found.filter, sort=found.sort)
    listed = page(who, found.filter, stands, sort=found.sort, order=found.order, cursor=found.after)
    at = http.at(request)
    return {
        "frame": http.framed(request, "kpis", (Crumb(say("nav.kpis")),)),
        "at": at,
        "title": say("kpis.title"),
        "files": http.at(request).measurement_files if who.actor.has(Role.MEMBER) else "",
        "new": _new(request, found),
        "new_words": say("kpi.new" if _makes(request) else "kpi.propose"),
        "toasts": told.toasts_of(request),
        "export": f"/o/{request.organisation.slug}/kpis.csv?{request.GET.urlencode()}",
        "summary": _summary(request, found, stands),
        "filters": filters(request, found, listed.rows),
        "is_filtered": found.filter.is_set,
        "orders": _orders(request, found),
        "views": views(request, is_grid=False),
        "groups": tuple(_groups(request, found, stands, listed.rows)),
        "bar": bulk.bar(request) if listed.rows and who.actor.has(Role.MEMBER) else None,
        "pages": pages(request, found, stands, listed.rows, listed.next_cursor),
        "empty": None if listed.rows else empty(request, found),
        "topic": "kpi:*" if stands.total <= MOST_COUNTED_LIVE else "",
        "here": http.with_query(request.path, request.GET, fragment="summary"),
        "list_at": http.with_query(request.path, request.GET, fragment="list"),
    }


def _groups(
    request: OrgRequest, found: Asked, stands: Counts, rows: Sequence[KpiRow]
) -> Iterator[Group]:
    """The rows of the page by team or pillar, or all of them together."""
    at, picks = http.at(request), request.actor.has(Role.MEMBER)
    begin = 0
    for end in range(1, len(rows) + 1):
        if end < len(rows) and _group_of(found, rows[end]) == _group_of(found, rows[begin]):
            continue
        group = _group_of(found, rows[begin])
        title, href = _named(request, found, group)
        shown = tuple(row_of(row, at, picks=picks) for row in rows[begin:end])
        yield Group(title, href, stands.groups.get(group, 0), shown)
        begin = end


def _group_of(found: Asked, row: KpiRow) -> UUID | None:
    match found.sort:
        case Sort.TEAM:
            return row.team_id
        case Sort.PILLAR:
            return row.pillar_id
        case Sort.ATTENTION | Sort.NAME:
            return None


def _named(request: OrgRequest, found: Asked, group: UUID | None) -> tuple[str, str]:
    """The title of a group, and the address that shows it alone."""

    def only(**changes: str) -> str:
        return http.with_query(request.path, request.GET, after=None, n=None, **changes)

    match found.sort:
        case Sort.TEAM:
            team = None if group is None else found.teams.by_id.get(group)
            if team is not None:
                return team.name, only(team=team.key)
            return ("", "") if group else (say("kpis.without_team"), "")
        case Sort.PILLAR:
            pillar = next((one for one in found.pillars if one.id == group), None)
            if pillar is not None:
                return pillar.title, only(pillar=pillar.key)
            return ("", "") if group else (say("kpis.without_pillar"), "")
        case Sort.ATTENTION | Sort.NAME:
            return "", ""


def _makes(request: OrgRequest) -> bool:
    """Whether what they make may be in use at once."""
    return request.actor.has(Role.STEWARD) or bool(request.actor.leads)


def _new(request: OrgRequest, found: Asked) -> str:
    """Where a KPI is made or proposed; empty for those who only read."""
    if not request.actor.has(Role.MEMBER):
        return ""
    return http.query(f"{http.at(request).kpis}new", team=found.team)


def _summary(request: OrgRequest, found: Asked, stands: Counts) -> dict[str, Any]:
    def filtered(shown: Shown) -> str:
        is_only = found.filter.status == {shown}
        status = None if is_only else shown.value
        return http.with_query(request.path, request.GET, status=status, after=None, n=None)

    sizes = [(shown.value, stands.shown[shown]) for shown in _SIZES]
    rest = stands.total - sum(size for _, size in sizes) - stands.shown[Shown.SIGNAL]
    return {
        "total": stands.total,
        "bar": Distribution(
            [("red", stands.shown[Shown.SIGNAL]), *sizes, ("no_data", rest)],
            label=say("kpis.distribution"),
        ),
        "signals": stands.shown[Shown.SIGNAL],
        "signals_href": filtered(Shown.SIGNAL),
        "counts": tuple(
            StatusCount(
                shown.value,
                stands.due if shown is Shown.DUE else stands.shown[shown],
                href=filtered(shown),
                current=shown in found.filter.status,
            )
            for shown in _COUNTED
        ),
    }


def filters(
    request: OrgRequest, found: Asked, rows: Sequence[KpiRow], *, keep: Sequence[str] = ("sort",)
) -> FilterBar:
    """What the catalogue can be filtered by; the parameters to keep stay as they are."""
    clear = http.with_query(
        request.path,
        request.GET,
        **dict.fromkeys(("team", "status", "owner", "pillar", "remarks", "q", "after", "n")),
    )
    return FilterBar(
        action=request.path,
        target="#list",
        search=found.filter.text,
        placeholder=say("kpis.search"),
        menus=tuple(_menus(found, rows)),
        keep=tuple((name, request.GET[name]) for name in keep if request.GET.get(name)),
        clear=clear if found.filter.is_set else "",
    )


def _menus(found: Asked, rows: Sequence[KpiRow]) -> Iterator[FilterMenu]:
    wanted = found.filter
    anything = Choice("", say("kpis.all"))
    if found.teams:
        label = say("kpis.team")
        yield team_menu(found.teams, found.team, label=label, anything=anything.text)
    if found.pillars:
        pillars = (
            Choice(pillar.key, pillar.title, pillar.key == wanted.pillar)
            for pillar in found.pillars
        )
        yield FilterMenu("pillar", say("kpis.pillar"), (anything, *pillars))
    statuses = (
        Choice(shown.value, _word(shown), shown in wanted.status)
        for shown in (*ATTENTION, Shown.DUE)
    )
    yield FilterMenu("status", say("kpis.status"), tuple(statuses), many=True)
    owners = (Choice(value, text, value == wanted.owner) for value, text in _owners(found, rows))
    yield FilterMenu("owner", say("kpis.owner"), (anything, *owners))
    checked = Choice("1", say("remark.mark"), wanted.remarks)
    yield FilterMenu("remarks", say("kpis.quality"), (anything, checked))


def _word(shown: Shown) -> str:
    return say("component.signal" if shown is Shown.SIGNAL else f"mark.{shown.value}")


def _owners(found: Asked, rows: Sequence[KpiRow]) -> Iterator[tuple[str, str]]:
    """Me, and those whose KPIs are seen here; by name, never by how they stand."""
    yield "me", say("kpis.mine")
    names = {row.owner.name for row in rows if row.owner is not None}
    if found.filter.owner not in ("", "me"):
        names.add(found.filter.owner)
    yield from ((name, name) for name in sorted(names))


def views(request: OrgRequest, *, is_grid: bool) -> Segmented:
    """The catalogue as a list or as a grid, with the same filter."""
    at = http.at(request)

    def choice(value: str, path: str, icon: str, chosen: bool) -> Choice:
        href = http.with_query(path, request.GET, after=None, n=None)
        return Choice(value, say(f"kpis.as_{value}"), chosen, href=href, icon=icon)

    return Segmented(
        say("kpis.as"),
        (
            choice("list", at.kpis, "list", not is_grid),
            choice("grid", f"{at.kpis}grid", "table", is_grid),
        ),
    )


def _orders(request: OrgRequest, found: Asked) -> Segmented:
    def choice(sort: Sort) -> Choice:
        value = None if sort is Sort.ATTENTION else sort.value
        href = http.with_query(request.path, request.GET, sort=value, after=None, n=None)
        return Choice(sort.value, say(f"kpis.sort_{sort.value}"), sort is found.sort, href=href)

    offered = [sort for sort in Sort if sort is not Sort.PILLAR or found.pillars]
    return Segmented(say("kpis.order"), tuple(choice(sort) for sort in offered))


def pages(
    request: OrgRequest, found: Asked, stands: Counts, rows: Sequence[KpiRow], cursor: str
) -> Pages | None:
    """Where in the catalogue these rows are, and the way on; None where they are all."""
    if not rows or (not cursor and not found.after):
        return None
    last = found.first + len(rows) - 1
    following = http.with_query(request.path, request.GET, after=cursor, n=str(last + 1))
    return Pages(found.first, last, stands.total, following=following if cursor else "")


def empty(request: OrgRequest, found: Asked) -> Empty:
    """What is said where nothing is listed."""
    if not found.filter.is_set:
        at = http.at(request)
        buttons = [Button(say("gallery.examples"), href=at.templates)]
        if _makes(request):
            buttons.append(Button(say("file.new.from_file"), href=at.measurement_files))
        return Empty(say("kpis.empty.title"), say("kpis.empty.text"), tuple(buttons))
    clear = Button(say("component.filter_none"), href=request.path)
    only_team = not found.filter.is_narrow
    code = "kpis.empty_team" if only_team else "kpis.none_match"
    return Empty(say(f"{code}.title"), say(f"{code}.text"), (clear,), drawing=only_team)
