"""A file of measurements on a page: brought, looked at cell by cell, mapped, taken in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.views.decorators.http import require_http_methods

from okapi.core.errors import Conflict, Forbidden, NotFound, OkapiError, Refused
from okapi.exchange import uploads
from okapi.exchange.tables import ColumnMapping
from okapi.exchange.uploads import Upload
from okapi.orgs import access
from okapi.web import errors, http
from okapi.web.components import Crumb, Field, Notice
from okapi.web.http import OrgRequest
from okapi.web.kpis import files_kpis, files_names, files_shown
from okapi.wording import say

NEW, FILE = "kpis/file_new.html", "kpis/file.html"
SHOWN = 60
KINDS = ".csv,.tsv,.txt,.xlsx,.json,.jsonl,.ndjson"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OrgRequest) -> HttpResponse:
    """The form for a file; a post keeps it and goes on to look at it."""
    access.require_member(request.actor)
    if request.method != "POST":
        return _form(request)
    sent = request.FILES.get("file")
    source = request.POST.get("source", "")
    try:
        if sent is None:
            raise Refused("upload.none", field="file")
        kept = uploads.keep(request.actor, sent.chunks(), name=sent.name or "", source=source)
    except (Forbidden, NotFound):
        raise
    except OkapiError as refused:
        return _form(request, errors.by_field(refused).get("file", ""), errors.status_of(refused))
    return HttpResponseRedirect(http.at(request).measurement_file(kept.uid))


def _form(request: OrgRequest, error: str = "", status: int = 200) -> HttpResponse:
    at = http.at(request)
    crumbs = (Crumb(say("nav.kpis"), at.kpis), Crumb(say("file.title")))
    context = {
        "frame": http.framed(request, "kpis", crumbs),
        "file": Field(
            "file", say("file.file"), kind="file", required=True, accept=KINDS, error=error,
            help=say("file.file_help"),
        ),
        "source": Field(
            "source", say("file.source"), value=request.POST.get("source", ""),
            help=say("file.source_help"),
        ),
    }  # fmt: skip
    return http.page(request, NEW, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: OrgRequest, uid: UUID) -> HttpResponse:
    """How the file is read; a post maps it anew, makes what it lacks, takes it in, or leaves it."""
    access.require_member(request.actor)
    upload = uploads.find(request.actor, uid)
    if request.method != "POST":
        return _preview(request, upload)
    if "leave" in request.POST:
        uploads.forget(upload)
        return HttpResponseRedirect(http.at(request).kpis)
    try:
        if "take" in request.POST:
            result = uploads.take(request.actor, upload)
            return HttpResponseRedirect(http.at(request).intake(result.uid))
        if "make" in request.POST:
            files_kpis.make(request, upload)
            return HttpResponseRedirect(http.at(request).measurement_file(uid))
        if "as_it_came" in request.POST:
            uploads.as_it_came(upload)
            return HttpResponseRedirect(http.at(request).measurement_file(uid))
        if "correct" in request.POST:
            uploads.correct(upload, _corrections(request))
            return HttpResponseRedirect(http.at(request).measurement_file(uid))
        _say(request, upload)
    except (NotFound, Forbidden, Conflict):
        raise
    except OkapiError as refused:
        return _preview(request, upload, refused)
    return HttpResponseRedirect(http.at(request).measurement_file(uid))


def _say(request: OrgRequest, upload: Upload) -> None:
    """What is said of the file's names, or of its columns; or that it is read as it is found."""
    if "call" in request.POST:
        files_names.call(request, upload)
    elif "as_found" in request.POST:
        uploads.say(upload, None)
    else:
        kept = () if upload.mapping is None else upload.mapping.names
        uploads.say(upload, replace(mapping_of(request.POST), names=kept))


def _corrections(request: OrgRequest) -> dict[str, str]:
    """What was typed for refused cells, and for one that was named."""
    sent = {
        name.removeprefix("cell-"): str(text)
        for name, text in request.POST.items()
        if name.startswith("cell-") and text
    }
    if place := request.POST.get("place", "").strip():
        sent[place] = request.POST.get("text", "")
    return sent


def mapping_of(sent: QueryDict) -> ColumnMapping:
    """What was said in the form: the columns by their letters, and what holds for the sheet."""
    columns = tuple(
        (f"@{name.removeprefix('column-')}", str(target))
        for name, target in sent.items()
        if name.startswith("column-") and target
    )
    row = sent.get("header_row", "").strip()
    if row and not (row.isdecimal() and len(row) < 7):
        raise Refused("tables.mapping.unreadable", field="header_row", found=row[:60])
    return ColumnMapping(
        columns=columns,
        sheet=sent.get("sheet", ""),
        header_row=int(row or 0),
        kpi=sent.get("kpi", "").strip(),
        period=sent.get("period", "").strip(),
        unit=sent.get("unit", "").strip(),
    )


def _preview(
    request: OrgRequest, upload: Upload, refused: OkapiError | None = None
) -> HttpResponse:
    at = http.at(request)
    crumbs = (
        Crumb(say("nav.kpis"), at.kpis),
        Crumb(say("file.title"), at.measurement_files),
        Crumb(upload.name),
    )
    context: dict[str, Any] = {
        "frame": http.framed(request, "kpis", crumbs),
        "name": upload.name,
        "here": at.measurement_file(upload.uid),
        "wrong": [],
        "corrections": sorted(upload.corrections.items()),
        "another": files_shown.another(),
        "strange": [],
        "called": [],
    }
    status = 200
    if refused is not None:
        status = errors.status_of(refused)
        context["wrong"] = files_shown.refusals_of(refused)
    try:
        upload, found = uploads.look(request.actor, upload, first=SHOWN)
    except (NotFound, Forbidden):
        raise
    except OkapiError as unreadable:
        context |= files_kpis.offered(request, upload, unreadable)
        if not context["proposed"]:
            context["wrong"] = context["wrong"] or files_shown.refusals_of(unreadable)
        context |= files_shown.unread(upload)
        context["correctable"] = any(one.cell for one in context["wrong"])
        return http.page(request, FILE, context, status=status)
    context |= files_shown.read(request, upload, found)
    context |= files_kpis.offered(request, upload, *found.refusals)
    context |= files_names.asked(request, upload, *found.refusals)
    if found.refusals and not context["wrong"]:
        context["wrong"] = files_shown.told(found.refusals)
    context["correctable"] = any(one.cell for one in context["wrong"])
    if upload.mapping is not None and refused is None:
        context["notice"] = Notice("none", say("file.mapped"))
    return http.page(request, FILE, context, status=status)
