"""What can be asked about organisations: settings, calendars, and who can sign in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import DateField, Exists, Max, OuterRef, QuerySet

from okapi.base import clock, scope
from okapi.base.actor import Role
from okapi.base.given import Given
from okapi.base.prepared import Part, Question
from okapi.core.calendars import WorkingCalendar
from okapi.core.errors import NotFound
from okapi.orgs.models import Calendar, CalendarDay, Cycle, Organisation, Person, Team, User


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
    setup: tuple[tuple[str, Any], ...] = ()

    @property
    def today(self) -> date:
        """Today where the organisation is."""
        return self.day_of(clock.now())

    def day_of(self, moment: datetime) -> date:
        """The day of a moment where the organisation is."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

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
        memo["settings"] = settings_from(Organisation.objects.get(pk=organisation_id))
    kept: Settings = memo["settings"]
    return kept


def forget(organisation_id: UUID) -> None:
    """Ask anew what the open scope remembers of settings and calendar: they were just changed."""
    _memo(organisation_id).clear()


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
    return settings_from(organisation)


def organisations_of(user: User) -> list[Settings]:
    """The organisations in which a user has a place, by name."""
    with scope.everywhere("which organisations a user belongs to"):
        places = list(
            Person.objects.filter(user=user, archived_at__isnull=True).values_list(
                "organisation_id", flat=True
            )
        )
    rows = Organisation.objects.filter(pk__in=places).order_by("name")
    return [settings_from(row) for row in rows]


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
            role = max(roles_of(person), key=list(Role).index)
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
        return [settings_from(row) for row in Organisation.objects.order_by("pk")]


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
    return calendar_at(calendar.pk, calendar.version, tuple(calendar.weekend))


@lru_cache(maxsize=256)
def calendar_at(calendar_id: UUID, _version: int, weekend: tuple[int, ...]) -> WorkingCalendar:
    """A calendar by its version: whoever changes it or its days raises the calendar's version."""
    days = list(
        CalendarDay.objects.filter(calendar_id=calendar_id).values_list("day", "is_working")
    )
    return WorkingCalendar(
        weekend=frozenset(weekend),
        holidays=frozenset(day for day, is_working in days if not is_working),
        workdays=frozenset(day for day, is_working in days if is_working),
    )


def cycles_run_until(today: date) -> date | None:
    """The last day of the running cycle that ends last, in the open organisation's scope."""
    running = Cycle.objects.filter(starts__lte=today, ends__gte=today, archived_at__isnull=True)
    found: date | None = running.aggregate(last=Max("ends"))["last"]
    return found


@dataclass(frozen=True, slots=True)
class RunningCycle:
    """A cycle that runs today."""

    key: str
    title: str
    title_other: str
    starts: date
    ends: date


def running_cycles(today: date) -> list[RunningCycle]:
    """The cycles that run, those that end first before the others: one statement."""
    return running_part(today).alone()


def running_part(today: date) -> Part[list[RunningCycle]]:
    """As `running_cycles`, to be asked in a round."""
    return _RUNNING.part(today=today).to(lambda rows: [RunningCycle(*row) for row in rows])


def _running() -> QuerySet[Cycle, Any]:
    here = Given("today", DateField())
    rows: QuerySet[Cycle, Any] = Cycle.objects.filter(
        starts__lte=here, ends__gte=here, archived_at__isnull=True
    )
    return rows.order_by("ends", "-starts", "key").values_list(
        "key", "title", "title_other", "starts", "ends"
    )


_RUNNING = Question(_running)


def settings_from(row: Organisation) -> Settings:
    """The settings that an organisation's row has."""
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
        setup=tuple(sorted(row.setup.items())),
    )


def roles_of(person: Person) -> frozenset[Role]:
    """What a person is for the whole organisation."""
    held = {
        Role.MEMBER: not person.is_viewer_only,
        Role.STEWARD: person.is_steward,
        Role.STRATEGIST: person.is_strategist,
        Role.ADMINISTRATOR: person.is_administrator,
    }
    return frozenset({Role.VIEWER, *(role for role, is_held in held.items() if is_held)})
