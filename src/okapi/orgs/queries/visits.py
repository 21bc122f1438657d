"""Who comes: a user's visit to an organisation, and the actor that a person is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from okapi.base import scope
from okapi.base.actor import Actor, Door
from okapi.core.calendars import WorkingCalendar
from okapi.core.errors import NotFound
from okapi.orgs.models import Person, User
from okapi.orgs.queries.arriving import arrival_of
from okapi.orgs.queries.organisations import Settings, calendar_at, roles_of, settings_from
from okapi.orgs.queries.teams import HomeTeam, Standing, standing_from, standing_of


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
    """A user's visit to an organisation; `NotFound` without a place in it.

    One statement, or none where the places were read with the user (`arriving`).
    """
    arrival = arrival_of(user)
    places = arrival.places
    place = next((one for one in places if one.organisation.slug == slug), None)
    if place is None:
        raise NotFound("access.not_found", kind="organisation", ref=slug)
    settings = settings_from(place.organisation)
    stands = standing_from(place.teams, settings.today)
    with scope.organisation(settings.organisation_id):
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
        newest_event=arrival.newest_event,
    )


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
    return actor_standing(person, standing_of(person.pk, today), door, token_id=token_id)


def actor_standing(
    person: Person, stands: Standing, door: Door, *, token_id: UUID | None = None
) -> Actor:
    """The actor that a person is who stands so."""
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
