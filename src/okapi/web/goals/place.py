"""`goals/`: the goals of a cycle, as they are looked at."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from okapi.web.goals import alignment_map, listing, tree
from okapi.web.goals.switch import View, remember, view_of
from okapi.web.http import OrgRequest

_VIEWS = {View.LIST: listing.goals, View.TREE: tree.goals, View.MAP: alignment_map.goals}


@require_safe
def goals(request: OrgRequest) -> HttpResponse:
    """The list, the tree or the map; `?fragment=` is a part of it."""
    view = view_of(request)
    return remember(request, _VIEWS[view](request), view)
