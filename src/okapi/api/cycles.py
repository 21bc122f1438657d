"""Cycles: listed, made one by one or as a fiscal year, changed, put away."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import listed, made, one, page_of, ref, refs
from okapi.api.middleware import TokenRequest
from okapi.api.paging import key_of
from okapi.api.schemas.base import CHANGES, READS, WRITES, Page
from okapi.api.schemas.plans import CycleEdit, CycleIn, CycleOut, CyclesAsked, FiscalYearIn
from okapi.api.things import Things
from okapi.orgs.actions import cycles as actions
from okapi.orgs.queries import lists

router = Router(tags=["Cycles"])


def _told(request: TokenRequest, wanted: UUID | str) -> CycleOut:
    return CycleOut.model_validate(lists.one_cycle(request.actor, wanted))


_THINGS = Things(_told)


@router.get("/cycles", response={200: Page[CycleOut], **READS})
def cycles(request: TokenRequest, asked: Query[CyclesAsked]) -> HttpResponse:
    """List cycles by key; `on` a day gives those that run then."""
    wanted = lists.Wanted(key_of(asked.cursor), asked.limit + 1)
    return page_of(lists.cycles(request.actor, wanted, **asked.filters()), asked, CycleOut)


@router.post("/cycles", response={201: CycleOut, **WRITES})
def create_cycle(request: TokenRequest, body: CycleIn) -> HttpResponse:
    """Make a cycle, within another one or by itself."""
    cycle = actions.create(request.actor, **refs(body.given(), "parent"))
    return made(_told(request, cycle.pk), "cycles", cycle.key)


@router.post("/fiscal-years", response={201: Page[CycleOut], **WRITES})
def create_fiscal_year(request: TokenRequest, body: FiscalYearIn) -> HttpResponse:
    """Make a fiscal year with its quarters, halves or months; the answer is what is new."""
    cycles = actions.create_year(request.actor, **body.given())
    answer = listed([_told(request, cycle.pk) for cycle in cycles], None, "", CycleOut)
    answer.status_code = 201
    return answer


@router.get("/cycles/{key}", response={200: CycleOut, **READS})
def cycle(request: TokenRequest, key: str, fields: str = "") -> HttpResponse:
    """Read a cycle by key or id."""
    return one(_told(request, ref(key)), fields=fields)


@router.patch("/cycles/{key}", response={200: CycleOut, **CHANGES})
def edit_cycle(request: TokenRequest, key: str, body: CycleEdit) -> HttpResponse:
    """Change what is sent; a closed cycle stays as it is."""
    return _THINGS.do(request, key, actions.edit, **refs(body.given(), "parent"))


@router.delete("/cycles/{key}", response={204: None, **CHANGES})
def archive_cycle(request: TokenRequest, key: str) -> HttpResponse:
    """Put a cycle away that was never used."""
    return _THINGS.put_away(request, key, actions.archive)
