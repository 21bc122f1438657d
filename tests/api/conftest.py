"""Programs that call the API with a token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.test import Client

from okapi.base import scope
from okapi.orgs.actions import tokens
from okapi.orgs.models import Person
from tests.cast import Cast


class Program:
    """A program of somebody: calls with their token, answers as JSON."""

    def __init__(self, token: str) -> None:
        self.token = token
        self._client = Client(SERVER_NAME="localhost")

    def get(self, path: str, **query: Any) -> Any:
        headers = {name: query.pop(name) for name in list(query) if "-" in name}
        at = f"/api/v1/{path}"
        return self._client.get(at, query or None, headers=self._headers() | headers)

    def post(self, path: str, body: Any, key: str = "") -> Any:
        return self._send("post", path, body, {"Idempotency-Key": key} if key else {})

    def put(self, path: str, body: Any) -> Any:
        return self._send("put", path, body, {})

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self._send("patch", path, body, headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self._send("delete", path, b"", headers)

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        return getattr(self._client, method)(
            f"/api/v1/{path}",
            data,
            content_type="application/json",
            headers=self._headers() | headers,
        )

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


@pytest.fixture
def program() -> Callable[[Cast, Person], Program]:
    """A program that acts for a person of the cast."""

    def make(cast: Cast, person: Person) -> Program:
        with scope.organisation(cast.organisation.pk):
            return Program(tokens.create(cast.system, person))

    return make
