"""Writing change records. Every action leaves exactly one for each thing that it changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Max

from okapi.base import clock, upserts
from okapi.base.actor import Actor
from okapi.base.models import Change

Told = tuple[UUID, Mapping[str, Any], Mapping[str, Any]]
"""A thing, and its fields before and after."""


def record(
    actor: Actor,
    verb: str,
    kind: str,
    object_id: UUID,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    is_first: bool = False,
) -> None:
    """Write one change record; `before` and `after` hold only the fields that differ.

    `is_first` says that the thing is as new as its record.
    """
    record_many(actor, verb, kind, [(object_id, before or {}, after or {})], are_first=is_first)


def record_many(
    actor: Actor, verb: str, kind: str, changes: Sequence[Told], *, are_first: bool = False
) -> None:
    """Write one record for each thing, numbered after its earlier ones."""
    last = {} if are_first else _last_numbers(kind, {object_id for object_id, _, _ in changes})
    now = clock.now()
    rows = []
    for object_id, before, after in changes:
        last[object_id] = last.get(object_id, 0) + 1
        rows.append(
            (
                actor.organisation_id, kind, object_id, last[object_id], verb, now,
                actor.person_id, actor.name, actor.door.value, dict(before), dict(after),
            )
        )  # fmt: skip
    upserts.insert(Change, _COLUMNS, rows)


_COLUMNS = (
    "organisation_id", "kind", "object_id", "number", "verb", "at",
    "person_id", "person_name", "door", "before", "after",
)  # fmt: skip


def _last_numbers(kind: str, ids: Collection[UUID]) -> dict[UUID, int]:
    rows = Change.objects.filter(kind=kind, object_id__in=ids).values_list("object_id")
    return dict(rows.annotate(last=Max("number")))
