"""The first ring of the API: a bearer token makes the actor and opens its organisation's scope."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from okapi.api.problems import problem
from okapi.base import scope
from okapi.base.actor import Actor
from okapi.core.errors import Conflict, Forbidden, NotFound, OkapiError, Refused, TooLarge
from okapi.orgs import queries
from okapi.orgs.actions import tokens
from okapi.orgs.queries import Settings
from okapi.wording import speaking

PREFIX = "/api/"
DESCRIPTION = "/api/v1/openapi.json"
OPEN = frozenset({DESCRIPTION, "/api/v1/docs"})
"""What may be read without a token: it says nothing of any organisation."""


class TokenRequest(HttpRequest):
    """A request to the API, as the middleware leaves it."""

    actor: Actor
    organisation: Settings


class TokenMiddleware:
    """Every address under /api/ needs a token, but for the description and its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let in whoever has a token, in the language that they ask for."""
        if not request.path.startswith(PREFIX):
            return self._get_response(request)
        with speaking(get_language() or "en"):
            if request.path in OPEN:
                answer = self._get_response(request)
                return _spared(request, answer) if request.path == DESCRIPTION else answer
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        word, _, text = request.headers.get("Authorization", "").partition(" ")
        if word.lower() != "bearer" or not text.strip():
            return problem(Forbidden("token.missing"), status=401)
        try:
            actor, organisation = tokens.authenticate(text.strip())
        except Forbidden as unknown:
            return problem(unknown, status=401)
        request.actor = actor  # type: ignore[attr-defined]  # TokenRequest says what is set here
        request.organisation = organisation  # type: ignore[attr-defined]  # TokenRequest says what is set here
        with scope.organisation(actor.organisation_id):
            queries.keep(organisation)
            return _spared(request, _told(request, self._get_response(request)))


_UNTOLD = frozenset({400, 404, 405, 413, 500})


def _told(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Problem JSON also where no operation was reached."""
    told = response.headers.get("Content-Type", "").startswith("application/")
    if told or response.status_code not in _UNTOLD:
        return response
    if response.status_code == 500:
        return problem(
            OkapiError("request.failed", id=getattr(request, "incident", "")), status=500
        )
    if response.status_code == 413:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
        return problem(TooLarge("request.too_large", most=most))
    if response.status_code == 400:
        return problem(Refused("request.characters"), status=400)
    if response.status_code == 404:
        return problem(NotFound("request.no_address"), status=404)
    expected = response.headers.get("Allow", "")
    refused = problem(
        Refused("request.method", found=request.method, expected=expected), status=405
    )
    refused["Allow"] = expected
    return refused


def _spared(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """304 for what the client has already: every answer to a question has an ETag."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200:
        return response
    if not isinstance(response, HttpResponse):
        return response
    if not response.has_header("ETag"):
        response["ETag"] = f'"{hashlib.blake2b(response.content, digest_size=8).hexdigest()}"'
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("Authorization", "Accept-Language"))
    found = get_conditional_response(request, etag=response["ETag"], response=response)
    if found is not None and found.status_code == 412:
        return problem(Conflict("request.not_as_it_was", field="If-Match"), status=412)
    return found or response
