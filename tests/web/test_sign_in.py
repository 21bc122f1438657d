"""Signing in is refused after too many failures: of a name here, of a name anywhere, from here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.db.models import F
from django.test import Client

from tests.cast import PASSWORD, Cast

LIMIT = 2
OF_THE_NAME, FROM_THE_ADDRESS = 5 * LIMIT, 10 * LIMIT
RIGHT, WRONG, REFUSED = 302, 422, 429
MIA = "mia@acme.example"


@pytest.fixture(autouse=True)
def few(settings: Any) -> None:
    settings.AXES_FAILURE_LIMIT = LIMIT


def sign_in(name: str, password: str, address: str = "192.0.2.1", **headers: str) -> Any:
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR=address, headers=headers)
    return client.post("/sign-in", {"username": name, "password": password}, secure=True)


def fail(times: int, *, name: str = "mia{}@acme.example", address: str = "192.0.2.1") -> int:
    """Names and addresses with a `{}` in them are others each time; the status of the last."""
    found = [
        sign_in(name.format(at), "wrong", address.format(at)).status_code for at in range(times)
    ]
    assert set(found[:-1]) <= {WRONG}
    return found[-1]


def test_a_name_from_one_address(cast: Cast) -> None:
    assert fail(LIMIT, name=MIA) == REFUSED
    told = sign_in(MIA, PASSWORD)
    assert told.status_code == REFUSED
    assert "Try again in 15 minutes" in told.content.decode()
    assert sign_in(MIA, PASSWORD, "192.0.2.2").status_code == RIGHT
    assert sign_in("lea@acme.example", PASSWORD).status_code == RIGHT


def test_a_name_from_many_addresses(cast: Cast) -> None:
    assert fail(OF_THE_NAME, name=MIA, address="198.51.100.{}") == REFUSED
    assert sign_in(MIA, PASSWORD).status_code == REFUSED
    assert sign_in(MIA.upper(), PASSWORD).status_code == REFUSED
    assert sign_in("lea@acme.example", PASSWORD, "198.51.100.1").status_code == RIGHT


def test_many_names_from_one_address(cast: Cast) -> None:
    assert fail(FROM_THE_ADDRESS) == REFUSED
    assert sign_in("lea@acme.example", PASSWORD).status_code == REFUSED
    assert sign_in("lea@acme.example", PASSWORD, "192.0.2.2").status_code == RIGHT


def test_who_signs_in_between_does_not_make_the_address_new(cast: Cast) -> None:
    assert fail(FROM_THE_ADDRESS - 1) == WRONG
    assert sign_in(MIA, PASSWORD).status_code == RIGHT
    assert fail(1, name="another@acme.example") == REFUSED


def test_a_right_password_takes_the_failures_of_its_name_back(cast: Cast) -> None:
    for _ in range(3):
        assert fail(LIMIT - 1, name=MIA) == WRONG
        assert sign_in(MIA, PASSWORD).status_code == RIGHT


def test_what_is_refused_does_not_lengthen_the_pause(cast: Cast) -> None:
    fail(LIMIT, name=MIA)
    before = AccessAttempt.objects.get()
    assert sign_in(MIA, "wrong").status_code == REFUSED
    after = AccessAttempt.objects.get()
    assert (after.attempt_time, after.failures_since_start) == (before.attempt_time, LIMIT)


def test_failures_grow_old(cast: Cast, settings: Any) -> None:
    fail(LIMIT, name=MIA)
    quarter = timedelta(hours=settings.AXES_COOLOFF_TIME)
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - quarter)
    assert sign_in(MIA, PASSWORD).status_code == RIGHT


def test_a_proxy_that_does_not_tell_for_whom_is_everybody(cast: Cast, settings: Any) -> None:
    settings.HTTPS = True
    assert fail(FROM_THE_ADDRESS) == WRONG
    assert sign_in("lea@acme.example", PASSWORD).status_code == RIGHT


def test_a_proxy_that_tells_for_whom(cast: Cast, settings: Any) -> None:
    settings.HTTPS = True
    fail(FROM_THE_ADDRESS)
    told = {"x-forwarded-for": "203.0.113.9, 192.0.2.1"}
    assert sign_in("lea@acme.example", PASSWORD, **told).status_code == REFUSED


def test_the_failures_are_counted_in_one_statement(cast: Cast, statements: Any) -> None:
    fail(LIMIT, name=MIA)
    with statements() as asked:
        assert sign_in(MIA, PASSWORD).status_code == REFUSED
    counted = [one for one in asked if "SUM(" in one["sql"] and "axes_accessattempt" in one["sql"]]
    assert len(counted) == 1
