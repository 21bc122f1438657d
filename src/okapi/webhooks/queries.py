"""What can be asked about webhooks and their deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from okapi.base.actor import Actor, Role
from okapi.core.errors import OkapiError, Refused
from okapi.orgs import access as orgs_access
from okapi.webhooks import access
from okapi.webhooks.choices import DeliveryState, HookPaused
from okapi.webhooks.models import Delivery, Webhook


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """A webhook as a list shows it, without its secret."""

    id: UUID
    name: str
    url: str
    events: tuple[str, ...]
    paused: str
    failing_since: datetime | None
    previous_until: datetime | None
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A message on its way, or where it ended."""

    id: UUID
    type: str
    body: dict[str, Any]
    state: DeliveryState
    attempt: int
    due_at: datetime
    ended_at: datetime | None
    status: int | None
    trouble: OkapiError | None


def webhooks(actor: Actor, *, most: int = 200) -> tuple[WebhookLine, ...]:
    """The webhooks by name; one statement. `Forbidden`."""
    access.require(actor)
    rows = access.visible(actor).order_by("name", "id")
    return tuple(_line(row) for row in rows[:most])


def newest_webhooks(
    actor: Actor, *, before: UUID | None = None, most: int = 200
) -> tuple[WebhookLine, ...]:
    """At most so many webhooks, those made last first; one statement. `Forbidden`."""
    access.require(actor)
    rows = access.visible(actor).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return tuple(_line(row) for row in rows[:most])


def given_up(actor: Actor) -> tuple[tuple[UUID, str], ...]:
    """Id and name of those that were paused since nothing came through.

    For administrators one statement; nothing is asked for others.
    """
    if not actor.has(Role.ADMINISTRATOR):
        return ()
    rows = access.visible(actor).filter(paused=HookPaused.FAILURES.value).order_by("name", "id")
    return tuple(rows.values_list("pk", "name")[:5])


def webhook(actor: Actor, uid: UUID) -> WebhookLine:
    """One webhook: `NotFound`."""
    return _line(access.get(actor, uid))


def deliveries(
    actor: Actor, uid: UUID, *, before: UUID | None = None, most: int = 50
) -> tuple[DeliveryLine, ...]:
    """The messages of a webhook, newest first."""
    rows = Delivery.objects.filter(webhook=access.get(actor, uid)).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return tuple(_delivery(row) for row in rows[:most])


def one_delivery(actor: Actor, uid: UUID, delivery: UUID) -> DeliveryLine:
    """One message: `NotFound`."""
    row = Delivery.objects.filter(webhook=access.get(actor, uid), pk=delivery).first()
    if row is None:
        raise orgs_access.missing("delivery", delivery)
    return _delivery(row)


def _line(row: Webhook) -> WebhookLine:
    return WebhookLine(
        id=row.pk,
        name=row.name,
        url=row.url,
        events=tuple(row.events),
        paused=row.paused,
        failing_since=row.failing_since,
        previous_until=row.previous_until,
        version=row.version,
        created_at=row.created_at,
    )


def _delivery(row: Delivery) -> DeliveryLine:
    return DeliveryLine(
        id=row.pk,
        type=row.type,
        body=row.body,
        state=DeliveryState(row.state),
        attempt=row.attempt,
        due_at=row.due_at,
        ended_at=row.ended_at,
        status=row.status,
        trouble=Refused(row.code, **row.data) if row.code else None,
    )
