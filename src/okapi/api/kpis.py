"""KPIs, to be read."""

from __future__ import annotations

from typing import Annotated

from ninja import Query, Router

from okapi.api.middleware import TokenRequest
from okapi.api.paging import Limit, cut, key_of
from okapi.api.schemas import KpiOut, KpiPage, Problem
from okapi.api.why import WhyOut, asking, why_out
from okapi.kpis.queries import lists
from okapi.kpis.queries.why import Against, Wanted
from okapi.kpis.queries.why import why as asked_why

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


@router.get(
    "/kpis/{key}/why",
    response={200: WhyOut, 401: Problem, 404: Problem, 422: Problem, 429: Problem},
)
def why(
    request: TokenRequest,
    key: str,
    start: Annotated[str, Query(alias="from")] = "",
    end: Annotated[str, Query(alias="to")] = "",
    against: Against = Against.PREVIOUS,
    top: Annotated[int, Query(ge=1, le=50)] = 6,
) -> WhyOut:
    """Tell why a KPI moved, by its slices: which combinations of values explain the change.

    `from` and `to` are labels of periods; without `from`, the period before `to`, the same one of
    last year, or its target, as `against` says; without `to`, the newest period that has ended.
    """
    wanted = Wanted(start=start, end=end, against=against, most=top)
    return why_out(asked_why(asking(request), key, wanted))


def _out(row: lists.KpiListed) -> KpiOut:
    return KpiOut(
        id=row.id,
        key=row.key,
        title=row.name,
        unit=row.unit,
        direction=row.direction,
        frequency=row.frequency,
        aggregation=row.aggregation,
        team=row.team,
        owner=row.owner,
        current=row.current,
        period=row.period,
        previous=row.previous,
        year_before=row.year_before,
        health=row.status,
        freshness=row.freshness.value,
    )
