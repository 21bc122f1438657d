"""What I follow, as Home lists it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from okapi.goals.choices import Followable
from okapi.talk.queries import Followed
from okapi.web import http
from okapi.web.components import Figure, Progress, StatusMark
from okapi.web.following.button import address
from okapi.web.goals import shown
from okapi.web.home.around import Around
from okapi.web.http import Addresses, OrgRequest
from okapi.web.kpis import shown as kpi_shown
from okapi.wording import say


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
