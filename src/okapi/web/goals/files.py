"""Goals from a file: brought, looked at change by change, taken in; and an import taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from okapi.core.errors import Conflict, Forbidden, NotFound, OkapiError, Refusals, Refused
from okapi.exchange import uploads
from okapi.exchange.file_jobs import jobs
from okapi.exchange.file_jobs.jobs import Does, Job, State
from okapi.exchange.goal_files import imports
from okapi.exchange.goal_files.imports import Said
from okapi.exchange.uploads import Upload
from okapi.orgs import access
from okapi.web import errors, http, uploading
from okapi.web.components import Crumb, Field, Notice
from okapi.web.goals import files_shown
from okapi.web.http import OrgRequest
from okapi.wording import current_language, moment, say

NEW, FILE, IMPORT = "goals/file_new.html", "goals/file.html", "goals/import.html"
KINDS = ".xlsx,.csv,.tsv,.txt"
_OPTIONS = ("form", "cycle", "team", "owner", "clashing", "again", "reason")
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
        if uploading.is_scripted(request):
            return uploading.refused(refused)
        return _form(request, errors.by_field(refused).get("file", ""), errors.status_of(refused))
    return uploading.kept(request, http.at(request).goal_file(kept.uid))


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
    job = jobs.of(upload)
    if job is not None and (job.is_open or job.found is not None):
        return _under_way(request, upload, job)
    if request.method != "POST":
        return _looked(request, upload, job)
    if "leave" in request.POST:
        uploads.forget(upload)
        return HttpResponseRedirect(http.at(request).goals)
    if "take" not in request.POST:
        given = {name: request.POST.get(name, "").strip()[:_LONGEST] for name in _OPTIONS}
        jobs.drop(upload)
        uploads.choose(upload, {name: text for name, text in given.items() if text})
        return HttpResponseRedirect(http.at(request).goal_file(uid))
    said = Said.of_options(upload.options)
    if _is_large(upload, said):
        return _begin(request, upload, Does.TAKE)
    try:
        _, taken = imports.take(request.actor, upload.path, name=upload.name, said=said)
    except Refusals as refused:  # somebody was quicker: what is wrong now is told anew
        return _preview(request, upload, errors.status_of(refused))
    uploads.forget(upload)
    return HttpResponseRedirect(http.at(request).goal_import(taken))


def _is_large(upload: Upload, said: Said) -> bool:
    """Whether it is worked on beside the page; one that cannot be read is told at once."""
    try:
        return imports.rows_in(upload.path, name=upload.name, said=said) > jobs.MANY
    except OkapiError:
        return False


def _begin(request: OrgRequest, upload: Upload, does: Does) -> HttpResponse:
    jobs.begin(upload, jobs.Kind.GOALS, does, language=current_language())
    return uploading.over(request, http.at(request).goal_file(upload.uid))


def _under_way(request: OrgRequest, upload: Upload, job: Job) -> HttpResponse:
    """It is looked at or taken in, or was."""
    at = http.at(request)
    return uploading.under_way(
        request,
        upload,
        place="goals",
        crumbs=_crumbs(request, Crumb(upload.name)),
        here=at.goal_file(upload.uid),
        found="" if job.found is None else at.goal_import(job.found),
    )


def _looked(request: OrgRequest, upload: Upload, job: Job | None) -> HttpResponse:
    """What the file would do: at once, or by a job that looks at it as it is meant now."""
    if job is not None and "again" not in request.GET:
        match job.state:
            case State.STOPPED | State.FAILED:
                return _not_looked(request, upload, job)
            case State.REFUSED:
                return _preview(request, upload, errors=jobs.refused_in(upload))
            case State.DONE if job.options == jobs.options_of(upload):
                return _preview(request, upload, errors=jobs.refused_in(upload))
    if _is_large(upload, Said.of_options(upload.options)):
        return _begin(request, upload, Does.LOOK)
    return _preview(request, upload)


def _not_looked(request: OrgRequest, upload: Upload, job: Job) -> HttpResponse:
    """It was stopped, or went wrong: it can be tried again."""
    at = http.at(request)
    code = "file.job.stopped" if job.state is State.STOPPED else "upload.failed"
    context = {
        "frame": http.framed(request, "goals", _crumbs(request, Crumb(upload.name))),
        "name": upload.name,
        "here": at.goal_file(upload.uid),
        "fields": files_shown.fields(http.asking(request), upload.options),
        "notice": Notice("none" if job.state is State.STOPPED else "red", say(code)),
        "again": f"{at.goal_file(upload.uid)}?again=1",
    }
    return http.page(request, FILE, context)


def _preview(
    request: OrgRequest,
    upload: Upload,
    status: int = 200,
    *,
    errors: Sequence[OkapiError] | None = None,
) -> HttpResponse:
    at = http.at(request)
    context: dict[str, Any] = {
        "frame": http.framed(request, "goals", _crumbs(request, Crumb(upload.name))),
        "name": upload.name,
        "here": at.goal_file(upload.uid),
        "fields": files_shown.fields(http.asking(request), upload.options),
    }
    said = Said.of_options(upload.options)
    try:
        found = imports.look(request.actor, upload.path, name=upload.name, said=said, errors=errors)
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
