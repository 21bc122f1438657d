"""Teams: the tree as a list, made, changed, moved, put away and taken back."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import asked_version, made, one, page_of, ref, refs
from okapi.api.middleware import TokenRequest
from okapi.api.paging import key_of
from okapi.api.schemas.base import CHANGES, READS, WRITES, Order, Page
from okapi.api.schemas.teams import TeamEdit, TeamIn, TeamOut, TeamsAsked
from okapi.orgs.actions import teams as actions
from okapi.orgs.queries import lists

router = Router(tags=["Teams"])


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
    found, version = _told(request, ref(key)), asked_version(request)
    given = refs(body.given(), "parent", "lead")
    actions.edit(request.actor, found.id, version=version, **given)
    return one(_told(request, found.id))


@router.delete("/teams/{key}", response={204: None, **CHANGES})
def archive_team(request: TokenRequest, key: str) -> HttpResponse:
    """Put a team away: its memberships end, its history stays."""
    found = _told(request, ref(key))
    actions.archive(request.actor, found.id, version=asked_version(request))
    return HttpResponse(status=204)


@router.post("/teams/{key}/restore", response={200: TeamOut, **CHANGES})
def restore_team(request: TokenRequest, key: str) -> HttpResponse:
    """Take a team back that was put away."""
    found = _told(request, ref(key))
    actions.restore(request.actor, found.id, version=asked_version(request))
    return one(_told(request, found.id))


@router.post("/teams/{key}/move", response={200: TeamOut, **CHANGES})
def move_team(request: TokenRequest, key: str, body: Order) -> HttpResponse:
    """Let a team change places with its neighbour below the same team."""
    found, version = _told(request, ref(key)), asked_version(request)
    is_earlier = body.to == "earlier"
    actions.move_beside(request.actor, found.id, earlier=is_earlier, version=version)
    return one(_told(request, found.id))


def _told(request: TokenRequest, wanted: UUID | str) -> TeamOut:
    found = lists.one_team(request.actor, request.organisation.today, wanted)
    return TeamOut.model_validate(found)
