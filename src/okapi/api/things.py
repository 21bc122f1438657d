"""What operations on one thing share: it is found, then something is done to what was seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from django.http import HttpResponse

from okapi.api.answering import asked_version, one, ref
from okapi.api.middleware import TokenRequest

Action: TypeAlias = Callable[..., object]
"""`action(actor, id, version=…, …)`; errors as each says."""


@dataclass(frozen=True, slots=True)
class Things:
    """Things of one kind: `told(request, id or key)` is the schema of one, or `NotFound`."""

    told: Callable[[TokenRequest, UUID | str], Any]

    def do(self, request: TokenRequest, key: str, action: Action, **given: Any) -> HttpResponse:
        """Do something to a thing; the answer is the thing as it is then."""
        return one(self.told(request, self._done(request, key, action, given)))

    def put_away(self, request: TokenRequest, key: str, action: Action) -> HttpResponse:
        """Do something after which the thing is no longer listed; the answer is empty."""
        self._done(request, key, action, {})
        return HttpResponse(status=204)

    def _done(self, request: TokenRequest, key: str, action: Action, given: dict[str, Any]) -> UUID:
        uid: UUID = self.told(request, ref(key)).id
        action(request.actor, uid, version=asked_version(request), **given)
        return uid
