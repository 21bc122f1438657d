"""A file of measurements on a page: brought, looked at cell by cell, mapped, taken in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.views.decorators.http import require_http_methods

from okapi.core.errors import Conflict, Forbidden, NotFound, OkapiError, Refusals, Refused
from okapi.exchange import uploads
from okapi.exchange.file_jobs import jobs
from okapi.exchange.file_jobs.jobs import Does, Job, Kind, State
from okapi.exchange.tables import ColumnMapping
from okapi.exchange.uploads import Upload
from okapi.orgs import access
from okapi.web import errors, http, uploading
from okapi.web.components import Crumb, Field, Notice
from okapi.web.http import OrgRequest
from okapi.web.kpis import files_kpis, files_names, files_shown
from okapi.wording import current_language, say

NEW, FILE = "kpis/file_new.html", "kpis/file.html"
SHOWN = 60
LOOKED_AT = 20_000
"""Rows of a large file that are looked at on the page; all are, before anything is stored."""
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
        if uploading.is_scripted(request):
            return uploading.refused(refused)
        return _form(request, errors.by_field(refused).get("file", ""), errors.status_of(refused))
    return uploading.kept(request, http.at(request).measurement_file(kept.uid))


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
    job = jobs.of(upload)
    if job is not None and (job.is_open or job.found is not None):
        return _under_way(request, upload, job)
    if request.method != "POST":
        return _after(request, upload, job)
    jobs.drop(upload)
    if "leave" in request.POST:
        uploads.forget(upload)
        return HttpResponseRedirect(http.at(request).kpis)
    try:
        return HttpResponseRedirect(_act(request, upload))
    except (NotFound, Forbidden, Conflict):
        raise
    except OkapiError as refused:
        return _preview(request, upload, refused)


def _act(request: OrgRequest, upload: Upload) -> str:
    """Do what was asked of the file; where one goes on. A large one is taken in beside the page."""
    at, sent = http.at(request), request.POST
    if "take" in sent and upload.size < jobs.LARGE:
        return at.intake(uploads.take(request.actor, upload).uid)
    if "take" in sent:
        jobs.begin(upload, Kind.MEASUREMENTS, Does.TAKE, language=current_language())
    elif "make" in sent:
        files_kpis.make(request, upload)
    elif "as_it_came" in sent:
        uploads.as_it_came(upload)
    elif "correct" in sent:
        uploads.correct(upload, _corrections(request))
    else:
        _say(request, upload)
    return at.measurement_file(upload.uid)


def _under_way(request: OrgRequest, upload: Upload, job: Job) -> HttpResponse:
    """It is taken in, or was."""
    at = http.at(request)
    return uploading.under_way(
        request,
        upload,
        place="kpis",
        crumbs=_crumbs(request, upload),
        here=at.measurement_file(upload.uid),
        found="" if job.found is None else at.intake(job.found),
    )


def _after(request: OrgRequest, upload: Upload, job: Job | None) -> HttpResponse:
    """The file as it waits, with what came of the last try to take it in."""
    match None if job is None else job.state:
        case State.REFUSED:
            return _preview(request, upload, Refusals(jobs.refused_in(upload)))
        case State.FAILED:
            return _preview(request, upload, Refused("upload.failed"))
        case State.STOPPED:
            return _preview(request, upload, notice=Notice("none", say("file.job.stopped")))
        case _:
            return _preview(request, upload)


def _crumbs(request: OrgRequest, upload: Upload) -> tuple[Crumb, ...]:
    at = http.at(request)
    return (
        Crumb(say("nav.kpis"), at.kpis),
        Crumb(say("file.title"), at.measurement_files),
        Crumb(upload.name),
    )


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
    request: OrgRequest,
    upload: Upload,
    refused: OkapiError | None = None,
    *,
    notice: Notice | None = None,
) -> HttpResponse:
    at = http.at(request)
    crumbs = _crumbs(request, upload)
    context: dict[str, Any] = {
        "frame": http.framed(request, "kpis", crumbs),
        "name": upload.name,
        "here": at.measurement_file(upload.uid),
        "wrong": [],
        "corrections": sorted(upload.corrections.items()),
        "another": files_shown.another(),
        "notice": notice,
        "strange": [],
        "called": [],
    }
    status = 200
    if refused is not None:
        status = errors.status_of(refused)
        context["wrong"] = files_shown.refusals_of(refused)
    try:
        most = LOOKED_AT if upload.size >= jobs.LARGE else None
        upload, found = uploads.look(request.actor, upload, first=SHOWN, most=most)
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
    offers = context["proposed"] if context["may_make"] else ()
    left = [one for one in found.refusals if not files_kpis.covers(offers, one)]
    if left and not context["wrong"]:
        context["wrong"] = files_shown.told(left)
    if offers and not found.counts.read:
        # Each name once: nothing of the file can be read before there are KPIs.
        context |= {"cells": None, "facts": ()}
    context["correctable"] = any(one.cell for one in context["wrong"])
    if not found.is_whole:
        context["notice"] = notice or Notice("none", say("file.job.first_rows", n=LOOKED_AT))
    elif upload.mapping is not None and refused is None and notice is None:
        context["notice"] = Notice("none", say("file.mapped"))
    return http.page(request, FILE, context, status=status)
