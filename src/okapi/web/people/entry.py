"""`/`: straight into one's organisation, or the choice of several."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from okapi.orgs import queries
from okapi.web.http import Addresses, theme_of
from okapi.wording import current_language


@never_cache
@require_safe
def entry(request: HttpRequest) -> HttpResponse:
    """Where a signed-in user goes first."""
    found = queries.organisations_of(request.user) if request.user.is_authenticated else []
    if len(found) == 1:
        return redirect(Addresses(found[0].slug).home)
    language = current_language()
    choices = [
        (one.in_language(one.name, one.name_other, language), Addresses(one.slug).home)
        for one in found
    ]
    return render(request, "people/entry.html", {"choices": choices, "theme": theme_of(request)})
