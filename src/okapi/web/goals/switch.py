"""The three looks at the goals of a cycle: list, tree by team, and alignment map.

Which one is meant stands in the address (`view`); an address without it opens the one that this
person has looked at last.
"""

from __future__ import annotations

from enum import StrEnum

from django.http import HttpResponse

from okapi.web import http
from okapi.web.components import Choice, Segmented
from okapi.web.http import OrgRequest, member
from okapi.wording import say

COOKIE = "okapi_goals"
_YEAR = 365 * 24 * 3600
_ICONS = {"tree": "list-tree", "list": "list", "map": "workflow"}


class View(StrEnum):
    """How the goals are looked at."""

    TREE = "tree"
    LIST = "list"
    MAP = "map"


OWN = ("after", "n", "sort", "kr", "open", "goal", "by", "focus", "find")
"""What of an address means something in one of the looks only; the filters hold in all."""


def view_of(request: OrgRequest) -> View:
    """The look that is asked for, else the last one, else the list."""
    asked = member(View, request.GET.get("view", ""))
    return asked or member(View, request.COOKIES.get(COOKIE, "")) or View.LIST


def remember(request: OrgRequest, answer: HttpResponse, view: View) -> HttpResponse:
    """Keep the look that was chosen, for this browser."""
    chosen = request.GET.get("view") == view.value and "fragment" not in request.GET
    if chosen and request.COOKIES.get(COOKIE) != view.value:
        secure = request.is_secure()
        answer.set_cookie(COOKIE, view.value, _YEAR, secure=secure, httponly=True, samesite="Lax")
    return answer


def segments(request: OrgRequest, view: View) -> Segmented:
    """The links from one look to the others, with the same filters."""

    def href(other: View) -> str:
        own = dict.fromkeys(OWN)
        return http.with_query(request.path, request.GET, **own, view=other.value)

    return Segmented(
        say("goals.views"),
        tuple(
            Choice(
                one.value,
                say(f"goals.view_{one.value}"),
                one is view,
                href=href(one),
                icon=_ICONS[one.value],
            )
            for one in View
        ),
    )
