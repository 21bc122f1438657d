"""Programs that call the API with a token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
from django.test import Client

from okapi.base import scope
from okapi.orgs.actions import tokens
from okapi.orgs.models import Person
from tests.cast import Cast


@contextmanager
def outside() -> Iterator[None]:
    """Without an open scope, as every request begins: what it remembers is not what is there."""
    token = scope._current.set(None)
    try:
        yield
    finally:
        scope._current.reset(token)


class Program:
    """A program of somebody: calls with their token, answers as JSON."""

    def __init__(self, token: str) -> None:
        self.token = token
        self._client = Client(SERVER_NAME="localhost")

    def get(self, path: str, *, tag: str = "", **query: Any) -> Any:
        headers = {name: query.pop(name) for name in list(query) if "-" in name}
        sent = self._headers() | headers | ({"If-None-Match": tag} if tag else {})
        with outside():
            return self._client.get(f"/api/v1/{path}", query or None, headers=sent)

    def post(self, path: str, body: Any, key: str = "", **headers: str) -> Any:
        sent = {"Idempotency-Key": key} if key else {}
        return self._send("post", path, body, sent | headers)

    def put(self, path: str, body: Any, **headers: str) -> Any:
        return self._send("put", path, body, headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self._send("patch", path, body, headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self._send("delete", path, b"", headers)

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        with outside():
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


def walked(caller: Program, path: str, name: str, **query: Any) -> list[Any]:
    """One field of all things of a list, asked for two at a time."""
    found: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page = caller.get(path, limit=2, cursor=cursor, **query).json()
        assert len(page["items"]) <= 2
        found += [one[name] for one in page["items"]]
        cursor = page["next"]
    return found
