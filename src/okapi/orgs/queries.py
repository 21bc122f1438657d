"""What can be asked about organisations: settings, calendars, cycles, and who an actor is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from okapi.base import clock, scope
from okapi.base.actor import Actor, Door, Role
from okapi.core.calendars import WorkingCalendar
from okapi.core.errors import NotFound
from okapi.orgs.models import Calendar, CalendarDay, Membership, Organisation, Person, Team, User


@dataclass(frozen=True, slots=True)
class Settings:
    """How an organisation counts time, which language comes first, and its thresholds."""

    organisation_id: UUID
    slug: str
    name: str
    name_other: str
    language: str
    time_zone: str
    first_weekday: int
    fiscal_month: int
    currency: str
    personal_goals: str
    thresholds: tuple[tuple[str, Any], ...]
    version: int

    @property
    def today(self) -> date:
        """Today where the organisation is."""
        return clock.now().astimezone(ZoneInfo(self.time_zone)).date()

    def in_language(self, first: str, other: str, language: str) -> str:
        """The one of two texts that is in `language`, or the one that there is."""
        preferred, fallback = (first, other) if language == self.language else (other, first)
        return preferred or fallback


def settings_of(organisation_id: UUID) -> Settings:
    """The settings of an organisation, with one statement."""
    return _settings(Organisation.objects.get(pk=organisation_id))


def settings_by_slug(slug: str) -> Settings:
    """The settings of the organisation with this slug; `NotFound` where there is none."""
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        raise NotFound("access.not_found", kind="organisation", ref=slug)
    return _settings(organisation)


def organisations_of(user: User) -> list[Settings]:
    """The organisations in which a user has a place, by name."""
    with scope.everywhere("which organisations a user belongs to"):
        places = list(
            Person.objects.filter(user=user, archived_at__isnull=True).values_list(
                "organisation_id", flat=True
            )
        )
    rows = Organisation.objects.filter(pk__in=places).order_by("name")
    return [_settings(row) for row in rows]


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
    running = Q(starts__isnull=True) | Q(starts__lte=today)
    not_ended = Q(ends__isnull=True) | Q(ends__gte=today)
    teams = Membership.objects.filter(running, not_ended, person=person)
    return Actor(
        organisation_id=person.organisation_id,
        door=door,
        person_id=person.pk,
        name=person.name,
        roles=_roles(person),
        teams=frozenset(teams.values_list("team_id", flat=True)),
        leads=_led_teams(person),
        token_id=token_id,
    )


def working_calendar(organisation_id: UUID) -> WorkingCalendar:
    """The default working calendar of an organisation, or Saturday and Sunday off."""
    calendar = Calendar.objects.filter(organisation_id=organisation_id, is_default=True).first()
    if calendar is None:
        return WorkingCalendar()
    return _calendar(calendar.pk, calendar.version, tuple(calendar.weekend))


@lru_cache(maxsize=256)
def _calendar(calendar_id: UUID, _version: int, weekend: tuple[int, ...]) -> WorkingCalendar:
    """Cached by version: whoever changes a calendar or its days raises the calendar's version."""
    days = list(
        CalendarDay.objects.filter(calendar_id=calendar_id).values_list("day", "is_working")
    )
    return WorkingCalendar(
        weekend=frozenset(weekend),
        holidays=frozenset(day for day, is_working in days if not is_working),
        workdays=frozenset(day for day, is_working in days if is_working),
    )


def _settings(row: Organisation) -> Settings:
    return Settings(
        organisation_id=row.pk,
        slug=row.slug,
        name=row.name,
        name_other=row.name_other,
        language=row.language,
        time_zone=row.time_zone,
        first_weekday=row.first_weekday,
        fiscal_month=row.fiscal_month,
        currency=row.currency,
        personal_goals=row.personal_goals,
        thresholds=tuple(sorted(row.settings.items())),
        version=row.version,
    )


def _roles(person: Person) -> frozenset[Role]:
    held = {
        Role.MEMBER: not person.is_viewer_only,
        Role.STEWARD: person.is_steward,
        Role.STRATEGIST: person.is_strategist,
        Role.ADMINISTRATOR: person.is_administrator,
    }
    return frozenset({Role.VIEWER, *(role for role, is_held in held.items() if is_held)})


def _led_teams(person: Person) -> frozenset[UUID]:
    teams = list(
        Team.objects.filter(archived_at__isnull=True).values_list("pk", "parent_id", "lead_id")
    )
    led = {pk for pk, _, lead in teams if lead == person.pk}
    below = led
    while below:
        below = {pk for pk, parent, _ in teams if parent in below} - led
        led = led | below
    return frozenset(led)
