"""Home: what is due from me first, my goals and KPIs, and the path up to the company."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from okapi.base import clock
from okapi.base.rounds import Round
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.mine import Due, due_from_me, ids_of, running_of
from okapi.talk.queries import watch_of
from okapi.web import http
from okapi.web.components import Button, Crumb, Empty, Toast
from okapi.web.goals.goal_card import card_of
from okapi.web.home import path
from okapi.web.home.around import Around, Start, around, news_of
from okapi.web.home.changes import changes_context
from okapi.web.home.due import due_context
from okapi.web.home.following import followed_context
from okapi.web.home.news import signals_of
from okapi.web.home.paused import paused
from okapi.web.http import OrgRequest
from okapi.web.kpis import shown as kpi_shown
from okapi.web.setup.steps import checklist
from okapi.wording import day, say

TEMPLATE = "home/home.html"
_DAWN, _NOON, _EVENING = 4, 12, 18


@require_safe
def home(request: OrgRequest) -> HttpResponse:
    """The page; `?fragment=` names a live region of it, `?open=` opens one that is due.

    `?start=` says with which of my key results the path up to the company begins.
    """
    who, me = http.asking(request), request.visit.person_id
    with Round() as asked:
        ids, watch = asked(ids_of(who, me)), asked(watch_of(who.actor))
    mine = running_of(who, me, ids())
    waiting = due_from_me(who, mine)
    fragment = request.GET.get("fragment", "")
    if fragment == "due":
        context = due_context(request, who, waiting, wanted=request.GET.get("open", ""))
        return http.page(request, TEMPLATE, context)
    if fragment == "signals":
        shown = {"signals": signals_of(who, mine, http.at(request)).alone()}
        return http.page(request, TEMPLATE, shown)
    start = path.start_of(request, who, mine, waiting)
    found = around(who, mine, watch(), start, http.at(request))
    context = _around(request, who, start, found)
    if not fragment:
        context |= due_context(request, who, waiting, wanted=request.GET.get("open", ""))
        context |= _rest(request, who, waiting, found)
    return http.page(request, TEMPLATE, context)


def _around(request: OrgRequest, who: Asking, start: Start | None, found: Around) -> dict[str, Any]:
    """What changed, what I follow, and the path up: each is a live region."""
    return {
        **changes_context(request, found, news_of(who, found)),
        **followed_context(request, found),
        **path.path_context(request, who, start, found),
    }


def _rest(
    request: OrgRequest, who: Asking, waiting: Sequence[Due], found: Around
) -> dict[str, Any]:
    at = http.at(request)
    return {
        "frame": http.framed(request, "home", (Crumb(say("nav.home")),), waiting=len(waiting)),
        "greeting": say(f"home.{_part_of_day(who)}", name=_name(request, who)),
        "today": _today(who, len(waiting)),
        "cards": [card_of(row, who, at) for row in found.mine],
        "goals_empty": Empty(
            say("home.no_goals.title"),
            say("home.no_goals.text"),
            (Button(say("home.no_goals.do"), href=at.goals),),
        ),
        "signals": found.signals,
        "kpis": [kpi_shown.row_of(row, at) for row in found.my_kpis],
        "to_check": sum(row.has_remarks for row in found.my_kpis),
        "setup": checklist(request, who),
        "paused": paused(request),
        "mine_href": f"{at.goals}?owner=me",
        "my_kpis_href": f"{at.kpis}?owner=me",
        "kpis_href": at.kpis,
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
    """The day, and how much waits if anything does."""
    weekday = say(f"home.weekday_{who.today.weekday()}")
    code = "home.today" if waiting else "home.today_free"
    return say(code, day=day(who.today), weekday=weekday, n=waiting)
