"""Measurements, to be sent. One ingest for page, API, files and command line."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from ninja import Router

from okapi.api.middleware import TokenRequest
from okapi.api.schemas.base import WRITES
from okapi.api.schemas.measurements import MEASUREMENTS, Counts
from okapi.base import idempotency
from okapi.core.errors import TooLarge
from okapi.kpis import actions, ingest

router = Router(tags=["Measurements"])
KEY = "Idempotency-Key"


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
