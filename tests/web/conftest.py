"""People who look at pages: signed-in clients, goals with figures, and the number of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client

from okapi.base import scope
from okapi.goals.models import KeyResult, Objective
from okapi.orgs.models import Person
from okapi.wording import speaking
from tests.cast import Cast
from tests.goals.making import (
    make_guard,
    make_key_result,
    make_kpi,
    make_objective,
    measure,
    renewed,
)


class Browser:
    """A browser in which somebody is signed in (or nobody); `htmx` asks for fragments."""

    def __init__(self, person: Person | None, slug: str = "acme") -> None:
        self.client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
        self.slug = slug
        if person is not None:
            self.client.force_login(person.user)  # type: ignore[arg-type]  # everybody of the cast can sign in

    def get(self, path: str, *, htmx: bool = False, **headers: str) -> Any:
        return self.client.get(self._at(path), headers=self._headers(htmx, headers))

    def post(self, path: str, data: Any = None, *, htmx: bool = False, **headers: str) -> Any:
        return self.client.post(self._at(path), data or {}, headers=self._headers(htmx, headers))

    def _at(self, path: str) -> str:
        return path if path.startswith("/") else f"/o/{self.slug}/{path}"

    @staticmethod
    def _headers(htmx: bool, headers: dict[str, str]) -> dict[str, str]:
        return headers | ({"hx-request": "true"} if htmx else {})


@pytest.fixture
def browser(cast: Cast) -> Callable[..., Browser]:
    """The browser of a person of the cast, in their organisation unless a slug is given."""

    def open_for(person: Person | None, slug: str = "acme") -> Browser:
        return Browser(person, slug)

    return open_for


@pytest.fixture
def outside() -> Callable[[], Any]:
    """A block without an open scope, as every request begins."""

    @contextmanager
    def closed() -> Iterator[None]:
        token = scope._current.set(None)
        try:
            with speaking("en"):
                yield
        finally:
            scope._current.reset(token)

    return closed


def make_goal(
    cast: Cast,
    key: str,
    *,
    value: float = 83.9,
    owner: Person | None = None,
    guarded: bool = False,
    **fields: Any,
) -> Objective:
    """An objective of the service team with a reach from 78% to 88%, measured in week 47."""
    owner = owner or cast.mia
    objective = make_objective(cast, key=key, owner=owner, **{"team": cast.service, **fields})
    kpi = make_kpi(cast, key=f"kpi-{key}", unit="%", frequency="week", decimals=1)
    measure(cast, kpi, {"2026-W40": 78, "2026-W46": 82, "2026-W47": value})
    make_key_result(objective, kpi, key=f"{key}.1", owner=owner, start=78, target=88)
    if guarded:
        cost = make_kpi(cast, key=f"cost-{key}", unit="CNY", frequency="week", direction="down")
        measure(cast, cost, {"2026-W47": 121})
        make_guard(objective, cost, high=125, amber_high=118)
    renewed([objective])
    return objective


@pytest.fixture
def goal(cast: Cast) -> Objective:
    """Mia's objective O-1 with key result O-1.1 and an amber guard."""
    return make_goal(cast, "O-1", guarded=True)


@pytest.fixture
def key_result(goal: Objective) -> KeyResult:
    """The key result of `goal`."""
    found: KeyResult = goal.key_results.get()
    return found
