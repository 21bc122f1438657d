"""Writing change records. Every action leaves exactly one for each thing that it changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Max

from okapi.base import clock
from okapi.base.actor import Actor
from okapi.base.models import Change


def record(
    actor: Actor,
    verb: str,
    kind: str,
    object_id: UUID,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Change:
    """Write one change record; `before` and `after` hold only the fields that differ."""
    return record_many(actor, verb, kind, [(object_id, before or {}, after or {})])[0]


def record_many(
    actor: Actor,
    verb: str,
    kind: str,
    changes: list[tuple[UUID, Mapping[str, Any], Mapping[str, Any]]],
) -> list[Change]:
    """Write one record for each (id, before, after), numbered after the thing's earlier ones."""
    ids = [object_id for object_id, _, _ in changes]
    last: dict[UUID, int] = dict(
        Change.objects.filter(kind=kind, object_id__in=ids)
        .values_list("object_id")
        .annotate(last=Max("number"))
    )
    now = clock.now()
    rows = []
    for object_id, before, after in changes:
        last[object_id] = last.get(object_id, 0) + 1
        rows.append(
            Change(
                organisation_id=actor.organisation_id,
                kind=kind,
                object_id=object_id,
                number=last[object_id],
                verb=verb,
                at=now,
                person_id=actor.person_id,
                person_name=actor.name,
                door=actor.door.value,
                before=dict(before),
                after=dict(after),
            )
        )
    return list(Change.objects.bulk_create(rows))
