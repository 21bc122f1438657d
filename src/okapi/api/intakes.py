"""Intakes: listed, read, taken back."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import one, page_of
from okapi.api.middleware import TokenRequest
from okapi.api.paging import id_of
from okapi.api.schemas.base import READS, WRITES, Asked, Page
from okapi.api.schemas.intakes import IntakeOut, UndoneOut
from okapi.kpis import actions
from okapi.kpis.queries import intake_list

router = Router(tags=["Intakes"])


@router.get("/intakes", response={200: Page[IntakeOut], **READS})
def intakes(request: TokenRequest, asked: Query[Asked]) -> HttpResponse:
    """List one's own intakes, newest first; a data steward sees all."""
    rows = intake_list.intakes(request.actor, before=id_of(asked.cursor), most=asked.limit + 1)
    return page_of(rows, asked, IntakeOut, by="id")


@router.get("/intakes/{uuid:uid}", response={200: IntakeOut, **READS})
def intake(request: TokenRequest, uid: UUID, fields: str = "") -> HttpResponse:
    """Read an intake."""
    found = intake_list.one_intake(request.actor, uid)
    return one(IntakeOut.model_validate(found), fields=fields)


@router.post("/intakes/{uuid:uid}/undo", response={200: UndoneOut, **WRITES})
def undo(request: TokenRequest, uid: UUID) -> HttpResponse:
    """Take an intake back as one; what a later one revised stays."""
    found = actions.undo_intake(request.actor, uid)
    return one(
        UndoneOut(intake=found.uid, removed=found.removed, restored=found.restored, kept=found.kept)
    )
