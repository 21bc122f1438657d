"""Objectives: listed, made, changed, agreed, given up, closed, archived."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import asked_version, asking, listed, made, one, page_of, ref
from okapi.api.middleware import TokenRequest
from okapi.api.paging import cut, id_of, key_of
from okapi.api.schemas.base import CHANGES, READS, WRITES, Asked, Page, Why
from okapi.api.schemas.goals import (
    AdjustmentOut,
    AgreementIn,
    ClosingIn,
    ObjectiveEdit,
    ObjectiveIn,
    ObjectiveOut,
    ObjectivesAsked,
)
from okapi.goals import actions
from okapi.goals.queries import lists, said

router = Router(tags=["Objectives"])


@router.get("/objectives", response={200: Page[ObjectiveOut], **READS})
def objectives(request: TokenRequest, asked: Query[ObjectivesAsked]) -> HttpResponse:
    """List objectives by key with their standings; filters are keys, `owner` an address.

    `parent` gives what contributes to an objective or key result, `top=true` what contributes to
    nothing: level by level, the tree of alignment.
    """
    wanted = lists.Wanted(key_of(asked.cursor), asked.limit + 1, **asked.filters())
    found = lists.objectives(asking(request), wanted)
    page, following = cut(found, asked.limit, lambda row: row.key)
    rows = [out(one_of) for one_of in lists.written_objectives(page)]
    return listed(rows, following, asked.fields, ObjectiveOut)


@router.post("/objectives", response={201: ObjectiveOut, **WRITES})
def create_objective(request: TokenRequest, body: ObjectiveIn) -> HttpResponse:
    """Make a draft."""
    new = actions.create_objective(request.actor, **body.given())
    return _answer(request, new.key, status=201)


@router.get("/objectives/{key}", response={200: ObjectiveOut, **READS})
def objective(request: TokenRequest, key: str, fields: str = "") -> HttpResponse:
    """Read an objective by key or id."""
    return one(out(lists.one_objective(asking(request), ref(key))), fields=fields)


@router.patch("/objectives/{key}", response={200: ObjectiveOut, **CHANGES})
def edit_objective(request: TokenRequest, key: str, body: ObjectiveEdit) -> HttpResponse:
    """Change what is sent; what was agreed changes only with a `reason`, as an adjustment."""
    held = actions.edit_objective(
        request.actor, ref(key), version=asked_version(request), **body.given()
    )
    return _answer(request, held.key)


@router.delete("/objectives/{key}", response={204: None, **CHANGES})
def archive_objective(request: TokenRequest, key: str, reason: str = "") -> HttpResponse:
    """Take an objective out of lists and branches; its history stays."""
    version = asked_version(request)
    actions.archive_objective(request.actor, ref(key), version=version, reason=reason)
    return HttpResponse(status=204)


@router.post("/objectives/{key}/agree", response={200: ObjectiveOut, **CHANGES})
def agree(request: TokenRequest, key: str, body: AgreementIn) -> HttpResponse:
    """Agree on a draft with all its key results, from today on."""
    version = asked_version(request)
    held = actions.agree(request.actor, ref(key), version=version, override=body.override)
    return _answer(request, held.key)


@router.post("/objectives/{key}/cancel", response={200: ObjectiveOut, **CHANGES})
def cancel(request: TokenRequest, key: str, body: Why) -> HttpResponse:
    """Give an objective up, and say why."""
    version = asked_version(request)
    held = actions.cancel(request.actor, ref(key), reason=body.reason, version=version)
    return _answer(request, held.key)


@router.post("/objectives/{key}/close", response={200: ObjectiveOut, **CHANGES})
def close(request: TokenRequest, key: str, body: ClosingIn) -> HttpResponse:
    """Close an agreed objective with its grades."""
    grades = {name: (given.grade, given.reason) for name, given in body.grades.items()}
    held = actions.close(
        request.actor, ref(key), grades=grades, reason=body.reason, version=asked_version(request)
    )
    return _answer(request, held.key)


@router.get("/objectives/{key}/adjustments", response={200: Page[AdjustmentOut], **READS})
def adjustments(request: TokenRequest, key: str, asked: Query[Asked]) -> HttpResponse:
    """List what was adjusted of an agreed objective and its key results, newest first."""
    before = id_of(asked.cursor)
    rows = said.adjustments(request.actor, ref(key), before=before, most=asked.limit + 1)
    return page_of(rows, asked, AdjustmentOut, by="id")


def _answer(request: TokenRequest, key: str, *, status: int = 200) -> HttpResponse:
    told = out(lists.one_objective(asking(request), key))
    return made(told, "objectives", told.key) if status == 201 else one(told)


def out(listed_one: lists.Listed) -> ObjectiveOut:
    """As the API tells it."""
    row = listed_one.row
    return ObjectiveOut(
        **listed_one.written,
        key=row.key,
        kind=row.kind.value,
        state=row.state.value,
        progress=row.progress,
        expected=row.expected,
        health=row.health.value,
        reason=row.reason.code,
        known=row.known,
        counted=row.counted,
        support=row.support,
        grade=row.grade,
        key_results=[key_result.key for key_result in row.key_results],
    )
