"""Teams: the tree as a list, made, changed, moved, put away and taken back."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import made, one, page_of, ref, refs
from okapi.api.middleware import TokenRequest
from okapi.api.paging import key_of
from okapi.api.schemas.base import CHANGES, READS, WRITES, Order, Page
from okapi.api.schemas.teams import TeamEdit, TeamIn, TeamOut, TeamsAsked
from okapi.api.things import Things
from okapi.orgs.actions import teams as actions
from okapi.orgs.queries import lists

router = Router(tags=["Teams"])


def _told(request: TokenRequest, wanted: UUID | str) -> TeamOut:
    found = lists.one_team(request.actor, request.organisation.today, wanted)
    return TeamOut.model_validate(found)


_THINGS = Things(_told)


@router.get("/teams", response={200: Page[TeamOut], **READS})
def teams(request: TokenRequest, asked: Query[TeamsAsked]) -> HttpResponse:
    """List teams by key; `parent` gives a level of the tree."""
    wanted = lists.Wanted(key_of(asked.cursor), asked.limit + 1, asked.archived)
    today = request.organisation.today
    rows = lists.teams(request.actor, today, wanted, **asked.filters("archived"))
    return page_of(rows, asked, TeamOut)


@router.post("/teams", response={201: TeamOut, **WRITES})
def create_team(request: TokenRequest, body: TeamIn) -> HttpResponse:
    """Make a team below another one; without one it is the company, or a project across all."""
    team = actions.create(request.actor, **refs(body.given(), "parent", "lead"))
    return made(_told(request, team.pk), "teams", team.key)


@router.get("/teams/{key}", response={200: TeamOut, **READS})
def team(request: TokenRequest, key: str, fields: str = "") -> HttpResponse:
    """Read a team by key or id."""
    return one(_told(request, ref(key)), fields=fields)


@router.patch("/teams/{key}", response={200: TeamOut, **CHANGES})
def edit_team(request: TokenRequest, key: str, body: TeamEdit) -> HttpResponse:
    """Change what is sent; another `parent` moves it in the tree with all below."""
    return _THINGS.do(request, key, actions.edit, **refs(body.given(), "parent", "lead"))


@router.delete("/teams/{key}", response={204: None, **CHANGES})
def archive_team(request: TokenRequest, key: str) -> HttpResponse:
    """Put a team away: its memberships end, its history stays."""
    return _THINGS.put_away(request, key, actions.archive)


@router.post("/teams/{key}/restore", response={200: TeamOut, **CHANGES})
def restore_team(request: TokenRequest, key: str) -> HttpResponse:
    """Take a team back that was put away."""
    return _THINGS.do(request, key, actions.restore)


@router.post("/teams/{key}/move", response={200: TeamOut, **CHANGES})
def move_team(request: TokenRequest, key: str, body: Order) -> HttpResponse:
    """Let a team change places with its neighbour below the same team."""
    return _THINGS.do(request, key, actions.move_beside, earlier=body.to == "earlier")
