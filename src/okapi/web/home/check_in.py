"""A check-in of a key result: a dialog's form, a page of its own, and the answer to both."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from okapi.core.errors import Conflict, Forbidden, NotFound, OkapiError
from okapi.goals import actions
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.mine import CheckInPage, due_from_me, my_objectives, to_check_in
from okapi.web import errors, http
from okapi.web.components import Crumb, Toast
from okapi.web.goals import objective
from okapi.web.home import due, saying
from okapi.web.home.saying import Said
from okapi.web.http import OrgRequest
from okapi.wording import say

TEMPLATE = "home/check_in.html"


@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: OrgRequest, key: str) -> HttpResponse:
    """The form of a key result, and what was sent with it.

    `from` says where the form stands: objective (a dialog) and home (the due list) are answered
    with the renewed part of that page; without htmx the answer goes on to the next page.
    """
    who = http.asking(request)
    found = to_check_in(who, key)
    if request.method != "POST":
        return _form(request, who, found)
    said = saying.read(request.POST, found.row)
    problems = _say(who, found, said)
    if problems:
        return _form(request, who, found, replace(said, errors=problems), status=422)
    return _done(request, who, found)


def _say(who: Asking, found: CheckInPage, said: Said) -> dict[str, str]:
    """Check in; what was refused, by field."""
    wrong = saying.wrong_confidence(said)
    if wrong:
        return {"confidence": wrong}
    try:
        actions.check_in(who.actor, found.row.id, **saying.arguments(said, found.row))
    except (NotFound, Forbidden, Conflict):
        raise
    except OkapiError as refused:
        return errors.by_field(refused)
    return {}


def _form(
    request: OrgRequest,
    who: Asking,
    found: CheckInPage,
    said: Said | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "check": due.form_context(request, who, found, said, place=_place(request)),
        "back": _back(request, found),
        "queue": _queue(request),
    }
    if request.htmx:
        response = http.part(request, "home/check_in_form.html", context, status=status)
        if status == 422:
            response["HX-Retarget"] = f"#say-{found.row.id}"
            response["HX-Reswap"] = "outerHTML"
        return response
    at = http.at(request)
    context["frame"] = http.framed(
        request,
        "home",
        (
            Crumb(found.objective.title, at.objective(found.objective.key)),
            Crumb(say("check_in.title")),
        ),
    )
    return http.page(request, TEMPLATE, context, status=status)


def _done(request: OrgRequest, who: Asking, found: CheckInPage) -> HttpResponse:
    """The renewed part of the page where the form stood, or the next page."""
    toast = Toast(say("check_in.done", title=found.row.title))
    place = _place(request)
    if request.htmx and place == "home":
        return due.section(request, who, found.row, toast=toast)
    if request.htmx:
        context = objective.context_of(request, who, found.objective.id)
        return http.part(request, "home/objective_renewed.html", {**context, "toast": toast})
    return HttpResponseRedirect(_next(request, who, found))


def _next(request: OrgRequest, who: Asking, found: CheckInPage) -> str:
    """The next one that is due where they are gone through, else back."""
    at, queue = http.at(request), _queue(request)
    if queue is None:
        return _back(request, found)
    waiting = due_from_me(who, my_objectives(who))
    if not waiting:
        return f"{at.home}?said=all"
    return f"{at.check_in(waiting[0].row.key)}?at={queue[0] + 1}&of={queue[1]}"


def _place(request: HttpRequest) -> str:
    place = request.POST.get("from") or request.GET.get("from") or "page"
    return place if place in ("objective", "home") else "page"


def _back(request: OrgRequest, found: CheckInPage) -> str:
    fallback = http.at(request).key_result(found.objective.key, found.row.key)
    return http.safe_next(request, fallback)


def _queue(request: HttpRequest) -> tuple[int, int] | None:
    """Which one of how many this is, where a person goes through what is due: `at`, `of`."""
    sent = request.POST if request.method == "POST" else request.GET
    texts = (sent.get("at", ""), sent.get("of", ""))
    if not all(text.isdecimal() and len(text) < 4 for text in texts):
        return None
    here, whole = (int(text) for text in texts)
    return (here, whole) if 0 < here <= whole else None
