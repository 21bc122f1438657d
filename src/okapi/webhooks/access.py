"""Who may see and change webhooks: administrators, as all that joins other programs."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from okapi.base.actor import Actor, Role
from okapi.core.errors import Forbidden
from okapi.orgs import access as orgs_access
from okapi.webhooks.models import Webhook


def require(actor: Actor) -> None:
    """`Forbidden` unless an administrator."""
    if not actor.has(Role.ADMINISTRATOR):
        raise Forbidden("access.role", role=Role.ADMINISTRATOR)


def visible(actor: Actor) -> QuerySet[Webhook]:
    """All webhooks that are in use, for an administrator; for everybody else there are none."""
    rows: QuerySet[Webhook] = Webhook.objects.filter(organisation_id=actor.organisation_id)
    return rows.filter(archived_at__isnull=True) if actor.has(Role.ADMINISTRATOR) else rows.none()


def get(actor: Actor, uid: UUID) -> Webhook:
    """The webhook: `NotFound` where it is missing or not the actor's to see."""
    found = visible(actor).filter(pk=uid).first()
    if found is None:
        raise orgs_access.missing("webhook", uid)
    return found
