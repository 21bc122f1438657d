"""Version 1 of the API: its operations, and what they answer when something is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from ninja.errors import HttpError, Throttled, ValidationError
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle

from okapi import __version__
from okapi.api import (
    comments,
    cycles,
    following,
    forecasts,
    intakes,
    key_results,
    kpis,
    links,
    measurements,
    memberships,
    objectives,
    organisation,
    people,
    pillars,
    readings,
    remarks,
    search,
    signals,
    sources,
    standings,
    teams,
    webhooks,
)
from okapi.api.description import Described
from okapi.api.parameters import strict
from okapi.api.problems import problem
from okapi.base.busy import AGAIN_SECONDS, is_busy
from okapi.core.errors import Conflict, OkapiError, Refusals, Refused
from okapi.wording import has, say


class Bearer(HttpBearer):
    """The scheme as the description tells it; the middleware has looked at the token already."""

    def authenticate(self, request: HttpRequest, token: str) -> str | None:  # noqa: ARG002 - ninja's signature
        """The id of the token that the middleware accepted."""
        actor = getattr(request, "actor", None)
        return None if actor is None else str(actor.token_id)


class PerToken(SimpleRateThrottle):
    """So many requests a minute for each token, counted in this process."""

    scope = "token"

    def get_cache_key(self, request: HttpRequest) -> str:
        """The token's own counter."""
        return f"throttle-token-{getattr(request, 'auth', '')}"


_NO_JSON = "Cannot parse request body"
"""By which ninja says that a body is not JSON: it has no class of its own for it."""
api = Described(
    title="Okapi",
    version=__version__,
    openapi_url="/openapi.json",
    docs_url=None,
    auth=Bearer(),
    throttle=PerToken("1200/m"),
    urls_namespace="api",
)
api.add_decorator(strict, mode="view")
for place in (
    measurements,
    readings,
    intakes,
    kpis,
    objectives,
    key_results,
    forecasts,
    links,
    comments,
    following,
    standings,
    search,
    sources,
    signals,
    remarks,
    webhooks,
    organisation,
    teams,
    people,
    memberships,
    cycles,
    pillars,
):
    api.add_router("", place.router)


@api.exception_handler(OkapiError)
def refused(request: HttpRequest, error: OkapiError) -> HttpResponse:
    """What the actions and queries refuse; a version that was asked for is a precondition."""
    outdated = isinstance(error, Conflict) and "If-Match" in request.headers
    return problem(error, status=412 if outdated else None)


@api.exception_handler(ValidationError)
def misshapen(request: HttpRequest, error: ValidationError) -> HttpResponse:  # noqa: ARG001 - the signature that ninja calls
    """Parameters that are not of the shape that the description tells."""
    errors = [
        Refused(
            "request.parameter",
            field=_field(each["loc"]),
            expected=_expected(each),
        )
        for each in error.errors
    ]
    return problem(Refusals(errors), status=422)


def _expected(found: Mapping[str, Any]) -> str:
    """What was expected, in the reader's language as far as there are words for it."""
    code = f"request.expected.{found['type']}"
    return say(code, **found.get("ctx", {})) if has(code) else str(found["msg"])


def _field(place: Sequence[Any]) -> str:
    """Where in the body or the query, as the client wrote it: `moves.0.target`."""
    inner = place[2:] if place[:2] == ("body", "body") else place[1:]
    return ".".join(str(part) for part in inner) or str(place[0])


@api.exception_handler(Throttled)
def throttled(request: HttpRequest, error: Throttled) -> HttpResponse:  # noqa: ARG001 - the signature that ninja calls
    """Too many requests."""
    response = problem(Refused("request.throttled", seconds=error.wait or 1), status=429)
    response["Retry-After"] = str(error.wait or 1)
    return response


@api.exception_handler(OperationalError)
def busy(request: HttpRequest, error: OperationalError) -> HttpResponse:  # noqa: ARG001 - the signature that ninja calls
    """Somebody else wrote all the while: nothing is wrong with the request. Else it is a bug."""
    if not is_busy(error):
        raise error
    response = problem(OkapiError("request.busy", seconds=AGAIN_SECONDS), status=503)
    response["Retry-After"] = str(AGAIN_SECONDS)
    return response


@api.exception_handler(HttpError)
def misused(request: HttpRequest, error: HttpError) -> HttpResponse:  # noqa: ARG001 - the signature that ninja calls
    """What ninja itself refuses: a body that is no JSON, say."""
    if str(error) == _NO_JSON:
        return problem(Refused("request.no_json"), status=error.status_code)
    return problem(Refused("request.unreadable", why=str(error)), status=error.status_code)
