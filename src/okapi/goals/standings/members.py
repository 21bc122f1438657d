"""What branches count: objectives as they stand now, where they begin, and what lies above them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from okapi.base.arrays import Among, id_param, is_postgresql, table_of
from okapi.core.health import Health
from okapi.goals.choices import GoalState
from okapi.goals.models import BranchLink, BranchMember, Contribution, Objective
from okapi.orgs.choices import Visibility
from okapi.orgs.models import Membership, Team

Edge = tuple[UUID, UUID]


class Member(NamedTuple):
    """What an objective is counted with."""

    cycle_id: UUID
    team_id: UUID | None
    health: str
    progress: float | None


class Standing(NamedTuple):
    """An objective as it is: whether it is there at all, and what it is counted with, if it is."""

    is_there: bool
    cycle_id: UUID
    member: Member | None


def standings_now(ids: Collection[UUID] | None, today: date) -> dict[UUID, Standing]:
    """These objectives (None: all) as they are: two statements.

    Public ones count that are neither archived nor cancelled.
    """
    rows = Objective.objects.all()
    if ids is not None:
        rows = rows.filter(Among("id", ids))
    found = list(
        rows.values_list(
            "id",
            "cycle_id",
            "team_id",
            "owner_id",
            "visibility",
            "state",
            "archived_at",
            "standing__health",
            "standing__progress",
        )
    )
    personal = {row[3] for row in found if row[2] is None and row[3] is not None}
    homes = home_teams(personal, today)
    now: dict[UUID, Standing] = {}
    for one, cycle, team, owner, visibility, state, archived_at, health, progress in found:
        is_there = archived_at is None
        counts = visibility == Visibility.EVERYONE and state != GoalState.CANCELLED and is_there
        where = team if team is not None else homes.get(owner)
        member = Member(cycle, where, health or Health.NONE.value, progress) if counts else None
        now[one] = Standing(is_there, cycle, member)
    return now


def home_teams(people: Collection[UUID], today: date) -> dict[UUID, UUID]:
    """The team in which a person's own objectives begin: the home, or else the first one."""
    if not people:
        return {}
    running = Q(starts__isnull=True) | Q(starts__lte=today)
    not_over = Q(ends__isnull=True) | Q(ends__gte=today)
    rows = Membership.objects.filter(Among("person_id", people), running, not_over).order_by(
        "is_home", "-id"
    )
    return dict(rows.values_list("person_id", "team_id"))


def members_counted(ids: Collection[UUID] | None) -> dict[UUID, Member]:
    """What the branches count these objectives (None: all) with."""
    rows = BranchMember.objects.all()
    if ids is not None:
        rows = rows.filter(Among("objective_id", ids))
    names = ("objective_id", *Member._fields)
    return {row[0]: Member(*row[1:]) for row in rows.values_list(*names)}


def links_now(ids: Collection[UUID] | None, gone: Collection[UUID] = ()) -> set[Edge]:
    """The alignments of these objectives (None: all) upwards; none to parents that are `gone`."""
    rows = Contribution.objects.filter(
        child__archived_at__isnull=True, parent__archived_at__isnull=True
    )
    if ids is not None:
        rows = rows.filter(Among("child_id", ids))
    return {
        (child, parent)
        for child, parent in rows.values_list("child_id", "parent_id").distinct()
        if parent not in gone
    }


def links_counted(ids: Collection[UUID] | None, gone: Collection[UUID] = ()) -> set[Edge]:
    """The alignments that branches count of these objectives upwards, and to those `gone`."""
    rows = BranchLink.objects.all()
    if ids is not None:
        rows = rows.filter(Among("child_id", ids))
    found = set(rows.values_list("child_id", "parent_id"))
    if gone:
        below = BranchLink.objects.filter(Among("parent_id", gone))
        found |= set(below.values_list("child_id", "parent_id"))
    return found


def counted_above(organisation_id: UUID, ids: Collection[UUID]) -> set[Edge]:
    """All counted alignments from these objectives to the tops above them."""
    return _walk(organisation_id, BranchLink, ids, start="child_id", step="parent_id")


def counted_below(organisation_id: UUID, ids: Collection[UUID]) -> set[Edge]:
    """All counted alignments from what lies below these objectives up to them."""
    return _walk(organisation_id, BranchLink, ids, start="parent_id", step="child_id")


def alignments_above(organisation_id: UUID, ids: Collection[UUID]) -> set[Edge]:
    """All alignments from these objectives to the tops above them, as they are agreed."""
    return _walk(organisation_id, Contribution, ids, start="child_id", step="parent_id")


def teams_above(organisation_id: UUID, ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """These teams and all above them: team → parent."""
    text = _text(Team, "id", "parent_id", start="id", step="parent_id")
    return dict(_rows(text, organisation_id, ids))


def _walk(
    organisation_id: UUID, model: Any, ids: Collection[UUID], *, start: str, step: str
) -> set[Edge]:
    text = _text(model, "child_id", "parent_id", start=start, step=step)
    rows = _rows(text, organisation_id, ids)
    return {(child, parent) for child, parent in rows if parent is not None}


def _text(model: Any, first: str, second: str, *, start: str, step: str) -> str:
    """The rows of a table reached from some ids, each once."""
    table = table_of(model)
    ids = "unnest(%s::uuid[])" if is_postgresql() else "value FROM json_each(%s)"
    return (
        f"WITH RECURSIVE way({first}, {second}) AS ("  # noqa: S608 - names of ours
        f"SELECT t.{first}, t.{second} FROM {table} t"
        f" WHERE t.organisation_id = %s AND t.{start} IN (SELECT {ids})"
        f" UNION SELECT t.{first}, t.{second} FROM way"
        f" JOIN {table} t ON t.organisation_id = %s AND t.{start} = way.{step})"
        f" SELECT {first}, {second} FROM way"
    )


def _rows(
    text: str, organisation_id: UUID, ids: Collection[UUID]
) -> Iterable[tuple[UUID, UUID | None]]:
    if not ids:
        return []
    organisation = id_param(organisation_id)
    listed: Any = list(ids) if is_postgresql() else json.dumps([one.hex for one in ids])
    with connection.cursor() as cursor:
        cursor.execute(text, [organisation, listed, organisation])
        rows: list[Any] = cursor.fetchall()
    if is_postgresql():
        return rows
    return [(UUID(one), None if other is None else UUID(other)) for one, other in rows]


def ways_up(teams: Mapping[UUID, UUID | None]) -> dict[UUID, frozenset[UUID]]:
    """Each team with itself and all above it."""
    found: dict[UUID, frozenset[UUID]] = {}

    def above(team: UUID) -> frozenset[UUID]:
        if team not in found:
            found[team] = frozenset({team})  # a circle in the tree ends here
            parent = teams.get(team)
            if parent is not None:
                found[team] |= above(parent)
        return found[team]

    for team in teams:
        above(team)
    return found
