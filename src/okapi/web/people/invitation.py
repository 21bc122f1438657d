"""The page that an invitation's link opens: a password is chosen, or a known user joins."""

from __future__ import annotations

from typing import Any

from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from okapi.core.errors import NotFound, Refusals, Refused
from okapi.orgs.actions import invitations
from okapi.orgs.actions.invitations import Opened
from okapi.web import errors
from okapi.web.components import Field
from okapi.web.http import Addresses, theme_of
from okapi.wording import current_language, say

_BACKEND = "okapi.orgs.queries.arriving.ArrivingBackend"


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """What the link opens; a post uses it, signs the person in and goes on to their Home.

    The secret stands in the query, which is written to no log.
    """
    secret = request.GET.get("key", "")
    try:
        opened = invitations.open_link(secret)
    except NotFound as gone:
        # The one thing worth knowing is what to do next.
        told = {"sentence": " ".join(errors.lines_of(gone)), "theme": theme_of(request)}
        return render(request, "people/invitation_gone.html", told, status=404)
    if request.method != "POST":
        return _page(request, secret, opened)
    try:
        user = _accept(request, secret, opened)
    except (Refused, Refusals) as refused:
        wrong = errors.by_field(refused)
        return _page(request, secret, opened, wrong, status=422)
    if request.user != user:
        auth.login(request, user, backend=_BACKEND)
    return HttpResponseRedirect(Addresses(opened.settings.slug).home)


def _accept(request: HttpRequest, secret: str, opened: Opened) -> Any:
    if opened.is_known:
        signed_in = request.user if request.user.is_authenticated else None
        return invitations.accept(secret, signed_in=signed_in)
    password = request.POST.get("password", "")
    if password != request.POST.get("again", ""):
        raise Refused("invitation.differ", field="again")
    return invitations.accept(secret, password=password)


def _page(
    request: HttpRequest,
    secret: str,
    opened: Opened,
    wrong: dict[str, str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    told = wrong or {}
    settings, person, language = opened.settings, opened.person, current_language()
    here = address(secret)
    email = getattr(request.user, "email", "")
    is_theirs = email.lower() == person.email
    name = settings.in_language(person.name, person.name_other, language)
    organisation = settings.in_language(settings.name, settings.name_other, language)
    context: dict[str, Any] = {
        "title": say("invitation.title", organisation=organisation),
        "action": here,
        "theme": theme_of(request),
        "other": " ".join(text for field, text in told.items() if field not in _FIELDS),
        "fields": (),
        "sign_in": "",
        "button": say("invitation.do"),
        "text": say("invitation.text", name=name, email=person.email),
    }
    if not opened.is_known:
        context["fields"] = _fields(told)
    elif is_theirs:
        context["text"] = say("invitation.join_text", name=name, email=person.email)
        context["button"] = say("invitation.join")
    else:
        context["text"] = say("invitation.known", email=person.email)
        context["sign_in"] = f"{reverse('people:sign_in')}?{urlencode({'next': here})}"
        context["someone_else"] = request.user.is_authenticated
    return render(request, "people/invitation.html", context, status=status)


def address(secret: str) -> str:
    """Where a secret is used."""
    return f"{reverse('people:invitation')}?{urlencode({'key': secret})}"


_FIELDS = ("password", "again")


def _fields(told: dict[str, str]) -> tuple[Field, ...]:
    return (
        Field(
            "password",
            say("invitation.password"),
            kind="password",
            help=say("invitation.password_note"),
            error=told.get("password", ""),
            autocomplete="new-password",
            required=True,
            autofocus=True,
        ),
        Field(
            "again",
            say("invitation.again"),
            kind="password",
            error=told.get("again", ""),
            autocomplete="new-password",
            required=True,
        ),
    )
