"""What can be done with webhooks: made, changed, rotated, paused, removed; a message sent again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction

from okapi.base import addresses, changes, clock, fetching, sealing
from okapi.base.actor import Actor
from okapi.base.fields import new_id
from okapi.core.errors import Refused
from okapi.orgs import access as orgs_access
from okapi.orgs.actions import fields, holding
from okapi.webhooks import access, signing
from okapi.webhooks.choices import DeliveryState, EventType, HookPaused
from okapi.webhooks.models import Delivery, Webhook

KIND = "webhook"
OVERLAP = timedelta(hours=24)
"""So long the secret of before still signs beside the new one."""


@transaction.atomic
def create(actor: Actor, *, name: str, url: str, events: Sequence[str]) -> tuple[Webhook, str]:
    """A new webhook and its secret, which is shown this once. It is told what happens from now."""
    access.require(actor)
    uid, secret, now = new_id(), signing.new_secret(), clock.now()
    shown, hidden = _address(url)
    made: Webhook = Webhook.objects.create(
        id=uid,
        organisation_id=actor.organisation_id,
        name=fields.title(name, "name"),
        url=shown,
        in_address=sealing.seal(uid, hidden),
        events=_events(events),
        secret=sealing.seal(uid, {"current": secret}),
        told_from=now,
        read_to=now,
    )
    after = {"name": made.name, "url": made.url, "events": made.events}
    changes.record(actor, "add", KIND, made.pk, after=after, is_first=True)
    return made, secret


@transaction.atomic
def edit(
    actor: Actor,
    uid: UUID,
    *,
    name: str,
    url: str,
    events: Sequence[str],
    version: int | None = None,
) -> Webhook:
    """Change its name, address or events. What is masked in the address stays as it was."""
    held = _hold(actor, uid, version)
    before = sealing.unseal(held.pk, held.in_address)
    shown, hidden = _address(url, held.url, before)
    values = {"name": fields.title(name, "name"), "url": shown, "events": _events(events)}
    if hidden != before:
        values["in_address"] = sealing.seal(held.pk, hidden)
    _change(actor, "edit", held, values)
    return held


@transaction.atomic
def rotate(actor: Actor, uid: UUID, *, version: int | None = None) -> tuple[Webhook, str]:
    """A new secret, shown this once; the one before signs beside it for a day."""
    held = _hold(actor, uid, version)
    secret = signing.new_secret()
    before = sealing.unseal(held.pk, held.secret).get("current", "")
    sealed = sealing.seal(held.pk, {"current": secret, "previous": before})
    _change(actor, "rotate", held, {"secret": sealed, "previous_until": clock.now() + OVERLAP})
    return held, secret


@transaction.atomic
def pause(actor: Actor, uid: UUID, *, version: int | None = None) -> Webhook:
    """Tell it nothing more; what waits, waits."""
    held = _hold(actor, uid, version)
    _change(actor, "pause", held, {"paused": HookPaused.PERSON.value})
    return held


@transaction.atomic
def resume(actor: Actor, uid: UUID, *, version: int | None = None) -> Webhook:
    """Tell it again what happens from now on; what waited is sent."""
    held = _hold(actor, uid, version)
    if held.paused:
        now = clock.now()
        values = {"paused": "", "failing_since": None, "told_from": now, "read_to": now}
        _change(actor, "resume", held, values)
    return held


@transaction.atomic
def remove(actor: Actor, uid: UUID, *, version: int | None = None) -> None:
    """Put it away with its secret and what waits for it."""
    held = _hold(actor, uid, version)
    _change(actor, "archive", held, {"archived_at": clock.now(), "secret": "", "in_address": ""})
    Delivery.objects.filter(webhook=held).delete()


@transaction.atomic
def send_again(actor: Actor, uid: UUID, delivery: UUID) -> Delivery:
    """Send a message again, with the same id, whatever became of it."""
    held = _hold(actor, uid)
    rows = Delivery.objects.select_for_update(of=("self",)).filter(webhook=held, pk=delivery)
    found: Delivery | None = rows.first()
    if found is None:
        raise orgs_access.missing("delivery", delivery)
    if found.state != DeliveryState.SENDING.value:
        found.state, found.attempt, found.due_at = DeliveryState.WAITING.value, 0, clock.now()
        found.save(update_fields=["state", "attempt", "due_at"])
        changes.record(actor, "resend", KIND, held.pk, after={"delivery": str(found.pk)})
    return found


def _address(
    text: str, before: str = "", hidden: Mapping[str, str] = MappingProxyType({})
) -> tuple[str, dict[str, str]]:
    """The address as it is shown, and what is secret in it. `Refused`."""
    return addresses.hide(addresses.retyped(fetching.checked_url(text), before, hidden))


def _events(given: Sequence[str]) -> list[str]:
    chosen = [fields.choice(EventType, one, "events") for one in dict.fromkeys(given)]
    if not chosen:
        raise Refused("webhook.no_event", field="events")
    return chosen


def _hold(actor: Actor, uid: UUID, version: int | None = None) -> Webhook:
    found = access.get(actor, uid)
    held: Webhook = Webhook.objects.select_for_update(of=("self",)).get(pk=found.pk)
    holding.check_version(held, version)
    return held


# Of these a change record says no more than the verb.
_UNTOLD = frozenset({"secret", "in_address", "failing_since", "told_from", "read_to"})


def _change(actor: Actor, verb: str, held: Webhook, values: Mapping[str, Any]) -> None:
    was, now = holding.put(held, values)
    if now:
        before, after = (changes.told_all(_without_untold(fields)) for fields in (was, now))
        changes.record(actor, verb, KIND, held.pk, before=before, after=after)


def _without_untold(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in _UNTOLD}
