"""Goals from a file: brought, looked at change by change, taken in; and an import taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from okapi.core.errors import Conflict, Forbidden, NotFound, OkapiError, Refusals, Refused
from okapi.exchange import uploads
from okapi.exchange.goal_files import imports
from okapi.exchange.uploads import Upload
from okapi.orgs import access
from okapi.web import errors, http
from okapi.web.components import Crumb, Field, Notice
from okapi.web.goals import files_shown
from okapi.web.http import OrgRequest
from okapi.wording import moment, say

NEW, FILE, IMPORT = "goals/file_new.html", "goals/file.html", "goals/import.html"
KINDS = ".xlsx,.csv,.tsv,.txt"
_OPTIONS = ("form", "cycle", "team", "clashing", "reason")
_LONGEST = 2_000


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OrgRequest) -> HttpResponse:
    """The form for a file, with the workbook to fill in; a post keeps the file to look at it."""
    access.require_member(request.actor)
    if request.method != "POST":
        return _form(request)
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise Refused("upload.none", field="file")
        kept = uploads.keep(request.actor, sent.chunks(), name=sent.name or "")
    except (Forbidden, NotFound):
        raise
    except OkapiError as refused:
        return _form(request, errors.by_field(refused).get("file", ""), errors.status_of(refused))
    return HttpResponseRedirect(http.at(request).goal_file(kept.uid))


def _form(request: OrgRequest, error: str = "", status: int = 200) -> HttpResponse:
    at = http.at(request)
    context = {
        "frame": http.framed(request, "goals", _crumbs(request)),
        "file": Field(
            "file",
            say("file.file"),
            kind="file",
            required=True,
            accept=KINDS,
            error=error,
            help=say("goalfile.file_help"),
        ),
        "workbook": reverse("goals:workbook", kwargs={"slug": request.organisation.slug}),
        "imports": [
            {
                "href": at.goal_import(one.id),
                "name": one.file_name,
                "note": files_shown.said_of(one),
            }
            for one in imports.latest(request.actor)
        ],
    }
    return http.page(request, NEW, context, status=status)


def _crumbs(request: OrgRequest, *more: Crumb) -> tuple[Crumb, ...]:
    at = http.at(request)
    here = Crumb(say("goalfile.title"), at.goal_files if more else "")
    return (Crumb(say("nav.goals"), at.goals), here, *more)


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: OrgRequest, uid: UUID) -> HttpResponse:
    """What the file would do; a post says how it is meant, takes it in (`take`), or leaves it."""
    access.require_member(request.actor)
    upload = uploads.find(request.actor, uid)
    if request.method != "POST":
        return _preview(request, upload)
    if "leave" in request.POST:
        uploads.forget(upload)
        return HttpResponseRedirect(http.at(request).goals)
    if "take" not in request.POST:
        given = {name: request.POST.get(name, "").strip()[:_LONGEST] for name in _OPTIONS}
        uploads.choose(upload, {name: text for name, text in given.items() if text})
        return HttpResponseRedirect(http.at(request).goal_file(uid))
    said = files_shown.said(upload.options)
    try:
        _, taken = imports.take(request.actor, upload.path, name=upload.name, said=said)
    except Refusals as refused:  # somebody was quicker: what is wrong now is told anew
        return _preview(request, upload, errors.status_of(refused))
    uploads.forget(upload)
    return HttpResponseRedirect(http.at(request).goal_import(taken))


def _preview(request: OrgRequest, upload: Upload, status: int = 200) -> HttpResponse:
    at = http.at(request)
    context: dict[str, Any] = {
        "frame": http.framed(request, "goals", _crumbs(request, Crumb(upload.name))),
        "name": upload.name,
        "here": at.goal_file(upload.uid),
        "fields": files_shown.fields(http.asking(request), upload.options),
    }
    said = files_shown.said(upload.options)
    try:
        found = imports.look(request.actor, upload.path, name=upload.name, said=said)
    except (NotFound, Forbidden, Conflict):
        raise
    except OkapiError as unreadable:
        context["wrong"] = files_shown.told([unreadable])
    else:
        context |= files_shown.looked(found)
    return http.page(request, FILE, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def imported(request: OrgRequest, uid: UUID) -> HttpResponse:
    """What an import did; a post takes it back."""
    kept: list[Any] = []
    if request.method == "POST":
        taken = imports.undo(request.actor, uid)
        kept = files_shown.kept(request.actor, taken)
    row, goals = imports.shown(request.actor, uid)
    at = http.at(request)
    notice = None
    if row.undone_at is not None:
        notice = Notice("none", say("goalfile.was_undone", at=moment(row.undone_at)))
    context = {
        "frame": http.framed(request, "goals", _crumbs(request, Crumb(row.file_name))),
        "row": row,
        "note": files_shown.said_of(row),
        "here": at.goal_import(uid),
        "facts": files_shown.counts(row.counts),
        "goals": [(at.objective(key), title) for key, title in goals[: files_shown.MOST_LINES]],
        "may_undo": row.undone_at is None,
        "notice": notice,
        "kept": kept,
    }
    return http.page(request, IMPORT, context)
