"""Home: what is due from me first."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from okapi.web import http
from okapi.web.components import Crumb
from okapi.web.http import OrgRequest
from okapi.wording import say


@require_safe
def home(request: OrgRequest) -> HttpResponse:
    """The page of the one who is signed in."""
    frame = http.framed(request, "home", (Crumb(say("nav.home")),))
    context = {"frame": frame, "at": http.at(request)}
    return http.page(request, "home/home.html", context)
