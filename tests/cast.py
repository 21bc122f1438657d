"""The cast: people with fixed roles in two organisations. Tests read like stories about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from okapi.base import actor as actors
from okapi.base import clock, scope
from okapi.base.actor import Actor, Door
from okapi.orgs import queries
from okapi.orgs.actions import organisations
from okapi.orgs.models import Cycle, Membership, Organisation, Person, Team, User

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # Monday noon in Shanghai, week 8 of Q4
TODAY = date(2026, 11, 23)
PASSWORD = "a long sentence of the cast"


@dataclass(frozen=True, slots=True)
class Cast:
    """People by first name, the teams and cycles that they meet in, and how each acts."""

    organisation: Organisation
    company: Team
    service: Team
    repairs: Team  # below service
    sales: Team
    year: Cycle
    quarter: Cycle
    ada: Person  # administrator
    stella: Person  # strategist
    sten: Person  # data steward
    lea: Person  # leads service
    mia: Person  # member of service
    rob: Person  # member of repairs
    tom: Person  # member of sales
    vic: Person  # viewer

    def actor(self, person: Person, door: Door = Door.PAGE) -> Actor:
        """How a person acts on that Monday."""
        return queries.actor_for_person(person, door, today=TODAY)

    @property
    def system(self) -> Actor:
        """A job or command of this organisation."""
        return actors.system(self.organisation.pk, Door.JOB)


def _person(organisation: Organisation, name: str, **rights: bool) -> Person:
    address = f"{name.lower()}@{organisation.slug}.example"
    user = User.objects.create_user(address, PASSWORD, name=name)
    person: Person = Person.objects.create(
        organisation=organisation, user=user, email=address, name=name, **rights
    )
    return person


def _join(person: Person, team: Team) -> None:
    Membership.objects.create(
        organisation_id=person.organisation_id, person=person, team=team, is_home=True
    )


def make_cast(slug: str) -> Cast:
    """Found an organisation and fill it with the cast; its scope is open only in here."""
    organisation = organisations.found(slug=slug, name=slug.title(), language="en", door=Door.JOB)
    with scope.organisation(organisation.pk):
        company = Team.objects.create(
            organisation=organisation, key="company", name="Company", kind="company"
        )
        below = {"organisation": organisation, "parent": company, "kind": "department"}
        service = Team.objects.create(key="service", name="Service", **below)
        sales = Team.objects.create(key="sales", name="Sales", **below)
        repairs = Team.objects.create(
            organisation=organisation, key="repairs", name="Repairs", parent=service
        )
        year = Cycle.objects.create(
            organisation=organisation,
            key="2026",
            title="2026",
            kind="year",
            starts=date(2026, 1, 1),
            ends=date(2026, 12, 31),
            state="running",
        )
        quarter = Cycle.objects.create(
            organisation=organisation,
            key="2026Q4",
            title="2026 Q4",
            starts=date(2026, 10, 1),
            ends=date(2026, 12, 31),
            parent=year,
            state="running",
        )
        lea = _person(organisation, "Lea")
        service.lead = lea
        service.save(update_fields=["lead"])
        cast = Cast(
            organisation=organisation,
            company=company,
            service=service,
            repairs=repairs,
            sales=sales,
            year=year,
            quarter=quarter,
            ada=_person(organisation, "Ada", is_administrator=True),
            stella=_person(organisation, "Stella", is_strategist=True),
            sten=_person(organisation, "Sten", is_steward=True),
            lea=lea,
            mia=_person(organisation, "Mia"),
            rob=_person(organisation, "Rob"),
            tom=_person(organisation, "Tom"),
            vic=_person(organisation, "Vic", is_viewer_only=True),
        )
        for person, team in ((lea, service), (cast.mia, service), (cast.rob, repairs)):
            _join(person, team)
        _join(cast.tom, sales)
    return cast


@pytest.fixture
def monday() -> Iterator[datetime]:
    """Let it be Monday 23 November 2026, noon in Shanghai."""
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def cast(db: None, monday: datetime) -> Iterator[Cast]:
    """The cast of the first organisation, with its scope open."""
    made = make_cast("acme")
    with scope.organisation(made.organisation.pk):
        yield made


@pytest.fixture
def strangers(db: None, monday: datetime) -> Cast:
    """The same people in another organisation; its scope is not open."""
    return make_cast("rival")
