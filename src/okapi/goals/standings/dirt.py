"""Telling the renewer what it has to do after the commit."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Event
from uuid import UUID

from django.db import transaction

from okapi.base.upserts import insert
from okapi.goals.choices import Dirt
from okapi.goals.models import Dirty

# Set after a commit that left something to do; the renewer of this process waits for it.
woken = Event()


def leave(organisation_id: UUID, kind: Dirt, object_ids: Iterable[UUID]) -> None:
    """Leave these things to the renewer, within the transaction of what made them dirty."""
    rows = [(organisation_id, kind.value, one) for one in object_ids]
    if rows:
        insert(Dirty, ("organisation_id", "kind", "object_id"), rows)
        transaction.on_commit(woken.set)
