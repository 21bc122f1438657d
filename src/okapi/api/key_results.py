"""Key results: listed, added, changed, taken out, adjusted; check-ins on them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import asked_version, asking, listed, made, one, page_of, ref
from okapi.api.middleware import TokenRequest
from okapi.api.paging import cut, id_of, key_of
from okapi.api.schemas.base import CHANGES, READS, WRITES, Asked, Page
from okapi.api.schemas.goals import (
    AdjustmentIn,
    CheckInIn,
    CheckInOut,
    KeyResultEdit,
    KeyResultIn,
    KeyResultOut,
    KeyResultsAsked,
    MoveIn,
    MoveOut,
    MovesIn,
    StepOut,
)
from okapi.core.slices import slice_key
from okapi.goals import actions
from okapi.goals.actions import LevelDraft, MilestoneDraft, MoveDraft
from okapi.goals.queries import lists, said

router = Router(tags=["Key results"])
PARTS = ("moves", "milestones", "levels")


@router.get("/key-results", response={200: Page[KeyResultOut], **READS})
def key_results(request: TokenRequest, asked: Query[KeyResultsAsked]) -> HttpResponse:
    """List key results by key with their standings; filters are keys, `owner` an address."""
    wanted = lists.Wanted(key_of(asked.cursor), asked.limit + 1, **asked.filters())
    found = lists.key_results(asking(request), wanted)
    page, following = cut(found, asked.limit, lambda row: row.key)
    rows = [out(one_of) for one_of in lists.written_key_results(page)]
    return listed(rows, following, asked.fields, KeyResultOut)


@router.post("/key-results", response={201: KeyResultOut, **WRITES})
def add_key_result(request: TokenRequest, body: KeyResultIn) -> HttpResponse:
    """Add a key result; to an agreed objective with a `reason`, as an adjustment."""
    new = actions.add_key_result(
        request.actor,
        ref(body.objective),
        moves=_moves(body.moves),
        milestones=[MilestoneDraft(**part.given()) for part in body.milestones],
        levels=[LevelDraft(**part.given()) for part in body.levels],
        **body.given("objective", *PARTS),
    )
    return _answer(request, new.key, status=201)


@router.get("/key-results/{key}", response={200: KeyResultOut, **READS})
def key_result(request: TokenRequest, key: str, fields: str = "") -> HttpResponse:
    """Read a key result by key or id."""
    return one(out(lists.one_key_result(asking(request), ref(key))), fields=fields)


@router.patch("/key-results/{key}", response={200: KeyResultOut, **CHANGES})
def edit_key_result(request: TokenRequest, key: str, body: KeyResultEdit) -> HttpResponse:
    """Change what is sent; what was agreed changes only with a `reason`, as an adjustment."""
    held = actions.edit_key_result(
        request.actor, ref(key), version=asked_version(request), **body.given()
    )
    return _answer(request, held.key)


@router.delete("/key-results/{key}", response={204: None, **CHANGES})
def remove_key_result(request: TokenRequest, key: str, reason: str = "") -> HttpResponse:
    """Take a key result out of its objective; its history stays."""
    version = asked_version(request)
    actions.remove_key_result(request.actor, ref(key), version=version, reason=reason)
    return HttpResponse(status=204)


@router.put("/key-results/{key}/moves", response={200: KeyResultOut, **CHANGES})
def set_moves(request: TokenRequest, key: str, body: MovesIn) -> HttpResponse:
    """Let a key result move exactly these KPIs."""
    held = actions.set_moves(
        request.actor, ref(key), _moves(body.moves), version=asked_version(request),
        reason=body.reason,
    )  # fmt: skip
    return _answer(request, held.key)


@router.post("/key-results/{key}/adjust", response={200: KeyResultOut, **CHANGES})
def adjust(request: TokenRequest, key: str, body: AdjustmentIn) -> HttpResponse:
    """Change the target or start of an agreed key result from today on, with a reason."""
    given = body.given("slice")
    if given.get("kpi") is not None:
        given["kpi"] = ref(given["kpi"])
    actions.adjust_target(
        request.actor, ref(key), slice=slice_key(body.slice), version=asked_version(request),
        **given,
    )  # fmt: skip
    return _answer(request, key)


@router.get("/key-results/{key}/check-ins", response={200: Page[CheckInOut], **READS})
def check_ins(request: TokenRequest, key: str, asked: Query[Asked]) -> HttpResponse:
    """List what was said of a key result, newest first."""
    before = id_of(asked.cursor)
    rows = said.check_ins(request.actor, ref(key), before=before, most=asked.limit + 1)
    return page_of(rows, asked, CheckInOut, by="id")


@router.post("/key-results/{key}/check-ins", response={201: KeyResultOut, **WRITES})
def check_in(request: TokenRequest, key: str, body: CheckInIn) -> HttpResponse:
    """Say how it goes; the answer is the key result as it stands now."""
    new = actions.check_in(request.actor, ref(key), **body.given())
    return _answer(request, str(new.key_result_id), status=201)


def _moves(given: list[MoveIn]) -> list[MoveDraft]:
    return [
        MoveDraft(kpi=ref(part.kpi), slice=slice_key(part.slice), **part.given("kpi", "slice"))
        for part in given
    ]


def _answer(request: TokenRequest, key: str, *, status: int = 200) -> HttpResponse:
    found = out(lists.one_key_result(asking(request), ref(key)))
    return made(found, "key-results", found.key) if status == 201 else one(found)


def out(listed_one: lists.Listed) -> KeyResultOut:
    """As the API tells it."""
    row = listed_one.row
    return KeyResultOut(
        **listed_one.written,
        key=row.key,
        objective=row.objective_id,
        kind=row.kind.value,
        mode=None if row.mode is None else row.mode.value,
        state=row.state.value,
        first=row.first,
        last=row.last,
        current=row.current,
        progress=row.progress,
        expected=row.expected,
        health=row.health.value,
        reason=row.reason.code,
        confidence=row.confidence,
        is_mismatch=row.is_mismatch,
        probability=row.chance,
        covered_on=row.covered_on,
        grade=row.grade,
        kpis=[move.kpi_key for move in row.moves if move.is_open],
        moves=[_move(move) for move in row.moves if move.is_open],
        steps=[StepOut.model_validate(step) for step in row.steps],
    )


def _move(move: Any) -> MoveOut:
    return MoveOut(
        kpi=move.kpi_key,
        slice=move.slice_key,
        version=move.version,
        start=move.start,
        target=move.target,
        low=move.low,
        high=move.high,
        weight=move.weight,
    )
