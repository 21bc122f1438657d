"""Who bears a token: its person, their organisation and teams, by one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, QuerySet

from okapi.base import scope
from okapi.base.actor import Actor, Door
from okapi.base.given import Given
from okapi.base.prepared import Question
from okapi.base.rounds import Round
from okapi.orgs.models import Organisation, Person, Token
from okapi.orgs.queries.instances import columns_of, instance
from okapi.orgs.queries.organisations import Settings, settings_from
from okapi.orgs.queries.teams import PlacedRow, places_of_token, standing_from
from okapi.orgs.queries.visits import actor_standing


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token that was not revoked, of a person who has not left."""

    token_id: UUID
    expires_at: datetime | None
    used_at: datetime | None
    settings: Settings
    person: Person
    teams: tuple[PlacedRow, ...]

    def actor(self, door: Door, today: date) -> Actor:
        """Whoever comes with it, as they stand today."""
        stands = standing_from(self.teams, today)
        return actor_standing(self.person, stands, door, token_id=self.token_id)


def bearer_of(digest: str) -> Bearer | None:
    """Who bears the token with this digest; None for an unknown one."""
    with scope.everywhere("a token says by itself whose it is"), Round() as asked:
        tokens = asked(_TOKENS.part(digest=digest))
        teams = asked(places_of_token(digest))
    found = tokens()
    if not found:
        return None
    token_id, expires_at, used_at, *rest = found[0]
    of_person, of_organisation = rest[: len(_PERSON)], rest[len(_PERSON) :]
    return Bearer(
        token_id=token_id,
        expires_at=expires_at,
        used_at=used_at,
        settings=settings_from(instance(Organisation, of_organisation)),
        person=Person(**dict(zip(_PERSON, of_person, strict=True))),
        teams=tuple(teams()),
    )


# What of a person makes them an actor.
_PERSON = (
    "id", "organisation_id", "name", "is_viewer_only", "is_steward", "is_strategist",
    "is_administrator",
)  # fmt: skip


def _tokens() -> QuerySet[Token, Any]:
    with scope.everywhere("a token says by itself whose it is"):
        rows: QuerySet[Token, Any] = Token.objects.filter(
            digest=Given("digest", CharField()),
            revoked_at__isnull=True,
            person__archived_at__isnull=True,
        )
        own = (f"person__{name}" for name in _PERSON)
        home = (f"person__organisation__{name}" for name in columns_of(Organisation))
        return rows.values_list("pk", "expires_at", "used_at", *own, *home)


_TOKENS = Question(_tokens)
