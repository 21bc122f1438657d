"""Data health: how fresh the organisation's numbers are, and what may be wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from okapi.core.errors import NotFound, Refused
from okapi.core.quality import RemarkKind
from okapi.goals.queries.overview import tree
from okapi.kpis.choices import RemarkState
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.health import Health, LateRow, Stand, health
from okapi.kpis.queries.remarks import RemarkRow, Wanted, remarks
from okapi.orgs.queries import TeamTree
from okapi.web import csv_files, http
from okapi.web.components import Button, Choice, Crumb, Empty, FilterBar, FilterMenu, Pages
from okapi.web.components.writing import text
from okapi.web.http import OrgRequest, member
from okapi.web.kpis import shown
from okapi.web.kpis.remarks import sentence_of
from okapi.web.team_menu import team_menu
from okapi.wording import current_language, day, number, say, speaking
from okapi.wording.remarks import remark_advice

TEMPLATE = "kpis/health.html"
PAGE = 50
MOST_TEAMS = 60
WORST = 20
"""Beyond so many teams only those are listed that need most work, and so many of them."""
_CSV = (
    "key", "name", "team", "owner", "kind", "severity", "state", "first", "last", "remark",
    "found", "accepted_by", "reason",
)  # fmt: skip
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """The address of the page, read."""

    teams: TeamTree
    team: str
    wanted: Wanted

    @property
    def is_filtered(self) -> bool:
        """Whether less than everything that is open is asked for."""
        wanted = self.wanted
        return bool(self.team or wanted.kind or wanted.mine or wanted.state is not RemarkState.OPEN)


def _read(request: OrgRequest, who: Asking) -> Asked:
    """A team that is not there is a 404; other nonsense is left out."""
    query, teams = request.GET, tree(who)
    team = query.get("team", "")
    if team and team not in teams.by_key:
        raise NotFound("access.not_found", kind="team", ref=team)
    state = member(RemarkState, query.get("state", ""))
    wanted = Wanted(
        most=PAGE + 1,
        after=_after(query.get("after", "")),
        kind=member(RemarkKind, query.get("kind", "")),
        state=state if state is RemarkState.ACCEPTED else RemarkState.OPEN,
        teams=tuple(one.id for one in teams.below(team)) if team else None,
        mine=query.get("owner") == "me",
    )
    return Asked(teams, team, wanted)


def _after(cursor: str) -> tuple[int, UUID] | None:
    if not cursor:
        return None
    severity, _, uid = cursor.partition(".")
    try:
        return int(severity[:2]), UUID(uid)
    except ValueError as unreadable:
        raise Refused("cursor.unreadable", field="after") from unreadable


@require_safe
def page(request: OrgRequest) -> HttpResponse:
    """The page; `?fragment=list` is what its filters change."""
    who = http.asking(request)
    return http.page(request, TEMPLATE, _context(request, who, _read(request, who)))


def _context(request: OrgRequest, who: Asking, found: Asked) -> dict[str, Any]:
    at = http.at(request)
    stands = health(who, found.wanted, MOST_TEAMS + 1)
    rows = remarks(who, found.wanted)
    listed = rows[:PAGE]
    return {
        "frame": http.framed(
            request, "kpis", (Crumb(say("nav.kpis"), at.kpis), Crumb(say("health.title")))
        ),
        "at": at,
        "title": say("health.title"),
        "total": stands.whole.total,
        "facts": tuple(_facts(request, stands.whole, found)),
        "kinds": tuple(_kinds(request, stands, found)),
        "teams_title": say("health.worst_teams" if _are_many(stands) else "health.by_team"),
        "teams": SafeString("".join(row.render() for row in _teams(request, stands, found))),
        "remarks": tuple(_shown(request, row) for row in listed),
        "late": tuple(_late(request, row) for row in stands.late),
        "late_href": http.query(at.kpis, status="stale", team=found.team),
        "filters": _filters(request, found),
        "pages": _pages(request, found, listed, more=len(rows) > PAGE),
        "empty": None if listed else _empty(request, found),
        "export": f"{at.kpis}health.csv?{request.GET.urlencode()}",
    }


@dataclass(frozen=True, slots=True)
class Fact:
    """A count with the list behind it."""

    name: str
    n: int
    href: str
    current: bool = False


def _facts(request: OrgRequest, whole: Stand, found: Asked) -> Iterator[Fact]:
    at = http.at(request)
    for name, n in (
        ("fresh", whole.fresh),
        ("due", whole.due),
        ("stale", whole.stale),
        ("empty", whole.empty),
    ):
        status = {"due": "due", "stale": "stale", "empty": "no_data"}.get(name)
        href = "" if status is None else http.query(at.kpis, status=status, team=found.team)
        yield Fact(say(f"mark.{name}"), n, href)


def _kinds(request: OrgRequest, stands: Health, found: Asked) -> Iterator[Fact]:
    for kind, n in stands.by_kind.items():
        if n or kind is found.wanted.kind:
            is_on = kind is found.wanted.kind
            value = None if is_on else kind.value
            href = http.with_query(request.path, request.GET, kind=value, after=None, n=None)
            yield Fact(say(f"remark.kind_{kind.value}"), n, href, is_on)


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team with how its own KPIs stand."""

    name: str
    href: str
    stand: Stand

    def render(self) -> str:
        """A row of the table; fresh and due ones are left out where it is narrow."""
        name = text(self.name)
        if self.href:
            name = f'<a href="{text(self.href)}">{name}</a>'
        cells = "".join(
            f'<td class="figures{css}">{number(n)}</td>'
            for css, n in zip(_CELLS, self.stand, strict=True)
        )
        return f'<tr><th scope="row">{name}</th>{cells}</tr>'


