"""The button on the page of a thing, and what it sends."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from okapi.base.actor import Actor
from okapi.base.prepared import Part
from okapi.core.errors import NotFound
from okapi.goals import actions
from okapi.goals.choices import Followable
from okapi.talk.queries import is_followed
from okapi.web import http
from okapi.web.components import Toast
from okapi.web.http import Addresses, OrgRequest, member
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class FollowButton:
    """Follow, or follow no longer: `is_on` says which it is now."""

    href: str
    is_on: bool


def button(
    actor: Actor, at: Addresses, kind: Followable, thing: UUID, ref: str
) -> Part[FollowButton]:
    """The button for the page of a thing that the actor may read."""
    followed = is_followed(actor, kind.value, thing)
    return followed.to(lambda is_on: FollowButton(address(at, kind, ref), is_on))


def address(at: Addresses, kind: Followable, ref: str) -> str:
    """Where a thing is followed."""
    return f"{at.home}follow/{kind.value}/{quote(ref, safe='')}"


@require_POST
def follow(request: OrgRequest, kind: str, key: str) -> HttpResponse:
    """Follow a thing (`on=1`), or no longer; answered with the button as it is now."""
    what = member(Followable, kind)
    if what is None:
        raise NotFound("access.not_found", kind=kind[:20], ref=key)
    is_on = (request.POST.get("on") or request.GET.get("on") or "") == "1"
    ref = _ref(what, key)
    (actions.follow if is_on else actions.unfollow)(request.actor, what, ref)
    at = http.at(request)
    if not request.htmx:
        return HttpResponseRedirect(http.safe_next(request, _page(at, what, ref)))
    here = address(at, what, key)
    toast = Toast(
        say("follow.done" if is_on else "follow.ended"),
        action=say("editing.undo"),
        post=f"{here}?on={int(not is_on)}",
    )
    context = {"follow": FollowButton(here, is_on), "toast": toast}
    response = http.part(request, "home/follow_answer.html", context)
    response["HX-Trigger"] = "okapi-follow"  # the list on Home, if it stands on this page
    return response


def _ref(kind: Followable, key: str) -> UUID | str:
    """A person is named by id in addresses, all else by key."""
    if kind is not Followable.PERSON:
        return key
    try:
        return UUID(key)
    except ValueError:
        raise NotFound("access.not_found", kind=kind.value, ref=key) from None


def _page(at: Addresses, kind: Followable, ref: UUID | str) -> str:
    match ref, kind:
        case UUID(), _:
            return at.person(ref)
        case _, Followable.KPI:
            return at.kpi(ref)
        case _, Followable.TEAM:
            return at.team(ref)
        case _:
            return at.objective(ref)
