"""Who is in a team today, and as what; and who is around a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import DateField, Q, QuerySet, UUIDField

from okapi.base.given import Given
from okapi.base.prepared import Part, Question
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


def around(person_id: UUID) -> Around:
    """What is around a person of the open organisation; two statements."""
    here = Q(archived_at__isnull=True)
    people = Person.objects.filter(here, Q(manager_id=person_id) | Q(reports=person_id)).distinct()
    columns = ("pk", "email", "name", "name_other", "manager_id")
    found = list(people.order_by("name", "pk").values_list(*columns))
    teams = Team.objects.filter(here, lead_id=person_id).order_by("position", "pk")
    manager = next((row for row in found if row[-1] != person_id), None)
    return Around(
        manager=None if manager is None else Near(*manager[:-1]),
        reports=tuple(Near(*row[:-1]) for row in found if row[-1] == person_id),
        leads=tuple(Near(None, *row) for row in teams.values_list("key", "name", "name_other")),
    )