def _are_many(stands: Health) -> bool:
    return len(stands.teams) > MOST_TEAMS


_CELLS = (" hide-narrow", " hide-narrow", "", "", "")


def _teams(request: OrgRequest, stands: Health, found: Asked) -> Iterator[TeamRow]:
    """In the order of the tree, of many those that need most work first; of no team last."""
    if _are_many(stands):
        by_id = found.teams.by_id
        named = [(by_id[pk], stand) for pk, stand in stands.teams.items() if pk and pk in by_id]
        named = sorted(named, key=lambda one: -one[1].work)[:WORST]
    else:
        named = [(team, stands.teams[team.id]) for team in found.teams if team.id in stands.teams]
    for team, stand in named:
        href = http.with_query(request.path, request.GET, team=team.key, after=None, n=None)
        yield TeamRow(team.name, href, stand)
    if None in stands.teams:
        yield TeamRow(say("kpis.without_team"), "", stands.teams[None])


@dataclass(frozen=True, slots=True)
class Shown:
    """A remark in the list."""

    name: str
    href: str
    where: str
    kind: str
    words: str
    advice: str
    accepted: str
    is_bad: bool


def _shown(request: OrgRequest, row: RemarkRow) -> Shown:
    accepted = ""
    if row.accepted_at is not None:
        accepted = say(
            "remark.accepted_by",
            name=row.accepted_by,
            day=day(row.accepted_at),
            reason=row.reason,
        )
    return Shown(
        name=row.kpi,
        href=f"{http.at(request).kpi(row.kpi_key)}#quality",
        where=say("kpis.joint").join(part for part in (row.team, row.owner) if part),
        kind=say(f"remark.kind_{row.kind.value}"),
        words=sentence_of(row),
        advice="" if accepted else remark_advice(row.kind),
        accepted=accepted,
        is_bad=row.severity > 2,
    )


@dataclass(frozen=True, slots=True)
class Late:
    """A KPI without new values."""

    name: str
    href: str
    where: str
    age: Any


def _late(request: OrgRequest, row: LateRow) -> Late:
    return Late(
        row.name,
        http.at(request).kpi(row.key),
        say("kpis.joint").join(part for part in (row.team, row.owner) if part),
        shown.age_mark(row.age, row.frequency),
    )


def _filters(request: OrgRequest, found: Asked) -> FilterBar:
    wanted, anything = found.wanted, Choice("", say("kpis.all"))
    kinds = (
        Choice(kind.value, say(f"remark.kind_{kind.value}"), kind is wanted.kind)
        for kind in RemarkKind
    )
    is_accepted = wanted.state is RemarkState.ACCEPTED
    menus = [
        FilterMenu("kind", say("health.kind"), (anything, *kinds)),
        FilterMenu(
            "owner",
            say("kpis.owner"),
            (anything, Choice("me", say("kpis.mine"), wanted.mine)),
        ),
        FilterMenu(
            "state",
            say("health.state"),
            (
                Choice("", say("health.open")),
                Choice("accepted", say("remark.accepted"), is_accepted),
            ),
        ),
    ]
    if found.teams:
        menus.insert(
            0, team_menu(found.teams, found.team, label=say("kpis.team"), anything=anything.text)
        )
    return FilterBar(
        action=request.path,
        target="#list",
        search=None,
        menus=tuple(menus),
        clear=request.path if found.is_filtered else "",
    )


def _pages(
    request: OrgRequest, found: Asked, rows: Sequence[RemarkRow], *, more: bool
) -> Pages | None:
    if not rows or (not more and found.wanted.after is None):
        return None
    typed = request.GET.get("n", "")
    first = int(typed) if typed.isdecimal() and 0 < len(typed) < 8 else 1
    last = first + len(rows) - 1
    cursor = f"{rows[-1].severity}.{rows[-1].id}"
    following = http.with_query(request.path, request.GET, after=cursor, n=str(last + 1))
    return Pages(first, last, None, following=following if more else "")


def _empty(request: OrgRequest, found: Asked) -> Empty:
    if not found.is_filtered:
        return Empty(say("health.empty.title"), say("health.empty.text"))
    clear = Button(say("component.filter_none"), href=request.path)
    return Empty(say("health.none_match.title"), say("health.none_match.text"), (clear,))


@require_safe
def health_csv(request: OrgRequest) -> HttpResponseBase:
    """The remarks that the filter leaves, up to 10,000, as a file."""
    who = http.asking(request)
    found = _read(request, who)
    language = current_language()

    def lines() -> Iterator[bytes]:
        with speaking(language):
            yield csv_files.MARK + csv_files.line(say(f"health.csv.{name}") for name in _CSV)
            for row in remarks(who, replace(found.wanted, most=_BATCH, after=None)):
                yield csv_files.line(_cells(row))

    return http.streamed(request, lines, name="data-health.csv", kind="text/csv; charset=utf-8")


def _cells(row: RemarkRow) -> list[str]:
    return [
        row.kpi_key,
        row.kpi,
        row.team,
        row.owner,
        say(f"remark.kind_{row.kind.value}"),
        say(f"health.severity_{row.severity}"),
        say("remark.accepted" if row.accepted_at else "health.open"),
        row.first_label,
        row.last_label,
        sentence_of(row),
        row.found_at.isoformat(timespec="seconds"),
        row.accepted_by,
        row.reason,
    ]
