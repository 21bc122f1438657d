"""Who comes in: a user with all places that they have, read at once when a request begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, Subquery, UUIDField

from okapi.base import outbox, scope
from okapi.base.given import Given
from okapi.base.prepared import Question
from okapi.base.rounds import Round
from okapi.base.statements import Row
from okapi.orgs.models import Calendar, Organisation, Person, User
from okapi.orgs.queries.instances import columns_of, instance
from okapi.orgs.queries.teams import PlacedRow, places_of_user


@dataclass(frozen=True, slots=True)
class Place:
    """A user's place in one organisation, with its calendar's id, version and weekend.

    `teams` are the rows from which `teams.standing_from` tells where the person stands on a day.
    """

    person: Person
    organisation: Organisation
    calendar: tuple[UUID, int, tuple[int, ...]] | None
    teams: tuple[PlacedRow, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A user's places by the organisations' names; `newest_event` is the outbox's number then."""

    places: tuple[Place, ...]
    newest_event: int


class ArrivingBackend(ModelBackend):
    """Signs in by password; a signed-in user is read together with their places.

    What Django would read of the user alone and each page of the places are one statement. The
    places stay with the user, which lives as long as its request.
    """

    def get_user(self, user_id: Any) -> User | None:
        """The user of a session, with the arrival that `arrival_of` gives; None when inactive."""
        found = _arrivals(user_id)
        if found is None or not self.user_can_authenticate(found[0]):
            return None
        user, arrival = found
        user.__dict__[_KEPT] = arrival
        return user


_KEPT = "_okapi_arrival"


def arrival_of(user: User) -> Arrival:
    """The places of a user: as they were read with them, else by one statement."""
    kept: Arrival | None = getattr(user, _KEPT, None)
    if kept is None:
        found = _arrivals(user.pk)
        return Arrival((), 0) if found is None else found[1]
    return kept


def _arrivals(user_id: UUID) -> tuple[User, Arrival] | None:
    with Round() as asked:
        places = asked(_PLACES.part(user=user_id))
        teams = asked(places_of_user(user_id))
    rows = places()
    if not rows:
        return None
    user: User = instance(User, rows[0][: len(_USER)])
    found = (_place(row[len(_USER) :], teams()) for row in rows)
    newest = rows[0][len(_USER)] or 0
    return user, Arrival(tuple(one for one in found if one is not None), newest)


def _place(row: Row, teams: Sequence[PlacedRow]) -> Place | None:
    """The place that a row tells of; None where a user without any has one row of nothing."""
    _, calendar_id, version, weekend, *rest = row
    if rest[_PERSON.index("id")] is None:
        return None
    person = instance(Person, rest[: len(_PERSON)])
    return Place(
        person=person,
        organisation=instance(Organisation, rest[len(_PERSON) :]),
        calendar=None if calendar_id is None else (calendar_id, version, tuple(weekend)),
        teams=tuple(one for one in teams if one.person_id == person.pk),
    )


_USER, _PERSON, _ORGANISATION = map(columns_of, (User, Person, Organisation))


def _places() -> QuerySet[User, Any]:
    with scope.everywhere("which organisations a user belongs to"):
        calendar = Calendar.objects.filter(
            organisation_id=OuterRef("place__organisation_id"), is_default=True
        )
        here = Q(people__archived_at__isnull=True)
        rows: QuerySet[User, Any] = (
            User.objects.filter(pk=Given("user", UUIDField()))
            .annotate(place=FilteredRelation("people", condition=here))
            .annotate(
                newest_event=Subquery(outbox.newest_row()),
                calendar_id=Subquery(calendar.values("pk")[:1]),
                calendar_version=Subquery(calendar.values("version")[:1]),
                calendar_weekend=Subquery(calendar.values("weekend")[:1]),
            )
            .order_by("place__organisation__name")
            .values_list(
                *_USER,
                *("newest_event", "calendar_id", "calendar_version", "calendar_weekend"),
                *(f"place__{name}" for name in _PERSON),
                *(f"place__organisation__{name}" for name in _ORGANISATION),
            )
        )
        return rows


_PLACES = Question(_places)
