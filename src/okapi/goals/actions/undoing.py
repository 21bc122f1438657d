"""Taking a change back: what it changed becomes what it was before, by an action of its own.

An adjustment is never taken back: another adjustment says that it was wrong, and why. That is what
`take_back_all` does, which is given a reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from okapi.base import changes
from okapi.base.actor import Actor
from okapi.base.changes import Record, TakenBack
from okapi.core.errors import Conflict, OkapiError, Refused
from okapi.goals import access
from okapi.goals.actions import acting, adjustments, key_results, links, objectives, parts
from okapi.goals.actions.blocks import Together, together
from okapi.goals.actions.drafts import LevelDraft, MilestoneDraft, MoveDraft, Ref
from okapi.goals.choices import GoalState
from okapi.goals.models import KeyResult, Objective

_REFERENCES = frozenset({"cycle", "team", "owner", "pillar"})
_OBJECTIVE = frozenset(
    {
        "title", "title_other", "why", "why_other", "kind", "weight", "visibility", "cycle",
        "team", "owner", "pillar", "position", "readers",
    }
)  # fmt: skip
_KEY_RESULT = frozenset(
    {
        "title", "title_other", "description", "owner", "weight", "due", "mode", "keep_share",
        "reading", "curve", "against", "cadence_days", "position", "moves", "milestones", "levels",
    }
)  # fmt: skip
_PARTS = frozenset({"moves", "milestones", "levels"})
_ARCHIVED = frozenset({"archived_at"})


def is_reversible(change: Record) -> bool:
    """Whether `take_back` knows the way back from a change; adjustments have none."""
    way = _WAYS.get((change.kind, change.verb))
    return way is not None and way.fits(change)


@transaction.atomic
def take_back(actor: Actor, number: int) -> Objective:
    """Take back a change that the actor made; the objective that it was about.

    `NotFound` for what somebody else did, `Refused` (`change.stays`) for what is not reversible,
    `Conflict` (`change.overtaken`) where the same was changed again since.
    """
    change = changes.own(actor, number)
    way = _WAYS.get((change.kind, change.verb))
    if way is None or not way.fits(change):
        raise Refused("change.stays")
    return way.back(actor, change, "")


@transaction.atomic
def take_back_all(
    actor: Actor,
    records: Iterable[Record],
    *,
    reason: str,
    changed_since: Collection[UUID] = frozenset(),
) -> TakenBack:
    """Take back these changes, newest first; of agreed goals by adjustments with the reason.

    What was made is archived, unless somebody has `changed` it `since`. What was changed again,
    what the actor may not change, and what has no way back stays too, and is told.
    """
    done, kept = 0, []
    newest_first = list(records)
    with together(actor) as block:
        _hold(actor, block, newest_first)
        for change in newest_first:
            way = _WAYS_WITH_REASON.get((change.kind, change.verb))
            try:
                if way is None:
                    raise Refused("change.stays")
                if change.verb in ("create", "add") and change.object_id in changed_since:
                    raise Conflict("change.overtaken")
                with transaction.atomic():
                    way.back(actor, change, reason)
            except OkapiError as error:
                block.forget()
                kept.append((change, error))
            else:
                done += 1
    return TakenBack(done, tuple(kept))


def _hold(actor: Actor, block: Together, records: Iterable[Record]) -> None:
    """Hold all that these changes are about, and what it contributes to."""
    named: dict[str, set[Ref]] = defaultdict(set)
    for one in records:
        named[one.kind].add(one.object_id)
        if one.verb in ("contribute", "withdraw"):
            named["objective"].add(UUID((one.after or one.before)["parent"]))
    block.hold(actor, objectives=named["objective"], key_results=named["key_result"])


@dataclass(frozen=True, slots=True)
class _Way:
    """From one kind of change back to what was before; a reason is for what is agreed."""

    fits: Callable[[Record], bool]
    back: Callable[[Actor, Record, str], Objective]


def _is_agreed(objective_id: UUID) -> bool:
    state = Objective.objects.filter(pk=objective_id).values_list("state", flat=True).first()
    return bool(state == GoalState.AGREED)


def _refuse_overtaken(change: Record, now: Mapping[str, Any]) -> None:
    if any(now[name] != value for name, value in change.after.items()):
        raise Conflict("change.overtaken")


# Objectives.


def _objective_edit_fits(change: Record) -> bool:
    if set(change.after) == _ARCHIVED:
        return not _is_agreed(change.object_id)
    return set(change.after) <= _OBJECTIVE and not (
        _columns(change.after) & objectives.AGREED_ON and _is_agreed(change.object_id)
    )


def _objective_create(actor: Actor, change: Record, reason: str) -> Objective:
    held = acting.hold_objective(actor, change.object_id, "edit")
    if held.archived_at is None:
        objectives.archive_objective(actor, held.pk, reason=reason)
    return held


def _objective_edit(actor: Actor, change: Record, reason: str) -> Objective:
    if set(change.after) == _ARCHIVED:
        back = objectives.archive_objective if change.before.get("archived_at") else None
        if back is None:
            return objectives.restore_objective(actor, change.object_id, reason=reason)
        back(actor, change.object_id, reason=reason)
        return acting.get_objective(actor, change.object_id)
    held = acting.hold_objective(actor, change.object_id, "edit")
    now = {name: _objective_now(held, name) for name in change.after}
    _refuse_overtaken(change, now)
    given = {name: _value(name, value) for name, value in change.before.items()}
    return objectives.edit_objective(actor, held.pk, reason=reason, **given)


def _objective_now(held: Objective, name: str) -> Any:
    if name == "readers":
        return sorted(held.readers.values_list("email", flat=True))
    return changes.told(getattr(held, f"{name}_id" if name in _REFERENCES else name))


def _columns(fields: Collection[str]) -> set[str]:
    """The columns behind the fields of a change record."""
    return {f"{name}_id" if name in _REFERENCES else name for name in fields}


def _value(name: str, value: Any) -> Any:
    """What an action takes for what a change record keeps."""
    return UUID(value) if name in _REFERENCES and value is not None else value


# Key results.


def _key_result_fits(change: Record) -> bool:
    key_result = KeyResult.objects.filter(pk=change.object_id).first()
    if key_result is None:
        return False
    agreed = _is_agreed(key_result.objective_id)
    if change.verb == "add" or set(change.after) == _ARCHIVED:
        return not agreed
    agreed_on = key_results.AGREED_ON | _PARTS
    return set(change.after) <= _KEY_RESULT and not (agreed and agreed_on & set(change.after))


def _key_result_add(actor: Actor, change: Record, reason: str) -> Objective:
    held = acting.hold_key_result(actor, change.object_id, "edit")
    key_results.remove_key_result(actor, held.pk, reason=reason)
    return acting.get_objective(actor, held.objective_id)


def _key_result_adjust(actor: Actor, change: Record, reason: str) -> Objective:
    """Another adjustment to what was before, where it is clear which KPI was meant."""
    held = acting.hold_key_result(actor, change.object_id, "adjust")
    moves = list(held.moves.all())
    told = {name: value for name, value in change.after.items() if name != "reason"}
    if len(moves) != 1 or ("start" in told and change.before["start"] is None):
        raise Refused("change.stays")
    now = {name: changes.told(getattr(moves[0], name)) for name in told}
    if now != told:
        raise Conflict("change.overtaken")
    numbers = {name: getattr(moves[0], name) for name in ("target", "low", "high")}
    numbers |= {name: _number(value) for name, value in change.before.items()}
    adjusted = adjustments.adjust_target(actor, held.pk, reason=reason, **numbers)
    return acting.get_objective(actor, adjusted.objective_id)


def _number(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _key_result_edit(actor: Actor, change: Record, reason: str) -> Objective:
    if set(change.after) == _ARCHIVED:
        if change.before.get("archived_at"):
            key_results.remove_key_result(actor, change.object_id, reason=reason)
        else:
            key_results.restore_key_result(actor, change.object_id, reason=reason)
        return access.get_key_result(actor, change.object_id).objective
    held = acting.hold_key_result(actor, change.object_id, "edit")
    _refuse_overtaken(change, {name: _key_result_now(held, name) for name in change.after})
    given = {name: _key_result_value(name, value) for name, value in change.before.items()}
    key_results.edit_key_result(actor, held.pk, reason=reason, **given)
    return acting.get_objective(actor, held.objective_id)


def _key_result_now(held: KeyResult, name: str) -> Any:
    match name:
        case "moves":
            moves = held.moves.select_related("kpi", "slice").order_by("position", "id")
            return [*map(parts.told_move, moves)]
        case "milestones":
            return [*map(parts.told_milestone, held.milestones.order_by("position", "key"))]
        case "levels":
            return [*map(parts.told_level, held.levels.order_by("value", "key"))]
        case "owner":
            return changes.told(held.owner_id)
        case _:
            return changes.told(getattr(held, name))


def _key_result_value(name: str, value: Any) -> Any:
    match name:
        case "moves":
            return [*map(_move, value)]
        case "milestones":
            return [MilestoneDraft(**{**one, "due": _day(one["due"])}) for one in value]
        case "levels":
            return [LevelDraft(**{**one, "value": Decimal(one["value"])}) for one in value]
        case "due":
            return _day(value)
        case _:
            return _value(name, value)


def _move(told: Mapping[str, Any]) -> MoveDraft:
    numbers = {name: _number(told[name]) for name in ("start", "target", "low", "high", "weight")}
    return MoveDraft(
        kpi=UUID(told["kpi"]),
        slice=told["slice"],
        start=numbers["start"],
        start_reason=told["start_reason"],
        target=numbers["target"],
        low=numbers["low"],
        high=numbers["high"],
        weight=numbers["weight"] or Decimal(0),
    )


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


# Links.


def _link_fits(change: Record) -> bool:
    """Guards are agreed on with the objective; the other links are not."""
    return change.verb not in ("guard", "unguard") or not _is_agreed(change.object_id)


def _guard_back(actor: Actor, change: Record, reason: str) -> Objective:
    said = change.after or change.before
    kpi, slice_key = UUID(said["kpi"]), said["slice"]
    if change.before:
        limits = {name: _number(change.before[name]) for name in links.LIMITS}
        links.guard(actor, change.object_id, kpi, slice=slice_key, limits=limits, reason=reason)
    else:
        links.unguard(actor, change.object_id, kpi, slice=slice_key, reason=reason)
    return acting.get_objective(actor, change.object_id)


def _inform_back(actor: Actor, change: Record, _: str) -> Objective:
    said = change.after or change.before
    below = None if said["key_result"] is None else UUID(said["key_result"])
    back = links.uninform if change.after else links.inform
    back(actor, change.object_id, UUID(said["kpi"]), key_result=below)
    return acting.get_objective(actor, change.object_id)


def _contribute_back(actor: Actor, change: Record, _: str) -> Objective:
    said = change.after or change.before
    below = said["parent_key_result"]
    above = {"to_key_result": UUID(below)} if below else {"to_objective": UUID(said["parent"])}
    back = links.withdraw if change.after else links.contribute
    back(actor, change.object_id, **above)
    return acting.get_objective(actor, change.object_id)


_WAYS: dict[tuple[str, str], _Way] = {
    ("objective", "edit"): _Way(_objective_edit_fits, _objective_edit),
    ("objective", "guard"): _Way(_link_fits, _guard_back),
    ("objective", "unguard"): _Way(_link_fits, _guard_back),
    ("objective", "inform"): _Way(_link_fits, _inform_back),
    ("objective", "uninform"): _Way(_link_fits, _inform_back),
    ("objective", "contribute"): _Way(_link_fits, _contribute_back),
    ("objective", "withdraw"): _Way(_link_fits, _contribute_back),
    ("key_result", "add"): _Way(_key_result_fits, _key_result_add),
    ("key_result", "edit"): _Way(_key_result_fits, _key_result_edit),
}
_WAYS_WITH_REASON: dict[tuple[str, str], _Way] = {
    **_WAYS,
    ("objective", "create"): _Way(lambda _: True, _objective_create),
    ("key_result", "adjust"): _Way(lambda _: True, _key_result_adjust),
}
