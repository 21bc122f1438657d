"""Signals of an organisation and of a KPI, the limits behind them, marks of the process."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import asked_version, asking, listed, one, page_of, ref
from okapi.api.middleware import TokenRequest
from okapi.api.paging import id_of
from okapi.api.schemas.base import CHANGES, READS, Page
from okapi.api.schemas.signals import (
    KpiSignalsAsked,
    LimitsEdit,
    LimitsOut,
    MarkIn,
    MarkOut,
    SignalOut,
    SignalsAsked,
)
from okapi.kpis import access, actions
from okapi.kpis.queries import signals as queries
from okapi.wording.signals import signal_sentence

router = Router(tags=["Signals"])


@router.get("/signals", response={200: Page[SignalOut], **READS})
def signals(request: TokenRequest, asked: Query[SignalsAsked]) -> HttpResponse:
    """List the signals of the KPIs that the token reads, those found last first."""
    wanted = queries.Wanted(
        before=id_of(asked.cursor),
        most=asked.limit + 1,
        is_open=asked.open,
        is_bad=asked.bad,
        **asked.filters("open", "bad"),
    )
    return _page(request, asked, wanted)


@router.get("/kpis/{key}/signals", response={200: Page[SignalOut], **READS})
def kpi_signals(request: TokenRequest, key: str, asked: Query[KpiSignalsAsked]) -> HttpResponse:
    """List the signals of a KPI and its slices, those found last first."""
    held = access.get(request.actor, ref(key))
    before, most = id_of(asked.cursor), asked.limit + 1
    wanted = queries.Wanted(before=before, most=most, kpi=held.key, withdrawn=asked.withdrawn)
    return _page(request, asked, wanted)


def _page(
    request: TokenRequest, asked: SignalsAsked | KpiSignalsAsked, wanted: queries.Wanted
) -> HttpResponse:
    rows = queries.signals(asking(request), wanted)
    return page_of(rows, asked, SignalOut, told=_out, by="id")


@router.get("/kpis/{key}/limits", response={200: LimitsOut, **READS})
def limits(request: TokenRequest, key: str, slice: str = "") -> HttpResponse:
    """Read what a KPI is judged by; `slice`: `dimension=value|…`."""
    return _limits(request, key, slice)


@router.patch("/kpis/{key}/limits", response={200: LimitsOut, **CHANGES})
def edit_limits(request: TokenRequest, key: str, body: LimitsEdit) -> HttpResponse:
    """Leave wild moving ranges out of the limits of a KPI, or take them in again."""
    actions.screen_ranges(
        request.actor, ref(key), on=body.screened, reason=body.reason,
        version=asked_version(request),
    )  # fmt: skip
    return _limits(request, key)


@router.get("/kpis/{key}/marks", response={200: Page[MarkOut], **READS})
def marks(request: TokenRequest, key: str, fields: str = "") -> HttpResponse:
    """List what was said of a KPI's process, newest first; what was removed too."""
    held = access.get(request.actor, ref(key))
    rows = [_mark(row) for row in queries.marks_of(asking(request), held.pk)]
    return listed(rows, None, fields, MarkOut)


@router.post("/kpis/{key}/marks", response={201: MarkOut, **CHANGES})
def create_mark(request: TokenRequest, key: str, body: MarkIn) -> HttpResponse:
    """Say that the process changed, or which periods are the baseline."""
    draft = actions.MarkDraft(since=body.since, reason=body.reason, until=body.until)
    made = actions.mark_process(request.actor, ref(key), draft, version=asked_version(request))
    rows = queries.marks_of(asking(request), made.kpi_id)
    return one(_mark(next(row for row in rows if row.id == made.pk)), status=201)


@router.delete("/kpis/{key}/marks/{uid}", response={204: None, **CHANGES})
def remove_mark(request: TokenRequest, key: str, uid: UUID, reason: str = "") -> HttpResponse:
    """Take a mark back; it stays on record."""
    version = asked_version(request)
    actions.remove_mark(request.actor, ref(key), uid, reason=reason, version=version)
    return HttpResponse(status=204)


def _limits(request: TokenRequest, key: str, slice_key: str = "") -> HttpResponse:
    row = queries.limits_of(request.actor, ref(key), slice_key)
    if row is None:
        return one(LimitsOut())
    told = asdict(row)
    told["firm"], told["screened"] = told.pop("is_firm"), told.pop("is_screened")
    return one(LimitsOut(**told))


def _mark(row: queries.MarkRow) -> MarkOut:
    told = asdict(row)
    told["since"], told["until"], told["by"] = (
        told.pop(name) for name in ("label", "last_label", "person")
    )
    return MarkOut(**told)


def _out(row: queries.SignalRow) -> SignalOut:
    return SignalOut(
        id=row.id,
        kpi=row.kpi_key,
        title=row.kpi,
        slice=row.slice_key,
        kind=row.kind.value,
        direction=row.direction.value,
        bad=row.is_bad,
        open=row.is_open,
        since=row.since,
        since_period=row.since_label,
        until=row.until,
        until_period=row.until_label,
        points=row.points,
        mean=row.mean,
        expected=row.mean - row.change,
        change=row.change,
        strength=row.strength,
        words=signal_sentence(row),
        found_at=row.found_at,
        withdrawn_at=row.withdrawn_at,
    )
