"""What can be asked about organisations: settings, calendars, cycles, and who an actor is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from okapi.base import clock, outbox, scope
from okapi.base.actor import Actor, Door, Role
from okapi.base.arrays import Among
from okapi.base.prepared import Prepared
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


def keep(settings: Settings) -> None:
    """Let the open scope remember the settings of its organisation."""
    _memo(settings.organisation_id)["settings"] = settings


def settings_of(organisation_id: UUID) -> Settings:
    """The settings of an organisation, with one statement while its scope is open."""
    memo = _memo(organisation_id)
    if "settings" not in memo:
        memo["settings"] = _settings(Organisation.objects.get(pk=organisation_id))
    kept: Settings = memo["settings"]
    return kept


def _memo(organisation_id: UUID) -> dict[str, Any]:
    """What the open scope remembers, if it is this organisation's."""
    opened = scope.opened()
    if opened is None or opened.organisation_id != organisation_id:
        return {}
    return opened.memo


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


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody who can sign in, for the buttons of a demo: who they are and where."""

    user: User
    person_id: UUID
    name: str
    role: Role
    is_lead: bool
    organisation: str

    @property
    def role_code(self) -> str:
        """The code of the role's word."""
        return f"role.{self.role.value}"


def sign_ins(each: int = 6) -> list[SignIn]:
    """Of every organisation a few who can sign in, one of each kind first; for demos only."""
    with scope.everywhere("the people of a demo"):
        leads = Team.objects.filter(lead_id=OuterRef("pk"), archived_at__isnull=True)
        people = (
            Person.objects.filter(user__is_active=True, archived_at__isnull=True)
            .select_related("user", "organisation")
            .annotate(is_lead=Exists(leads))
            .order_by("organisation__name", "created_at", "id")
        )
        found: dict[tuple[UUID, Role, bool], SignIn] = {}
        for person in people:
            role = max(_roles(person), key=list(Role).index)
            kind = (person.organisation_id, role, person.is_lead)
            organisation = person.organisation.name
            if kind not in found:
                found[kind] = SignIn(
                    person.user, person.pk, person.name, role, person.is_lead, organisation
                )
    return [one for place in _by_organisation(found.values()) for one in place[:each]]


def _by_organisation(found: Iterable[SignIn]) -> list[list[SignIn]]:
    groups: dict[str, list[SignIn]] = {}
    for one in found:
        groups.setdefault(one.organisation, []).append(one)
    return list(groups.values())


def all_organisations(reason: str) -> list[Settings]:
    """Every organisation, for the few things that are across them; `reason` says which."""
    with scope.everywhere(reason):
        return [_settings(row) for row in Organisation.objects.order_by("pk")]


@dataclass(frozen=True, slots=True)
class TeamPlace:
    """A team as a visitor finds it: where it hangs, whether they are a member, or at home in it."""

    id: UUID
    key: str
    name: str
    name_other: str
    parent_id: UUID | None
    lead_id: UUID | None
    is_member: bool
    is_home: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """All that a page knows before it begins: who comes, into which organisation, and its teams.

    `organisations` are all those that the user may go to, `teams` all teams by position;
    `newest_event` is the outbox's number before anything of the page was read.
    """

    settings: Settings
    actor: Actor
    name_other: str
    calendar: WorkingCalendar
    organisations: tuple[Settings, ...]
    teams: tuple[TeamPlace, ...]
    newest_event: int

    @property
    def home(self) -> TeamPlace | None:
        """The team in which the visitor is at home."""
        return next((team for team in self.teams if team.is_home), None)


