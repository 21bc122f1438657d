"""Objectives and key results, to be read."""

from __future__ import annotations

from ninja import Router

from okapi.api.middleware import TokenRequest
from okapi.api.paging import Limit, cut, key_of
from okapi.api.schemas import (
    KeyResultOut,
    KeyResultPage,
    ObjectiveOut,
    ObjectivePage,
    Problem,
)
from okapi.goals.queries import lists
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.rows import KeyResultRow, ObjectiveRow
from okapi.orgs import queries as orgs_queries
from okapi.wording import current_language

router = Router(tags=["Goals"])
REFUSALS = {401: Problem, 422: Problem, 429: Problem}


@router.get("/key-results", response={200: KeyResultPage, **REFUSALS})
def key_results(
    request: TokenRequest,
    cursor: str = "",
    limit: Limit = 100,
    cycle: str = "",
    team: str = "",
    objective: str = "",
) -> KeyResultPage:
    """List key results by key with their standings; filters are keys."""
    wanted = lists.Wanted(key_of(cursor), limit + 1, cycle=cycle, team=team, objective=objective)
    page, following = cut(lists.key_results(_asking(request), wanted), limit, lambda row: row.key)
    return KeyResultPage(items=[_key_result(row) for row in page], next=following)


@router.get("/objectives", response={200: ObjectivePage, **REFUSALS})
def objectives(
    request: TokenRequest,
    cursor: str = "",
    limit: Limit = 100,
    cycle: str = "",
    team: str = "",
) -> ObjectivePage:
    """List objectives by key with their standings; filters are keys."""
    wanted = lists.Wanted(key_of(cursor), limit + 1, cycle=cycle, team=team)
    page, following = cut(lists.objectives(_asking(request), wanted), limit, lambda row: row.key)
    return ObjectivePage(items=[_objective(row) for row in page], next=following)


def _asking(request: TokenRequest) -> Asking:
    organisation = request.organisation
    return Asking(
        actor=request.actor,
        organisation=organisation,
        language=current_language(),
        calendar=orgs_queries.working_calendar(organisation.organisation_id),
        today=organisation.today,
    )


def _key_result(row: KeyResultRow) -> KeyResultOut:
    return KeyResultOut(
        id=row.id,
        key=row.key,
        title=row.title,
        objective=row.objective_id,
        kind=row.kind.value,
        mode=None if row.mode is None else row.mode.value,
        state=row.state.value,
        current=row.current,
        progress=row.progress,
        expected=row.expected,
        health=row.health.value,
        reason=row.reason.code,
        confidence=row.confidence,
        covered_on=row.covered_on,
        kpis=[move.kpi_key for move in row.moves if move.is_open],
    )


def _objective(row: ObjectiveRow) -> ObjectiveOut:
    return ObjectiveOut(
        id=row.id,
        key=row.key,
        title=row.title,
        kind=row.kind.value,
        state=row.state.value,
        progress=row.progress,
        expected=row.expected,
        health=row.health.value,
        reason=row.reason.code,
        known=row.known,
        counted=row.counted,
        support=row.support,
    )
