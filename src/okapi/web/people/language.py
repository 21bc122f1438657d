"""The language switch: kept in a cookie, and with the user once somebody has signed in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from okapi.core.errors import Refused
from okapi.orgs.actions import users
from okapi.web.http import safe_next
from okapi.web.middleware import DJANGO_LANGUAGES
from okapi.wording import current_language

_YEAR = 60 * 60 * 24 * 365


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """`language` is en or zh; then back to `next`."""
    wanted = request.POST.get("language", "")
    try:
        spoken = current_language(wanted or "none")
    except ValueError:
        raise Refused("language.unknown", field="language", found=wanted) from None
    if request.user.is_authenticated:
        users.choose_language(request.user, spoken)
    response = HttpResponseRedirect(safe_next(request))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        DJANGO_LANGUAGES[spoken],
        max_age=_YEAR,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response
