"""Refusals as pages: the one place that maps them to a status, a page, or a fragment of one."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.urls import reverse

from okapi.core.errors import (
    Conflict,
    Forbidden,
    NotFound,
    OkapiError,
    Refusals,
    Refused,
    TooLarge,
)
from okapi.web.components import Toast
from okapi.wording import has, refusal_lines, say

_STATUS: dict[type[OkapiError], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    TooLarge: 413,
    Refused: 422,
    Refusals: 422,
}
# Statuses with a page of their own; the others are told on the one for bad requests.
_PAGES = {403, 404, 500}


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
    if getattr(request, "htmx", False):
        return toast(sentence, status=status)
    template = f"errors/{status if status in _PAGES else 400}.html"
    # Missing and hidden are one: which name was asked for is not repeated.
    told = {} if status == 404 else {"sentence": sentence}
    return render(request, template, told, status=status)


def toast(text: str, *, status: int, kind: str = "red", **more: str) -> HttpResponse:
    """A fragment that lands among the toasts, wherever the request wanted its answer.

    `more`: its `action` and the `href` of that.
    """
    response = HttpResponse(str(Toast(text, kind=kind, **more)), status=status)
    response["HX-Retarget"] = "#toasts"
    response["HX-Reswap"] = "beforeend"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Django's 400."""
    return _django(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Django's 403."""
    return _django(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Django's 404."""
    return _django(request, 404)


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
    here = urlsplit(request.headers["HX-Current-URL"])
    return f"{here.path}?{here.query}" if here.query else here.path


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form that was open for too long, or came from elsewhere."""
    if getattr(request, "htmx", False):
        if not request.user.is_authenticated:
            return signed_out(request)
        again = {"action": say("error.403_csrf.do"), "href": _page_of(request)}
        return toast(say("error.403_csrf.in_place"), status=403, **again)
    return render(request, "errors/403_csrf.html", status=403)


def server_error(_request: HttpRequest) -> HttpResponse:
    """A bug: nothing of the request is used to tell it."""
    return HttpResponse(loader.render_to_string("errors/500.html"), status=500)


def _django(request: HttpRequest, status: int) -> HttpResponse:
    if getattr(request, "htmx", False):
        return toast(say(f"error.{status}.text"), status=status)
    return render(request, f"errors/{status}.html", status=status)
