"""The way in: the sections of the settings, each with what it is for and how it stands."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from okapi.web.http import OrgRequest
from okapi.web.settings import place


@require_safe
def settings(request: OrgRequest) -> HttpResponse:
    """Straight to the first section: the others stand beside it."""
    return redirect(place.at(request).page("organisation"))
