"""What an apply leaves behind: a change record for each thing, adjustments of agreed goals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from okapi.base import changes, clock
from okapi.base.actor import Actor
from okapi.core.periods import Period
from okapi.core.quantities import canonical
from okapi.exchange.draft import as_text
from okapi.exchange.format import TABLES
from okapi.exchange.plan import Plan, Step, Way
from okapi.exchange.stored import Values, name_of_owner
from okapi.goals.choices import GoalState
from okapi.goals.models import Adjustment
from okapi.wording import say

_AT_ONCE = 5_000
# What changes in the life of a goal without changing what was agreed.
_LIFE = frozenset(
    {
        "state",
        "agreed_on",
        "closed_on",
        "grade",
        "grade_reason",
        "provisional",
        "archived_at",
        "visibility",
        "readers",
        "done_on",
    }
)


@dataclass(slots=True)
class Told:
    """One thing that changed, with all of its parts: what was and what is."""

    kind: str
    pk: UUID
    verb: str = "edit"
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def record(actor: Actor, plan: Plan) -> list[Told]:
    """Write the change records of everything, and answer with what they are about."""
    told = _all_told(plan)
    for verb, kind in sorted({(one.verb, one.kind) for one in told}):
        rows: list[tuple[UUID, Mapping[str, Any], Mapping[str, Any]]] = [
            (one.pk, one.before, one.after) for one in told if (one.verb, one.kind) == (verb, kind)
        ]
        for start in range(0, len(rows), _AT_ONCE):
            changes.record_many(actor, verb, kind, rows[start : start + _AT_ONCE])
    return told


def adjust(actor: Actor, plan: Plan) -> int:
    """Write an adjustment for each agreed goal whose meaning changed; how many there were.

    Its reason is a phrase, in the language of the organisation.
    """
    found = _adjusted(plan)
    now, reason = clock.now(), say("files.reason", language=plan.draft.settings["language"])
    ids = plan.draft.stored.ids
    Adjustment.objects.bulk_create(
        Adjustment(
            organisation_id=actor.organisation_id,
            objective_id=ids["objective"][objective],
            key_result_id=None if key_result is None else ids["key_result"][key_result],
            person_id=actor.person_id,
            door=actor.door.value,
            at=now,
            reason=reason,
            before=before,
            after=after,
        )
        for (objective, key_result), (before, after) in found.items()
    )
    return len(found)


def _all_told(plan: Plan) -> list[Told]:
    """Things by kind and id; a part is told with the thing that it belongs to."""
    found: dict[tuple[str, Any], Told] = {}
    stored = plan.draft.stored
    if stored.organisation is not None and plan.organisation:
        told = Told("organisation", stored.organisation.pk)
        told.before = {name: as_json(before) for name, (before, _) in plan.organisation.items()}
        told.after = {name: as_json(after) for name, (_, after) in plan.organisation.items()}
        found["organisation", None] = told
    for step in plan.steps:
        kind, key = root_of(step)
        if key not in stored.ids[kind]:
            continue
        told = found.setdefault((kind, key), Told(kind, stored.ids[kind][key]))
        _tell(told, step, is_root=kind == step.table)
    return list(found.values())


def root_of(step: Step) -> tuple[str, Any]:
    """The table and key of the thing that a step belongs to."""
    table = step.table
    if len(step.identity) == 1:
        return table, step.identity[0]
    return name_of_owner(table), step.identity[0]


def _tell(told: Told, step: Step, *, is_root: bool) -> None:
    before, after = differences(step)
    if is_root:
        told.before |= before
        told.after |= after
        if step.kept is None:
            told.verb = "add"
        elif step.way is not None:
            told.verb = "archive"
        return
    name = as_text(step.identity[1:])
    if step.kept is not None:
        told.before.setdefault(step.table, {})[name] = before
    if step.way is not Way.DELETE:
        told.after.setdefault(step.table, {})[name] = after


def differences(step: Step) -> tuple[Values, Values]:
    """What differs, before and after, fit for JSON."""
    if step.kept is None:
        return {}, _said(step.table, step.values)
    if step.way is Way.DELETE:
        return _said(step.table, step.values), {}
    if step.way is not None:
        return {}, {"archived" if step.way is Way.ARCHIVE else "ended": True}
    before = {name: as_json(one) for name, (one, _) in step.fields.items()}
    after = {name: as_json(other) for name, (_, other) in step.fields.items()}
    if step.position is not None and step.position != step.kept.position:
        before["position"], after["position"] = step.kept.position, step.position
    return before, after


def _said(table: str, values: Values) -> Values:
    """The values that are no defaults."""
    return {
        one.name: as_json(values[one.name])
        for one in TABLES[table].by_name.values()
        if values.get(one.name) is not None and values[one.name] != one.default
    }


def as_json(value: Any) -> Any:
    """A value as change records keep it: exact decimals and days as text."""
    match value:
        case Decimal():
            return canonical(value)
        case Period():
            return value.label
        case datetime() | date():
            return value.isoformat()
        case tuple() | list():
            return [as_json(part) for part in value]
        case _:
            return value


_Goal = tuple[Any, Any]


def _adjusted(plan: Plan) -> dict[_Goal, tuple[Values, Values]]:
    """By objective and key result (or None): what was agreed, and what holds now."""
    found: dict[_Goal, tuple[Values, Values]] = {}
    for step in plan.steps:
        goal = _goal_of(plan, step)
        if goal is None:
            continue
        before, after = _meaning(step)
        if not before and not after:
            continue
        was, holds = found.setdefault(goal, ({}, {}))
        if len(step.identity) == 1 and step.kept is not None and step.way is None:
            was |= before
            holds |= after
        else:
            name = as_text(step.identity[-1:] if len(step.identity) == 1 else step.identity[1:])
            _put(was, step.table, name, before)
            _put(holds, step.table, name, after)
    return found


def _put(into: Values, table: str, name: str, values: Values) -> None:
    if values:
        into.setdefault(table, {})[name] = values


def _meaning(step: Step) -> tuple[Values, Values]:
    before, after = differences(step)
    left_out = _LIFE | {"position"} if step.kept is not None and step.way is None else set()
    if step.table == "moves" and step.kept is not None and _was_waiting(step):
        left_out |= {"start", "start_period", "start_reason"}
    return _without(before, left_out), _without(after, left_out)


def _was_waiting(step: Step) -> bool:
    """A start that waited for its baseline and is filled changes nothing that was agreed."""
    return "start" in step.fields and step.fields["start"][0] is None


def _without(values: Values, names: Iterable[str]) -> Values:
    return {name: value for name, value in values.items() if name not in names}


def _goal_of(plan: Plan, step: Step) -> _Goal | None:
    """The agreed goal that a step changes; None for anything else."""
    table, key = root_of(step)
    things = plan.draft.stored.things
    if table == "key_result" and (step.table != "check_in"):
        kept = things["key_result"].get((key,))
        objective = kept.values["objective"] if kept else step.values.get("objective")
        if kept is None and step.table != "key_result":
            return None  # told with the key result that it is a part of
        return (objective, key) if _is_agreed(plan, objective) else None
    if table == "objective" and _is_agreed(plan, key):
        return key, None
    return None


def _is_agreed(plan: Plan, objective: Any) -> bool:
    kept = plan.draft.stored.things["objective"].get((objective,))
    return kept is not None and kept.values["state"] == GoalState.AGREED.value
