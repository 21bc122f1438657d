"""Memberships: who is in which team, from when to when, as what."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import asked_version, made, one, page_of, ref
from okapi.api.middleware import TokenRequest
from okapi.api.paging import id_of
from okapi.api.schemas.base import CHANGES, READS, WRITES, Page
from okapi.api.schemas.people import (
    MembershipEdit,
    MembershipIn,
    MembershipOut,
    MembershipsAsked,
)
from okapi.orgs.actions import memberships as actions
from okapi.orgs.queries import lists

router = Router(tags=["Memberships"])


@router.get("/memberships", response={200: Page[MembershipOut], **READS})
def memberships(request: TokenRequest, asked: Query[MembershipsAsked]) -> HttpResponse:
    """List memberships, those made last first: of a person, of a team, on a day."""
    rows = lists.memberships(
        request.actor,
        request.organisation.today,
        before=id_of(asked.cursor),
        most=asked.limit + 1,
        **asked.filters(),
    )
    return page_of(rows, asked, MembershipOut, by="id")


@router.post("/memberships", response={201: MembershipOut, **WRITES})
def join(request: TokenRequest, body: MembershipIn) -> HttpResponse:
    """Let a person be in a team; a new home takes the place of the old one."""
    person, team = ref(body.person), ref(body.team)
    joined = actions.join(request.actor, person, team, **body.given("person", "team"))
    return made(_told(request, joined.pk), "memberships", joined.pk)


@router.get("/memberships/{uuid:uid}", response={200: MembershipOut, **READS})
def membership(request: TokenRequest, uid: UUID, fields: str = "") -> HttpResponse:
    """Read a membership."""
    return one(_told(request, uid), fields=fields)


@router.patch("/memberships/{uuid:uid}", response={200: MembershipOut, **CHANGES})
def edit_membership(request: TokenRequest, uid: UUID, body: MembershipEdit) -> HttpResponse:
    """Change what is sent; with `ends` it is over after that day."""
    found, version = _told(request, uid), asked_version(request)
    actions.edit(request.actor, found.id, version=version, **body.given())
    return one(_told(request, uid))


@router.delete("/memberships/{uuid:uid}", response={204: None, **CHANGES})
def remove_membership(request: TokenRequest, uid: UUID) -> HttpResponse:
    """Take a membership away that was never meant; one that was true is ended instead."""
    found = _told(request, uid)
    actions.remove(request.actor, found.id, version=asked_version(request))
    return HttpResponse(status=204)


def _told(request: TokenRequest, uid: UUID) -> MembershipOut:
    found = lists.one_membership(request.actor, request.organisation.today, uid)
    return MembershipOut.model_validate(found)
