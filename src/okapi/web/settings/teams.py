"""The tree of teams: looked at by everybody, made, changed and moved by administrators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okapi.base.actor import Role
from okapi.orgs.actions import teams as actions
from okapi.orgs.choices import TeamKind
from okapi.orgs.queries import structure
from okapi.orgs.queries.structure import TeamLine
from okapi.web.components import Button, Empty, Pill
from okapi.web.http import OrgRequest
from okapi.web.settings import outline, place
from okapi.web.settings import suggest as people
from okapi.web.settings.forms import Answer, Drawer, Form, Sent, tried
from okapi.wording import say

SPACE = "\u2003"
_FIELDS = ("name", "name_other", "kind", "parent", "lead", "purpose")


@dataclass(frozen=True, slots=True)
class Row:
    """A team in the tree; `edit` is empty for those who may not change it."""

    line: TeamLine
    name: str
    lead: str
    kind: Pill | None
    members: str
    edit: str
    move: str
    is_first: bool
    is_last: bool

    @property
    def indent(self) -> int:
        """How far it is moved in; deep trees stop at some point."""
        return min(self.line.depth, 8)


@require_safe
def teams(request: OrgRequest) -> HttpResponse:
    """The tree, then the project teams that hang nowhere, then what was put away."""
    lines = structure.teams(request.actor, request.organisation.today)
    beside = Counter(line.parent_id for line in lines if not line.is_archived)
    seen: Counter[UUID | None] = Counter()
    rows = []
    for line in lines:
        seen[line.parent_id] += 1
        ends = seen[line.parent_id] == 1, seen[line.parent_id] == beside[line.parent_id]
        rows.append(_row(request, line, *ends))
    may = place.may(request, Role.ADMINISTRATOR)
    at = place.at(request)
    buttons = (
        Button(say("settings.teams.new"), href=at.page("new_team"), icon="plus", kind="primary"),
        Button(say("settings.teams.paste"), href=at.page("paste_teams"), icon="list-tree"),
    )
    context = {
        "note": say("settings.teams.note"),
        "buttons": buttons if may and lines else (),
        "groups": tuple(_groups(rows)),
        "empty": None if lines else _empty(buttons if may else ()),
        "may": may,
        "topic": "team:*",
    }
    return place.page(request, "teams", "settings/teams.html", context)


def _groups(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    here = [row for row in rows if not row.line.is_archived]
    across = _across(here)
    for title, group in (
        ("", [row for row in here if row not in across]),
        (say("settings.teams.across"), across),
        (say("settings.teams.archived"), [row for row in rows if row.line.is_archived]),
    ):
        if group:
            yield title, group


def _across(rows: Sequence[Row]) -> list[Row]:
    """Project teams without a team above, each with what is below it."""
    found, taking = [], False
    for row in rows:
        if row.line.depth == 0:
            taking = row.line.kind is TeamKind.PROJECT
        if taking:
            found.append(row)
    return found


def _row(request: OrgRequest, line: TeamLine, is_first: bool, is_last: bool) -> Row:
    at = place.at(request)
    may = place.may(request, Role.ADMINISTRATOR)
    kind = None if line.kind is TeamKind.TEAM else Pill(say(f"team_kind.{line.kind.value}"))
    return Row(
        line=line,
        name=place.text(request.organisation, line.name, line.name_other),
        lead=place.text(request.organisation, line.lead, line.lead_other),
        kind=kind,
        members=say("settings.teams.members", n=line.members),
        edit=at.page("team", key=line.key) if may else "",
        move=at.page("move_team", key=line.key) if may and not line.is_archived else "",
        is_first=is_first,
        is_last=is_last,
    )


def _empty(buttons: tuple[Button, ...]) -> Empty:
    text = "text" if buttons else "ask"
    return Empty(say("settings.teams.empty.title"), say(f"settings.teams.empty.{text}"), buttons)


@require_http_methods(["GET", "HEAD", "POST"])
def new_team(request: OrgRequest) -> HttpResponse:
    """A new team; `?below=` names the one above it."""
    place.require(request, Role.ADMINISTRATOR)
    if request.method != "POST":
        return _new(request, Answer())
    sent = Sent(request.POST)
    given = {name: sent.text(name) for name in _FIELDS}
    if wrong := tried(sent, lambda: actions.create(request.actor, **given)):
        return _new(request, wrong)
    return place.on(request, "teams", "added")


def _new(request: OrgRequest, answer: Answer) -> HttpResponse:
    lines = structure.teams(request.actor, request.organisation.today)
    above = request.GET.get("below", "")
    company = next((line.key for line in lines if line.kind is TeamKind.COMPANY), "")
    kind = TeamKind.TEAM if company else TeamKind.COMPANY
    stored = {"kind": kind.value, "parent": above or company}
    form = _form(
        request, answer, lines, stored, place.at(request).page("new_team"), say("form.add")
    )
    context = {"form": form}
    title = say("settings.teams.new")
    return place.page(
        request, "teams", "settings/edit.html", context, title=title, status=answer.status
    )


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: OrgRequest, key: str) -> HttpResponse:
    """One team: its name, place, lead and purpose."""
    found, lines = structure.team(request.actor, request.organisation.today, key)
    place.require(request, Role.ADMINISTRATOR)
    if request.method != "POST":
        return _edit(request, found, lines, Answer())
    sent = Sent(request.POST)
    given: dict[str, Any] = {name: sent.text(name) for name in _FIELDS}
    given["version"] = sent.version
    if wrong := tried(sent, lambda: actions.edit(request.actor, found.id, **given)):
        return _edit(request, found, lines, wrong)
    return place.on(request, "teams", "saved")


def _edit(
    request: OrgRequest, found: TeamLine, lines: Sequence[TeamLine], answer: Answer
) -> HttpResponse:
    at = place.at(request)
    above = {line.id: line.key for line in lines}
    stored = {
        "name": found.name,
        "name_other": found.name_other,
        "kind": found.kind.value,
        "parent": "" if found.parent_id is None else above.get(found.parent_id, ""),
        "lead": people.words(found.lead, found.lead_email),
        "purpose": found.purpose,
    }
    context: dict[str, Any] = {}
    if found.is_archived:
        context["note"] = say("settings.teams.archived_note")
        context["form"] = _away(request, found, answer, "restore")
    else:
        under = structure.below(lines, found.id)
        others = [line for line in lines if line.id not in under]
        href = at.page("team", key=found.key)
        context["form"] = _form(
            request, answer, others, stored, href, say("form.save"), version=found.version
        )
        context["away"] = {
            "title": say("settings.teams.archive"),
            "text": say("settings.teams.archive_note", n=found.members),
            "form": _away(request, found, Answer(), "archive"),
        }
    title = place.text(request.organisation, found.name, found.name_other)
    return place.page(
        request, "teams", "settings/edit.html", context, title=title, status=answer.status
    )


def _form(
    request: OrgRequest,
    answer: Answer,
    lines: Sequence[TeamLine],
    stored: dict[str, Any],
    href: str,
    button: str,
    *,
    version: int | None = None,
) -> Form:
    draw = Drawer("settings.teams", stored, answer)
    settings = request.organisation
    names = (
        (line.key, SPACE * line.depth + place.text(settings, line.name, line.name_other))
        for line in lines
        if not line.is_archived
    )
    kinds = ((kind.value, say(f"team_kind.{kind.value}")) for kind in TeamKind)
    return Form(
        action=href,
        version=version,
        answer=answer,
        drawer=draw,
        button=button,
        cancel=place.at(request).page("teams"),
        rows=(
            (draw.text("name", required=True), draw.text("name_other")),
            (
                draw.select("kind", kinds),
                draw.select("parent", [("", say("settings.teams.no_parent")), *names]),
            ),
            (people.field(request, draw, "lead"),),
            (draw.text("purpose", kind="textarea", note=say("settings.teams.purpose_note")),),
        ),
    )


def _away(request: OrgRequest, found: TeamLine, answer: Answer, what: str) -> Form:
    return Form(
        action=place.at(request).page(f"{what}_team", key=found.key),
        rows=(),
        button=say(f"settings.teams.{what}_do"),
        answer=answer,
        version=found.version,
        danger=what == "archive",
        plain=what == "restore",
    )


@require_POST
def archive_team(request: OrgRequest, key: str) -> HttpResponse:
    """Put a team away, or say what is in the way."""
    return _put(request, key, "archive")


@require_POST
def restore_team(request: OrgRequest, key: str) -> HttpResponse:
    """Take a team back."""
    return _put(request, key, "restore")


def _put(request: OrgRequest, key: str, what: str) -> HttpResponse:
    found, lines = structure.team(request.actor, request.organisation.today, key)
    place.require(request, Role.ADMINISTRATOR)
    sent = Sent(request.POST)
    do = actions.archive if what == "archive" else actions.restore
    if wrong := tried(sent, lambda: do(request.actor, found.id, version=sent.version)):
        return _edit(request, found, lines, wrong)
    return place.on(request, "teams", f"{what}d")


@require_POST
def move_team(request: OrgRequest, key: str) -> HttpResponse:
    """Let a team change places with its neighbour: `to` is earlier or later."""
    found, _ = structure.team(request.actor, request.organisation.today, key)
    place.require(request, Role.ADMINISTRATOR)
    sent = Sent(request.POST)
    actions.move_beside(
        request.actor, found.id, earlier=sent.text("to") == "earlier", version=sent.version
    )
    return place.on(request, "teams", "moved")


@require_http_methods(["GET", "HEAD", "POST"])
def paste_teams(request: OrgRequest) -> HttpResponse:
    """Many teams at once, as a list that is indented by level."""
    place.require(request, Role.ADMINISTRATOR)
    if request.method != "POST":
        return _paste(request, Answer())
    sent = Sent(request.POST)
    if wrong := tried(sent, lambda: _make(request, sent), outline.told):
        return _paste(request, wrong)
    return place.on(request, "teams", "pasted")


def _make(request: OrgRequest, sent: Sent) -> None:
    drafts = outline.read(sent.text("outline"))
    actions.create_many(request.actor, drafts, below=sent.text("parent"))


def _paste(request: OrgRequest, answer: Answer) -> HttpResponse:
    title = say("settings.teams.paste")
    context = {"form": paste_form(request, answer), "note": say("settings.teams.paste_note")}
    return place.page(
        request, "teams", "settings/edit.html", context, title=title, status=answer.status
    )


def paste_form(request: OrgRequest, answer: Answer, following: str = "") -> Form:
    """The box for a list of teams; `following` is where it goes on."""
    lines = structure.teams(request.actor, request.organisation.today)
    company = next((line.key for line in lines if line.kind is TeamKind.COMPANY), "")
    draw = Drawer("settings.teams", {"parent": company}, answer)
    settings = request.organisation
    names = [
        (line.key, SPACE * line.depth + place.text(settings, line.name, line.name_other))
        for line in lines
        if not line.is_archived
    ]
    box = draw.text(
        "outline",
        kind="textarea",
        rows=12,
        required=True,
        autofocus=bool(following),
        note=say("settings.teams.outline_note"),
        placeholder=say("settings.teams.outline_example"),
    )
    return Form(
        action=place.at(request).page("paste_teams"),
        answer=answer,
        drawer=draw,
        button=say("form.add"),
        cancel="" if following else place.at(request).page("teams"),
        hidden=place.kept_next(request, following),
        rows=((draw.select("parent", names or [("", say("settings.teams.no_parent"))]),), (box,)),
    )
