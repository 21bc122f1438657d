"""What is mine: objectives that I answer for, and what is due from me."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateField, F, QuerySet, UUIDField

from okapi.base.actor import Actor
from okapi.base.given import Given
from okapi.base.prepared import Part, ReadersQuestion
from okapi.core.errors import Conflict
from okapi.goals import access
from okapi.goals.choices import GoalState
from okapi.goals.models import KeyResult, Objective
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.objectives import objectives_of
from okapi.goals.queries.rows import KeyResultRow, ObjectiveRow
from okapi.goals.queries.thread import Entry, last_words
from okapi.orgs import access as orgs_access

MOST = 60
"""More running objectives of one person than this are found in the list of goals."""


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
    return () if me is None else running_of(asking, me, ids_of(asking, me).alone())


def ids_of(asking: Asking, person_id: UUID) -> Part[list[UUID]]:
    """The running objectives that a person owns or has a key result of, and the asker may read."""
    part = _RUNNING.part(asking.actor, of=person_id, today=asking.today)
    return part.to(lambda rows: [row[0] for row in rows])


def running_of(
    asking: Asking, person_id: UUID, ids: Sequence[UUID], *, with_levels: bool = True
) -> tuple[ObjectiveRow, ...]:
    """These objectives of a person, their own ones first."""
    found = objectives_of(asking, ids, with_levels=with_levels)
    return tuple(sorted(found, key=lambda row: row.owner is None or row.owner.id != person_id))


def _running(reader: Actor) -> QuerySet[Objective, Any]:
    person, today = Given("of", UUIDField()), Given("today", DateField())
    # Two small sets of ids, each from an index: a condition on every objective would look at all.
    own = KeyResult.objects.filter(owner_id=person, archived_at__isnull=True).values("objective_id")
    theirs = Objective.objects.filter(owner_id=person).values("pk").union(own)
    rows: QuerySet[Objective, Any] = access.visible(reader).filter(
        pk__in=theirs,
        archived_at__isnull=True,
        state__in=(GoalState.AGREED.value, GoalState.DRAFT.value),
        cycle__starts__lte=today,
        cycle__ends__gte=today,
    )
    ordered = rows.order_by(
        "cycle__ends", F("team__position").asc(nulls_last=True), "position", "id"
    )
    return ordered.values_list("pk")[:MOST]


_RUNNING = ReadersQuestion(_running)


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
    since = asking.organisation.day_of(row.checked_in_at) + timedelta(days=row.cadence_days)
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
