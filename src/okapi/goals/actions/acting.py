"""The frame of every action on goals: hold, check the version, record, renew, tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from okapi.base import changes, clock, outbox
from okapi.base.actor import Actor
from okapi.base.changes import told_all
from okapi.base.outbox import News
from okapi.core.errors import Conflict, Refused
from okapi.goals import access, standings
from okapi.goals.actions.drafts import Ref
from okapi.goals.choices import Dirt, GoalState
from okapi.goals.models import Adjustment, KeyResult, Objective
from okapi.orgs import queries as orgs

Before = Mapping[str, Any]
Changed = Mapping[str, tuple[Any, Any]]
"""What was changed beside the fields of a goal: by name, what it was before and what it is now."""


def today_of(actor: Actor) -> date:
    """Today where the organisation is."""
    return orgs.settings_of(actor.organisation_id).today


def hold_objective(actor: Actor, ref: Ref, verb: str, *, version: int | None = None) -> Objective:
    """The objective, held until the transaction ends; `Conflict` for another version by now."""
    waiting = _waiting.get()
    objective = None if waiting is None else waiting.held.get(ref)
    if objective is None:
        found = access.get(actor, ref, verb)
        standings.hold(found.pk)
        objective = access.get(actor, found.pk, verb)
        remember(objective)
    else:  # held in this block already: nobody else can have changed it
        access.require(actor, verb, objective)
    _check_version("objective", objective, version)
    return objective


def hold_key_result(actor: Actor, ref: Ref, verb: str, *, version: int | None = None) -> KeyResult:
    """The key result with its objective, held as `hold_objective` does."""
    found = access.get_key_result(actor, ref, verb)
    standings.hold(found.objective_id)
    key_result = access.get_key_result(actor, found.pk, verb)
    _check_version("key_result", key_result, version)
    return key_result


def _check_version(kind: str, held: Objective | KeyResult, version: int | None) -> None:
    if version is not None and version != held.version:
        raise Conflict("goal.changed_meanwhile", kind=kind, ref=held.key, found=version)


def refuse_ended(goal: Objective | KeyResult) -> None:
    """`Refused` for what is closed or cancelled."""
    if goal.state in (GoalState.CLOSED, GoalState.CANCELLED):
        raise Refused("goal.ended", ref=goal.key, state=GoalState(goal.state))


def change(
    actor: Actor,
    kind: str,
    goal: Objective | KeyResult,
    fields: Mapping[str, Any],
    *,
    also: Changed | None = None,
) -> Before:
    """Set fields, raise the version, save and record; what they were, of those that differ.

    `also` are things of the goal that stand in other tables and were changed with it: before and
    after.
    """
    return store(actor, kind, goal, assign(goal, fields), also=also)


def assign(goal: Objective | KeyResult, fields: Mapping[str, Any]) -> Before:
    """Set fields without saving; what they were, of those that differ."""
    was = {name: getattr(goal, name) for name in fields}
    for name, value in fields.items():
        setattr(goal, name, value)
    return {name: value for name, value in was.items() if value != fields[name]}


def store(
    actor: Actor,
    kind: str,
    goal: Objective | KeyResult,
    was: Before,
    *,
    also: Changed | None = None,
) -> Before:
    """Save and record fields that `assign` has set, with what was changed beside them."""
    if not was and not also:
        return {}
    goal.version += 1
    goal.save(update_fields=[*was, "version"])
    before, after = dict(was), {name: getattr(goal, name) for name in was}
    for name, (earlier, later) in (also or {}).items():
        before[name], after[name] = earlier, later
    changes.record(actor, "edit", kind, goal.pk, before=told_all(before), after=told_all(after))
    return before


def adjust(
    actor: Actor,
    objective: Objective,
    reason: str,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    key_result: KeyResult | None = None,
) -> Adjustment:
    """Write down that an agreed goal changed, and why."""
    adjustment: Adjustment = Adjustment.objects.create(
        organisation_id=actor.organisation_id,
        objective=objective,
        key_result=key_result,
        person_id=actor.person_id,
        door=actor.door.value,
        at=clock.now(),
        reason=reason.strip(),
        before=told_all(before),
        after=told_all(after),
    )
    return adjustment


def check_adjustment(actor: Actor, objective: Objective, reason: str) -> bool:
    """Whether the goal is agreed, so that a change of it is an adjustment.

    That takes the right to adjust it, and a reason (`goal.reason_needed`).
    """
    if objective.state != GoalState.AGREED:
        return False
    access.require(actor, "adjust", objective)
    if not reason.strip():
        raise Refused("goal.reason_needed", field="reason", ref=objective.key)
    return True


def finish(actor: Actor, objective_ids: Iterable[UUID], *, above: Iterable[UUID] = ()) -> None:
    """Renew these objectives, tell who listens, and leave what lies above to the renewer.

    `above` are objectives that are counted otherwise although their figures did not change. Within
    `together` all of it waits for the end of the block.
    """
    waiting = _waiting.get()
    if waiting is not None:
        waiting.objectives.update(objective_ids)
        waiting.above.update(above)
        return
    told = standings.renew_objectives(objective_ids, at=clock.now(), today=today_of(actor))
    outbox.tell(actor.organisation_id, told)
    standings.leave(actor.organisation_id, Dirt.ABOVE, above)


@dataclass(slots=True)
class Together:
    """What waits for the end of a block of `together`; what is held until then, by id and key."""

    objectives: set[UUID] = field(default_factory=set)
    above: set[UUID] = field(default_factory=set)
    held: dict[Ref, Objective] = field(default_factory=dict)

    def forget(self) -> None:
        """Read anew what was held: an action failed half-way, and its savepoint is gone."""
        self.held.clear()


_waiting: ContextVar[Together | None] = ContextVar("okapi_waiting", default=None)
_AT_ONCE = 2_000


@contextmanager
def together(actor: Actor) -> Iterator[Together]:
    """Let many actions of one transaction renew what they touched once, at the end of the block.

    What fails within it is for the caller to take back; the standings then were never renewed.
    Who goes on after an action that failed calls `forget`.
    """
    waiting = Together()
    token = _waiting.set(waiting)
    try:
        yield waiting
    finally:
        _waiting.reset(token)
    _renew_all(actor, waiting)


def remember(objective: Objective) -> None:
    """Within `together`: it is held, or made in this transaction, and need not be read again."""
    waiting = _waiting.get()
    if waiting is not None:
        waiting.held[objective.pk] = waiting.held[objective.key] = objective


def _renew_all(actor: Actor, waiting: Together) -> None:
    ids = sorted(waiting.objectives)
    at, today = clock.now(), today_of(actor)
    told: list[News] = []
    for start in range(0, len(ids), _AT_ONCE):
        told += standings.renew_objectives(ids[start : start + _AT_ONCE], at=at, today=today)
    if len(told) > standings.MOST_NEWS:
        number = max(1, int(at.timestamp() * 1000))
        told = [News("organisation", actor.organisation_id, number)]
    outbox.tell(actor.organisation_id, told)
    standings.leave(actor.organisation_id, Dirt.ABOVE, waiting.above)
