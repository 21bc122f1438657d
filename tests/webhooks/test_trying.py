"""Test messages: signed as any other, sent once, told with their answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from okapi.base import clock
from okapi.base.models import Change
from okapi.core.errors import NotFound, Refused
from okapi.webhooks import actions, queries, signing
from okapi.webhooks.choices import DeliveryState
from okapi.webhooks.models import Delivery, Webhook
from okapi.webhooks.queries import DeliveryLine
from okapi.webhooks.sending import posting, send_test
from tests.cast import Cast
from tests.webhooks.receiving import Receiver, make_hook, turn


def sent(cast: Cast, hook: Webhook) -> DeliveryLine:
    ada = cast.actor(cast.ada)
    return queries.one_delivery(ada, hook.pk, send_test(ada, hook.pk).message)


def test_it_is_signed_and_marked_as_a_test(cast: Cast, receiver: Receiver) -> None:
    hook, secret = make_hook(cast, receiver)
    line = sent(cast, hook)
    assert (line.state, line.status, line.trouble) == (DeliveryState.DELIVERED, 204, None)
    ((headers, body),) = receiver.got
    (told,) = receiver.told
    assert told["type"] == "webhook.test"
    assert told["data"] == {"organisation": "acme", "test": True}
    message, at = headers["webhook-id"], int(headers["webhook-timestamp"])
    assert message == f"msg_{line.id.hex}"
    assert headers["webhook-signature"] == signing.signature(secret, message, at, body)
    assert Change.objects.filter(object_id=hook.pk, verb="test").count() == 1


def test_a_refusal_is_told_and_not_tried_again(
    cast: Cast, hook: Webhook, receiver: Receiver
) -> None:
    receiver.status = 500
    line = sent(cast, hook)
    assert (line.state, line.status) == (DeliveryState.FAILED, 500)
    assert line.trouble is not None
    assert line.trouble.code == "webhook.status"
    assert turn(timedelta(hours=1)) == 0
    hook.refresh_from_db()
    assert (hook.failing_since, hook.paused) == (None, "")


def test_nobody_there_is_told_in_words(cast: Cast, hook: Webhook, receiver: Receiver) -> None:
    Webhook.objects.update(url="http://127.0.0.1:9/")
    line = sent(cast, hook)
    assert (line.state, line.status) == (DeliveryState.FAILED, None)
    assert line.trouble is not None
    assert line.trouble.code == "outward.no_answer"
    assert receiver.got == []


def test_a_paused_one_can_be_tested(cast: Cast, hook: Webhook, receiver: Receiver) -> None:
    actions.pause(cast.actor(cast.ada), hook.pk)
    assert sent(cast, hook).state is DeliveryState.DELIVERED
    assert receiver.types == ["webhook.test"]


def test_five_a_minute(cast: Cast, hook: Webhook, receiver: Receiver) -> None:
    ada = cast.actor(cast.ada)
    for _ in range(5):
        send_test(ada, hook.pk)
    with pytest.raises(Refused) as caught:
        send_test(ada, hook.pk)
    assert caught.value.code == "webhook.test_often"
    assert len(receiver.got) == 5
    with clock.at(clock.now() + timedelta(seconds=61)):
        send_test(ada, hook.pk)
    assert len(receiver.got) == 6


def test_one_that_was_cut_off_says_so(
    cast: Cast, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(posting, "post", killed)
    with pytest.raises(KeyboardInterrupt):
        send_test(cast.actor(cast.ada), hook.pk)
    (line,) = queries.deliveries(cast.actor(cast.ada), hook.pk)
    assert line.state is DeliveryState.FAILED
    assert line.trouble is not None
    assert line.trouble.code == "webhook.test_cut_off"


def test_it_can_be_sent_again_as_any_message(cast: Cast, hook: Webhook, receiver: Receiver) -> None:
    receiver.status = 500
    line = sent(cast, hook)
    receiver.status = 204
    actions.send_again(cast.actor(cast.ada), hook.pk, line.id)
    assert turn() == 1
    assert Delivery.objects.get(pk=line.id).state == DeliveryState.DELIVERED.value
    assert receiver.types == ["webhook.test", "webhook.test"]


def test_removed_while_it_is_on_its_way(
    cast: Cast, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, real = cast.actor(cast.ada), posting.post

    def post(one: Webhook, delivery: Delivery) -> object:
        actions.remove(ada, one.pk)
        return real(one, delivery)

    monkeypatch.setattr(posting, "post", post)
    send_test(ada, hook.pk)
    assert not Delivery.objects.exists()


def test_who_may_not_see_it_finds_none(cast: Cast, hook: Webhook, receiver: Receiver) -> None:
    with pytest.raises(NotFound):
        send_test(cast.actor(cast.mia), hook.pk)
    assert receiver.got == []
