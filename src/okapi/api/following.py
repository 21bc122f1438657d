"""What the token's person follows: listed, followed, followed no longer."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import page_of, ref
from okapi.api.middleware import TokenRequest
from okapi.api.paging import id_of
from okapi.api.schemas.base import READS, WRITES, Asked, Page
from okapi.api.schemas.following import FollowOut
from okapi.core.errors import NotFound
from okapi.goals import actions
from okapi.goals.choices import Followable
from okapi.goals.queries import following

router = Router(tags=["Following"])


@router.get("/follows", response={200: Page[FollowOut], **READS})
def follows(request: TokenRequest, asked: Query[Asked]) -> HttpResponse:
    """List what one follows and may still read, newest first."""
    before = id_of(asked.cursor)
    rows = following.follows(request.actor, before=before, most=asked.limit + 1)
    return page_of(rows, asked, FollowOut, by="id")


@router.put("/follows/{kind}/{key}", response={204: None, **WRITES})
def follow(request: TokenRequest, kind: str, key: str) -> HttpResponse:
    """Follow an objective, KPI or team by id or key, or a person by id or e-mail."""
    actions.follow(request.actor, _kind(kind, key), ref(key))
    return HttpResponse(status=204)


@router.delete("/follows/{kind}/{key}", response={204: None, **WRITES})
def unfollow(request: TokenRequest, kind: str, key: str) -> HttpResponse:
    """Follow a thing no longer."""
    actions.unfollow(request.actor, _kind(kind, key), ref(key))
    return HttpResponse(status=204)


def _kind(text: str, key: str) -> Followable:
    """objective, kpi, team or person; what else is there cannot be followed: `NotFound`."""
    found = next((kind for kind in Followable if kind.value == text), None)
    if found is None:
        raise NotFound("access.not_found", kind=text[:20], ref=key)
    return found
