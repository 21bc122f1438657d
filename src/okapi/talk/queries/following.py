"""What a person follows, and until when they have seen what is new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    CharField,
    DateTimeField,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast, Coalesce

from okapi.base import clock
from okapi.base.actor import Actor
from okapi.base.given import Given
from okapi.base.prepared import Part, ReadersQuestion
from okapi.base.statements import Row
from okapi.orgs import access as orgs_access
from okapi.talk.models import Follow, Seen

VISIT = timedelta(hours=4)
"""Looks that are closer together than this are one visit."""
FIRST = timedelta(days=7)
"""So much is new to whoever looks for the first time."""
LONGEST = timedelta(days=14)
"""Older things are not new any more, however long nobody looked."""
MOST = 200
"""A person follows no more than this that is shown."""

Mark = tuple[datetime, datetime]
"""Until when they have seen, and when they last looked."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A thing that is followed; teams and people, who are open to all, with their names."""

    kind: str
    id: UUID
    key: str
    name: str
    name_other: str


@dataclass(frozen=True, slots=True)
class Watch:
    """What a person watches. What happened after `since` is new to them.

    `is_new_visit` says that this look is still to be kept.
    """

    since: datetime
    is_new_visit: bool
    followed: tuple[Followed, ...]

    def ids(self, kind: str) -> tuple[UUID, ...]:
        """The followed things of a kind."""
        return tuple(one.id for one in self.followed if one.kind == kind)


def seen_until(mark: Mark | None, now: datetime) -> datetime:
    """From when on things are new to somebody who looks now."""
    if mark is None:
        return now - FIRST
    until, looked_at = mark
    began = until if now - looked_at < VISIT else max(until, looked_at)
    return max(began, now - LONGEST)


_STALE = timedelta(minutes=15)


def watch_of(actor: Actor) -> Part[Watch]:
    """What the actor follows, newest first, and since when things are new.

    Whether they may read what they follow is asked by the app that it belongs to.
    """
    return _WATCH.part(actor).to(_watched)


def _watched(rows: Iterable[Row]) -> Watch:
    now = clock.now()
    mark: Mark | None = None
    followed = []
    for kind, object_id, at, looked_at, key, name, other in rows:
        if kind == _SEEN:
            mark = (at, looked_at)
        else:
            followed.append((at, Followed(kind, object_id, key or "", name or "", other or "")))
    followed.sort(key=lambda one: one[0], reverse=True)
    return Watch(
        since=seen_until(mark, now),
        is_new_visit=mark is None or now - mark[1] >= _STALE,
        followed=tuple(one for _, one in followed),
    )


_SEEN = "seen"
_NO_TEXT = Cast(Value(""), TextField())


def _watch(reader: Actor) -> QuerySet[Any, Any]:
    me = Given("person", UUIDField())
    follows = Follow.objects.filter(organisation_id=reader.organisation_id, person_id=me)
    team, person = orgs_access.visible_teams(reader), orgs_access.visible_people(reader)
    named = follows.annotate(
        looked=Cast(Value(None), DateTimeField()),
        named_key=Cast(_of(team, "key"), TextField()),
        named=Cast(Coalesce(_of(team, "name"), _of(person, "name")), TextField()),
        named_other=Cast(Coalesce(_of(team, "name_other"), _of(person, "name_other")), TextField()),
    ).values_list("kind", "object_id", "created_at", "looked", "named_key", "named", "named_other")
    seen = Seen.objects.filter(organisation_id=reader.organisation_id, person_id=me)
    mark = seen.annotate(
        what=Value(_SEEN, output_field=CharField()), a=_NO_TEXT, b=_NO_TEXT, c=_NO_TEXT
    ).values_list("what", "person_id", "until", "looked_at", "a", "b", "c")
    both: QuerySet[Any, Any] = named.union(mark, all=True)
    return both


def _of(rows: QuerySet[Any, Any], name: str) -> Subquery:
    alive = rows.filter(pk=OuterRef("object_id"), archived_at__isnull=True)
    return Subquery(alive.values(name)[:1])


_WATCH = ReadersQuestion(_watch)


def is_followed(actor: Actor, kind: str, object_id: UUID) -> Part[bool]:
    """Whether the actor follows a thing."""
    return _IS_FOLLOWED.part(actor, kind=kind, id=object_id).to(bool)


def _is_followed(reader: Actor) -> QuerySet[Follow, Any]:
    rows: QuerySet[Follow, Any] = Follow.objects.filter(
        organisation_id=reader.organisation_id,
        person_id=Given("person", UUIDField()),
        kind=Given("kind", CharField()),
        object_id=Given("id", UUIDField()),
    )
    return rows.values_list("pk")[:1]


_IS_FOLLOWED = ReadersQuestion(_is_followed)


def follows_of(
    actor: Actor, *, kind: str = "", before: UUID | None = None, most: int = 100
) -> list[tuple[UUID, str, UUID, datetime]]:
    """Id, kind, thing and time of what the actor follows, newest first; pages go on `before`."""
    rows = Follow.objects.filter(person_id=actor.person_id).order_by("-pk")
    if kind:
        rows = rows.filter(kind=kind)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.values_list("pk", "kind", "object_id", F("created_at"))[:most])
