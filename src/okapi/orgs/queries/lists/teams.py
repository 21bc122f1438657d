"""Teams by their keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from okapi.base.actor import Actor
from okapi.orgs import access
from okapi.orgs.choices import TeamKind
from okapi.orgs.queries.lists.wanted import Wanted, found_by, narrowed
from okapi.orgs.queries.people import running


@dataclass(frozen=True, slots=True)
class TeamListed:
    """A team; `members` are in it today, `parent` is a key, `lead` an address."""

    id: UUID
    key: str
    name: str
    name_other: str
    kind: TeamKind
    purpose: str
    parent: str | None
    lead: str | None
    members: int
    position: int
    is_archived: bool
    version: int


def teams(
    actor: Actor, today: date, wanted: Wanted, *, parent: str = "", lead: str = "", kind: str = ""
) -> list[TeamListed]:
    """Teams in the order of their keys: below one, led by somebody, of a kind; one statement."""
    rows = narrowed(
        access.visible_teams(actor),
        wanted,
        {"parent__key": parent, "lead__email": lead, "kind": kind},
    )
    return [_team(row) for row in _with_members(rows, today).order_by("key")[: wanted.most]]


def one_team(actor: Actor, today: date, ref: UUID | str) -> TeamListed:
    """The team with this id or key, put away or not; `NotFound`."""
    return _team(found_by(_with_members(access.visible_teams(actor), today), "team", ref))


def _with_members(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    mine = running(today).filter(team_id=OuterRef("pk"), person__archived_at__isnull=True)
    counted = mine.order_by().values("team_id").annotate(n=Count("person_id", distinct=True))
    members = Coalesce(Subquery(counted.values("n")), 0, output_field=IntegerField())
    annotated: QuerySet[Any] = rows.select_related("parent", "lead").annotate(members=members)
    return annotated


def _team(row: Any) -> TeamListed:
    return TeamListed(
        id=row.pk,
        key=row.key,
        name=row.name,
        name_other=row.name_other,
        kind=TeamKind(row.kind),
        purpose=row.purpose,
        parent=None if row.parent is None else row.parent.key,
        lead=None if row.lead is None else row.lead.email,
        members=row.members,
        position=row.position,
        is_archived=row.archived_at is not None,
        version=row.version,
    )
