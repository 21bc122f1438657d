"""The first ring of the API: a bearer token makes the actor and opens its organisation's scope."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language

from okapi.api.problems import problem
from okapi.base import scope
from okapi.base.actor import Actor
from okapi.core.errors import Forbidden
from okapi.orgs import queries
from okapi.orgs.actions import tokens
from okapi.orgs.queries import Settings
from okapi.wording import speaking

PREFIX = "/api/"
OPEN = ("/api/v1/openapi.json",)
"""What may be read without a token: it says nothing of any organisation."""


class TokenRequest(HttpRequest):
    """A request to the API, as the middleware leaves it."""

    actor: Actor
    organisation: Settings


class TokenMiddleware:
    """Every address under /api/ needs a token, but for the description of the API itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let in whoever has a token, in the language that they ask for."""
        if not request.path.startswith(PREFIX):
            return self._get_response(request)
        with speaking(get_language() or "en"):
            if request.path in OPEN:
                return self._get_response(request)
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
            return self._get_response(request)
