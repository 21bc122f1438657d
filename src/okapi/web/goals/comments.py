"""Comments on an objective: said, answered, changed, taken back."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from okapi.core.errors import Conflict, Forbidden, NotFound, OkapiError
from okapi.goals import access
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.objective import ObjectivePage
from okapi.talk import actions
from okapi.talk.queries import comments_about
from okapi.web import errors, http
from okapi.web.goals import objective, talk
from okapi.web.http import OrgRequest


@require_POST
def add(request: OrgRequest, key: str) -> HttpResponse:
    """A new comment; `answers` is the id of the one that it answers."""
    who = http.asking(request)
    about = access.get(who.actor, key, "comment")
    text = request.POST.get("text", "")
    try:
        actions.add_comment(
            who.actor,
            "objective",
            about.pk,
            text,
            answers=_id(request.POST.get("answers", "")),
            audience=access.audience(about),
        )
    except (NotFound, Forbidden, Conflict):
        raise
    except OkapiError as refused:
        return _refused(request, who, key, text, " ".join(errors.lines_of(refused)))
    return _answer(request, who, key)


@require_POST
def change(request: OrgRequest, key: str, comment: UUID) -> HttpResponse:
    """Another text for one's own comment, or (`remove`) none."""
    who = http.asking(request)
    about = access.get(who.actor, key, "comment")
    audience = access.audience(about)
    if all(one.id != comment for one in comments_about(who.actor, "objective", about.pk).alone()):
        raise NotFound("access.not_found", kind="comment", ref=str(comment))
    if "remove" in request.POST:
        actions.remove_comment(who.actor, comment, audience=audience)
        return _answer(request, who, key)
    version = request.POST.get("version", "")
    actions.edit_comment(
        who.actor,
        comment,
        request.POST.get("text", ""),
        version=int(version) if version.isdecimal() and len(version) < 10 else None,
        audience=audience,
    )
    return _answer(request, who, key)


def _answer(request: OrgRequest, who: Asking, key: str) -> HttpResponse:
    """The thread as it is now, or the page that holds it."""
    if not request.htmx:
        return HttpResponseRedirect(f"{http.at(request).objective(key)}#thread")
    context = objective.context_of(request, who, key)
    return http.part(request, "goals/thread.html", context)


def _refused(request: OrgRequest, who: Asking, key: str, text: str, error: str) -> HttpResponse:
    """The form again, with what was typed and what was wrong."""
    context = objective.context_of(request, who, key)
    found: ObjectivePage = context["found"]
    context["comment"] = talk.comment_form(found, http.at(request), text=text, error=error)
    if not request.htmx:
        return http.page(request, objective.TEMPLATE, context, status=422)
    response = http.part(request, "goals/comment_form.html", context, status=422)
    response["HX-Retarget"] = "#comment-form"
    response["HX-Reswap"] = "outerHTML"
    return response


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound("access.not_found", kind="comment", ref=text) from None
