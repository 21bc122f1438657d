"""Cycles: the tree of years and their parts, a whole year made at once, other spans, other days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from okapi.base.actor import Role
from okapi.orgs.actions import cycles as actions
from okapi.orgs.choices import CycleKind, CycleState
from okapi.orgs.queries import structure
from okapi.orgs.queries.structure import CycleLine
from okapi.web.components import Button, Empty, Pill
from okapi.web.http import OrgRequest
from okapi.web.settings import place
from okapi.web.settings.forms import Answer, Drawer, Drawn, Form, Sent, tried
from okapi.wording import day, say

SPACE = "\u2003"
_TEXTS = ("title", "title_other", "kind", "parent")


@dataclass(frozen=True, slots=True)
class Row:
    """A cycle in the tree; `edit` is empty for those who may not change it."""

    line: CycleLine
    title: str
    days: str
    state: Pill
    is_now: bool
    edit: str


@require_http_methods(["GET", "HEAD", "POST"])
def cycles(request: OrgRequest) -> HttpResponse:
    """The tree; a post makes a year with its parts."""
    if request.method != "POST":
        return _page(request, Answer())
    sent = Sent(request.POST)
    place.require(request, Role.STRATEGIST)
    if wrong := tried(sent, lambda: _make_year(request, sent)):
        return _page(request, wrong)
    return place.on(request, "cycles", "added")


def _make_year(request: OrgRequest, sent: Sent) -> None:
    actions.create_year(
        request.actor,
        year=sent.whole("year"),
        parts=sent.text("parts"),
        cadence_days=sent.whole("cadence_days"),
    )


def _page(request: OrgRequest, answer: Answer) -> HttpResponse:
    lines = structure.cycles(request.actor)
    may = place.may(request, Role.STRATEGIST)
    new = Button(say("settings.cycles.new"), href=place.at(request).page("new_cycle"), icon="plus")
    context: dict[str, Any] = {
        "note": say("settings.cycles.note"),
        "rows": [_row(request, line, may=may) for line in lines],
        "buttons": (new,) if may else (),
        "form": year_form(request, lines, answer) if may else None,
        "empty": None if lines else _empty(may=may),
        "who": "" if may else say("settings.who", role=say("role.strategist")),
    }
    return place.page(request, "cycles", "settings/cycles.html", context, status=answer.status)


def _empty(*, may: bool) -> Empty:
    text = "text" if may else "ask"
    return Empty(say("settings.cycles.empty.title"), say(f"settings.cycles.empty.{text}"))


def _row(request: OrgRequest, line: CycleLine, *, may: bool) -> Row:
    today = request.organisation.today
    is_open = may and line.state is not CycleState.CLOSED
    return Row(
        line=line,
        title=place.text(request.organisation, line.title, line.title_other),
        days=say("settings.cycles.days", first=day(line.starts), last=day(line.ends)),
        state=Pill(say(f"cycle_state.{line.state.value}")),
        is_now=line.starts <= today <= line.ends and line.state is not CycleState.CLOSED,
        edit=place.at(request).page("cycle", key=line.key) if is_open else "",
    )


def year_form(
    request: OrgRequest, lines: Sequence[CycleLine], answer: Answer, following: str = ""
) -> Form:
    """A whole year with its parts; `following` is where it goes on."""
    today = request.organisation.today
    this = today.year - (today.month < request.organisation.fiscal_month)
    years = [line.starts.year for line in lines if line.kind is CycleKind.YEAR]
    newest = max(years) + 1 if years else this
    draw = Drawer(
        "settings.cycles",
        {"year": newest, "parts": CycleKind.QUARTER.value, "cadence_days": 7},
        answer,
    )
    offered = (*actions.PARTS, None)
    parts = [
        (
            "" if kind is None else kind.value,
            say(f"settings.cycles.parts_{kind.value if kind else 'none'}"),
        )
        for kind in offered
    ]
    return Form(
        action=place.at(request).page("cycles"),
        answer=answer,
        drawer=draw,
        button=say("settings.cycles.make_year"),
        hidden=place.kept_next(request, following),
        rows=(
            (
                draw.text(
                    "year",
                    kind="number",
                    required=True,
                    autofocus=bool(following),
                    note=_year_note(request),
                ),
                draw.select("parts", parts),
                draw.select("cadence_days", _cadences()),
            ),
        ),
    )


def _year_note(request: OrgRequest) -> str:
    month = request.organisation.fiscal_month
    return "" if month == 1 else say("settings.cycles.fiscal", month=month)


def _cadences() -> list[tuple[str, str]]:
    return [(str(days), say("settings.cycles.every", n=days)) for days in (7, 14, 28)]


@require_http_methods(["GET", "HEAD", "POST"])
def new_cycle(request: OrgRequest) -> HttpResponse:
    """A single cycle of any two days."""
    place.require(request, Role.STRATEGIST)
    if request.method != "POST":
        return _form_page(request, None, Answer())
    sent = Sent(request.POST)
    if wrong := tried(sent, lambda: actions.create(request.actor, **_read(sent))):
        return _form_page(request, None, wrong)
    return place.on(request, "cycles", "added")


@require_http_methods(["GET", "HEAD", "POST"])
def cycle(request: OrgRequest, key: str) -> HttpResponse:
    """One cycle: its title, days, place and rhythm."""
    found, _ = structure.cycle(request.actor, key)
    place.require(request, Role.STRATEGIST)
    if request.method != "POST":
        return _form_page(request, found, Answer())
    sent = Sent(request.POST)
    if wrong := tried(sent, lambda: _edit(request, found, sent)):
        return _form_page(request, found, wrong)
    return place.on(request, "cycles", "saved")


def _edit(request: OrgRequest, found: CycleLine, sent: Sent) -> None:
    given = {**_read(sent), "state": sent.text("state")}
    actions.edit(request.actor, found.id, version=sent.version, **given)


def _read(sent: Sent) -> dict[str, Any]:
    return {
        **{name: sent.text(name) for name in _TEXTS},
        "starts": sent.day("starts"),
        "ends": sent.day("ends"),
        "cadence_days": sent.whole("cadence_days"),
    }


def _form_page(request: OrgRequest, found: CycleLine | None, answer: Answer) -> HttpResponse:
    lines = structure.cycles(request.actor)
    at = place.at(request)
    context: dict[str, Any] = {"form": _form(request, found, lines, answer)}
    title = say("settings.cycles.new")
    if found is not None:
        title = place.text(request.organisation, found.title, found.title_other)
        context["away"] = {
            "title": say("settings.cycles.archive"),
            "text": say("settings.cycles.archive_note"),
            "form": Form(
                action=at.page("archive_cycle", key=found.key),
                rows=(),
                button=say("settings.cycles.archive_do"),
                answer=Answer(),
                version=found.version,
                danger=True,
            ),
        }
    return place.page(
        request, "cycles", "settings/edit.html", context, title=title, status=answer.status
    )


def _form(
    request: OrgRequest, found: CycleLine | None, lines: Sequence[CycleLine], answer: Answer
) -> Form:
    at = place.at(request)
    keys = {line.id: line.key for line in lines}
    stored: dict[str, Any] = {"kind": CycleKind.CUSTOM.value, "cadence_days": 7}
    if found is not None:
        stored = {
            name: getattr(found, name)
            for name in ("title", "title_other", "starts", "ends", "cadence_days")
        }
        stored |= {"kind": found.kind.value, "state": found.state.value}
        stored["parent"] = "" if found.parent_id is None else keys.get(found.parent_id, "")
    draw = Drawer("settings.cycles", stored, answer)
    within = [
        (
            line.key,
            "\u2003" * line.depth + place.text(request.organisation, line.title, line.title_other),
        )
        for line in lines
        if found is None or line.id != found.id
    ]
    kinds = [(kind.value, say(f"cycle_kind.{kind.value}")) for kind in CycleKind]
    states = [
        (state.value, say(f"cycle_state.{state.value}"))
        for state in CycleState
        if state is not CycleState.CLOSED
    ]
    cadences = _with_own(_cadences(), draw.value("cadence_days"))
    last: tuple[Drawn, ...] = (draw.select("cadence_days", cadences),)
    if found is not None:
        last = (*last, draw.select("state", states))
    return Form(
        action=at.page("new_cycle") if found is None else at.page("cycle", key=found.key),
        version=None if found is None else found.version,
        answer=answer,
        drawer=draw,
        button=say("form.add" if found is None else "form.save"),
        cancel=at.page("cycles"),
        rows=(
            (draw.text("title", required=True), draw.text("title_other")),
            (
                draw.text("starts", kind="date", required=True),
                draw.text("ends", kind="date", required=True),
            ),
            (
                draw.select("kind", kinds),
                draw.select("parent", [("", say("settings.cycles.no_parent")), *within]),
            ),
            last,
        ),
    )


def _with_own(offered: list[tuple[str, str]], value: str) -> list[tuple[str, str]]:
    """The usual rhythms, and the one that stands if it is another."""
    known = {days for days, _ in offered}
    if value in known or not value.isdecimal():
        return offered
    return [*offered, (value, say("settings.cycles.every", n=int(value)))]


@require_POST
def archive_cycle(request: OrgRequest, key: str) -> HttpResponse:
    """Put a cycle away that was never used, or say what is in the way."""
    found, _ = structure.cycle(request.actor, key)
    place.require(request, Role.STRATEGIST)
    sent = Sent(request.POST)
    do = actions.archive
    if wrong := tried(sent, lambda: do(request.actor, found.id, version=sent.version)):
        return _form_page(request, found, wrong)
    return place.on(request, "cycles", "archived")
