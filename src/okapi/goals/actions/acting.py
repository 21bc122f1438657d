"""The frame of every action on goals: hold, check the version, record, renew, tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from okapi.base import changes, clock, outbox
from okapi.base.actor import Actor
from okapi.base.changes import told_all
from okapi.core.errors import Conflict, Refused
from okapi.goals import access, standings
from okapi.goals.actions import blocks
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
    objective = _held_objective(actor, ref, verb)
    if objective is None:
        found = access.get(actor, ref, verb)
        standings.hold(found.pk)
        objective = access.get(actor, found.pk, verb)
        blocks.remember(objective)
    _check_version("objective", objective, version)
    return objective


def hold_key_result(actor: Actor, ref: Ref, verb: str, *, version: int | None = None) -> KeyResult:
    """The key result with its objective, held as `hold_objective` does."""
    block = blocks.opened()
    key_result = None if block is None else block.key_result(ref)
    if key_result is None:
        found = access.get_key_result(actor, ref, verb)
        standings.hold(found.objective_id)
        key_result = access.get_key_result(actor, found.pk, verb)
        blocks.remember(key_result)
    else:
        access.require_key_result(actor, verb, key_result)
    _check_version("key_result", key_result, version)
    return key_result


def get_objective(actor: Actor, ref: Ref, verb: str = "read") -> Objective:
    """The objective as `access.get` finds it, unless it is held in the block of the action."""
    return _held_objective(actor, ref, verb) or access.get(actor, ref, verb)


def _held_objective(actor: Actor, ref: Ref, verb: str) -> Objective | None:
    """What is held in this block already: nobody else can have changed it."""
    block = blocks.opened()
    objective = None if block is None else block.objective(ref)
    if objective is not None:
        access.require(actor, verb, objective)
    return objective


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
    block = blocks.opened()
    if block is not None:
        block.objectives.update(objective_ids)
        block.above.update(above)
        return
    told = standings.renew_objectives(objective_ids, at=clock.now(), today=today_of(actor))
    outbox.tell(actor.organisation_id, told)
    standings.leave(actor.organisation_id, Dirt.ABOVE, above)
