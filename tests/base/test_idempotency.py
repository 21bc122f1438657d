"""Requests that are sent again: the stored answer, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from okapi.base import clock, idempotency, scope
from okapi.base.models import StoredAnswer
from okapi.core.errors import Refused
from tests.cast import NOW, Cast


def ask(cast: Cast, key: str = "k", body: bytes = b"[1]") -> idempotency.Request:
    return idempotency.request(cast.organisation.pk, key, body)


def keep(cast: Cast, wanted: idempotency.Request) -> None:
    idempotency.reserve(cast.organisation.pk, wanted, {"work": 1})


def test_a_request_is_new_then_reserved_then_answered(cast: Cast) -> None:
    assert idempotency.find(ask(cast)) is None
    keep(cast, ask(cast))
    reserved = idempotency.find(ask(cast))
    assert reserved is not None
    assert (reserved.is_answered, reserved.answer) == (False, {"work": 1})
    idempotency.answer(ask(cast), 200, {"new": 3})
    answered = idempotency.find(ask(cast))
    assert answered is not None
    assert (answered.status, answered.answer, answered.is_answered) == (200, {"new": 3}, True)


def test_another_body_with_the_same_key_is_refused(cast: Cast) -> None:
    keep(cast, ask(cast))
    with pytest.raises(Refused, match=r"idempotency\.other_body"):
        idempotency.find(ask(cast, body=b"[2]"))


def test_reserving_twice_is_told(cast: Cast) -> None:
    keep(cast, ask(cast))
    with pytest.raises(idempotency.TakenError):
        keep(cast, ask(cast))
    keep(cast, ask(cast, key="other"))


def test_keys_belong_to_a_token_of_an_organisation(cast: Cast, strangers: Cast) -> None:
    keep(cast, ask(cast))
    other = idempotency.request(strangers.organisation.pk, "k", b"[2]")
    assert idempotency.find(other) is None
    with scope.organisation(strangers.organisation.pk):
        assert idempotency.find(ask(cast, body=b"[2]")) is None


def test_after_thirty_days_a_key_is_new(cast: Cast) -> None:
    keep(cast, ask(cast))
    with clock.at(NOW + timedelta(days=31)):
        assert idempotency.find(ask(cast, body=b"[2]")) is None
        keep(cast, ask(cast, body=b"[2]"))
        assert StoredAnswer.objects.count() == 1
        assert idempotency.forget_old() == 0
    with clock.at(NOW + timedelta(days=62)):
        assert idempotency.forget_old() == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb", "a\0"])
def test_what_is_no_key_is_refused(cast: Cast, key: str) -> None:
    with pytest.raises(Refused, match=r"idempotency\.key"):
        ask(cast, key=key)
