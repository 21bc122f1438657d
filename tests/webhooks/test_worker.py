"""The worker as it runs: several messages at once, each in a thread, until nothing is left."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError

from okapi.base import clock, scope
from okapi.base.models import Outbox
from okapi.webhooks.models import Delivery
from okapi.webhooks.sending import delivering, worker
from tests.cast import NOW, Cast
from tests.kpis.making import make_kpi
from tests.webhooks.receiving import Receiver, make_hook

pytestmark = pytest.mark.django_db(transaction=True)
Ready = Callable[[int], list[Delivery]]


@pytest.fixture
def ready(cast: Cast, receiver: Receiver) -> Ready:
    """So many webhooks, each with a message about one KPI that is due."""

    def make(n: int) -> list[Delivery]:
        kpi = make_kpi(cast, "returns", frequency="week", unit="%")
        for _ in range(n):
            make_hook(cast, receiver, "kpi.changed")
        Outbox.objects.all().delete()
        Outbox.objects.create(
            organisation=cast.organisation, kind="kpi", object_id=kpi.pk, number=1,
            audience={"everyone": True}, at=NOW + timedelta(seconds=1),
        )  # fmt: skip
        with clock.at(NOW + timedelta(seconds=2)):
            worker.gather_all()
        return list(Delivery.objects.order_by("id"))

    return make


def work() -> int:
    """As `okapi webhook work` does it: no organisation's scope is open around it."""
    token = scope._current.set(None)
    try:
        with clock.at(NOW + timedelta(seconds=3)):
            return worker.work(idle_seconds=0)
    finally:
        scope._current.reset(token)


def states() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("state", flat=True))


def test_several_are_under_way_at_once(ready: Ready, receiver: Receiver, monkeypatch: Any) -> None:
    """Each waits for the others: one after the other, none would be answered."""
    together = threading.Barrier(worker.AT_ONCE)
    plain = receiver.handle
    monkeypatch.setattr(receiver, "handle", lambda one: (together.wait(10), plain(one)))
    ready(worker.AT_ONCE)
    assert work() == worker.AT_ONCE
    assert states() == ["delivered"] * worker.AT_ONCE
    assert len(receiver.got) == worker.AT_ONCE


def test_it_ends_when_nothing_is_left(ready: Ready, receiver: Receiver) -> None:
    ready(worker.AT_ONCE * 2 + 1)
    assert work() == worker.AT_ONCE * 2 + 1
    assert set(states()) == {"delivered"}
    assert work() == 0
    assert not [one for one in threading.enumerate() if one.name.startswith("webhook")]


def test_a_slow_one_keeps_no_other_waiting(
    ready: Ready, receiver: Receiver, monkeypatch: Any
) -> None:
    """The first is answered when all others have come."""
    others = 2 * worker.AT_ONCE
    first, rest_came, plain = threading.Lock(), threading.Event(), receiver.handle

    def handle(one: Any) -> None:
        if first.acquire(blocking=False):
            assert rest_came.wait(10)
        plain(one)
        if len(receiver.got) == others:
            rest_came.set()

    monkeypatch.setattr(receiver, "handle", handle)
    ready(others + 1)
    assert work() == others + 1
    assert set(states()) == {"delivered"}


def test_a_bug_at_one_message_ends_no_other(
    ready: Ready, receiver: Receiver, monkeypatch: Any, caplog: Any
) -> None:
    """It is told of as a failed try, and tried again like one."""
    bad = ready(3)[1]
    plain = delivering._may_be_told

    def may_be_told(delivery: Delivery) -> bool:
        if delivery.pk == bad.pk:
            raise ZeroDivisionError
        return plain(delivery)

    monkeypatch.setattr(delivering, "_may_be_told", may_be_told)
    assert work() == 3
    assert states() == ["delivered", "waiting", "delivered"]
    bad.refresh_from_db()
    assert (bad.attempt, bad.code) == (1, "webhook.bug")
    assert str(bad.pk) in caplog.text


def test_a_database_that_is_away_ends_no_other(
    ready: Ready, receiver: Receiver, monkeypatch: Any, caplog: Any
) -> None:
    """What became of the message cannot be kept: it is tried again when its time is over."""
    bad = ready(2)[0]
    plain = delivering._settle

    def settle(delivery: Delivery, *more: Any) -> None:
        if delivery.pk == bad.pk:
            raise OperationalError("away")
        plain(delivery, *more)

    monkeypatch.setattr(delivering, "_settle", settle)
    assert work() == 2
    assert states() == ["sending", "delivered"]
    monkeypatch.setattr(delivering, "_settle", plain)
    with clock.at(NOW + timedelta(seconds=4) + worker.LEASE):
        assert worker.work(idle_seconds=0) == 1
    assert states() == ["delivered", "delivered"]
