"""Key results of every kind: added, changed, taken out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from okapi.base import changes, clock
from okapi.base.actor import Actor
from okapi.base.changes import told_all
from okapi.core.errors import Refused
from okapi.core.progress import KeyResultKind, Mode, Reading
from okapi.core.quantities import parse_decimal
from okapi.goals import access
from okapi.goals.actions import acting, fields, moving, parts
from okapi.goals.actions.drafts import LevelDraft, MilestoneDraft, MoveDraft, Ref
from okapi.goals.choices import ExpectedCurve, GoalState
from okapi.goals.models import KeyResult, Level, Milestone, Moves
from okapi.orgs.actions import fields as orgs_fields
from okapi.orgs.actions.fields import choice

# What was agreed: of an agreed key result these change only by an adjustment.
AGREED_ON = frozenset(
    {"title", "weight", "due", "mode", "keep_share", "reading", "curve", "against"}
)


@transaction.atomic
def add_key_result(
    actor: Actor,
    objective: Ref,
    *,
    title: str,
    kind: str = KeyResultKind.METRIC.value,
    key: str = "",
    moves: Sequence[MoveDraft] = (),
    milestones: Sequence[MilestoneDraft] = (),
    levels: Sequence[LevelDraft] = (),
    informs: Iterable[Ref] = (),
    version: int | None = None,
    reason: str = "",
    **given: Any,
) -> KeyResult:
    """Add a key result of any kind.

    `given`: title_other, description, owner, weight, due, mode, keep_share, reading, curve,
    against, cadence_days.

    In an agreed objective it is agreed at once, as an adjustment with a reason. A start that meets
    its target makes it one to keep: its standing's `mode` tells. Refused at their fields: whatever
    `moving.check` refuses, and parts that do not belong to the kind (`key_result.parts`).
    """
    held = acting.hold_objective(actor, objective, "edit", version=version)
    acting.refuse_ended(held)
    adjusts = acting.check_adjustment(actor, held, reason)
    today = acting.today_of(actor)
    rows = KeyResult.objects.all()
    key_result = KeyResult(
        organisation_id=actor.organisation_id,
        objective=held,
        key=fields.given_key(rows, key) if key else fields.free_key(rows, f"{held.key}-KR"),
        title=fields.title(title),
        kind=choice(KeyResultKind, kind, "kind"),
        state=(GoalState.AGREED if adjusts else GoalState.DRAFT).value,
        agreed_on=today if adjusts else None,
        position=held.key_results.count(),
        **{"owner_id": held.owner_id, **_read(actor, given)},
    )
    moving.span_for(key_result)
    parts.check_kind(key_result, moves, milestones, levels)
    built = moving.build(actor, key_result, moves, today)
    key_result.save()
    Moves.objects.bulk_create(built)
    Milestone.objects.bulk_create(parts.milestones_of(key_result, milestones))
    Level.objects.bulk_create(parts.levels_of(key_result, levels))
    parts.add_informs(actor, key_result, informs)
    after = told_all(
        {"key": key_result.key, "title": key_result.title, "kind": key_result.kind,
         "objective": held.pk, "weight": key_result.weight,
         "moves": [parts.told_move(move) for move in built]}
    )  # fmt: skip
    changes.record(actor, "add", "key_result", key_result.pk, after=after, is_first=True)
    if adjusts:
        acting.adjust(actor, held, reason, before={}, after=after, key_result=key_result)
    acting.finish(actor, [held.pk])
    return key_result


@transaction.atomic
def edit_key_result(
    actor: Actor,
    key_result: Ref,
    *,
    version: int | None = None,
    reason: str = "",
    moves: Sequence[MoveDraft] | None = None,
    milestones: Sequence[MilestoneDraft] | None = None,
    levels: Sequence[LevelDraft] | None = None,
    **given: Any,
) -> KeyResult:
    """Change fields and parts of a key result; parts that are None stay as they are.

    `given`: title, title_other, description, owner, weight, due, mode, keep_share, reading, curve,
    against, cadence_days, position.

    Moves are exactly these KPIs, each in its definition version of today; a frozen automatic start
    of one that stays is kept. What was agreed on (parts too) changes only with a reason, and leaves
    an adjustment.
    """
    held = acting.hold_key_result(actor, key_result, "edit", version=version)
    acting.refuse_ended(held)
    readers: dict[str, Any] = {"title": fields.title, "position": int}
    own = {name: given.pop(name) for name in list(given) if name in readers}
    values = {**orgs_fields.read(readers, own), **_read(actor, given)}
    was = acting.assign(held, values)
    moving.span_for(held)
    changed = parts.change(actor, held, moves=moves, milestones=milestones, levels=levels)
    if AGREED_ON & set(was) and moves is None:
        for move in held.moves.select_related("definition"):
            moving.check(held, move, acting.today_of(actor))
    if changed or AGREED_ON & set(was):
        _adjust(actor, held, reason, was, changed)
    if acting.store(actor, "key_result", held, was, also=changed):
        acting.finish(actor, [held.objective_id])
    return access.get_key_result(actor, held.pk)


def _adjust(
    actor: Actor, held: KeyResult, reason: str, was: acting.Before, changed: acting.Changed
) -> None:
    """Where it is agreed, write down what changes and why."""
    if not acting.check_adjustment(actor, held.objective, reason):
        return
    agreed_on = [name for name in was if name in AGREED_ON]
    before = {name: was[name] for name in agreed_on}
    after = {name: getattr(held, name) for name in agreed_on}
    for name, (earlier, later) in changed.items():
        before[name], after[name] = earlier, later
    acting.adjust(actor, held.objective, reason, before=before, after=after, key_result=held)


def set_moves(
    actor: Actor,
    key_result: Ref,
    moves: Sequence[MoveDraft],
    *,
    version: int | None = None,
    reason: str = "",
) -> KeyResult:
    """`edit_key_result` of what is moved alone."""
    return edit_key_result(actor, key_result, version=version, reason=reason, moves=moves)


@transaction.atomic
def remove_key_result(
    actor: Actor, key_result: Ref, *, version: int | None = None, reason: str = ""
) -> None:
    """Take a key result out of its objective; it stays readable in the history."""
    held = acting.hold_key_result(actor, key_result, "edit", version=version)
    acting.refuse_ended(held)
    adjusts = acting.check_adjustment(actor, held.objective, reason)
    acting.change(actor, "key_result", held, {"archived_at": clock.now()})
    if adjusts:
        before = {"title": held.title}
        acting.adjust(actor, held.objective, reason, before=before, after={}, key_result=held)
    acting.finish(actor, [held.objective_id])


@transaction.atomic
def restore_key_result(actor: Actor, key_result: Ref, *, reason: str = "") -> KeyResult:
    """Put a key result that was taken out back into its objective.

    Into an agreed one with a reason, as an adjustment.
    """
    held = acting.hold_key_result(actor, key_result, "edit")
    acting.refuse_ended(held)
    if held.objective.state != GoalState.DRAFT and not reason.strip():
        raise Refused("goal.not_draft", ref=held.key, state=GoalState(held.objective.state))
    adjusts = acting.check_adjustment(actor, held.objective, reason)
    acting.change(actor, "key_result", held, {"archived_at": None})
    if adjusts:
        after = {"title": held.title}
        acting.adjust(actor, held.objective, reason, before={}, after=after, key_result=held)
    acting.finish(actor, [held.objective_id])
    return held


def _read(actor: Actor, given: dict[str, Any]) -> dict[str, Any]:
    readers: dict[str, Any] = {
        "title_other": lambda text: fields.short(text, "title_other"),
        "description": lambda text: fields.long(text, "description"),
        "owner": lambda ref: fields.owner_id(fields.person(actor, ref)),
        "weight": fields.weight,
        "due": lambda value: orgs_fields.day(value, "due"),
        "mode": lambda value: choice(Mode, value, "mode") if value else "",
        "keep_share": _share,
        "reading": lambda value: choice(Reading, value, "reading") if value else "",
        "curve": lambda value: choice(ExpectedCurve, value, "curve"),
        "against": bool,
        "cadence_days": _cadence,
    }
    values = orgs_fields.read(readers, given)
    if "owner" in values:
        values["owner_id"] = values.pop("owner")
    return values


def _share(value: Decimal | float | str) -> Decimal:
    read = parse_decimal(value)
    if not 0 < read <= 1:
        raise Refused("key_result.keep_share", field="keep_share", found=read)
    return read


def _cadence(value: int | None) -> int | None:
    if value is not None and not 1 <= value <= 366:
        raise Refused("key_result.cadence", field="cadence_days", found=value)
    return value
