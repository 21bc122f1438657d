"""One message: signed, sent, and what follows from the answer."""

from __future__ import annotations

import logging
import random
from datetime import timedelta

from django.db import transaction

from okapi.base import actor as actors
from okapi.base import changes, clock, fetching
from okapi.base.actor import Door
from okapi.base.fetching import Answer
from okapi.core.errors import OkapiError, Refused
from okapi.webhooks.choices import TEST, DeliveryState, EventType, HookPaused
from okapi.webhooks.models import Delivery, Webhook
from okapi.webhooks.sending import posting, public

log = logging.getLogger(__name__)

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
)
"""Between one try and the next; then it is left until somebody sends it again."""
GIVEN_UP_AFTER = timedelta(days=5)
"""A webhook through which nothing has come for so long is paused."""
_GONE = 410
_CHANCE = random.SystemRandom()


def deliver(delivery: Delivery) -> None:
    """Send a message that was claimed, in the scope of its organisation."""
    answer: Answer | None = None
    refused: OkapiError | None = None
    try:
        hook = Webhook.objects.filter(pk=delivery.webhook_id, archived_at__isnull=True).first()
        if hook is None or not _may_be_told(delivery):
            delivery.delete()
            return
        answer = posting.post(hook, delivery)
    except OkapiError as error:
        refused = error
    except Exception:
        # One message that cannot be sent never keeps those of others from being sent.
        log.exception("message %s", delivery.pk)
        refused = Refused("webhook.bug")
    _settle(delivery, answer, refused)


def _may_be_told(delivery: Delivery) -> bool:
    """Whether what it tells of is still there, and open to everyone; a test is of nothing."""
    if delivery.type == TEST:
        return True
    return delivery.object_id in public.facts(EventType(delivery.type), [delivery.object_id])


@transaction.atomic
def _settle(claimed: Delivery, answer: Answer | None, refused: OkapiError | None) -> None:
    """Keep what became of it, unless it was removed meanwhile or somebody else took it over."""
    now = clock.now()
    status = None if answer is None else answer.status
    rows = Delivery.objects.select_for_update(of=("self",))
    delivery = rows.filter(pk=claimed.pk, attempt=claimed.attempt).first()
    if delivery is None:
        return
    hook: Webhook = Webhook.objects.select_for_update(of=("self",)).get(pk=delivery.webhook_id)
    if posting.tell_answer(delivery, status, refused):
        delivery.save()
        if hook.failing_since is not None:
            Webhook.objects.filter(pk=hook.pk).update(failing_since=None)
        return
    if delivery.attempt <= len(PAUSES) and status != _GONE:
        delivery.state = DeliveryState.WAITING.value
        delivery.due_at = now + _pause(delivery, answer)
    else:
        delivery.state, delivery.ended_at = DeliveryState.FAILED.value, now
    delivery.save()
    _count(hook, is_gone=status == _GONE)


def _pause(delivery: Delivery, answer: Answer | None) -> timedelta:
    """Until the next try: longer each time, and not before the receiver asks for it again."""
    asked = None if answer is None else fetching.wait_of(answer)
    wait = timedelta(seconds=min(asked or 0, PAUSES[-1].total_seconds()))
    return max(PAUSES[delivery.attempt - 1], wait) * (1 + _CHANCE.random() / 4)


def _count(hook: Webhook, *, is_gone: bool) -> None:
    """Remember since when nothing comes through; pause what was given up or is gone."""
    now = clock.now()
    hook.failing_since = hook.failing_since or now
    is_over = is_gone or now - hook.failing_since >= GIVEN_UP_AFTER
    if is_over and not hook.paused:
        hook.paused = HookPaused.FAILURES.value
        hook.version += 1
        system = actors.system(hook.organisation_id, Door.JOB)
        changes.record(system, "pause", "webhook", hook.pk, after={"paused": hook.paused})
    hook.save(update_fields=["failing_since", "paused", "version"])
