"""Renewing: lock, load, compute, write what changed. The way of one number, and of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from okapi.base import scope, statements
from okapi.base.arrays import Among
from okapi.base.outbox import EVERYONE, Audience, News
from okapi.base.upserts import insert
from okapi.goals import access
from okapi.goals.choices import Dirt
from okapi.goals.models import GoalHistory, KeyResult, Objective
from okapi.goals.standings import dirt, starts, stored
from okapi.goals.standings.loading import Goals, Setting, load, setting_of
from okapi.goals.standings.outcomes import Figures, compute
from okapi.goals.standings.stored import Changed
from okapi.orgs.choices import Visibility


def renew(key_result_ids: Iterable[UUID], *, at: datetime, today: date) -> list[News]:
    """Compute these key results and their objectives anew and store what changed.

    Runs in the caller's transaction, with a fixed number of statements. What lies above is left to
    the renewer. Answers with what changed, for the outbox.
    """
    wanted = list(key_result_ids)
    if not wanted:
        return []
    objectives = KeyResult.objects.filter(Among("id", wanted)).order_by()
    return renew_objectives(
        objectives.values_list("objective_id", flat=True).distinct(), at=at, today=today
    )


def renew_objectives(objective_ids: Iterable[UUID], *, at: datetime, today: date) -> list[News]:
    """As `renew`, for these objectives and all their key results."""
    ids = sorted(set(objective_ids))
    if not ids:
        return []
    with transaction.atomic(savepoint=False):
        return renew_within(setting_of(scope.organisation_id(), today), ids, at=at)


def renew_within(setting: Setting, ids: Sequence[UUID], *, at: datetime) -> list[News]:
    """As `renew_objectives` for sorted ids, in an open transaction, with settings at hand."""
    organisation_id = setting.organisation_id
    objectives_before = stored.lock(organisation_id, ids)
    with statements.together():
        key_results_before = stored.ask_key_results(ids)
        goals = load(setting, ids)
    figures = compute(goals)
    starts.freeze(organisation_id, figures.key_results.moving.arrived)
    key_results = stored.changed(stored.key_result_states(figures), key_results_before())
    objectives = _with_touched(figures, key_results, objectives_before)
    with statements.together():
        _write(organisation_id, key_results, objectives, at)
    return _news(goals, key_results, objectives)


def _write(
    organisation_id: UUID, key_results: list[Changed], objectives: list[Changed], at: datetime
) -> None:
    """Store what changed, keep what stood before, and leave those above to the renewer."""
    stored.write_key_results(organisation_id, key_results)
    stored.write_objectives(organisation_id, objectives)
    insert(
        GoalHistory,
        _HISTORY,
        [
            *_history(organisation_id, "key_result", key_results, at),
            *_history(organisation_id, "objective", objectives, at),
        ],
    )
    otherwise = [one.object_id for one in objectives if one.is_counted_otherwise]
    dirt.leave(organisation_id, Dirt.ABOVE, otherwise)


def _with_touched(
    figures: Figures, key_results: Sequence[Changed], before: Mapping[UUID, tuple[object, int]]
) -> list[Changed]:
    """The objectives that changed, and those of which a key result did: pages show both as one."""
    goals = figures.goals
    touched = {
        goals.key_results[goals.key_result_at[one.object_id]].objective_id for one in key_results
    }
    found = []
    for object_id, state in stored.objective_states(figures):
        old, number = before[object_id]
        is_new = number == 1 and _is_blank(old)
        if is_new or old != state or object_id in touched:
            found.append(Changed(object_id, None if is_new else old, state, number + 1))
    return found


def _is_blank(state: object) -> bool:
    """A row that was only made to be locked."""
    return isinstance(state, stored.ObjectiveState) and not state.reason


_HISTORY = (
    "organisation_id", "kind", "object_id", "valid_from", "is_reconstructed",
    "current", "progress", "health", "reason", "probability",
)  # fmt: skip


def _history(
    organisation_id: UUID, kind: str, rows: Sequence[Changed], at: datetime
) -> list[tuple[object, ...]]:
    return [
        (
            organisation_id, kind, one.object_id, at, False,
            getattr(one.after, "current", None), one.after.progress, one.after.health,
            one.after.reason, getattr(one.after, "probability", None),
        )
        for one in rows
        if one.is_told
    ]  # fmt: skip


def _news(
    goals: Goals, key_results: Sequence[Changed], objectives: Sequence[Changed]
) -> list[News]:
    audiences = _audiences(goals, objectives)
    told = [
        News(
            "key_result",
            one.object_id,
            one.number,
            audiences.get(
                goals.key_results[goals.key_result_at[one.object_id]].objective_id, EVERYONE
            ),
        )
        for one in key_results
    ]
    return told + [
        News("objective", one.object_id, one.number, audiences.get(one.object_id, EVERYONE))
        for one in objectives
    ]


def _audiences(goals: Goals, objectives: Sequence[Changed]) -> dict[UUID, Audience]:
    """The audiences of those that not everyone reads."""
    private = [
        one.object_id
        for one in objectives
        if goals.objectives[goals.objective_at[one.object_id]].visibility != Visibility.EVERYONE
    ]
    if not private:
        return {}
    rows = Objective.objects.filter(Among("id", private))
    return {row.id: access.audience(row) for row in rows}
