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

    def get(self, path: str, *, tag: str = "", **query: Any) -> Any:
        headers = self._headers() | ({"If-None-Match": tag} if tag else {})
        return self._client.get(f"/api/v1/{path}", query, headers=headers)

    def delete(self, path: str) -> Any:
        return self._client.delete(f"/api/v1/{path}", headers=self._headers())

    def post(self, path: str, body: Any, key: str = "") -> Any:
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        headers = self._headers() | ({"Idempotency-Key": key} if key else {})
        return self._client.post(
            f"/api/v1/{path}", data, content_type="application/json", headers=headers
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
