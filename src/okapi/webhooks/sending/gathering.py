"""From the outbox (and the records of check-ins) to one delivery for each webhook that wants it.

Letters are numbered before their transactions commit, so one may appear late: each look goes a
little further back than the last, and what was told already is known by its origin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from okapi.base import clock
from okapi.base.models import Change, Outbox
from okapi.orgs import queries as orgs_queries
from okapi.webhooks.choices import EventType
from okapi.webhooks.models import Delivery, Webhook
from okapi.webhooks.sending import public

LOOK_BACK = timedelta(minutes=2)
_AT_ONCE = 2_000
LETTERS = {
    "objective": EventType.OBJECTIVE_CHANGED,
    "key_result": EventType.KEY_RESULT_CHANGED,
    "kpi": EventType.KPI_CHANGED,
    "comment": EventType.COMMENT_CHANGED,
    "intake": EventType.INTAKE_CHANGED,
}
"""What a letter of the outbox is to those outside."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: what it is told by, what of, when."""

    origin: str
    type: EventType
    object_id: UUID
    number: int
    at: datetime


@transaction.atomic
def gather(hook_id: UUID) -> int:
    """Make deliveries of what happened since the last look, in the open scope; how many."""
    now = clock.now()
    rows = Webhook.objects.select_for_update(of=("self",), skip_locked=True)
    hook = rows.filter(pk=hook_id, paused="", archived_at__isnull=True).first()
    if hook is None:
        return 0
    happened = events(
        max(hook.told_from, hook.read_to - LOOK_BACK), {EventType(one) for one in hook.events}
    )
    made = 0
    while some := list(islice(happened, _AT_ONCE)):
        made += _make(hook, some, now)
    hook.read_to = now
    hook.save(update_fields=["read_to"])
    return made


def _make(hook: Webhook, found: Sequence[Event], now: datetime) -> int:
    """Make deliveries of what is not told yet; how many."""
    rows = Delivery.objects.filter(webhook=hook, origin__in=[one.origin for one in found])
    known = set(rows.values_list("origin", flat=True))
    made = _deliveries(hook, [one for one in found if one.origin not in known], now)
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def events(since: datetime, wanted: Collection[EventType]) -> Iterator[Event]:
    """What happened since and everyone may hear of, as far as wanted, in the order of time."""
    kinds = [kind for kind, type_ in LETTERS.items() if type_ in wanted]
    letters = (
        Event(f"letter {row.pk}", LETTERS[row.kind], row.object_id, row.number, row.at)
        for row in _all(Outbox.objects.filter(at__gte=since, kind__in=kinds))
        if row.audience.get("everyone")
    )
    said = Change.objects.filter(kind="check_in", verb="check_in", at__gte=since)
    told = said if EventType.CHECK_IN_ADDED in wanted else said.none()
    check_ins = (
        Event(
            f"change {row.pk}",
            EventType.CHECK_IN_ADDED,
            UUID(row.after["key_result"]),
            row.number,
            row.at,
        )
        for row in _all(told)
        if row.after.get("key_result")
    )
    yield from merge(letters, check_ins, key=lambda one: one.at)


def _all(rows: QuerySet[Any]) -> Iterator[Any]:
    """All rows by their numbers, some at a time: there may be more than fit."""
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        yield from some
        last = some[-1].pk


def _deliveries(hook: Webhook, found: Sequence[Event], now: datetime) -> list[Delivery]:
    by_type: dict[EventType, set[UUID]] = defaultdict(set)
    for one in found:
        by_type[one.type].add(one.object_id)
    told = {kind: public.facts(kind, ids) for kind, ids in by_type.items()}
    slug = orgs_queries.settings_of(hook.organisation_id).slug
    return [
        Delivery(
            organisation_id=hook.organisation_id,
            webhook=hook,
            origin=one.origin,
            type=one.type.value,
            object_id=one.object_id,
            body=_body(one, {"organisation": slug, **told[one.type][one.object_id]}),
            due_at=now,
        )
        for one in found
        if one.object_id in told[one.type]
    ]


def _body(event: Event, data: dict[str, str]) -> dict[str, Any]:
    """As Standard Webhooks has it: type, timestamp, data."""
    at = event.at.isoformat(timespec="milliseconds")
    return {"type": event.type.value, "timestamp": at, "data": {**data, "number": event.number}}
