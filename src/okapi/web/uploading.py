"""Bringing a file to a page, and looking on while it is worked on; for every kind of file."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from okapi.core.errors import OkapiError
from okapi.exchange.file_jobs import jobs
from okapi.exchange.file_jobs.jobs import Does, Progress
from okapi.exchange.uploads import Upload
from okapi.web import errors, http
from okapi.web.components import Crumb
from okapi.web.http import OrgRequest
from okapi.wording import number, percent, say

TEMPLATE = "files/job.html"
_SCRIPT = "application/json"
_TENTH = 10


def is_scripted(request: HttpRequest) -> bool:
    """Whether a script sends the file, which tells how much of it has arrived."""
    return request.headers.get("accept", "") == _SCRIPT


def kept(request: HttpRequest, onward: str) -> HttpResponse:
    """The file is here: where one goes on."""
    if is_scripted(request):
        return JsonResponse({"onward": onward})
    return HttpResponseRedirect(onward)


def refused(error: OkapiError) -> HttpResponse:
    """The file was not kept, told to a script: it says so at the field."""
    told = {"error": " ".join(errors.lines_of(error))}
    return JsonResponse(told, status=errors.status_of(error))


def under_way(
    request: OrgRequest,
    upload: Upload,
    *,
    place: str,
    crumbs: Sequence[Crumb],
    here: str,
    found: str,
) -> HttpResponse:
    """It is worked on, or was: how far it is, or what came of it (at `found`); a post stops it."""
    if found:
        return over(request, found)
    if "stop" in request.POST:
        jobs.stop(upload)
    if request.method == "POST":
        return HttpResponseRedirect(here)
    return _job_page(request, upload, place, crumbs, here)


def _job_page(
    request: OrgRequest, upload: Upload, place: str, crumbs: Sequence[Crumb], here: str
) -> HttpResponse:
    """How far the file is; the page asks for `?fragment=progress` again and again."""
    job, found = jobs.of(upload), jobs.progress_of(upload)
    if job is None or not job.is_open:
        return over(request, here)
    share = found.share
    context = {
        "frame": http.framed(request, place, crumbs),
        "name": upload.name,
        "here": here,
        "progress": f"{here}?fragment=progress",
        "share": share,
        "value": "" if share is None else f"{share:.3f}",
        "percent": "" if share is None else percent(share),
        "doing": say(f"file.job.{found.step}_{job.kind}"),
        "counted": _counted(found),
        "said": _said(found, str(job.kind)),
        "note": say("file.job.no_trace" if job.does is Does.LOOK else "file.job.leave_page"),
        "is_stopping": found.is_stopping,
        "may_stop": found.may_stop,
    }
    return http.page(request, TEMPLATE, context)


def over(request: OrgRequest, here: str) -> HttpResponse:
    """It is over meanwhile: the page is another one."""
    if not request.htmx:
        return HttpResponseRedirect(here)
    response = HttpResponse()
    response["HX-Redirect"] = here
    return response


def _counted(found: Progress) -> str:
    if found.total:
        return say("file.job.of", done=number(found.done), total=number(found.total))
    return say("file.job.rows", n=found.done) if found.done else ""


def _said(found: Progress, kind: str) -> str:
    """What is read out: a word at each step and each tenth of it, not every second."""
    doing = say(f"file.job.{found.step}_{kind}")
    if found.share is None:
        return doing
    tenth = int(found.share * _TENTH) / _TENTH
    return say("file.job.said", doing=doing, share=percent(tenth))
