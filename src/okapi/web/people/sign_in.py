"""Signing in by e-mail address and password, throttled; signing out; the people of a demo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from okapi.core.errors import NotFound
from okapi.orgs import queries
from okapi.orgs.actions import setup
from okapi.web.components import Button, Field
from okapi.web.http import safe_next, theme_of
from okapi.wording import say

_BACKEND = "okapi.orgs.queries.arriving.ArrivingBackend"


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form; a right pair goes on to `next`."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(safe_next(request))
    if request.method != "POST":
        # On a new installation there is nobody yet: the set-up asks for the server's key.
        return HttpResponseRedirect(reverse("begin")) if setup.is_open() else _form(request)
    # Lower case, so that the throttle counts one person however they write themselves.
    name = request.POST.get("username", "").strip().lower()
    user = auth.authenticate(request, username=name, password=request.POST.get("password", ""))
    if user is None:
        return _form(request, name=name, error=say("sign_in.wrong"), status=422)
    auth.login(request, user)
    return HttpResponseRedirect(safe_next(request))


@login_not_required
@require_POST
def sign_in_demo(request: HttpRequest) -> HttpResponse:
    """One of the people whom the demo shows on the form; only in a demo."""
    person = _demo_person(request.POST.get("person", ""))
    auth.login(request, person.user, backend=_BACKEND)
    return HttpResponseRedirect(safe_next(request))


def _demo_person(text: str) -> queries.SignIn:
    wanted = next((one for one in _demo() if str(one.person_id) == text), None)
    if wanted is None:
        raise NotFound("access.not_found", kind="person", ref=text)
    return wanted


def _demo() -> list[queries.SignIn]:
    return queries.sign_ins() if settings.DEMO else []


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    auth.logout(request)
    return HttpResponseRedirect(reverse("people:sign_in"))


def locked_out(
    request: HttpRequest, _response: HttpResponse | None, _credentials: Mapping[str, Any] | None
) -> HttpResponse:
    """Too many failures of the name or the address: django-axes asks for this answer."""
    name = request.POST.get("username", "")
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return _form(request, name=name, error=say("sign_in.locked", n=minutes), status=429)


def _form(
    request: HttpRequest, *, name: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "fields": (
            Field(
                "username",
                say("sign_in.email"),
                kind="email",
                value=name,
                autocomplete="username",
                required=True,
                autofocus=not name,
            ),
            Field(
                "password",
                say("sign_in.password"),
                kind="password",
                error=error,
                autocomplete="current-password",
                required=True,
                autofocus=bool(name),
            ),
        ),
        "button": Button(say("sign_in.do"), kind="primary", submit=True),
        "demo": _demo(),
        "next": safe_next(request),
        "theme": theme_of(request),
    }
    return render(request, "people/sign_in.html", context, status=status)
