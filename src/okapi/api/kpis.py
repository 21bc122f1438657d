"""KPIs: listed, made or proposed, changed, defined anew, retired; their targets."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import asked_version, asking, listed, made, one, page_of, ref
from okapi.api.middleware import TokenRequest
from okapi.api.paging import key_of
from okapi.api.schemas.base import CHANGES, READS, WRITES, Page
from okapi.api.schemas.kpis import (
    DefinitionOut,
    GridOut,
    KpiEdit,
    KpiIn,
    KpiOut,
    KpisAsked,
    RedefinitionIn,
    Rhythm,
    TargetIn,
    TargetOut,
    TargetsIn,
)
from okapi.api.why import WhyOut, why_out
from okapi.core.frequencies import Frequency
from okapi.core.slices import read_slice_key
from okapi.kpis import actions
from okapi.kpis.actions import BreakdownDraft, DefinitionDraft, KpiDraft, TargetDraft
from okapi.kpis.formulas.explaining import why as asked_why
from okapi.kpis.queries import grid, lists
from okapi.kpis.queries.reading import one_row
from okapi.kpis.queries.why import Against, Wanted

router = Router(tags=["KPIs"])


@router.get("/kpis", response={200: Page[KpiOut], **READS})
def kpis(request: TokenRequest, asked: Query[KpisAsked]) -> HttpResponse:
    """List KPIs by key with their latest value, status and freshness."""
    wanted = lists.Wanted(key_of(asked.cursor), asked.limit + 1, **asked.filters())
    rows = lists.kpis(request.actor, wanted, today=request.organisation.today)
    return page_of(rows, asked, KpiOut, told=_out)


@router.post("/kpis", response={201: KpiOut, **WRITES})
def create_kpi(request: TokenRequest, body: KpiIn) -> HttpResponse:
    """Make a KPI, or propose one."""
    definition = body.definition.given()
    draft = KpiDraft(
        name=body.title,
        name_other=body.title_other,
        definition=_definition(definition),
        readers=tuple(body.readers),
        **body.given("title", "title_other", "definition", "readers"),
    )
    new = actions.create_kpi(request.actor, draft)
    return _answer(request, new.key, status=201)


@router.get("/kpis/{key}", response={200: KpiOut, **READS})
def kpi(request: TokenRequest, key: str, fields: str = "") -> HttpResponse:
    """Read a KPI by key or id."""
    found = lists.one_kpi(request.actor, ref(key), today=request.organisation.today)
    return one(_out(found), fields=fields)


@router.patch("/kpis/{key}", response={200: KpiOut, **CHANGES})
def edit_kpi(request: TokenRequest, key: str, body: KpiEdit) -> HttpResponse:
    """Change what is sent."""
    version = asked_version(request)
    held = actions.edit_kpi(request.actor, ref(key), version=version, **body.renamed())
    return _answer(request, held.key)


@router.delete("/kpis/{key}", response={204: None, **CHANGES})
def retire(request: TokenRequest, key: str, reason: str = "") -> HttpResponse:
    """Take a KPI out of use; its values and history stay."""
    version = asked_version(request)
    actions.retire_kpi(request.actor, ref(key), version=version, reason=reason)
    return HttpResponse(status=204)


@router.post("/kpis/{key}/adopt", response={200: KpiOut, **CHANGES})
def adopt(request: TokenRequest, key: str) -> HttpResponse:
    """Make a proposed KPI an active one."""
    held = actions.adopt_kpi(request.actor, ref(key), version=asked_version(request))
    return _answer(request, held.key)


@router.post("/kpis/{key}/revive", response={200: KpiOut, **CHANGES})
def revive(request: TokenRequest, key: str) -> HttpResponse:
    """Put a retired KPI back into use."""
    held = actions.revive_kpi(request.actor, ref(key), version=asked_version(request))
    return _answer(request, held.key)


@router.get("/kpis/{key}/definitions", response={200: Page[DefinitionOut], **READS})
def definitions(request: TokenRequest, key: str, fields: str = "") -> HttpResponse:
    """List the definition versions of a KPI, newest first."""
    rows = lists.definitions(request.actor, ref(key))
    return listed([DefinitionOut.model_validate(row) for row in rows], None, fields, DefinitionOut)


@router.post("/kpis/{key}/definitions", response={200: KpiOut, **CHANGES})
def redefine(request: TokenRequest, key: str, body: RedefinitionIn) -> HttpResponse:
    """Put a new definition version in force; key results keep the one that they were agreed on."""
    actions.redefine_kpi(
        request.actor, ref(key), _definition(body.given("reason")), reason=body.reason,
        version=asked_version(request),
    )  # fmt: skip
    return _answer(request, key)


@router.get("/kpis/{key}/targets", response={200: Page[TargetOut], **READS})
def targets(request: TokenRequest, key: str, fields: str = "") -> HttpResponse:
    """List the targets of a KPI."""
    return _targets(request, key, fields)


@router.put("/kpis/{key}/targets", response={200: Page[TargetOut], **CHANGES})
def set_targets(request: TokenRequest, key: str, body: TargetsIn) -> HttpResponse:
    """Set targets, all or none; the others stay as they are."""
    drafts = [_target(target) for target in body.targets]
    version = asked_version(request)
    actions.set_targets(request.actor, ref(key), drafts, version=version, reason=body.reason)
    return _targets(request, key)


@router.delete("/kpis/{key}/targets", response={200: Page[TargetOut], **CHANGES})
def remove_targets(
    request: TokenRequest,
    key: str,
    period: Query[list[str]],
    slice: str = "",
    reason: str = "",
) -> HttpResponse:
    """Remove the targets of these periods with their breakdowns; `slice`: `dimension=value|…`."""
    actions.remove_targets(
        request.actor, ref(key), period, of_slice=read_slice_key(slice), reason=reason,
        version=asked_version(request),
    )  # fmt: skip
    return _targets(request, key)


@router.get("/kpis/{key}/grid", response={200: GridOut, **READS})
def kpi_grid(
    request: TokenRequest, key: str, rhythm: Rhythm | None = None, until: date | None = None
) -> GridOut:
    """Read the last thirteen periods of a KPI up to a day, each with value, status and target.

    `rhythm` puts values of shorter periods together as the definition says; without it the KPI's
    own.
    """
    who = asking(request)
    row = one_row(who, ref(key))
    chosen = row.measure.frequency if rhythm is None else Frequency(rhythm)
    wanted = chosen if chosen in grid.RHYTHMS else Frequency.MONTH
    shown = grid.window(who, wanted, min(until or who.today, who.today))
    return GridOut.of(row, shown, grid.cells_of([row], shown)[row.id])


def _definition(given: dict[str, Any]) -> DefinitionDraft:
    """From what the schema has checked: its fields are those of the draft."""
    dimensions = given.pop("dimensions", ())
    return DefinitionDraft(dimensions=tuple(dimensions), **given)


def _target(body: TargetIn) -> TargetDraft:
    given = body.given("breakdown")
    spread = body.breakdown
    if spread is not None:
        given["breakdown"] = BreakdownDraft(spread.method, spread.frequency, tuple(spread.shares))
    return TargetDraft(**given)


def _targets(request: TokenRequest, key: str, fields: str = "") -> HttpResponse:
    rows = lists.targets(request.actor, ref(key))
    return listed([TargetOut.model_validate(row) for row in rows], None, fields, TargetOut)


def _answer(request: TokenRequest, key: str, *, status: int = 200) -> HttpResponse:
    told = _out(lists.one_kpi(request.actor, ref(key), today=request.organisation.today))
    return made(told, "kpis", told.key) if status == 201 else one(told)


@router.get("/kpis/{key}/why", response={200: WhyOut, **READS})
def why(
    request: TokenRequest,
    key: str,
    start: Annotated[str, Query(alias="from")] = "",
    end: Annotated[str, Query(alias="to")] = "",
    against: Against = Against.PREVIOUS,
    top: Annotated[int, Query(ge=1, le=50)] = 6,
    by: Annotated[str, Query(max_length=120)] = "",
) -> WhyOut:
    """Tell why a KPI moved: by its slices, which combinations of values explain the change.

    A formula KPI is told by its parts: `where` is then `{"kpi": key}`; with `by`, a dimension of
    it, by slices.

    `from` and `to` are labels of periods; without `from`, the period before `to`, the same one of
    last year, or its target, as `against` says; without `to`, the newest period that has ended.
    """
    wanted = Wanted(start, end, against, by, top)
    return why_out(asked_why(asking(request), key, wanted))


def _out(row: lists.KpiListed) -> KpiOut:
    told = asdict(row)
    for ours, theirs in (("name", "title"), ("name_other", "title_other"), ("status", "health")):
        told[theirs] = told.pop(ours)
    told["freshness"] = row.freshness.value
    return KpiOut(**told)
