"""Messages that do not come through: tried again, given up, taken over, removed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from okapi.base import clock
from okapi.base.fetching import Answer
from okapi.kpis.models import Kpi
from okapi.webhooks import actions, sending
from okapi.webhooks.models import Delivery, Webhook
from okapi.webhooks.sending import delivering, posting, worker
from tests.cast import NOW, Cast
from tests.webhooks.receiving import Receiver, make_hook, turn


def test_it_is_tried_again_with_the_same_id_and_given_up(
    cast: Cast, one: Webhook, receiver: Receiver
) -> None:
    receiver.status = 500
    now = NOW + timedelta(seconds=2)
    for _ in range(len(delivering.PAUSES) + 1):
        with clock.at(now):
            assert turn(timedelta()) == 1
            assert turn(timedelta()) == 0
        now = Delivery.objects.get().due_at
    found = Delivery.objects.get()
    assert (found.state, found.attempt, found.status) == ("failed", 9, 500)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len({body for _, body in receiver.got}) == 1
    with clock.at(now + timedelta(days=1)):
        assert turn() == 0
        receiver.status = 200
        actions.send_again(cast.actor(cast.ada), one.pk, found.pk)
        assert turn() == 1
    found.refresh_from_db()
    one.refresh_from_db()
    assert (found.state, one.failing_since) == ("delivered", None)


@pytest.mark.parametrize("status", [301, 302, 400, 404, 503])
def test_what_is_no_success(one: Webhook, receiver: Receiver, status: int) -> None:
    receiver.status = status
    turn(timedelta(seconds=2))
    assert len(receiver.got) == 1  # a redirect is not followed
    found = Delivery.objects.get()
    assert (found.state, found.status, found.code) == ("waiting", status, "webhook.status")


def test_an_address_of_the_own_network(one: Webhook, receiver: Receiver, settings: Any) -> None:
    settings.REACHABLE_HOSTS = []
    turn(timedelta(seconds=2))
    assert receiver.got == []
    assert Delivery.objects.get().code == "outward.private"


def test_after_five_days_without_success_it_is_paused(
    cast: Cast, one: Webhook, receiver: Receiver
) -> None:
    receiver.status = 500
    turn(timedelta(seconds=2))
    with clock.at(NOW + delivering.GIVEN_UP_AFTER + timedelta(minutes=1)):
        turn()
        one.refresh_from_db()
        assert one.paused == "failures"
        assert turn(timedelta(days=1)) == 0
        actions.resume(cast.actor(cast.ada), one.pk)
        receiver.status = 200
        assert turn(timedelta(days=1)) == 1


def test_who_is_gone_is_paused_at_once(one: Webhook, receiver: Receiver) -> None:
    receiver.status = 410
    turn(timedelta(seconds=2))
    one.refresh_from_db()
    assert (one.paused, Delivery.objects.get().state) == ("failures", "failed")


def test_killed_while_sending_it_is_sent_again(one: Webhook, receiver: Receiver) -> None:
    with clock.at(NOW + timedelta(seconds=2)):
        worker.gather_all()
        (claimed,) = worker.claim(10)
        assert worker.claim(10) == []
    turn(timedelta(seconds=30))
    assert receiver.got == []
    turn(worker.LEASE + timedelta(seconds=3))
    ((headers, _),) = receiver.got
    assert headers["webhook-id"] == f"msg_{claimed.pk.hex}"


def test_a_message_that_cannot_be_sent_stops_no_other(
    one: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting.signing, "headers", lambda *_: {"a": object()})
    turn(timedelta(seconds=2))
    found = Delivery.objects.get()
    assert (found.state, found.code) == ("waiting", "webhook.bug")
    assert receiver.got == []


@pytest.mark.parametrize("when", ["before", "while"])
def test_what_was_removed_is_not_brought_back(
    cast: Cast, one: Webhook, receiver: Receiver, when: str
) -> None:
    with clock.at(NOW + timedelta(seconds=2)):
        worker.gather_all()
        (claimed,) = worker.claim(10)
        if when == "before":
            actions.remove(cast.actor(cast.ada), one.pk)
            delivering.deliver(claimed)
        else:
            Delivery.objects.all().delete()
            delivering._settle(claimed, Answer(204, {}, ""), None)
    assert receiver.got == []
    assert not Delivery.objects.exists()


def test_who_took_it_over_says_what_became_of_it(one: Webhook, receiver: Receiver) -> None:
    with clock.at(NOW + timedelta(seconds=2)):
        worker.gather_all()
        (slow,) = worker.claim(10)
    turn(worker.LEASE + timedelta(seconds=3))
    delivering._settle(slow, Answer(500, {}, ""), None)
    found = Delivery.objects.get()
    assert (found.state, found.attempt, found.status) == ("delivered", 2, 204)


def test_one_that_never_answers_leaves_the_others_their_turn(
    cast: Cast, one: Webhook, receiver: Receiver
) -> None:
    body = {"type": "kpi.changed", "data": {}}
    rest = {"organisation": cast.organisation, "type": "kpi.changed", "body": body, "due_at": NOW}
    kpi = Kpi.objects.get().pk
    other, _ = make_hook(cast, receiver, "kpi.changed")
    Webhook.objects.filter(pk=one.pk).update(failing_since=NOW)
    for hook, many in ((one, 8), (other, 2)):
        for number in range(many):
            Delivery.objects.create(webhook=hook, origin=f"{number}", object_id=kpi, **rest)
    with clock.at(NOW + timedelta(seconds=2)):
        first = worker.claim(4)
        again = worker.claim(4)
    assert sorted(each.webhook_id == one.pk for each in first) == [False, False, True]
    assert again == []


def test_old_messages_are_forgotten(one: Webhook, receiver: Receiver) -> None:
    turn(timedelta(seconds=2))
    assert sending.forget_old() == 0
    with clock.at(NOW + timedelta(days=8)):
        assert sending.forget_old() == 1


def test_who_asks_to_wait_is_left_for_so_long(one: Webhook, receiver: Receiver) -> None:
    receiver.status, receiver.more = 429, {"Retry_After": "7200"}
    turn(timedelta(seconds=2))
    found = Delivery.objects.get()
    assert found.state == "waiting"
    wait = found.due_at - (NOW + timedelta(seconds=2))
    assert timedelta(hours=2) <= wait <= timedelta(hours=2.5)


@pytest.mark.parametrize(
    ("body", "more"),
    [(b"x" * 200_000, {}), (b"\x1f\x8b", {"Content_Encoding": "gzip"}), (b"ok", {})],
)
def test_what_is_answered_beside_the_status_does_not_matter(
    one: Webhook, receiver: Receiver, body: bytes, more: dict[str, str]
) -> None:
    """Else it would be sent again and again to somebody who has it."""
    receiver.status, receiver.body, receiver.more = 200, body, more
    turn(timedelta(seconds=2))
    assert [found.state for found in Delivery.objects.all()] == ["delivered"]
