"""The things that can be followed, by kind: what they are, for those who may read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from django.db.models import QuerySet

from okapi.base.actor import Actor
from okapi.goals import access
from okapi.goals.choices import Followable
from okapi.kpis import access as kpis_access
from okapi.orgs import access as orgs_access
from okapi.talk.queries.following import follows_of


@dataclass(frozen=True, slots=True)
class FollowListed:
    """A thing that is followed; `key` is its key, a person's the e-mail."""

    id: UUID
    kind: str
    key: str
    title: str
    object_id: UUID
    at: datetime


def id_of(actor: Actor, kind: Followable, ref: UUID | str) -> UUID:
    """The id of a thing that the actor may read and follow; `NotFound` otherwise."""
    rows = _readable(actor, kind)
    by = "pk" if isinstance(ref, UUID) else _key(kind)
    wanted = ref.strip().lower() if isinstance(ref, str) and by == "email" else ref
    found: UUID | None = rows.filter(**{by: wanted}).values_list("pk", flat=True).first()
    if found is None:
        raise orgs_access.missing(kind.value, ref)
    return found


def follows(
    actor: Actor, *, kind: Followable | None = None, before: UUID | None = None, most: int = 100
) -> list[FollowListed]:
    """What the actor follows and may still read, newest first; pages go on `before` an id."""
    wanted = [kind] if kind else list(Followable)
    found: list[FollowListed] = []
    while True:
        rows = follows_of(
            actor, kind="" if kind is None else kind.value, before=before, most=most - len(found)
        )
        named = _named(actor, wanted, rows)
        found += [
            FollowListed(pk, what, *named[thing], thing, at)
            for pk, what, thing, at in rows
            if thing in named
        ]
        if not rows or len(found) >= most:
            return found
        before = rows[-1][0]


def _named(
    actor: Actor, kinds: Iterable[Followable], rows: Iterable[tuple[UUID, str, UUID, datetime]]
) -> dict[UUID, tuple[str, str]]:
    """Key and title of each thing that may be read."""
    found: dict[UUID, tuple[str, str]] = {}
    for kind in kinds:
        ids = [thing for _, what, thing, _ in rows if what == kind.value]
        if ids:
            things = _readable(actor, kind).filter(pk__in=ids)
            names = things.values_list("pk", _key(kind), _title(kind))
            found |= {pk: (key, title) for pk, key, title in names}
    return found


def _readable(actor: Actor, kind: Followable) -> QuerySet[Any, Any]:
    match kind:
        case Followable.OBJECTIVE:
            rows: QuerySet[Any, Any] = access.visible(actor)
        case Followable.KPI:
            rows = kpis_access.visible(actor)
        case Followable.TEAM:
            rows = orgs_access.visible_teams(actor)
        case Followable.PERSON:
            rows = orgs_access.visible_people(actor)
        case _:
            assert_never(kind)
    return rows.filter(archived_at__isnull=True)


def _key(kind: Followable) -> str:
    return "email" if kind is Followable.PERSON else "key"


def _title(kind: Followable) -> str:
    return "title" if kind is Followable.OBJECTIVE else "name"
