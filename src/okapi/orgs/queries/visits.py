"""Who comes: a user's visit to an organisation, and the actor that a person is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, OuterRef, QuerySet, Subquery, UUIDField

from okapi.base import outbox, scope
from okapi.base.actor import Actor, Door
from okapi.base.given import Given
from okapi.base.prepared import Question
from okapi.base.statements import Row
from okapi.core.calendars import WorkingCalendar
from okapi.core.errors import NotFound
from okapi.orgs.models import Calendar, Organisation, Person, User
from okapi.orgs.queries.organisations import Settings, calendar_at, roles_of, settings_from
from okapi.orgs.queries.teams import HomeTeam, standing_of


@dataclass(frozen=True, slots=True)
class Visit:
    """All that a page knows before it begins: who comes, and into which organisation.

    `organisations` are all those that the user may go to; `newest_event` is the outbox's number
    before anything of the page was read.
    """

    settings: Settings
    actor: Actor
    name_other: str
    calendar: WorkingCalendar
    organisations: tuple[Settings, ...]
    home: HomeTeam | None
    newest_event: int

    @property
    def person_id(self) -> UUID:
        """Who comes: a visit is a person's."""
        if self.actor.person_id is None:
            raise RuntimeError("a visit without a person")
        return self.actor.person_id


def visit(user: User, slug: str, door: Door) -> Visit:
    """A user's visit to an organisation, with two statements; `NotFound` without a place in it."""
    places = [_Place.of(row) for row in _PLACES.rows(user=user.pk)]
    place = next((one for one in places if one.organisation.slug == slug), None)
    if place is None:
        raise NotFound("access.not_found", kind="organisation", ref=slug)
    settings = settings_from(place.organisation)
    with scope.organisation(settings.organisation_id):
        stands = standing_of(place.person.pk, settings.today)
        calendar = WorkingCalendar() if place.calendar is None else calendar_at(*place.calendar)
    return Visit(
        settings=settings,
        actor=Actor(
            organisation_id=settings.organisation_id,
            door=door,
            person_id=place.person.pk,
            name=place.person.name,
            roles=roles_of(place.person),
            teams=stands.member,
            leads=stands.leads,
        ),
        name_other=place.person.name_other,
        calendar=calendar,
        organisations=tuple(settings_from(one.organisation) for one in places),
        home=stands.home,
        newest_event=place.newest_event,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A user's place in one organisation, with its calendar's id, version and weekend."""

    person: Person
    organisation: Organisation
    calendar: tuple[UUID, int, tuple[int, ...]] | None
    newest_event: int

    @classmethod
    def of(cls, row: Row) -> _Place:
        calendar_id, version, weekend, newest, *rest = row
        return cls(
            person=_instance(Person, rest[: len(_PERSON)]),
            organisation=_instance(Organisation, rest[len(_PERSON) :]),
            calendar=None if calendar_id is None else (calendar_id, version, tuple(weekend)),
            newest_event=newest or 0,
        )


def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


_PERSON, _ORGANISATION = _names(Person), _names(Organisation)


def _instance(model: type[Any], values: list[Any]) -> Any:
    return model.from_db(DEFAULT_DB_ALIAS, _names(model), values)


def _places() -> QuerySet[Person, Any]:
    with scope.everywhere("which organisations a user belongs to"):
        calendar = Calendar.objects.filter(
            organisation_id=OuterRef("organisation_id"), is_default=True
        )
        rows: QuerySet[Person, Any] = (
            Person.objects.filter(user_id=Given("user", UUIDField()), archived_at__isnull=True)
            .annotate(
                calendar_id=Subquery(calendar.values("pk")[:1]),
                calendar_version=Subquery(calendar.values("version")[:1]),
                calendar_weekend=Subquery(calendar.values("weekend")[:1]),
                newest_event=Subquery(outbox.newest_row()),
            )
            .order_by("organisation__name")
            .values_list(
                *("calendar_id", "calendar_version", "calendar_weekend", "newest_event"),
                *_PERSON,
                *(f"organisation__{name}" for name in _ORGANISATION),
            )
        )
        return rows


_PLACES = Question(_places)


def actor_for_user(user: User, settings: Settings, door: Door) -> Actor:
    """The actor that a signed-in user is in an organisation; `NotFound` when they have no place."""
    with scope.organisation(settings.organisation_id):
        person = Person.objects.filter(user=user, archived_at__isnull=True).first()
        if person is None:
            raise NotFound("access.not_found", kind="organisation", ref=settings.slug)
        return actor_for_person(person, door, today=settings.today)


def actor_for_person(
    person: Person, door: Door, *, today: date, token_id: UUID | None = None
) -> Actor:
    """The actor that a person is today: roles, teams, and those that they lead with all below."""
    stands = standing_of(person.pk, today)
    return Actor(
        organisation_id=person.organisation_id,
        door=door,
        person_id=person.pk,
        name=person.name,
        roles=roles_of(person),
        teams=stands.member,
        leads=stands.leads,
        token_id=token_id,
    )
