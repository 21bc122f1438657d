"""Who is in a team today, and as what; and who is around a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import DateField, Q, QuerySet, UUIDField

from okapi.base.given import Given
from okapi.base.prepared import Part, Question
from okapi.base.rounds import Round
from okapi.orgs.models import Membership, Person, Team


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A person in a team: `role` and `responsibilities` in this team, `job` in general."""

    id: UUID
    name: str
    name_other: str
    job: str
    role: str
    responsibilities: str
    is_home: bool


def members_of(team_id: UUID, today: date, *, most: int = 200) -> Part[tuple[MemberLine, ...]]:
    """The people who are in a team of the open organisation today, by name."""
    part = _MEMBERS.part(most, team=team_id, today=today)
    return part.to(lambda rows: tuple(MemberLine(*row) for row in rows))


def _members(most: int) -> QuerySet[Membership, Any]:
    today = Given("today", DateField())
    rows: QuerySet[Membership, Any] = Membership.objects.filter(
        Q(starts__isnull=True) | Q(starts__lte=today),
        Q(ends__isnull=True) | Q(ends__gte=today),
        team_id=Given("team", UUIDField()),
        person__archived_at__isnull=True,
    )
    columns = (
        "person_id", "person__name", "person__name_other", "person__job", "role",
        "responsibilities", "is_home",
    )  # fmt: skip
    return rows.order_by("person__name", "person_id").values_list(*columns)[:most]


_MEMBERS = Question(_members)


@dataclass(frozen=True, slots=True)
class Near:
    """A person beside another one, or a team (`id` None), by name in both languages."""

    id: UUID | None
    key: str
    name: str
    name_other: str


@dataclass(frozen=True, slots=True)
class Around:
    """Whom and what a person has around: who they report to, who reports to them, led teams."""

    manager: Near | None
    reports: tuple[Near, ...]
    leads: tuple[Near, ...]


def around(asked: Round, person_id: UUID) -> Callable[[], Around]:
    """What is around a person of the open organisation; answered when the round is."""
    people, teams = asked(_PEOPLE.part(person=person_id)), asked(_LED.part(person=person_id))

    def answer() -> Around:
        found = people()
        manager = next((row for row in found if row[-1] != person_id), None)
        return Around(
            manager=None if manager is None else Near(*manager[:-1]),
            reports=tuple(Near(*row[:-1]) for row in found if row[-1] == person_id),
            leads=tuple(Near(None, *row) for row in teams()),
        )

    return answer


_HERE = Given("person", UUIDField())


def _people() -> QuerySet[Person, Any]:
    # Two small sets of ids, each from an index: a condition on every person would look at all.
    reports = Person.objects.filter(manager_id=_HERE).values("pk")
    manager = Person.objects.filter(pk=_HERE, manager__isnull=False).values("manager_id")
    rows: QuerySet[Person, Any] = Person.objects.filter(
        pk__in=reports.union(manager), archived_at__isnull=True
    )
    columns = ("pk", "email", "name", "name_other", "manager_id")
    return rows.order_by("name", "pk").values_list(*columns)


def _led() -> QuerySet[Team, Any]:
    rows: QuerySet[Team, Any] = Team.objects.filter(archived_at__isnull=True, lead_id=_HERE)
    return rows.order_by("position", "pk").values_list("key", "name", "name_other")


_PEOPLE, _LED = Question(_people), Question(_led)
