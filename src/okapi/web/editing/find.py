"""Answers to a few letters typed into a picker: what fits, as options of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from okapi.goals.queries import finding
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.finding import Found
from okapi.web import http
from okapi.web.editing import picks
from okapi.web.http import OrgRequest

_LONGEST = 200


@require_safe
def people(request: OrgRequest) -> HttpResponse:
    """People by name or e-mail address."""
    return _options(request, finding.people)


@require_safe
def kpis(request: OrgRequest) -> HttpResponse:
    """KPIs by name or key."""
    return _options(request, picks.kpis)


@require_safe
def goals(request: OrgRequest) -> HttpResponse:
    """Objectives and key results that something can contribute to."""
    return _options(request, finding.goals_above)


def _options(request: OrgRequest, search: Callable[[Asking, str], Sequence[Found]]) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:_LONGEST]
    found = search(http.asking(request), text)
    return http.part(request, "editing/options.html", {"found": found, "text": text})
