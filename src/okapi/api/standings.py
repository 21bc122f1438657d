"""Standings of goals as of any day, and branches."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import asking, listed
from okapi.api.middleware import TokenRequest
from okapi.api.paging import cut, key_of, number_of
from okapi.api.schemas.base import READS, Page
from okapi.api.schemas.standings import BranchesAsked, BranchOut, StandingOut, StandingsAsked
from okapi.goals.queries import branches as branch_queries
from okapi.goals.queries import lists
from okapi.goals.standings.as_of import AsOf, as_of

router = Router(tags=["Standings"])
_LISTS: dict[str, Any] = {"objective": lists.objectives, "key_result": lists.key_results}


@router.get("/standings", response={200: Page[StandingOut], **READS})
def standings(request: TokenRequest, asked: Query[StandingsAsked]) -> HttpResponse:
    """List how goals stood at the end of a `day` (without it: today), by key."""
    who = asking(request)
    when = asked.day or who.today
    wanted = lists.Wanted(key_of(asked.cursor), asked.limit + 1, **asked.filters("kind", "day"))
    page, following = cut(_LISTS[asked.kind](who, wanted), asked.limit, lambda row: row.key)
    then = as_of(asked.kind, [row.id for row in page], when)
    rows = [_out(asked.kind, row.key, when, then[row.id]) for row in page if row.id in then]
    return listed(rows, following, asked.fields, StandingOut)


@router.get("/branches", response={200: Page[BranchOut], **READS})
def branches(request: TokenRequest, asked: Query[BranchesAsked]) -> HttpResponse:
    """List branches of objectives, teams or the organisation, each in its cycle."""
    after = number_of(asked.cursor)
    rows = branch_queries.branches(
        request.actor, asked.kind, cycle=asked.cycle, after=after, most=asked.limit + 1
    )
    page, following = cut(rows, asked.limit, lambda row: str(row.id))
    return listed([_branch(row) for row in page], following, asked.fields, BranchOut)


def _out(kind: str, key: str, day: date, then: AsOf) -> StandingOut:
    return StandingOut(
        kind=kind,
        key=key,
        as_of=day,
        current=then.current,
        progress=then.progress,
        health=then.health,
        reason=then.reason,
        since=then.since,
        is_reconstructed=then.is_reconstructed,
    )


def _branch(row: branch_queries.BranchListed) -> BranchOut:
    return BranchOut(
        kind=row.kind,
        key=row.key,
        cycle=row.cycle,
        id=row.object_id,
        on_track=row.on_track,
        at_risk=row.at_risk,
        off_track=row.off_track,
        no_data=row.no_data,
        none=row.none,
        progress=row.progress,
    )