def visit(user: User, slug: str, door: Door) -> Visit:
    """A user's visit to an organisation, with two statements; `NotFound` without a place in it."""
    with scope.everywhere("which organisations a user belongs to"):
        calendar = Calendar.objects.filter(
            organisation_id=OuterRef("organisation_id"), is_default=True
        )
        places = list(
            Person.objects.filter(user=user, archived_at__isnull=True)
            .select_related("organisation")
            .annotate(
                calendar_id=Subquery(calendar.values("pk")[:1]),
                calendar_version=Subquery(calendar.values("version")[:1]),
                calendar_weekend=Subquery(calendar.values("weekend")[:1]),
                newest_event=Subquery(outbox.newest_row()),
            )
            .order_by("organisation__name")
        )
    person = next((place for place in places if place.organisation.slug == slug), None)
    if person is None:
        raise NotFound("access.not_found", kind="organisation", ref=slug)
    settings = _settings(person.organisation)
    with scope.organisation(settings.organisation_id):
        teams = _teams_of(person, settings.today)
        return Visit(
            settings=settings,
            actor=_actor(person, door, teams),
            name_other=person.name_other,
            calendar=_calendar_of(person),
            organisations=tuple(_settings(place.organisation) for place in places),
            teams=teams,
            newest_event=person.newest_event or 0,
        )


def _teams_of(person: Person, today: date) -> tuple[TeamPlace, ...]:
    mine = _running(today).filter(person=person, team_id=OuterRef("pk"))
    rows = Team.objects.filter(archived_at__isnull=True).annotate(
        is_member=Exists(mine), is_home=Exists(mine.filter(is_home=True))
    )
    columns = ("id", "key", "name", "name_other", "parent_id", "lead_id", "is_member", "is_home")
    return tuple(TeamPlace(*row) for row in rows.order_by("position", "id").values_list(*columns))


def _actor(person: Person, door: Door, teams: tuple[TeamPlace, ...]) -> Actor:
    return Actor(
        organisation_id=person.organisation_id,
        door=door,
        person_id=person.pk,
        name=person.name,
        roles=_roles(person),
        teams=frozenset(team.id for team in teams if team.is_member),
        leads=_led(person.pk, [(team.id, team.parent_id, team.lead_id) for team in teams]),
    )


def _calendar_of(place: Any) -> WorkingCalendar:
    if place.calendar_id is None:
        return WorkingCalendar()
    return _calendar(place.calendar_id, place.calendar_version, tuple(place.calendar_weekend))


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
    return Actor(
        organisation_id=person.organisation_id,
        door=door,
        person_id=person.pk,
        name=person.name,
        roles=_roles(person),
        teams=frozenset(
            team_id
            for team_id, starts, ends in _PLACES.rows([person.pk])
            if (starts or today) <= today <= (ends or today)
        ),
        leads=_led_teams(person),
        token_id=token_id,
    )


def working_calendar(organisation_id: UUID) -> WorkingCalendar:
    """The default working calendar of an organisation, or Saturday and Sunday off."""
    memo = _memo(organisation_id)
    if "calendar" not in memo:
        memo["calendar"] = _working_calendar(organisation_id)
    kept: WorkingCalendar = memo["calendar"]
    return kept


def _working_calendar(organisation_id: UUID) -> WorkingCalendar:
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


def _running(today: date) -> QuerySet[Membership]:
    begun = Q(starts__isnull=True) | Q(starts__lte=today)
    return Membership.objects.filter(begun, Q(ends__isnull=True) | Q(ends__gte=today))


_PLACES = Prepared(
    lambda ids: Membership.objects.filter(Among("person_id", ids)).values_list(
        "team_id", "starts", "ends"
    )
)
_LED = Prepared(
    lambda ids: Team.objects.filter(Among("lead_id", ids), archived_at__isnull=True).values_list(
        "pk"
    )
)
_BELOW = Prepared(
    lambda ids: Team.objects.filter(Among("parent_id", ids), archived_at__isnull=True).values_list(
        "pk"
    )
)


def _led_teams(person: Person) -> frozenset[UUID]:
    """As `_led`, where not all teams are at hand; one statement for whoever leads none."""
    led = {pk for (pk,) in _LED.rows([person.pk])}
    below = led
    while below:
        below = {pk for (pk,) in _BELOW.rows(below)} - led
        led = led | below
    return frozenset(led)


def _led(
    person_id: UUID, teams: Sequence[tuple[UUID, UUID | None, UUID | None]]
) -> frozenset[UUID]:
    """The teams that a person leads, with all below; teams are (id, parent, lead)."""
    led = {pk for pk, _, lead in teams if lead == person_id}
    below = led
    while below:
        below = {pk for pk, parent, _ in teams if parent in below} - led
        led = led | below
    return frozenset(led)
