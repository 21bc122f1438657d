"""The tokens that somebody may see: their own, or, for an administrator, everybody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from okapi.base import clock
from okapi.base.actor import Actor
from okapi.orgs import access


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as a list shows it; `is_open` tells that it still opens something."""

    id: UUID
    name: str
    start: str
    person_id: UUID
    person: str
    person_other: str
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    is_open: bool


def tokens(actor: Actor, *, most: int = 500) -> tuple[TokenLine, ...]:
    """At most so many, those that open something first, newest first; one statement."""
    now = clock.now()
    rows = access.visible_tokens(actor).select_related("person").order_by("-created_at", "-id")
    found = [
        TokenLine(
            id=row.pk,
            name=row.name,
            start=row.start,
            person_id=row.person_id,
            person=row.person.name,
            person_other=row.person.name_other,
            created_at=row.created_at,
            used_at=row.used_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            is_open=row.revoked_at is None
            and row.person.archived_at is None
            and (row.expires_at is None or row.expires_at > now),
        )
        for row in rows[:most]
    ]
    return tuple(sorted(found, key=lambda one: not one.is_open))
