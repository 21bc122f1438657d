"""Writing change records. Every action leaves exactly one for each thing that it changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.db.models import Max, Model

from okapi.base import clock, upserts
from okapi.base.actor import Actor
from okapi.base.models import Change
from okapi.core.errors import NotFound, OkapiError
from okapi.core.quantities import canonical


@dataclass(frozen=True, slots=True)
class Record:
    """A change record as it is read: what was done to which thing, and the fields that differed."""

    number: int
    kind: str
    object_id: UUID
    verb: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How many changes were taken back; `kept` are those that stay, each with the reason."""

    done: int
    kept: tuple[tuple[Record, OkapiError], ...]


_gathered: ContextVar[list[Record] | None] = ContextVar("okapi_gathered", default=None)
_LOOKED_BACK = 50
"""Who changed a field last is looked for in so many of the newest records."""
_AT_ONCE = 500

Told = tuple[UUID, Mapping[str, Any], Mapping[str, Any]]
"""A thing, and its fields before and after."""


def told(value: Any) -> Any:
    """A value as change records keep it."""
    match value:
        case Decimal():
            return canonical(value)
        case Enum():
            return value.value
        case UUID():
            return str(value)
        case Model():
            return str(value.pk)
        case date():  # and moments
            return value.isoformat()
        case Mapping():
            return {str(name): told(one) for name, one in value.items()}
        case list() | tuple():
            return [told(one) for one in value]
        case _:
            return value


def told_all(values: Mapping[str, Any]) -> dict[str, Any]:
    """`told` for each value; foreign keys lose their `_id`."""
    return {name.removesuffix("_id"): told(value) for name, value in values.items()}


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
    gathered = _gathered.get()
    if gathered is None:
        upserts.insert(Change, _COLUMNS, rows)
        return
    made = Change.objects.bulk_create(
        Change(**dict(zip(_COLUMNS, row, strict=True))) for row in rows
    )
    gathered.extend(_read(one) for one in made)


_COLUMNS = (
    "organisation_id", "kind", "object_id", "number", "verb", "at",
    "person_id", "person_name", "door", "before", "after",
)  # fmt: skip


def _last_numbers(kind: str, ids: Collection[UUID]) -> dict[UUID, int]:
    rows = Change.objects.filter(kind=kind, object_id__in=ids).values_list("object_id")
    return dict(rows.annotate(last=Max("number")))


@contextmanager
def gather() -> Iterator[list[Record]]:
    """The records that are written within the block, in their order; for the way back."""
    found: list[Record] = []
    token = _gathered.set(found)
    try:
        yield found
    finally:
        _gathered.reset(token)


def own(actor: Actor, number: int) -> Record:
    """The record with this number, if the actor wrote it; `NotFound` for any other."""
    rows = Change.objects.filter(organisation_id=actor.organisation_id, pk=number)
    found = rows.filter(person_id=actor.person_id).first()
    if found is None or actor.person_id is None:
        raise NotFound("access.not_found", kind="change", ref=str(number))
    return _read(found)


def own_of(actor: Actor, numbers: Collection[int]) -> list[Record]:
    """The records with these numbers, newest first; `NotFound` unless the actor wrote them all."""
    rows = Change.objects.filter(organisation_id=actor.organisation_id, pk__in=numbers)
    found = list(rows.filter(person_id=actor.person_id).order_by("-pk"))
    if len(found) != len(set(numbers)) or actor.person_id is None:
        raise NotFound("access.not_found", kind="change", ref=",".join(map(str, numbers)))
    return [_read(row) for row in found]


def has(kind: str, object_id: UUID, verb: str) -> bool:
    """Whether this was done to a thing."""
    return Change.objects.filter(kind=kind, object_id=object_id, verb=verb).exists()


def of_numbers(actor: Actor, numbers: Collection[int]) -> list[Record]:
    """The records with these numbers, newest first."""
    rows: list[Record] = []
    wanted = sorted(numbers, reverse=True)
    for start in range(0, len(wanted), _AT_ONCE):
        found = Change.objects.filter(
            organisation_id=actor.organisation_id, pk__in=wanted[start : start + _AT_ONCE]
        )
        rows += [_read(row) for row in found.order_by("-pk")]
    return rows


def changed_after(actor: Actor, ids: Collection[UUID], number: int) -> set[UUID]:
    """Those of these things that have a record newer than the one with this number."""
    found: set[UUID] = set()
    wanted = sorted(ids)
    for start in range(0, len(wanted), _AT_ONCE):
        rows = Change.objects.filter(
            organisation_id=actor.organisation_id,
            object_id__in=wanted[start : start + _AT_ONCE],
            pk__gt=number,
        )
        found.update(rows.values_list("object_id", flat=True))
    return found


def _read(row: Change) -> Record:
    return Record(row.id, row.kind, row.object_id, row.verb, row.before, row.after)


@dataclass(frozen=True, slots=True)
class Written:
    """Who changed something, and when."""

    name: str
    at: datetime


def last(kind: str, object_id: UUID) -> Written | None:
    """Who changed a thing last; one statement."""
    rows = Change.objects.filter(kind=kind, object_id=object_id).order_by("-number")
    found = rows.values_list("person_name", "at").first()
    return None if found is None else Written(*found)


def latest(kind: str, object_id: UUID, fields: Collection[str]) -> dict[str, Written]:
    """Who changed each of these fields of a thing last; one statement."""
    rows = Change.objects.filter(kind=kind, object_id=object_id).order_by("-number")
    found: dict[str, Written] = {}
    for name, at, after in rows.values_list("person_name", "at", "after")[:_LOOKED_BACK]:
        for field in after:
            if field in fields:
                found.setdefault(field, Written(name, at))
    return found
