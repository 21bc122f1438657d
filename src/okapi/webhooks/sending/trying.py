"""A test message: sent at once because somebody asks for it, so that the answer can be seen."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from okapi.base import changes, clock
from okapi.base.actor import Actor
from okapi.base.fields import new_id
from okapi.core.errors import OkapiError, Refused
from okapi.orgs.queries import settings_of
from okapi.webhooks import access
from okapi.webhooks.choices import TEST, DeliveryState
from okapi.webhooks.models import Delivery, Webhook
from okapi.webhooks.sending import posting

MOST, WITHIN = 5, timedelta(minutes=1)
"""So many tests of one webhook in so long."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A test message and how long the answer, or its lack, took, in seconds."""

    message: UUID
    seconds: float


def send_test(actor: Actor, uid: UUID) -> Tried:
    """Send a test to the webhook, paused or not, and wait for the answer.

    It is signed as every message is and stands among them. It is tried once, and does not count
    for whether the webhook works. `Refused` (`webhook.test_often`) beyond five in a minute.
    While it is on its way no transaction is open.
    """
    hook, delivery = _begin(actor, uid)
    begun = time.monotonic()
    status: int | None = None
    refused: OkapiError | None = None
    try:
        status = posting.post(hook, delivery).status
    except OkapiError as error:
        refused = error
    posting.tell_answer(delivery, status, refused)
    with transaction.atomic():
        mine = Delivery.objects.select_for_update(of=("self",)).filter(pk=delivery.pk)
        if mine.exists():  # the webhook may be removed meanwhile
            delivery.save()
    return Tried(delivery.pk, time.monotonic() - begun)


@transaction.atomic
def _begin(actor: Actor, uid: UUID) -> tuple[Webhook, Delivery]:
    """Keep that a test was begun; until there is an answer it is one that was cut off."""
    found = access.get(actor, uid)
    hook: Webhook = Webhook.objects.select_for_update(of=("self",)).get(pk=found.pk)
    now = clock.now()
    recent = Delivery.objects.filter(webhook=hook, type=TEST, due_at__gt=now - WITHIN)
    if recent.count() >= MOST:
        raise Refused("webhook.test_often", most=MOST)
    message = new_id()
    at = now.isoformat(timespec="milliseconds")
    slug = settings_of(actor.organisation_id).slug
    delivery: Delivery = Delivery.objects.create(
        id=message,
        organisation_id=actor.organisation_id,
        webhook=hook,
        origin=f"test:{message.hex}",
        type=TEST,
        object_id=hook.pk,
        body={"type": TEST, "timestamp": at, "data": {"organisation": slug, "test": True}},
        state=DeliveryState.FAILED.value,
        attempt=1,
        due_at=now,
        ended_at=now,
        code="webhook.test_cut_off",
    )
    changes.record(actor, "test", "webhook", hook.pk, after={"delivery": str(message)})
    return hook, delivery
