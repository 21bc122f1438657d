"""The outbox: what open pages and other listeners are told after the commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet

from okapi.base import clock, scope, upserts
from okapi.base.arrays import is_postgresql
from okapi.base.models import Outbox

CHANNEL = "okapi_outbox"


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may hear of a thing: everyone in the organisation, or some teams and people."""

    everyone: bool = True
    teams: frozenset[UUID] = field(default_factory=frozenset)
    people: frozenset[UUID] = field(default_factory=frozenset)

    def includes(self, teams: frozenset[UUID], person: UUID | None) -> bool:
        """Whether a person in these teams may hear of the thing."""
        return self.everyone or person in self.people or not teams.isdisjoint(self.teams)

    def as_json(self) -> dict[str, object]:
        """The form in which the row keeps it."""
        if self.everyone:
            return {"everyone": True}
        return {
            "teams": sorted(str(team) for team in self.teams),
            "people": sorted(str(person) for person in self.people),
        }


EVERYONE = Audience()


@dataclass(frozen=True, slots=True)
class News:
    """One thing that changed, and the number of its new state."""

    kind: str
    object_id: UUID
    number: int
    audience: Audience = EVERYONE


def tell(organisation_id: UUID, news: Iterable[News]) -> None:
    """Add rows to the outbox, within the transaction of the change that they tell of."""
    now = clock.now()
    names = ("organisation_id", "kind", "object_id", "number", "audience", "at")
    upserts.insert(
        Outbox,
        names,
        [
            (organisation_id, one.kind, one.object_id, one.number, one.audience.as_json(), now)
            for one in news
        ],
        calling=f"pg_notify('{CHANNEL}', '')" if is_postgresql() else "",
    )


@dataclass(frozen=True, slots=True)
class Letter:
    """One row of the outbox, as its reader passes it on."""

    number: int
    organisation_id: UUID
    kind: str
    object_id: UUID
    version: int
    audience: Audience
    at: datetime


def newest() -> int:
    """The number of the newest row, 0 for none."""
    with scope.everywhere("the outbox reader serves all organisations"):
        return Outbox.objects.aggregate(newest=Max("id"))["newest"] or 0


def newest_row() -> QuerySet[Outbox, int]:
    """The same number as a part of another statement, read within `scope.everywhere`."""
    return Outbox.objects.order_by("-id").values_list("id", flat=True)[:1]


def after(number: int, organisation_id: UUID, *, most: int) -> list[Letter]:
    """At most `most` rows of an organisation with a higher number, in order."""
    with scope.organisation(organisation_id):
        rows = Outbox.objects.filter(id__gt=number)
        return [_letter(row) for row in rows.order_by("id")[:most]]


def numbers_after(number: int, *, most: int) -> list[int]:
    """The newest numbers above `number`, at most `most` of them, in order."""
    with scope.everywhere("the outbox reader serves all organisations"):
        rows = Outbox.objects.filter(id__gt=number).order_by("-id")
        return sorted(rows.values_list("id", flat=True)[:most])


def letters(numbers: Iterable[int]) -> list[Letter]:
    """The rows with these numbers, in order."""
    with scope.everywhere("the outbox reader serves all organisations"):
        rows = Outbox.objects.filter(id__in=list(numbers)).order_by("id")
        return [_letter(row) for row in rows]


def forget_before(moment: datetime) -> int:
    """Delete the rows that are older; nobody resumes a stream from there. Returns how many."""
    with scope.everywhere("old letters of all organisations"):
        deleted, _ = Outbox.objects.filter(at__lt=moment).delete()
    return deleted


def _letter(row: Outbox) -> Letter:
    said: dict[str, Any] = row.audience
    return Letter(
        number=row.id,
        organisation_id=row.organisation_id,
        kind=row.kind,
        object_id=row.object_id,
        version=row.number,
        audience=Audience(
            everyone=bool(said.get("everyone")),
            teams=frozenset(UUID(team) for team in said.get("teams", ())),
            people=frozenset(UUID(person) for person in said.get("people", ())),
        ),
        at=row.at,
    )
