"""Pillars by perspective, and the perspectives themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okapi.base.actor import Role
from okapi.orgs.actions import pillars as actions
from okapi.orgs.queries import structure
from okapi.orgs.queries.structure import PerspectiveLine, PillarLine
from okapi.web.components import Button, Empty
from okapi.web.http import OrgRequest
from okapi.web.settings import place
from okapi.web.settings import suggest as people
from okapi.web.settings.forms import Answer, Drawer, Form, Sent, tried
from okapi.wording import day, say


@dataclass(frozen=True, slots=True)
class Row:
    """A pillar in the list; addresses are empty for those who may not change it."""

    line: PillarLine
    title: str
    owner: str
    horizon: str
    edit: str
    move: str
    is_first: bool
    is_last: bool


@require_safe
def pillars(request: OrgRequest) -> HttpResponse:
    """The pillars, by the perspective from which they look."""
    lines = structure.pillars(request.actor)
    views = structure.perspectives(request.actor)
    may = place.may(request, Role.STRATEGIST)
    at = place.at(request)
    new = Button(
        say("settings.pillars.new"), href=at.page("new_pillar"), icon="plus", kind="primary"
    )
    more = Button(say("settings.perspectives.title"), href=at.page("perspectives"))
    empty = Empty(
        say("settings.pillars.empty.title"),
        say(f"settings.pillars.empty.{'text' if may else 'ask'}"),
        (new,) if may else (),
    )
    context = {
        "note": say("settings.pillars.note"),
        "buttons": ((new, more) if lines else (more,)) if may else (),
        "groups": tuple(_groups(request, lines, views)),
        "empty": None if lines else empty,
        "who": "" if may else say("settings.who", role=say("role.strategist")),
    }
    return place.page(request, "pillars", "settings/pillars.html", context)


def _groups(
    request: OrgRequest, lines: Sequence[PillarLine], views: Sequence[PerspectiveLine]
) -> Iterator[tuple[str, list[Row]]]:
    here = [line for line in lines if not line.is_archived]
    settings = request.organisation
    for view in views:
        of_view = [line for line in here if line.perspective_id == view.id]
        if of_view:
            yield place.text(settings, view.title, view.title_other), _rows(request, of_view)
    rest = [line for line in here if line.perspective_id is None]
    if rest:
        yield say("settings.pillars.no_perspective"), _rows(request, rest)
    gone = [line for line in lines if line.is_archived]
    if gone:
        yield say("settings.pillars.archived"), _rows(request, gone)


def _rows(request: OrgRequest, lines: Sequence[PillarLine]) -> list[Row]:
    at = place.at(request)
    may = place.may(request, Role.STRATEGIST)
    last = len(lines) - 1
    return [
        Row(
            line=line,
            title=place.text(request.organisation, line.title, line.title_other),
            owner=place.text(request.organisation, line.owner, line.owner_other),
            horizon=_horizon(line),
            edit=at.page("pillar", key=line.key) if may else "",
            move=at.page("move_pillar", key=line.key) if may and not line.is_archived else "",
            is_first=number == 0,
            is_last=number == last,
        )
        for number, line in enumerate(lines)
    ]


def _horizon(line: PillarLine) -> str:
    first, last = line.horizon_starts, line.horizon_ends
    if first is None and last is None:
        return ""
    if first is None or last is None:
        return (
            say("settings.pillars.from", day=first)
            if first
            else say("settings.pillars.until", day=last)
        )
    return say("settings.cycles.days", first=day(first), last=day(last))


@require_http_methods(["GET", "HEAD", "POST"])
def new_pillar(request: OrgRequest) -> HttpResponse:
    """A new pillar."""
    place.require(request, Role.STRATEGIST)
    if request.method != "POST":
        return _form_page(request, None, Answer())
    sent = Sent(request.POST)
    if wrong := tried(sent, lambda: actions.create(request.actor, **_read(sent))):
        return _form_page(request, None, wrong)
    return place.on(request, "pillars", "added")


@require_http_methods(["GET", "HEAD", "POST"])
def pillar(request: OrgRequest, key: str) -> HttpResponse:
    """One pillar: what it means, who owns it, how long it lasts."""
    found = structure.pillar(request.actor, key)
    place.require(request, Role.STRATEGIST)
    if request.method != "POST":
        return _form_page(request, found, Answer())
    sent = Sent(request.POST)
    if wrong := tried(sent, lambda: _edit(request, found, sent)):
        return _form_page(request, found, wrong)
    return place.on(request, "pillars", "saved")


def _edit(request: OrgRequest, found: PillarLine, sent: Sent) -> None:
    actions.edit(request.actor, found.id, version=sent.version, **_read(sent))


def _read(sent: Sent) -> dict[str, Any]:
    texts = ("title", "title_other", "description", "owner", "perspective")
    return {
        **{name: sent.text(name) for name in texts},
        "horizon_starts": sent.day("horizon_starts"),
        "horizon_ends": sent.day("horizon_ends"),
    }


def _form_page(request: OrgRequest, found: PillarLine | None, answer: Answer) -> HttpResponse:
    context: dict[str, Any] = {"form": _form(request, found, answer)}
    title = say("settings.pillars.new")
    if found is not None:
        title = place.text(request.organisation, found.title, found.title_other)
        what = "restore" if found.is_archived else "archive"
        context["away"] = {
            "title": say(f"settings.pillars.{what}"),
            "text": say(f"settings.pillars.{what}_note"),
            "form": Form(
                action=place.at(request).page(f"{what}_pillar", key=found.key),
                rows=(),
                button=say(f"settings.pillars.{what}_do"),
                answer=Answer(),
                version=found.version,
                danger=what == "archive",
                plain=what == "restore",
            ),
        }
    return place.page(
        request, "pillars", "settings/edit.html", context, title=title, status=answer.status
    )


def _form(request: OrgRequest, found: PillarLine | None, answer: Answer) -> Form:
    at = place.at(request)
    views = structure.perspectives(request.actor)
    stored: dict[str, Any] = {}
    if found is not None:
        names = ("title", "title_other", "description", "horizon_starts", "horizon_ends")
        stored = {name: getattr(found, name) for name in names}
        stored["owner"] = people.words(found.owner, found.owner_email)
        chosen = next((view.key for view in views if view.id == found.perspective_id), "")
        stored["perspective"] = chosen
    draw = Drawer("settings.pillars", stored, answer)
    offered = [
        (view.key, place.text(request.organisation, view.title, view.title_other)) for view in views
    ]
    return Form(
        action=at.page("new_pillar") if found is None else at.page("pillar", key=found.key),
        version=None if found is None else found.version,
        answer=answer,
        drawer=draw,
        button=say("form.add" if found is None else "form.save"),
        cancel=at.page("pillars"),
        rows=(
            (draw.text("title", required=True), draw.text("title_other")),
            (draw.text("description", kind="textarea", note=say("settings.pillars.why_note")),),
            (
                draw.select(
                    "perspective", [("", say("settings.pillars.no_perspective")), *offered]
                ),
                people.field(request, draw, "owner"),
            ),
            (draw.text("horizon_starts", kind="date"), draw.text("horizon_ends", kind="date")),
        ),
    )


@require_POST
def archive_pillar(request: OrgRequest, key: str) -> HttpResponse:
    """Put a pillar away, or say what is in the way."""
    return _put(request, key, "archive")


@require_POST
def restore_pillar(request: OrgRequest, key: str) -> HttpResponse:
    """Take a pillar back."""
    return _put(request, key, "restore")


def _put(request: OrgRequest, key: str, what: str) -> HttpResponse:
    found = structure.pillar(request.actor, key)
    place.require(request, Role.STRATEGIST)
    sent = Sent(request.POST)
    do = actions.archive if what == "archive" else actions.restore
    if wrong := tried(sent, lambda: do(request.actor, found.id, version=sent.version)):
        return _form_page(request, found, wrong)
    return place.on(request, "pillars", f"{what}d")


@require_POST
def move_pillar(request: OrgRequest, key: str) -> HttpResponse:
    """Let a pillar change places with its neighbour: `to` is earlier or later."""
    found = structure.pillar(request.actor, key)
    place.require(request, Role.STRATEGIST)
    sent = Sent(request.POST)
    actions.move(
        request.actor, found.id, earlier=sent.text("to") == "earlier", version=sent.version
    )
    return place.on(request, "pillars", "moved")
