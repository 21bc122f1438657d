"""Following a thing, and no longer. Who may read a thing may follow it; viewers too.

What is followed belongs to an app above: the caller has asked its `access` for the verb "read".
Only the person's own pages hear of it (kind "follow", the person's id).
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from okapi.base import changes, clock, outbox
from okapi.base.actor import Actor
from okapi.base.outbox import Audience, News
from okapi.core.errors import Refused
from okapi.talk.models import Follow


@transaction.atomic
def follow(actor: Actor, kind: str, object_id: UUID) -> bool:
    """Follow a thing; False where that was so already. `Refused` (`follow.nobody`)."""
    person = _person(actor)
    made, is_new = Follow.objects.get_or_create(
        organisation_id=actor.organisation_id, person_id=person, kind=kind, object_id=object_id
    )
    if is_new:
        after = {"kind": kind, "object": str(object_id)}
        changes.record(actor, "follow", "follow", made.pk, after=after, is_first=True)
        _tell(actor.organisation_id, person)
    return is_new


@transaction.atomic
def unfollow(actor: Actor, kind: str, object_id: UUID) -> bool:
    """Follow a thing no longer; False where it was not followed. `Refused` (`follow.nobody`)."""
    person = _person(actor)
    rows = Follow.objects.filter(
        organisation_id=actor.organisation_id, person_id=person, kind=kind, object_id=object_id
    )
    found = rows.select_for_update().first()
    if found is None:
        return False
    before = {"kind": kind, "object": str(object_id)}
    changes.record(actor, "unfollow", "follow", found.pk, before=before)
    found.delete()
    _tell(actor.organisation_id, person)
    return True


def _person(actor: Actor) -> UUID:
    """Who follows: commands and jobs do not."""
    if actor.person_id is None:
        raise Refused("follow.nobody")
    return actor.person_id


def _tell(organisation_id: UUID, person: UUID) -> None:
    """Like a comment's, the number of the news is the time in milliseconds."""
    number = int(clock.now().timestamp() * 1000)
    audience = Audience(everyone=False, people=frozenset({person}))
    outbox.tell(organisation_id, [News("follow", person, number, audience)])
