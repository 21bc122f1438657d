"""The page of all that is found, with its question in the address."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from okapi.search.queries import search as found_for
from okapi.web import http
from okapi.web.components import Crumb, Empty
from okapi.web.http import OrgRequest
from okapi.web.search.palette import LONGEST
from okapi.web.search.shown import groups_of
from okapi.wording import say

EACH = 30


@require_safe
def search(request: OrgRequest) -> HttpResponse:
    """The page for `?q=`."""
    question = request.GET.get("q", "").strip()[:LONGEST]
    results = found_for(http.asking(request), question, most=EACH)
    empty = None
    if not results.total:
        empty = (
            Empty(say("search.nothing.title", text=question), say("search.nothing.text"))
            if question
            else Empty(say("search.ask.title"), say("search.ask.text"))
        )
    context = {
        "frame": http.framed(request, "search", (Crumb(say("search.title")),)),
        "question": question,
        "groups": list(groups_of(results, http.at(request))),
        "empty": empty,
    }
    return http.page(request, "search/search.html", context)
