"""Remarks on the data of KPIs: listed, accepted, opened again."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import asking, one, page_of, ref
from okapi.api.middleware import TokenRequest
from okapi.api.paging import id_of
from okapi.api.schemas.base import READS, WRITES, Page
from okapi.api.schemas.remarks import AcceptanceIn, RemarkOut, RemarksAsked
from okapi.kpis import access, actions
from okapi.kpis.queries import remarks as queries
from okapi.wording.remarks import remark_advice, remark_sentence

router = Router(tags=["Data quality"])


@router.get("/remarks", response={200: Page[RemarkOut], **READS})
def remarks(request: TokenRequest, asked: Query[RemarksAsked]) -> HttpResponse:
    """List the remarks on the data of KPIs that the token reads, those found last first."""
    wanted = queries.Wanted(
        before=id_of(asked.cursor),
        most=asked.limit + 1,
        kpi=asked.kpi,
        team=asked.team,
        owner=asked.owner,
        kind=asked.kind,
        state=asked.state,
    )
    return page_of(queries.newest(asking(request), wanted), asked, RemarkOut, told=_out, by="id")


@router.put("/kpis/{key}/remarks/{uid}/acceptance", response={200: RemarkOut, **WRITES})
def accept_remark(request: TokenRequest, key: str, uid: UUID, body: AcceptanceIn) -> HttpResponse:
    """Say that the values are right, and why: silent until they change."""
    actions.accept_remark(request.actor, ref(key), uid, reason=body.reason)
    return _one(request, key, uid)


@router.delete("/kpis/{key}/remarks/{uid}/acceptance", response={200: RemarkOut, **WRITES})
def reopen_remark(request: TokenRequest, key: str, uid: UUID) -> HttpResponse:
    """Take an acceptance back."""
    actions.reopen_remark(request.actor, ref(key), uid)
    return _one(request, key, uid)


def _one(request: TokenRequest, key: str, uid: UUID) -> HttpResponse:
    held = access.get(request.actor, ref(key))
    return one(_out(queries.one_remark(asking(request), held.pk, uid)))


def _out(row: queries.RemarkRow) -> RemarkOut:
    return RemarkOut(
        id=row.id,
        kpi=row.kpi_key,
        title=row.kpi,
        team=row.team,
        owner=row.owner,
        kind=row.kind,
        severity=row.severity,
        state=row.state,
        first=row.first,
        first_period=row.first_label,
        last=row.last,
        last_period=row.last_label,
        points=row.points,
        numbers=dict(row.numbers),
        words=remark_sentence(row, row.frequency, row.unit, row.decimals),
        advice=remark_advice(row.kind),
        found_at=row.found_at,
        accepted_at=row.accepted_at,
        accepted_by=row.accepted_by,
        reason=row.reason,
    )
