"""Who may see and change sources: data stewards, since a source's address and query say much."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from okapi.base.actor import Actor, Role
from okapi.base.outbox import Audience
from okapi.core.errors import Forbidden
from okapi.exchange.models import Source
from okapi.orgs import access as orgs_access
from okapi.orgs.models import Person


def require(actor: Actor) -> None:
    """`Forbidden` unless a data steward."""
    if not actor.has(Role.STEWARD):
        raise Forbidden("access.role", role=Role.STEWARD)


def visible(actor: Actor) -> QuerySet[Source]:
    """All sources that are in use, for a data steward; for everybody else there are none."""
    rows: QuerySet[Source] = Source.objects.filter(organisation_id=actor.organisation_id)
    return rows.filter(archived_at__isnull=True) if actor.has(Role.STEWARD) else rows.none()


def get(actor: Actor, ref: UUID | str) -> Source:
    """The source with this id or key: `NotFound` where it is missing or not the actor's to see."""
    found: Source | None = orgs_access.by_ref(visible(actor), ref)
    if found is None:
        raise orgs_access.missing("source", ref)
    return found


def audience(source: Source) -> Audience:
    """Who may hear of a source: data stewards, and its owner."""
    stewards = Person.objects.filter(is_steward=True, archived_at__isnull=True)
    people = frozenset(stewards.values_list("pk", flat=True))
    owner = frozenset() if source.owner_id is None else frozenset({source.owner_id})
    return Audience(everyone=False, people=people | owner)
