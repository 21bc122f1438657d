"""Refusals as pages: the one place that maps them to a status, a page, or a fragment of one."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from okapi.base.busy import AGAIN_SECONDS
from okapi.core.errors import (
    Conflict,
    Forbidden,
    NotFound,
    OkapiError,
    Refusals,
    Refused,
    TooLarge,
)
from okapi.web import http
from okapi.web.components import Crumb, Toast
from okapi.wording import has, refusal_lines, say

_STATUS: dict[type[OkapiError], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    TooLarge: 413,
    Refused: 422,
    Refusals: 422,
}
# Statuses with words of their own; the others are told as bad requests.
_TOLD = {403, 404, 405, 413, 500, 503}


def status_of(error: OkapiError) -> int:
    """The HTTP status of a refusal."""
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 422)


def lines_of(error: OkapiError) -> list[str]:
    """What was refused, one sentence each; a code without a phrase is told as it is."""
    known = all(has(one.code) for one in _each(error))
    return refusal_lines(error) if known else [str(one) for one in _each(error)]


def by_field(error: OkapiError) -> dict[str, str]:
    """The sentences by the input field that they belong to; the rest under the empty name."""
    found: dict[str, list[str]] = {}
    for one in _each(error):
        found.setdefault(one.field or "", []).extend(lines_of(one))
    return {field: " ".join(lines) for field, lines in found.items()}


def _each(error: OkapiError) -> tuple[OkapiError, ...]:
    return error.errors if isinstance(error, Refusals) else (error,)


def answer(request: HttpRequest, error: OkapiError) -> HttpResponse:
    """A refusal as a page, or as a toast where htmx asked for a fragment."""
    status = status_of(error)
    sentence = " ".join(lines_of(error))
    if _is_htmx(request):
        return toast(sentence, status=status)
    # Missing and hidden are one: which name was asked for is not repeated.
    return _page(request, status, "" if status == 404 else sentence)


def toast(text: str, *, status: int, kind: str = "red", **more: str) -> HttpResponse:
    """A fragment that lands among the toasts, wherever the request wanted its answer.

    `more`: its `action` and the `href` of that.
    """
    response = HttpResponse(str(Toast(text, kind=kind, **more)), status=status)
    response["HX-Retarget"] = "#toasts"
    response["HX-Reswap"] = "beforeend"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 400; a body beyond the limit is its 413."""
    if isinstance(exception, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
        return _told(request, 413, say("error.413.form", most=most))
    return _told(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Django's 403."""
    return _told(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Django's 404."""
    return _told(request, 404)


def worded(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer; Django's own to a method that an address does not know is empty: its page."""
    if response.status_code != 405:
        return response
    told = _told(request, 405)
    told["Allow"] = response["Allow"]
    return told


def signed_out(request: HttpRequest) -> HttpResponse:
    """A fragment was asked for by somebody who is signed in no longer: the way back to the form.

    A form that stands in a dialog has a page of its own; any other is found where it was.
    """
    href = f"{reverse('people:sign_in')}?{urlencode({'next': _page_of(request)})}"
    words = say("sign_in.again")
    return toast(words, status=401, action=say("sign_in.again_do"), href=href)


def _page_of(request: HttpRequest) -> str:
    if request.POST.get("from") == "dialog" or "HX-Current-URL" not in request.headers:
        return request.get_full_path()
    return _path(request.headers["HX-Current-URL"])


def _path(url: str) -> str:
    """An address of ours without the host."""
    here = urlsplit(url)
    return f"{here.path}?{here.query}" if here.query else here.path


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form that was open for too long, or came from elsewhere."""
    if _is_htmx(request):
        if not request.user.is_authenticated:
            return signed_out(request)
        again = {"action": say("error.403_csrf.do"), "href": _page_of(request)}
        return toast(say("error.403_csrf.in_place"), status=403, **again)
    return _page(request, 403, kind="403_csrf")


def busy(request: HttpRequest) -> HttpResponse:
    """Somebody else was writing all the while (see `base.busy`): the same again, later."""
    sentence = say(f"error.503.{_what(request)}", seconds=AGAIN_SECONDS)
    response = _told(request, 503, sentence)
    response["Retry-After"] = str(AGAIN_SECONDS)
    return response


def _what(request: HttpRequest) -> str:
    """Whether something was to be read, or to be done."""
    return "read" if request.method in {"GET", "HEAD"} else "sent"


def server_error(request: HttpRequest) -> HttpResponse:
    """A bug, by the number under which the log has it (`config.logs` writes it there).

    Django asks again, further out, where this page fails too: then without a frame.
    """
    if is_first := not hasattr(request, "incident"):
        request.incident = secrets.token_hex(4)  # type: ignore[attr-defined]  # read by config.logs
    number: str = request.incident  # type: ignore[attr-defined]  # set above
    sentence = say(f"error.500.{_what(request)}", id=number)
    if is_first and _is_htmx(request):
        return toast(sentence, status=500)
    return _page(request, 500, sentence, in_frame=is_first)


def _is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _told(request: HttpRequest, status: int, sentence: str = "") -> HttpResponse:
    if _is_htmx(request):
        return toast(sentence or say(f"error.{status}.text"), status=status)
    return _page(request, status, sentence)


def _page(
    request: HttpRequest, status: int, sentence: str = "", *, kind: str = "", in_frame: bool = True
) -> HttpResponse:
    """What happened, where, and what to do: in the frame of the organisation that is visited."""
    kind = kind or str(status if status in _TOLD else 400)
    title = say(f"error.{kind}.title")
    context: dict[str, Any] = {
        "shell": "base_plain.html",
        "number": status,
        "title": title,
        "text": sentence or say(f"error.{kind}.text"),
        "path": request.path,
        "back": _before(request),
        "theme": http.theme_of(request),
    }
    # To come back to after the language was changed: what was sent is not asked for again.
    stays = request.get_full_path() if request.method == "GET" else context["back"]
    if in_frame and hasattr(request, "visit"):
        frame = http.framed(request, "", (Crumb(title),))  # type: ignore[arg-type]  # a visit makes it an OrgRequest
        context |= {"shell": "base.html", "frame": replace(frame, path=stays or frame.home)}
    else:
        context["stays"] = stays or "/"
    return render(request, "errors/error.html", context, status=status)


def _before(request: HttpRequest) -> str:
    """The page of ours from which somebody came; empty where it is this one or not known."""
    came = request.headers.get("Referer", "")
    if urlsplit(came).netloc != request.get_host():
        return ""
    path = _path(came)
    return "" if path == request.get_full_path() and request.method == "GET" else path
