"""Writing to the outbox: what open pages and other listeners are told after the commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from okapi.base import clock
from okapi.base.models import Outbox


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may hear of a thing: everyone in the organisation, or some teams and people."""

    everyone: bool = True
    teams: frozenset[UUID] = field(default_factory=frozenset)
    people: frozenset[UUID] = field(default_factory=frozenset)

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
    Outbox.objects.bulk_create(
        Outbox(
            organisation_id=organisation_id,
            kind=item.kind,
            object_id=item.object_id,
            number=item.number,
            audience=item.audience.as_json(),
            at=now,
        )
        for item in news
    )
