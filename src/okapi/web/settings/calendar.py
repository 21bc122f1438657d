"""The working calendar: a year's view, the country's holidays, days of one's own."""

from __future__ import annotations

from calendar import Calendar as Weeks
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from okapi.base.actor import Role
from okapi.core.errors import Refused
from okapi.orgs.actions import calendars as actions
from okapi.orgs.queries.calendar import CalendarYear, SpecialDay, calendar_year
from okapi.web import http
from okapi.web.http import OrgRequest
from okapi.web.settings import countries, place
from okapi.web.settings.forms import Answer, Drawer, Form, Sent, tried
from okapi.wording import day as day_words
from okapi.wording import period, say

_FIRST, _LAST = 1990, 2200


@dataclass(frozen=True, slots=True)
class Cell:
    """A day in a month's view; without a number where the week reaches into another month."""

    number: int = 0
    kind: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """A month's view: its name and its weeks."""

    name: str
    weeks: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A special day in the list; `day` is its value in a form, empty where it stays."""

    words: str
    title: str
    what: str
    day: str


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: OrgRequest) -> HttpResponse:
    """A year; a post changes the country, sets a day, takes one back or adds a year (`do`)."""
    year = _year(request)
    if request.method != "POST":
        return _page(request, year, {})
    place.require(request, Role.ADMINISTRATOR)
    sent = Sent(request.POST)
    do = sent.text("do")
    if wrong := tried(sent, lambda: _change(request, do, sent)):
        return _page(request, year, {do: wrong})
    year = _of(sent, year)
    return HttpResponseRedirect(f"{place.at(request).page('calendar')}?year={year}&said=saved")


def _of(sent: Sent, year: int) -> int:
    """The year to be looked at next: that of the day that was set."""
    text = sent.text("day")[:4] or sent.text("year")
    is_year = text.isascii() and text.isdecimal() and len(text) == 4
    return int(text) if is_year and _FIRST <= int(text) <= _LAST else year


def _year(request: OrgRequest) -> int:
    text = request.GET.get("year", "")
    is_year = text.isascii() and text.isdecimal() and len(text) == 4
    this = request.organisation.today.year
    return int(text) if is_year and _FIRST <= int(text) <= _LAST else this


def _change(request: OrgRequest, do: str, sent: Sent) -> None:
    actor, version = request.actor, sent.version
    match do:
        case "country":
            actions.set_country(
                actor,
                country=sent.text("country"),
                subdivision=sent.text("subdivision"),
                version=version,
            )
        case "day":
            is_working = sent.text("is_working") == "yes"
            day, title = sent.day("day"), sent.text("title")
            actions.set_day(actor, day, is_working=is_working, title=title, version=version)
        case "forget":
            found = sent.day("day")
            if found is None:
                raise Refused("text.empty", field="day")
            actions.forget_day(actor, found, version=version)
        case "extend":
            actions.extend(actor, sent.whole("year"), version=version)
        case _:
            raise Refused("choice.unknown", field="do", found=do[:40], expected="country, day")


def _page(request: OrgRequest, year: int, wrong: dict[str, Answer]) -> HttpResponse:
    found = calendar_year(request.actor, year)
    may = place.may(request, Role.ADMINISTRATOR)
    path, query = request.path, request.GET

    def to(other: int) -> str:
        return http.with_query(path, query, year=str(other), said=None)

    context: dict[str, Any] = {
        "note": say("settings.calendar.note"),
        "year": year,
        "before": to(year - 1) if year > _FIRST else "",
        "after": to(year + 1) if year < _LAST else "",
        "worked": say("settings.calendar.worked", n=found.worked, year=str(year)),
        "weekdays": [
            (say(f"home.weekday_{one}"), say(f"settings.calendar.weekday_{one}"))
            for one in _weekdays(request)
        ],
        "months": [_month(request, found, month) for month in range(1, 13)],
        "rows": [_row(one, may=may) for one in found.days],
        "unknown": _unknown(found),
        "may": may,
        "who": "" if may else say("settings.who", role=say("role.administrator")),
        "version": found.version,
        "action": http.with_query(path, query, said=None),
    }
    if may:
        context["country"] = _country(found, context["action"], wrong.get("country", Answer()))
        context["day"] = _day(found, context["action"], wrong.get("day", Answer()))
    others = [one for name, one in wrong.items() if name not in ("country", "day")]
    context["wrong"] = " ".join(text for one in others for text in one.by_field.values())
    status = max([200, *(one.status for one in wrong.values())])
    return place.page(request, "calendar", "settings/calendar.html", context, status=status)


def _unknown(found: CalendarYear) -> str:
    """What is said of a year whose holidays are not filled in."""
    if not found.country or found.first_year <= found.year <= found.last_year:
        return ""
    return say("settings.calendar.unknown", year=str(found.year))


def _weekdays(request: OrgRequest) -> Iterator[int]:
    return ((request.organisation.first_weekday + step) % 7 for step in range(7))


def _month(request: OrgRequest, found: CalendarYear, month: int) -> Month:
    weeks = Weeks(request.organisation.first_weekday).monthdatescalendar(found.year, month)
    special = {one.day: one for one in found.days}
    today = request.organisation.today
    return Month(
        period(f"{found.year:04}-{month:02}", short=True),
        tuple(
            tuple(
                _cell(found, special, day, today) if day.month == month else Cell() for day in week
            )
            for week in weeks
        ),
    )


def _cell(found: CalendarYear, special: dict[date, SpecialDay], day: date, today: date) -> Cell:
    one = special.get(day)
    is_working = day.weekday() not in found.weekend if one is None else one.is_working
    kinds = ["" if is_working else "day-free", "day-today" if day == today else ""]
    if one is not None:
        kinds.append("day-made-up" if is_working else "day-holiday")
    label = ""
    if one is not None:
        what = one.title or say(f"settings.calendar.is_{'worked' if is_working else 'free'}")
        label = f"{day_words(day)}: {what}"
    return Cell(day.day, " ".join(kind for kind in kinds if kind), label)


def _row(one: SpecialDay, *, may: bool) -> Row:
    return Row(
        words=day_words(one.day),
        title=one.title,
        what=say(f"settings.calendar.is_{'worked' if one.is_working else 'free'}"),
        day=one.day.isoformat() if may and one.is_typed else "",
    )


def _country(found: CalendarYear, action: str, answer: Answer) -> Form:
    stored = {"country": found.country, "subdivision": found.subdivision}
    draw = Drawer("settings.calendar", stored, answer)
    offered = countries.offered()
    if found.country and all(code != found.country for code, _ in offered):
        offered.append((found.country, found.country))
    return Form(
        action=action,
        version=found.version,
        answer=answer,
        drawer=draw,
        button=say("form.save"),
        hidden=(("do", "country"),),
        plain=True,
        rows=(
            (
                draw.select("country", offered, note=say("settings.calendar.country_note")),
                draw.text("subdivision", note=say("settings.calendar.subdivision_note")),
            ),
        ),
    )


def _day(found: CalendarYear, action: str, answer: Answer) -> Form:
    draw = Drawer("settings.calendar", {"is_working": "no"}, answer)
    kinds = [
        ("no", say("settings.calendar.is_free")),
        ("yes", say("settings.calendar.is_worked")),
    ]
    return Form(
        action=action,
        version=found.version,
        answer=answer,
        drawer=draw,
        button=say("form.add"),
        hidden=(("do", "day"),),
        plain=True,
        rows=(
            (
                draw.text("day", kind="date", required=True),
                draw.select("is_working", kinds),
                draw.text("title", label=say("settings.calendar.day_title")),
            ),
        ),
    )
