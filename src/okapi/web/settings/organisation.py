"""The organisation: its names, its first language, its zone, when its year and week begin."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from okapi.base.actor import Role
from okapi.orgs import queries
from okapi.orgs.actions import organisations
from okapi.web.http import OrgRequest
from okapi.web.settings import place
from okapi.web.settings.forms import Answer, Drawer, Form, Sent, tried
from okapi.wording import LANGUAGES, month, say

_AREAS = frozenset(
    [
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ]
)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: OrgRequest) -> HttpResponse:
    """What everybody reads and an administrator changes."""
    if request.method != "POST":
        return _page(request, Answer())
    sent = Sent(request.POST)
    if wrong := tried(sent, lambda: _edit(request, sent)):
        return _page(request, wrong)
    return place.on(request, "organisation", "saved")


def _edit(request: OrgRequest, sent: Sent) -> None:
    organisations.edit(request.actor, version=sent.version, **_read(sent))


def _read(sent: Sent) -> dict[str, Any]:
    texts = ("name", "name_other", "language", "time_zone", "currency")
    return {
        **{name: sent.text(name) for name in texts if name in sent.query},
        "first_weekday": sent.whole("first_weekday"),
        "fiscal_month": sent.whole("fiscal_month"),
    }


def _page(request: OrgRequest, answer: Answer) -> HttpResponse:
    context: dict[str, Any] = {"note": say("settings.organisation.note")}
    if place.may(request, Role.ADMINISTRATOR):
        context["form"] = _form(request, answer)
        return place.page(
            request, "organisation", "settings/edit.html", context, status=answer.status
        )
    context["facts"] = tuple(_facts(request))
    context["who"] = say("settings.who", role=say("role.administrator"))
    return place.page(request, "organisation", "settings/facts.html", context)


def _form(request: OrgRequest, answer: Answer) -> Form:
    now = queries.settings_of(request.actor.organisation_id)
    stored = {name: getattr(now, name) for name in _STORED}
    draw = Drawer("settings.organisation", stored, answer)
    return Form(
        action=place.at(request).page("organisation"),
        version=now.version,
        answer=answer,
        drawer=draw,
        button=say("form.save"),
        rows=(
            (
                draw.text("name", required=True),
                draw.text("name_other", note=_note("name_other")),
            ),
            (
                draw.select("language", languages(), note=_note("language")),
                draw.select("time_zone", ((zone, zone) for zone in zones())),
            ),
            (
                draw.select("first_weekday", weekdays()),
                draw.select("fiscal_month", months(), note=_note("fiscal")),
            ),
            (draw.text("currency", note=_note("currency")),),
        ),
    )


_STORED = ("name", "name_other", "language", "time_zone", "currency", "first_weekday",
           "fiscal_month")  # fmt: skip


def _note(name: str) -> str:
    return say(f"settings.organisation.{name}_note")


def _facts(request: OrgRequest) -> Iterator[tuple[str, str]]:
    found = request.organisation
    choices = {
        "language": dict(languages()),
        "first_weekday": dict(weekdays()),
        "fiscal_month": dict(months()),
    }
    for name in _STORED:
        value = str(getattr(found, name))
        yield say(f"settings.organisation.{name}"), choices.get(name, {}).get(value, value) or "–"


def languages() -> Iterator[tuple[str, str]]:
    """The languages that an organisation may have first."""
    for language in sorted(LANGUAGES, reverse=True):
        yield language, say(f"language.{language}")


def weekdays() -> Iterator[tuple[str, str]]:
    """The days with which a week may begin."""
    for day in range(7):
        yield str(day), say(f"home.weekday_{day}")


def months() -> Iterator[tuple[str, str]]:
    """The months with which a fiscal year may begin."""
    for number in range(1, 13):
        yield str(number), month(number)


@cache
def zones() -> tuple[str, ...]:
    """The time zones that are named for a place, and UTC."""
    named = (zone for zone in available_timezones() if zone.partition("/")[0] in _AREAS)
    return (*sorted(named), "UTC")
