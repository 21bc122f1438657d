"""Adjusting what was agreed: targets and starts, dated and with a reason."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from okapi.base import changes
from okapi.base.actor import Actor
from okapi.base.changes import told_all
from okapi.core.errors import NotFound, Refused
from okapi.core.tidy import one_line
from okapi.goals.actions import acting, moving
from okapi.goals.actions.drafts import Ref
from okapi.goals.choices import GoalState
from okapi.goals.models import Adjustment, KeyResult, Moves

_NUMBERS = ("start", "target", "low", "high")


@transaction.atomic
def adjust_target(
    actor: Actor,
    key_result: Ref,
    *,
    reason: str,
    kpi: Ref | None = None,
    slice: str = "",
    target: Decimal | None = None,
    low: Decimal | None = None,
    high: Decimal | None = None,
    start: Decimal | None = None,
    version: int | None = None,
) -> Adjustment:
    """Change the target (or the start) of an agreed key result from today on, with a reason.

    `kpi` tells which of several moves is meant. A new target replaces the old one, be it a number
    or a band. What it was stays readable in the adjustment and in the history of the standing.
    """
    held = acting.hold_key_result(actor, key_result, "adjust", version=version)
    if held.state != GoalState.AGREED:
        raise Refused("goal.not_agreed", ref=held.key, state=GoalState(held.state))
    if not reason.strip():
        raise Refused("goal.reason_needed", field="reason", ref=held.key)
    move = _move(held, kpi, slice)
    before = {name: getattr(move, name) for name in _NUMBERS}
    if target is not None or low is not None or high is not None:
        move.target, move.low, move.high = target, low, high
    if start is not None:
        move.start, move.start_reason, move.is_start_typed = start, one_line(reason)[:500], True
        move.start_label = ""
    after = {name: getattr(move, name) for name in _NUMBERS}
    differing = [name for name in _NUMBERS if before[name] != after[name]]
    if not differing:
        raise Refused("goal.nothing_changed", field="target", ref=held.key)
    moving.check(held, move, acting.today_of(actor))
    move.version += 1
    move.save()
    return _record(actor, held, reason, before, after, differing)


def _record(
    actor: Actor,
    held: KeyResult,
    reason: str,
    before: dict[str, Decimal | None],
    after: dict[str, Decimal | None],
    differing: list[str],
) -> Adjustment:
    held.version += 1
    held.save(update_fields=["version"])
    was, now = ({name: side[name] for name in differing} for side in (before, after))
    changes.record(
        actor, "adjust", "key_result", held.pk,
        before=told_all(was), after={**told_all(now), "reason": reason.strip()},
    )  # fmt: skip
    adjustment = acting.adjust(
        actor, held.objective, reason, before=was, after=now, key_result=held
    )
    acting.finish(actor, [held.objective_id])
    return adjustment


def _move(held: KeyResult, kpi: Ref | None, slice_key: str) -> Moves:
    moves = list(held.moves.select_related("kpi", "slice", "definition"))
    if kpi is not None:
        moves = [
            move
            for move in moves
            if kpi in (move.kpi_id, move.kpi.key) and move.slice.key == slice_key
        ]
    if len(moves) > 1:
        raise Refused("key_result.which_move", field="kpi", ref=held.key)
    if not moves:
        raise NotFound("access.not_found", kind="moves", ref=str(kpi or held.key))
    return moves[0]
