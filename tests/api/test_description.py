"""The description is true: made-up requests by it get answers by it, and never a 500."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
)

from okapi.api.description import operations
from okapi.api.v1 import PerToken, api
from okapi.base import scope
from okapi.orgs.actions import tokens
from okapi.orgs.models import Person
from okapi.wording import codes, say, speaking
from tests.api.conftest import Program
from tests.cast import Cast
from tests.exchange.sources.making import make_source
from tests.web.conftest import make_goal

EXAMPLES = 6
# The token is always a good one; and of what the shape allows, the rules refuse a part.
BESIDE = [ignored_auth, negative_data_rejection, positive_data_acceptance]
# Half of the requests are about things that are there, by the first word of the address.
KEYS = {
    "objectives": "O-1",
    "key-results": "O-1.1",
    "kpis": "kpi-O-1",
    "teams": "sales",
    "people": "tom@acme.example",
    "cycles": "2026Q4",
    "perspectives": "learning",
    "sources": "facts",
}

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@schema.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> Any:
    """Every other made-up name becomes one that exists."""
    known = {"key": KEYS.get(context.operation.path.split("/")[3]), "kpi": "kpi-O-1"}
    for name, there in known.items():
        made_up = (path_parameters or {}).get(name)
        if path_parameters and there and isinstance(made_up, str) and len(made_up) % 2:
            path_parameters[name] = there
    return path_parameters


@schema.hook
def map_headers(_context: Any, headers: dict[str, Any] | None) -> Any:
    """Every other made-up `If-Match` is left out: it would be refused before anything is read."""
    if headers and len(str(headers.get("If-Match", ""))) % 2:
        headers.pop("If-Match")
    return headers


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The test's own connection and transaction outlive each request, as in Django's client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def token(cast: Cast, one_connection: None) -> str:
    """The lead of the service team, whose goal O-1 is, and who holds every role besides.

    Who may not is refused before anything is read: the permission matrix has them.
    """
    make_goal(cast, "O-1", guarded=True)
    Person.objects.filter(pk=cast.lea.pk).update(
        is_administrator=True, is_strategist=True, is_steward=True
    )
    make_source(cast)
    with scope.organisation(cast.organisation.pk):
        return tokens.create(cast.system, cast.lea)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_answers_are_as_described(case: Any, token: str) -> None:
    outside = scope._current.set(None)
    try:
        with transaction.atomic():
            answer = case.call(headers={"Authorization": f"Bearer {token}"})
            transaction.set_rollback(True)
    finally:
        scope._current.reset(outside)
    assert answer.status_code < 500, answer.text
    case.validate_response(answer, excluded_checks=BESIDE)


def test_every_operation_has_its_title_in_both_languages() -> None:
    told = {}
    for language in ("en", "zh"):
        with speaking(language):
            told[language] = api.get_openapi_schema(path_prefix="/api/v1/")
    named = {
        language: [(one["operationId"], one["summary"]) for _, one in operations(description)]
        for language, description in told.items()
    }
    ids = [name for name, _ in named["en"]]
    assert len(ids) == len(set(ids))
    for (name, english), (same, chinese) in zip(named["en"], named["zh"], strict=True):
        assert name == same
        assert english.isascii(), name
        assert len(english) < 48, name
        assert not chinese.isascii(), name


def described(node: Any) -> Iterator[str]:
    """All descriptions in a part of the schema."""
    if isinstance(node, dict):
        if isinstance(node.get("description"), str):
            yield node["description"]
        node = list(node.values())
    for one in node if isinstance(node, list) else ():
        yield from described(one)


def test_shapes_and_their_fields_are_described_in_both_languages() -> None:
    """What is English alone wants a phrase in wording/phrases/shapes.toml with the same `en`."""
    told = {}
    for language in ("zh", "en"):
        with speaking(language):
            found = api.get_openapi_schema(path_prefix="/api/v1/")
        told[language] = list(described(found["components"]["schemas"]))
    assert len(told["en"]) == len(told["zh"]) > 250
    same = {text for text, other in zip(told["en"], told["zh"], strict=True) if text == other}
    assert same == set()


def test_every_phrase_of_a_shape_is_used() -> None:
    with speaking("en"):
        found = api.get_openapi_schema(path_prefix="/api/v1/")
        texts = {" ".join(text.split()) for text in described(found["components"]["schemas"])}
        phrases = {say(code) for code in codes() if code.startswith("shape.")}
    assert phrases <= texts


def test_lists_are_pages_and_changes_are_refused_alike() -> None:
    """What a client's author relies on: one shape of lists, one of refusals, ETags everywhere."""
    found = api.get_openapi_schema(path_prefix="/api/v1/")
    for method, operation in operations(found):
        name, answers = operation["operationId"], operation["responses"]
        headers = {one["name"] for one in operation["parameters"] if one["in"] == "header"}
        assert {400, 401, 404, 422, 429} <= set(answers), name
        assert ("If-None-Match" in headers) == (304 in answers) == (method == "get"), name
        assert ("If-Match" in headers) == (412 in answers), name
        assert (method == "get") or {403, 409, 413} <= set(answers), name
        for status, answer in answers.items():
            kinds = set(answer.get("content", {}))
            assert kinds <= {"application/json" if status < 400 else "application/problem+json"}
    pages = {name: one for name, one in found["components"]["schemas"].items() if "Page" in name}
    assert len(pages) > 20
    assert all(set(one["properties"]) == {"items", "next"} for one in pages.values())


def test_the_description_is_not_sent_again(client: Client) -> None:
    first = client.get("/api/v1/openapi.json", headers={"accept-language": "en"})
    again = client.get(
        "/api/v1/openapi.json", headers={"accept-language": "en", "If-None-Match": first["ETag"]}
    )
    other = client.get("/api/v1/openapi.json", headers={"accept-language": "zh"})
    assert (first.status_code, again.status_code, other.status_code) == (200, 304, 200)
    assert first["ETag"] != other["ETag"]


def test_what_cannot_be_read_or_comes_too_often(
    cast: Cast, program: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = program(cast, cast.ada)
    for method, path in (("post", "teams"), ("patch", "people/tom@acme.example")):
        unreadable = getattr(ada, method)(path, b"{")
        assert (unreadable.status_code, unreadable.json()["status"]) == (400, 400)
        assert unreadable["Content-Type"] == "application/problem+json"
    monkeypatch.setattr(PerToken, "allow_request", lambda *_: False)
    monkeypatch.setattr(PerToken, "wait", lambda *_: 12)
    often = ada.get("teams")
    assert (often.status_code, often["Retry-After"]) == (429, "12")
    assert often.json()["errors"][0]["code"] == "request.throttled"
