"""Home: what is due from me first, my goals and KPIs, and the path up to the company."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from okapi.base import clock
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.mine import Due, due_from_me, my_objectives, path_up
from okapi.goals.queries.rows import GoalLink, KeyResultRow, ObjectiveRow
from okapi.kpis.queries.mine import my_kpis
from okapi.web import http
from okapi.web.components import Button, Crumb, Empty, Progress, StatusMark, Toast
from okapi.web.goals import shown
from okapi.web.goals.goal_card import card_of
from okapi.web.home.due import due_context
from okapi.web.home.news import signals_of
from okapi.web.home.paused import paused
from okapi.web.http import Addresses, OrgRequest
from okapi.web.kpis import shown as kpi_shown
from okapi.web.setup.steps import checklist
from okapi.wording import day, say

TEMPLATE = "home/home.html"
_DAWN, _NOON, _EVENING = 4, 12, 18


@dataclass(frozen=True, slots=True)
class Step:
    """One stop on the way from the company's objective to my key result."""

    label: str
    title: str
    href: str
    progress: Progress
    status: StatusMark
    is_mine: bool = False


@require_safe
def home(request: OrgRequest) -> HttpResponse:
    """The page; `?fragment=` due and goals are its live regions, `?open=` opens one that is due."""
    who = http.asking(request)
    mine = my_objectives(who)
    waiting = due_from_me(who, mine)
    context = due_context(request, who, waiting, wanted=request.GET.get("open", ""))
    if request.GET.get("fragment") != "due":
        context |= _rest(request, who, mine, waiting)
    return http.page(request, TEMPLATE, context)


def _rest(
    request: OrgRequest, who: Asking, mine: Sequence[ObjectiveRow], waiting: Sequence[Due]
) -> dict[str, Any]:
    at = http.at(request)
    kpis = my_kpis(who)
    return {
        "frame": http.framed(request, "home", (Crumb(say("nav.home")),), waiting=len(waiting)),
        "greeting": say(f"home.{_part_of_day(who)}", name=_name(request, who)),
        "today": _today(who, len(waiting)),
        "cards": [card_of(row, who, at) for row in mine],
        "goals_empty": Empty(
            say("home.no_goals.title"),
            say("home.no_goals.text"),
            (Button(say("home.no_goals.do"), href=at.goals),),
        ),
        "signals": signals_of(who, mine, at),
        "kpis": [kpi_shown.row_of(row, at) for row in kpis],
        "path": tuple(_path(who, at, mine, waiting)),
        "setup": checklist(request, who),
        "paused": paused(request),
        "mine_href": f"{at.goals}?owner=me",
        "my_kpis_href": f"{at.kpis}?owner=me",
        "toasts": (Toast(say("home.all_said")),) if request.GET.get("said") == "all" else (),
    }


def _name(request: OrgRequest, who: Asking) -> str:
    return who.text(request.actor.name, request.visit.name_other)


def _part_of_day(who: Asking) -> str:
    hour = clock.now().astimezone(ZoneInfo(who.organisation.time_zone)).hour
    if _NOON <= hour < _EVENING:
        return "afternoon"
    return "morning" if _DAWN <= hour < _NOON else "evening"


def _today(who: Asking, waiting: int) -> str:
    """The day, and how much waits."""
    weekday = say(f"home.weekday_{who.today.weekday()}")
    return say("home.today", day=day(who.today), weekday=weekday, n=waiting)


def _path(
    who: Asking, at: Addresses, mine: Sequence[ObjectiveRow], waiting: Sequence[Due]
) -> Iterator[Step]:
    """From the top down to what is due first from me, or else to my first key result."""
    start = _start(who, mine, waiting)
    if start is None:
        return
    objective, row = start
    for link in path_up(who, objective.id):
        yield _above(link, at)
    yield Step(
        say("home.path_objective"),
        objective.title,
        at.objective(objective.key),
        shown.progress_of(objective),
        shown.status_of(objective),
        is_mine=row is None,
    )
    if row is not None:
        yield Step(
            say("home.path_key_result"),
            row.title,
            at.key_result(objective.key, row.key),
            shown.progress_of(row),
            shown.status_of(row),
            is_mine=True,
        )


def _start(
    who: Asking, mine: Sequence[ObjectiveRow], waiting: Sequence[Due]
) -> tuple[ObjectiveRow, KeyResultRow | None] | None:
    if waiting:
        return waiting[0].objective, waiting[0].row
    me = who.actor.person_id
    for objective in mine:
        for row in objective.key_results:
            if row.owner is not None and row.owner.id == me:
                return objective, row
    return (mine[0], None) if mine else None


def _above(link: GoalLink, at: Addresses) -> Step:
    return Step(
        say("home.path_above", owner=link.owner),
        link.title,
        at.objective(link.objective_key),
        Progress(link.progress, kind=link.health.value),
        StatusMark(link.health.value),
    )
