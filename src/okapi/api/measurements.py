"""Measurements, to be sent and read. One ingest for page, API, files and command line."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from okapi.api.answering import listed
from okapi.api.middleware import TokenRequest
from okapi.api.paging import cut, key_of
from okapi.api.schemas.base import MOST, READS, WRITES, Page
from okapi.api.schemas.measurements import MEASUREMENTS, Columns, Counts, MeasurementOut
from okapi.base import idempotency
from okapi.core.errors import Refused, TooLarge
from okapi.kpis import actions, ingest
from okapi.kpis.queries import series

router = Router(tags=["Measurements"])
KEY = "Idempotency-Key"
LARGEST = 2**63 - 1
"""The largest number that both databases hold."""


@router.post("/measurements", response={200: Counts, **WRITES}, openapi_extra=MEASUREMENTS)
def measurements(request: TokenRequest) -> Counts:
    """Take an array of measurements in, all or none: every bad row is told with its place.

    The answer is given when they are stored and the key results that they move are renewed.
    """
    body = _body(request)
    sent = None
    if key := request.headers.get(KEY, ""):
        sent = idempotency.request(_token(request), key, body)
    result = actions.record_measurements(
        request.actor, ingest.from_json(body), source=request.actor.name, request=sent
    )
    return Counts(
        received=result.received,
        new=result.new,
        revised=result.revised,
        unchanged=result.unchanged,
        intake=str(result.uid),
    )


Keys = Annotated[list[Annotated[str, Field(max_length=120)]], Query(max_length=series.MOST_KPIS)]


@router.get(
    "/measurements",
    response={200: Page[MeasurementOut] | Columns, **READS},
    url_name="measurements",
)
def values(
    request: TokenRequest,
    kpi: Keys,
    since: date = date.min,
    until: date = date.max,
    slice: str = "",
    form: Literal["rows", "columns"] = "rows",
    cursor: str = "",
    limit: Annotated[int, Field(ge=1, le=MOST)] = 100,
) -> HttpResponse:
    """Read the values of KPIs, of periods that end from `since` to `until`.

    As rows they come in pages. As columns, for charts, all at once: an item is then a KPI with
    `kpi` and, of equal length, `periods` (labels), `last` (days) and `values` (numbers).
    """
    wanted = series.Wanted(tuple(dict.fromkeys(kpi)), slice, since, until)
    if form == "columns":
        found = series.series(request.actor, wanted)
        items = ",".join(f'{{"kpi":{_json(one.kpi)},{one.columns}}}' for one in found)
        return HttpResponse(f'{{"items":[{items}]}}', content_type="application/json")
    rows = series.values(request.actor, wanted, after=_place(cursor), most=limit + 1)
    page, following = cut(rows, limit, lambda row: _json([*row.place]))
    return listed([_out(row) for row in page], following, "", MeasurementOut)


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _place(cursor: str) -> series.Place | None:
    """Where the page begins; `Refused` (`request.cursor`) for no cursor of this list."""
    if not cursor:
        return None
    try:
        number, last, first, mark = orjson.loads(key_of(cursor))
        days = date.fromisoformat(last), date.fromisoformat(first)
        own = range(LARGEST)[abs(number)]
        return series.Place(-own if number < 0 else own, *days, str(mark))
    except (ValueError, TypeError, IndexError) as wrong:
        raise Refused("request.cursor", field="cursor", found=cursor[:60]) from wrong


def _out(row: series.ValueListed) -> MeasurementOut:
    return MeasurementOut(
        kpi=row.kpi,
        period=row.period,
        first=row.first,
        last=row.last,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        note=row.note,
        revision=row.revision,
    )


def _body(request: TokenRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig as large:
        most = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // 1024**2
        raise TooLarge("request.too_large", most=most) from large


def _token(request: TokenRequest) -> UUID:
    token_id = request.actor.token_id
    if token_id is None:
        raise RuntimeError("the token middleware lets nobody in without a token")
    return token_id
