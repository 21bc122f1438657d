"""That a person looked at what is new. A person's own mark, of which only their own pages hear.

It leaves no change record: when somebody looked at a page is nobody else's business.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from okapi.base import clock, outbox
from okapi.base.actor import Actor
from okapi.base.outbox import Audience, News
from okapi.core.errors import Refused
from okapi.talk.models import Seen
from okapi.talk.queries.following import seen_until


@transaction.atomic
def look(actor: Actor) -> None:
    """They look now. A new visit begins where the visit before it ended."""
    _mark(actor, None)


@transaction.atomic
def see(actor: Actor, until: datetime) -> None:
    """They have seen all that happened until then; never less than before, nor what is to come."""
    _mark(actor, min(until, clock.now()))


def _mark(actor: Actor, until: datetime | None) -> None:
    if actor.person_id is None:
        raise Refused("follow.nobody")
    now, person = clock.now(), actor.person_id
    rows = Seen.objects.filter(organisation_id=actor.organisation_id, person_id=person)
    found = rows.select_for_update().first()
    mark = None if found is None else (found.until, found.looked_at)
    began = seen_until(mark, now)
    Seen.objects.update_or_create(
        organisation_id=actor.organisation_id,
        person_id=person,
        defaults={
            "until": began if until is None else max(began, until),
            "looked_at": now,
        },
    )
    if until is not None:
        _tell(actor.organisation_id, person, now)


def _tell(organisation_id: UUID, person: UUID, at: datetime) -> None:
    audience = Audience(everyone=False, people=frozenset({person}))
    news = News("seen", person, int(at.timestamp() * 1000), audience)
    outbox.tell(organisation_id, [news])
