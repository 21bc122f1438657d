"""Many people at once: pasted or from a file, looked at row by row before anybody is added."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from okapi.base.actor import Role
from okapi.core.errors import OkapiError, TooLarge
from okapi.exchange import people_lists as lists
from okapi.exchange.texts import MEGABYTE
from okapi.orgs.actions import people_lists as actions
from okapi.orgs.actions.people_lists import Finding, PersonRow, What
from okapi.web import errors
from okapi.web.components import StatusMark
from okapi.web.http import OrgRequest
from okapi.web.settings import place
from okapi.web.settings.forms import Answer, Drawer, Form, Sent, tried
from okapi.wording import say

SHOWN = 200
"""So many rows are shown of a long list, what is wrong with it first."""
_MARKS = {What.NEW: "green", What.CHANGED: "amber", What.SAME: "none", What.WRONG: "red"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list as it will be taken, with what is wrong."""

    row: PersonRow
    mark: StatusMark
    word: str
    team: str
    roles: str
    problems: tuple[str, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def import_people(request: OrgRequest) -> HttpResponse:
    """The box; a post shows how the list is read, and, confirmed, adds the people."""
    place.require(request, Role.ADMINISTRATOR)
    if request.method != "POST":
        return _box(request, Answer())
    sent = Sent(request.POST)
    rows: list[PersonRow] = []
    if wrong := tried(sent, lambda: rows.extend(_read(request, sent)), _told):
        return _box(request, wrong)
    if sent.flag("confirmed"):
        done = actions.counts(actions.apply(request.actor, rows))
        said = "imported" if done[What.NEW] else "saved"
        return place.on(request, "people", said)
    found: list[Finding] = []
    if wrong := tried(sent, lambda: found.extend(actions.check(request.actor, rows)), _told):
        return _box(request, wrong)
    return _preview(request, found, sent.long_text("list") or _text(rows))


def _told(refused: OkapiError) -> dict[str, str]:
    """Whatever is wrong with a list as a whole is told at its box."""
    return {"list": " ".join(errors.lines_of(refused))}


def _read(request: OrgRequest, sent: Sent) -> list[PersonRow]:
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile) and file.size:
        return _read_file(file)
    return lists.read_text(sent.long_text("list"))


def _read_file(file: UploadedFile[bytes]) -> list[PersonRow]:
    """The rows of an uploaded file, which is gone again afterwards."""
    name = Path(file.name or "list").name[:120]
    if (file.size or 0) > lists.LARGEST:
        megabytes = {
            "found": -(-(file.size or 0) // MEGABYTE),
            "expected": lists.LARGEST // MEGABYTE,
        }
        raise TooLarge("files.too_large", file=name, **megabytes)
    with tempfile.TemporaryDirectory(prefix="okapi-people-") as folder:
        path = Path(folder) / "list"
        with path.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        return lists.read_file(path, name)


def _box(request: OrgRequest, answer: Answer) -> HttpResponse:
    context = {"form": box_form(request, answer), "note": say("settings.import.note")}
    title = say("settings.import.title")
    return place.page(
        request, "people", "settings/edit.html", context, title=title, status=answer.status
    )


def box_form(
    request: OrgRequest,
    answer: Answer,
    following: str = "",
    *,
    text: str = "",
    inside: bool = False,
) -> Form:
    """The box for a list of people; `following` is where it goes on once they are added.

    `text` stands in it already; `inside` a page, there is nothing to leave.
    """
    draw = Drawer("settings.import", {"list": text}, answer)
    box = draw.text(
        "list",
        kind="textarea",
        rows=10,
        note=say("settings.import.list_note"),
        placeholder=say("settings.import.example"),
    )
    return Form(
        action=place.at(request).page("import_people"),
        answer=answer,
        drawer=draw,
        button=say("settings.import.look"),
        cancel="" if following or inside else place.at(request).page("people"),
        upload=True,
        hidden=place.kept_next(request, following),
        rows=((box,), (draw.text("file", kind="file", accept=".csv,.tsv,.txt,.xlsx"),)),
    )


def _preview(request: OrgRequest, found: Sequence[Finding], text: str) -> HttpResponse:
    """How each row is read; `text` is the list, to be put right in place."""
    counts = actions.counts(found)
    ordered = sorted(found, key=lambda one: one.what is not What.WRONG)
    taken = counts[What.NEW] + counts[What.CHANGED]
    at = place.at(request)
    context: dict[str, Any] = {
        "note": say("settings.import.read", n=len(found)),
        "counts": [
            (
                StatusMark(_MARKS[what], bare=True),
                say(f"settings.import.{what.value}", n=counts[what]),
            )
            for what in What
            if counts[what]
        ],
        "rows": [_row(request, one) for one in ordered[:SHOWN]],
        "more": say("settings.import.more", n=len(found) - SHOWN) if len(found) > SHOWN else "",
        "list": _text(one.row for one in found if one.what is not What.WRONG),
        "hidden": place.kept_next(request),
        "action": at.page("import_people"),
        "button": say("settings.import.do", n=taken) if taken else "",
        "left_out": say("settings.import.left_out", n=counts[What.WRONG])
        if counts[What.WRONG] and taken
        else "",
        "box": box_form(request, Answer(), text=text, inside=True),
        "is_wrong": bool(counts[What.WRONG]),
    }
    title = say("settings.import.title")
    return place.page(request, "people", "settings/import.html", context, title=title)


def _row(request: OrgRequest, one: Finding) -> Row:
    team = one.row.team
    if one.team is not None:
        team = place.text(request.organisation, one.team.name, one.team.name_other)
    return Row(
        row=one.row,
        mark=StatusMark(_MARKS[one.what], bare=True),
        word=say(f"settings.import.is_{one.what.value}"),
        team=team,
        roles=", ".join(say(f"role.{role.value}") for role in one.row.roles),
        problems=tuple(line for problem in one.problems for line in errors.lines_of(problem)),
    )


def _text(rows: Iterable[PersonRow]) -> str:
    """The rows as a list that can be read again."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(lists.COLUMNS)
    for row in rows:
        roles = "|".join(role.value for role in row.roles)
        writer.writerow(
            (row.email, row.name, row.name_other, row.job, row.manager, row.team, roles)
        )
    return out.getvalue()
