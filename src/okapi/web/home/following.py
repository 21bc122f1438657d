"""What I follow: its list on Home, and the button that begins and ends it, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from okapi.base.actor import Actor
from okapi.core.errors import NotFound
from okapi.goals import actions
from okapi.goals.choices import Followable
from okapi.talk.queries import Followed, is_followed
from okapi.web import http
from okapi.web.components import Figure, Progress, StatusMark, Toast
from okapi.web.goals import shown
from okapi.web.home.around import Around
from okapi.web.http import Addresses, OrgRequest, member
from okapi.web.kpis import shown as kpi_shown
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class FollowButton:
    """Follow, or follow no longer: `is_on` says which it is now."""

    href: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class FollowLine:
    """A thing that I follow, with how it stands."""

    title: str
    href: str
    note: str
    unfollow: str
    mark: StatusMark | None = None
    progress: Progress | None = None
    value: Figure | None = None


def button(actor: Actor, at: Addresses, kind: Followable, thing: UUID, ref: str) -> FollowButton:
    """The button for the page of a thing that the actor may read; one statement."""
    return FollowButton(address(at, kind, ref), is_followed(actor, kind.value, thing))


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


def followed_context(request: OrgRequest, found: Around) -> dict[str, Any]:
    """What I follow and may still read: objectives, KPIs, teams and people."""
    at = http.at(request)
    topics = [
        f"follow:{request.visit.person_id}",
        *(f"objective:{point.id}" for point in found.watched),
        *(f"kpi:{row.id}" for row in found.followed_kpis),
    ]
    return {
        "at": at,
        "followed": tuple(_lines(request, found, at)),
        "followed_topics": " ".join(topics),
        "followed_fragment": f"{at.home}?fragment=followed",
    }


def _lines(request: OrgRequest, found: Around, at: Addresses) -> Iterator[FollowLine]:
    for point in found.watched:
        mark = StatusMark(shown.mark_of(point.health, point.reason))
        yield FollowLine(
            title=point.title,
            href=at.objective(point.key),
            note=point.owner,
            unfollow=address(at, Followable.OBJECTIVE, point.key),
            mark=mark,
            progress=Progress(point.progress, kind=mark.kind),
        )
    for row in found.followed_kpis:
        limits = kpi_shown.limits_of(row.target)
        yield FollowLine(
            title=row.name,
            href=at.kpi(row.key),
            note=kpi_shown.where_of(row),
            unfollow=address(at, Followable.KPI, row.key),
            mark=kpi_shown.mark_of(row.shown),
            value=kpi_shown.figure(row.value, row.measure, compact=True, limits=limits),
        )
    for one in found.watch.followed:
        line = _open(request, one, at)
        if line is not None:
            yield line


def _open(request: OrgRequest, one: Followed, at: Addresses) -> FollowLine | None:
    """A team or a person; nothing for those that are gone."""
    kind = Followable(one.kind)
    if kind not in (Followable.TEAM, Followable.PERSON) or not one.name:
        return None
    is_team = kind is Followable.TEAM
    ref = one.key if is_team else str(one.id)
    return FollowLine(
        title=http.asking(request).text(one.name, one.name_other),
        href=at.team(one.key) if is_team else at.person(one.id),
        note=say(f"follow.{kind.value}"),
        unfollow=address(at, kind, ref),
    )
