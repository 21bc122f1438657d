"""The description is true: made-up requests by it get answers by it, and never a 500."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
)

from okapi.base import scope
from okapi.orgs.actions import tokens
from tests.cast import Cast
from tests.web.conftest import make_goal

EXAMPLES = 6
# The token is always a good one; and of what the shape allows, the rules refuse a part.
BESIDE = [ignored_auth, negative_data_rejection, positive_data_acceptance]
# Half of the requests are about things that are there.
THERE = {"key": ("O-1", "O-1.1", "kpi-O-1"), "kpi": ("kpi-O-1",)}

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@schema.hook
def map_path_parameters(_context: Any, path_parameters: dict[str, Any] | None) -> Any:
    """Every other made-up name becomes one that exists."""
    for name, known in THERE.items():
        made_up = (path_parameters or {}).get(name)
        if path_parameters and isinstance(made_up, str) and len(made_up) % 2:
            path_parameters[name] = known[len(made_up) // 2 % len(known)]
    return path_parameters


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
    """The lead of the service team, whose goal O-1 is."""
    make_goal(cast, "O-1", guarded=True)
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
