"""Pillars, and the perspectives from which they look."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import asked_version, made, one, page_of, ref, refs
from okapi.api.middleware import TokenRequest
from okapi.api.paging import key_of
from okapi.api.schemas.base import CHANGES, READS, WRITES, Asked, Order, Page
from okapi.api.schemas.plans import (
    PerspectiveEdit,
    PerspectiveIn,
    PerspectiveOut,
    PillarEdit,
    PillarIn,
    PillarOut,
    PillarsAsked,
)
from okapi.api.things import Things
from okapi.orgs.actions import pillars as actions
from okapi.orgs.queries import lists

router = Router(tags=["Pillars"])


def _perspective(request: TokenRequest, wanted: UUID | str) -> PerspectiveOut:
    return PerspectiveOut.model_validate(lists.one_perspective(request.actor, wanted))


_PERSPECTIVES = Things(_perspective)


def _pillar(request: TokenRequest, wanted: UUID | str) -> PillarOut:
    return PillarOut.model_validate(lists.one_pillar(request.actor, wanted))


_PILLARS = Things(_pillar)


@router.get("/pillars", response={200: Page[PillarOut], **READS})
def pillars(request: TokenRequest, asked: Query[PillarsAsked]) -> HttpResponse:
    """List pillars by key."""
    wanted = lists.Wanted(key_of(asked.cursor), asked.limit + 1, asked.archived)
    rows = lists.pillars(request.actor, wanted, **asked.filters("archived"))
    return page_of(rows, asked, PillarOut)


@router.post("/pillars", response={201: PillarOut, **WRITES})
def create_pillar(request: TokenRequest, body: PillarIn) -> HttpResponse:
    """Make a pillar, the last in its order."""
    pillar = actions.create(request.actor, **refs(body.given(), "owner", "perspective"))
    return made(_pillar(request, pillar.pk), "pillars", pillar.key)


@router.get("/pillars/{key}", response={200: PillarOut, **READS})
def pillar(request: TokenRequest, key: str, fields: str = "") -> HttpResponse:
    """Read a pillar by key or id."""
    return one(_pillar(request, ref(key)), fields=fields)


@router.patch("/pillars/{key}", response={200: PillarOut, **CHANGES})
def edit_pillar(request: TokenRequest, key: str, body: PillarEdit) -> HttpResponse:
    """Change what is sent."""
    return _PILLARS.do(request, key, actions.edit, **refs(body.given(), "owner", "perspective"))


@router.delete("/pillars/{key}", response={204: None, **CHANGES})
def archive_pillar(request: TokenRequest, key: str) -> HttpResponse:
    """Put a pillar away to which no open goal and no KPI in use belongs."""
    return _PILLARS.put_away(request, key, actions.archive)


@router.post("/pillars/{key}/restore", response={200: PillarOut, **CHANGES})
def restore_pillar(request: TokenRequest, key: str) -> HttpResponse:
    """Take a pillar back that was put away."""
    return _PILLARS.do(request, key, actions.restore)


@router.post("/pillars/{key}/move", response={200: PillarOut, **CHANGES})
def move_pillar(request: TokenRequest, key: str, body: Order) -> HttpResponse:
    """Let a pillar change places with its neighbour in its perspective."""
    return _PILLARS.do(request, key, actions.move, earlier=body.to == "earlier")


@router.get("/perspectives", response={200: Page[PerspectiveOut], **READS})
def perspectives(request: TokenRequest, asked: Query[Asked]) -> HttpResponse:
    """List perspectives by key."""
    wanted = lists.Wanted(key_of(asked.cursor), asked.limit + 1)
    return page_of(lists.perspectives(request.actor, wanted), asked, PerspectiveOut)


@router.post("/perspectives", response={201: PerspectiveOut, **WRITES})
def create_perspective(request: TokenRequest, body: PerspectiveIn) -> HttpResponse:
    """Make a perspective, the last in its order."""
    view = actions.add_perspective(request.actor, **body.given())
    return made(_perspective(request, view.pk), "perspectives", view.key)


@router.get("/perspectives/{key}", response={200: PerspectiveOut, **READS})
def perspective(request: TokenRequest, key: str, fields: str = "") -> HttpResponse:
    """Read a perspective by key or id."""
    return one(_perspective(request, ref(key)), fields=fields)


@router.patch("/perspectives/{key}", response={200: PerspectiveOut, **CHANGES})
def edit_perspective(request: TokenRequest, key: str, body: PerspectiveEdit) -> HttpResponse:
    """Change what is sent."""
    found, version = _perspective(request, ref(key)), asked_version(request)
    titles = {"title": found.title, "title_other": found.title_other} | body.given()
    actions.edit_perspective(request.actor, found.id, version=version, **titles)
    return one(_perspective(request, found.id))


@router.delete("/perspectives/{key}", response={204: None, **CHANGES})
def remove_perspective(request: TokenRequest, key: str) -> HttpResponse:
    """Take a perspective away from which no pillar looks."""
    return _PERSPECTIVES.put_away(request, key, actions.remove_perspective)


@router.post("/perspectives/{key}/move", response={200: PerspectiveOut, **CHANGES})
def move_perspective(request: TokenRequest, key: str, body: Order) -> HttpResponse:
    """Let a perspective change places with its neighbour."""
    return _PERSPECTIVES.do(request, key, actions.move_perspective, earlier=body.to == "earlier")
