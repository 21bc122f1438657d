"""Every refusal of the API as problem JSON (RFC 9457): one place maps the tree of errors."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpResponse

from okapi.core.errors import (
    Conflict,
    Forbidden,
    NotFound,
    OkapiError,
    Refusals,
    Refused,
    TooLarge,
)
from okapi.wording import refusal_lines, say

STATUS: dict[type[OkapiError], int] = {
    Refused: 422,
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    TooLarge: 413,
}
MOST_ERRORS = 1_000
"""A file with a million bad rows is told by its first ones, and by how many there are."""


def problem(error: OkapiError, *, status: int | None = None) -> HttpResponse:
    """The answer to what was refused; `errors` lists each bad row with its place."""
    status = status or _status(error)
    errors = list(error.errors) if isinstance(error, Refusals) else [error]
    body = {
        "type": f"urn:okapi:error:{errors[0].code if errors else error.code}",
        "title": say(f"problem.{status}"),
        "status": status,
        "detail": "; ".join(refusal_lines(errors[0])) if errors else "",
        "errors": [_one(each) for each in errors[:MOST_ERRORS]],
        "total_errors": len(errors),
    }
    return answer(body, status=status)


def answer(body: Any, *, status: int) -> HttpResponse:
    """Problem JSON; with 401 the way to sign in."""
    response = HttpResponse(
        orjson.dumps(body, default=str), status=status, content_type="application/problem+json"
    )
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _status(error: OkapiError) -> int:
    found = (status for kind, status in STATUS.items() if isinstance(error, kind))
    return next(found, 422)


def _one(error: OkapiError) -> dict[str, Any]:
    place = {
        name: error.data[name]
        for name in ("row", "line", "field", "found", "expected")
        if error.data.get(name) is not None
    }
    return {"code": error.code, "detail": "; ".join(refusal_lines(error)), **place}
