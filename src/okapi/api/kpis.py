"""KPIs, to be read."""

from __future__ import annotations

from ninja import Router

from okapi.api.middleware import TokenRequest
from okapi.api.paging import Limit, cut, key_of
from okapi.api.schemas import KpiOut, KpiPage, Problem
from okapi.kpis.queries import lists

router = Router(tags=["KPIs"])


@router.get("/kpis", response={200: KpiPage, 401: Problem, 422: Problem, 429: Problem})
def kpis(
    request: TokenRequest,
    cursor: str = "",
    limit: Limit = 100,
    team: str = "",
    status: str = "",
) -> KpiPage:
    """List KPIs by key with their latest value, status and freshness."""
    wanted = lists.Wanted(after=key_of(cursor), most=limit + 1, team=team, status=status)
    rows = lists.kpis(request.actor, wanted, today=request.organisation.today)
    page, following = cut(rows, limit, lambda row: row.key)
    return KpiPage(items=[_out(row) for row in page], next=following)


def _out(row: lists.KpiListed) -> KpiOut:
    return KpiOut(
        id=row.id,
        key=row.key,
        title=row.name,
        unit=row.unit,
        direction=row.direction,
        frequency=row.frequency,
        aggregation=row.aggregation,
        formula=row.formula,
        team=row.team,
        owner=row.owner,
        current=row.current,
        period=row.period,
        previous=row.previous,
        year_before=row.year_before,
        health=row.status,
        freshness=row.freshness.value,
    )
