"""What is mine: objectives that I answer for, what is due from me, the way up to the company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import DateField, F, QuerySet, UUIDField

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import ReadersQuestion
from okapi.core.errors import Conflict
from okapi.core.health import Health
from okapi.goals import access
from okapi.goals.choices import GoalState
from okapi.goals.models import Contribution, KeyResult, Objective
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.objectives import objectives_of
from okapi.goals.queries.rows import GoalLink, KeyResultRow, ObjectiveRow
from okapi.goals.queries.thread import Entry, last_words
from okapi.orgs import access as orgs_access

MOST = 60
"""More running objectives of one person than this are found in the list of goals."""

_HIGHEST = 12


@dataclass(frozen=True, slots=True)
class Due:
    """A key result that waits for my word since `since`; `objective` is whose it is."""

    row: KeyResultRow
    objective: ObjectiveRow
    since: date


@dataclass(frozen=True, slots=True)
class CheckInPage:
    """One key result with what its owner said last, newest first, to say how it goes."""

    row: KeyResultRow
    objective: ObjectiveRow
    said: tuple[Entry, ...]


def my_objectives(asking: Asking) -> tuple[ObjectiveRow, ...]:
    """The running objectives that I own, or of which I own a key result; my own ones first."""
    me = asking.actor.person_id
    ids = [row[0] for row in _MINE.rows(asking.actor, me=me, today=asking.today)]
    found = objectives_of(asking, ids, with_levels=True)
    return tuple(sorted(found, key=lambda row: row.owner is None or row.owner.id != me))


def _mine(reader: Actor) -> QuerySet[Objective, Any]:
    me, today = Given("me", UUIDField()), Given("today", DateField())
    # Two small sets of ids, each from an index: a condition on every objective would look at all.
    own = KeyResult.objects.filter(owner_id=me, archived_at__isnull=True).values("objective_id")
    mine = Objective.objects.filter(owner_id=me).values("pk").union(own)
    rows: QuerySet[Objective, Any] = access.visible(reader).filter(
        pk__in=mine,
        archived_at__isnull=True,
        state__in=(GoalState.AGREED.value, GoalState.DRAFT.value),
        cycle__starts__lte=today,
        cycle__ends__gte=today,
    )
    ordered = rows.order_by(
        "cycle__ends", F("team__position").asc(nulls_last=True), "position", "id"
    )
    return ordered.values_list("pk")[:MOST]


_MINE = ReadersQuestion(_mine)


def due_from_me(asking: Asking, objectives: Sequence[ObjectiveRow]) -> tuple[Due, ...]:
    """Of these objectives the key results that wait for my word, the longest waiting first."""
    found = []
    for objective in objectives:
        for row in objective.key_results:
            since = due_since(asking, row)
            if since is not None and _answers_for(asking, row, objective):
                found.append(Due(row, objective, since))
    return tuple(sorted(found, key=lambda due: (due.since, due.row.key)))


def due_since(asking: Asking, row: KeyResultRow) -> date | None:
    """The day since which a word is due: a cadence after the last one; None while none is.

    A key result of which nothing was said yet is due from the first day of its span.
    """
    if row.state is not GoalState.AGREED or not row.first <= asking.today <= row.last:
        return None
    if row.checked_in_at is None:
        return row.first
    zone = ZoneInfo(asking.organisation.time_zone)
    said = row.checked_in_at.astimezone(zone).date()
    since = said + timedelta(days=row.cadence_days)
    return since if since <= asking.today else None


def _answers_for(asking: Asking, row: KeyResultRow, objective: ObjectiveRow) -> bool:
    """Its owner does; without one the objective's."""
    owner = row.owner or objective.owner
    return owner is not None and owner.id == asking.actor.person_id


def to_check_in(asking: Asking, ref: UUID | str) -> CheckInPage:
    """A key result to check in: `Forbidden` if it is not theirs, `Conflict` if it does not run."""
    held = access.get_key_result(asking.actor, ref, "check_in")
    if held.archived_at is not None or held.objective.archived_at is not None:
        raise orgs_access.missing("key_result", ref)
    if held.state != GoalState.AGREED:
        raise Conflict("check_in.not_running", ref=held.key, state=GoalState(held.state))
    objective = objectives_of(asking, [held.objective_id], with_levels=True)[0]
    row = next(row for row in objective.key_results if row.id == held.pk)
    return with_words(asking, row, objective)


def with_words(asking: Asking, row: KeyResultRow, objective: ObjectiveRow) -> CheckInPage:
    """A key result with what was said of it last; one statement."""
    return CheckInPage(row, objective, last_words(asking, [row.id], each=2).get(row.id, ()))


def path_up(asking: Asking, objective_id: UUID) -> tuple[GoalLink, ...]:
    """One way from an objective up to the top, the top first; it ends where one is hidden.

    Of several parents the one that was named first is followed.
    """
    parents: dict[UUID, UUID] = {}
    for child, parent in _edges_above(asking, objective_id):
        parents.setdefault(child, parent)
    way: list[UUID] = []
    here = objective_id
    while here in parents and parents[here] not in way:
        here = parents[here]
        way.append(here)
    found = _steps(asking, way) if way else {}
    readable = []
    for one in way:
        if one not in found:
            break
        readable.append(found[one])
    return tuple(reversed(readable))


def _steps(asking: Asking, ids: Sequence[UUID]) -> dict[UUID, GoalLink]:
    found = {}
    for pk, key, first, other, health, progress, *names in _STEPS.rows(asking.actor, ids=ids):
        team, team_other, owner, owner_other = (name or "" for name in names)
        found[pk] = GoalLink(
            objective_key=key,
            title=asking.text(first, other),
            health=Health(health or Health.NONE),
            progress=progress,
            owner=asking.text(team, team_other) or asking.text(owner, owner_other),
        )
    return found


def _on_the_way(reader: Actor) -> QuerySet[Objective, Any]:
    rows: QuerySet[Objective, Any] = access.visible(reader).filter(
        Among("id", GivenIds()), archived_at__isnull=True
    )
    return rows.values_list(
        *("pk", "key", "title", "title_other", "standing__health", "standing__progress"),
        *("team__name", "team__name_other", "owner__name", "owner__name_other"),
    )


_STEPS = ReadersQuestion(_on_the_way)


def _edges_above(asking: Asking, objective_id: UUID) -> list[tuple[UUID, UUID]]:
    """All contributions on the ways up, as (child, parent), oldest first; one statement."""
    table = Contribution._meta.db_table
    begin: Any = objective_id if connection.vendor == "postgresql" else objective_id.hex
    organisation = asking.actor.organisation_id
    home: Any = organisation if connection.vendor == "postgresql" else organisation.hex
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE up(child_id, parent_id, at, height) AS ("  # noqa: S608 - names of ours
            f" SELECT child_id, parent_id, created_at, 1 FROM {table}"
            " WHERE organisation_id = %s AND child_id = %s"
            " UNION SELECT c.child_id, c.parent_id, c.created_at, up.height + 1"
            f" FROM {table} c JOIN up ON c.child_id = up.parent_id"
            " WHERE c.organisation_id = %s AND up.height < %s)"
            " SELECT DISTINCT child_id, parent_id, at FROM up ORDER BY at",
            [home, begin, home, _HIGHEST],
        )
        rows = cursor.fetchall()
    return [(_uuid(child), _uuid(parent)) for child, parent, _ in rows]


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
