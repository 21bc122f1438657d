"""Forecasts of KPIs and key results: the cone, the chance at the end, and how good they were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from ninja import Query, Router

from okapi.api.answering import asking, ref
from okapi.api.middleware import TokenRequest
from okapi.api.schemas.base import READS
from okapi.api.schemas.forecasts import (
    AheadOut,
    AtEndOut,
    BandOut,
    ForetoldOut,
    KeyResultForecastOut,
    KpiAheadOut,
    KpiForecastOut,
)
from okapi.core.forecast import LEVELS
from okapi.goals.queries.ahead import key_result_ahead
from okapi.kpis.queries.outlook import AtEnd, Hindsight, Outlook, hindsight, outlook
from okapi.kpis.queries.page import KpiPage, kpi_page

router = Router(tags=["Forecasts"])


@router.get("/kpis/{key}/forecast", response={200: KpiForecastOut, **READS})
def kpi_forecast(
    request: TokenRequest,
    key: str,
    slice: Annotated[str, Query(max_length=400)] = "",
) -> KpiForecastOut:
    """Tell what a KPI may come to until the cycle ends, and what was forecast earlier."""
    who = asking(request)
    found = kpi_page(who, ref(key), slice_key=slice or None)
    told, told_before = outlook(who, found) or Outlook(), hindsight(found)
    return KpiForecastOut(
        kpi=found.row.key,
        slice="" if found.slice is None else found.slice.key,
        made_at=told.made_at,
        after=told.after,
        basis=None if told.basis is None else told.basis.value,
        measured=told.measured,
        steps=[
            KpiAheadOut(
                period=one.period.label,
                last=one.period.last,
                median=one.step.median,
                bands=_bands(one.step.bands),
            )
            for one in told.steps
        ],
        at_end=_at_end(told.at_end),
        without=told.without or None,
        foretold=_foretold(found, told_before),
        held=told_before.held / told_before.judged if told_before else None,
    )


def _bands(bands: Sequence[tuple[float, float]]) -> list[BandOut]:
    return [
        BandOut(level=level, low=low, high=high)
        for level, (low, high) in zip(LEVELS, bands, strict=bool(bands))
    ]


def _at_end(found: AtEnd | None) -> AtEndOut | None:
    if found is None:
        return None
    return AtEndOut(
        period=found.ahead.period.label,
        cycle=None if found.cycle is None else found.cycle.key,
        probability=found.chance,
    )


def _foretold(found: KpiPage, told: Hindsight | None) -> list[ForetoldOut]:
    """Earlier forecasts beside what came, oldest first."""
    if told is None:
        return []
    values = {row.period.last: float(row.value) for row in found.rows}
    return [
        ForetoldOut(
            last=last,
            after=date.fromordinal(one.after),
            median=one.median,
            low=one.low,
            high=one.high,
            value=values[last],
            held=one.holds(values[last]),
            rebuilt=last in told.rebuilt,
        )
        for last, one in sorted(told.told.items())
    ]


@router.get("/key-results/{key}/forecast", response={200: KeyResultForecastOut, **READS})
def key_result_forecast(request: TokenRequest, key: str) -> KeyResultForecastOut:
    """Tell what the KPI of a key result may come to until its span ends, and its figure then."""
    row, fitted, ahead = key_result_ahead(asking(request), ref(key))
    is_open = row.move is not None and row.move.is_open
    return KeyResultForecastOut(
        key_result=row.key,
        kpi=row.move.kpi_key if row.move is not None and is_open else None,
        made_at=None if fitted is None else fitted.made_at,
        cumulates=ahead is not None and ahead.cumulates,
        probability=row.chance,
        median=None if ahead is None else ahead.median,
        bands=[] if ahead is None else _bands(ahead.bands),
        steps=[]
        if ahead is None
        else [
            AheadOut(last=last, median=one.median, bands=_bands(one.bands))
            for last, one in ahead.steps
        ],
    )
