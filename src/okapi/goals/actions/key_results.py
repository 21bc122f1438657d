"""Key results of every kind: added, changed, taken out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from okapi.base import changes, clock
from okapi.base.actor import Actor
from okapi.core.errors import Refused
from okapi.core.progress import LEVELS, KeyResultKind, Mode, Reading
from okapi.core.quantities import parse_decimal
from okapi.goals import access
from okapi.goals.actions import acting, fields, moving
from okapi.goals.actions.drafts import LevelDraft, MilestoneDraft, MoveDraft, Ref
from okapi.goals.actions.reach import check_reach
from okapi.goals.choices import ExpectedCurve, GoalState
from okapi.goals.models import Informs, KeyResult, Level, Milestone, Moves, Objective
from okapi.kpis import access as kpi_access

# What was agreed: of an agreed key result these change only by an adjustment.
AGREED_ON = frozenset(
    {"title", "weight", "due", "mode", "keep_share", "reading", "curve", "against"}
)
LEVEL_KEYS = ("fail", "commit", "target", "stretch")


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
        kind=fields.choice(KeyResultKind, kind, "kind"),
        state=(GoalState.AGREED if adjusts else GoalState.DRAFT).value,
        agreed_on=today if adjusts else None,
        position=held.key_results.count(),
        **{"owner_id": held.owner_id, **_read(actor, given)},
    )
    moving.span_for(key_result)
    _check_parts(key_result, moves, milestones, levels)
    built = moving.build(actor, key_result, moves, today)
    key_result.save()
    Moves.objects.bulk_create(built)
    _add_milestones(key_result, milestones)
    _add_levels(key_result, levels)
    _add_informs(actor, key_result, informs)
    after = acting.told_all(
        {"key": key_result.key, "title": key_result.title, "kind": key_result.kind,
         "objective": held.pk, "weight": key_result.weight,
         "moves": [_told(move) for move in built]}
    )  # fmt: skip
    changes.record(actor, "add", "key_result", key_result.pk, after=after)
    if adjusts:
        acting.adjust(actor, held, reason, before={}, after=after, key_result=key_result)
    acting.finish(actor, [held.pk])
    return access.get_key_result(actor, key_result.pk)


@transaction.atomic
def edit_key_result(
    actor: Actor, key_result: Ref, *, version: int | None = None, reason: str = "", **given: Any
) -> KeyResult:
    """Change fields of a key result.

    `given`: title, title_other, description, owner, weight, due, mode, keep_share, reading, curve,
    against, cadence_days, position.

    What was agreed on changes only with a reason, and leaves an adjustment.
    """
    held = acting.hold_key_result(actor, key_result, "edit", version=version)
    acting.refuse_ended(held)
    readers: dict[str, Any] = {"title": fields.title, "position": int}
    own = {name: given.pop(name) for name in list(given) if name in readers}
    values = {**fields.read(readers, own), **_read(actor, given)}
    adjusts = any(
        getattr(held, name) != value for name, value in values.items() if name in AGREED_ON
    ) and acting.check_adjustment(actor, held.objective, reason)
    before = acting.change(actor, "key_result", held, values)
    moving.span_for(held)
    if AGREED_ON & set(before):
        for move in held.moves.select_related("definition"):
            moving.check(held, move, acting.today_of(actor))
    _finish_edit(actor, held, reason if adjusts else "", before)
    return access.get_key_result(actor, held.pk)


def _finish_edit(actor: Actor, held: KeyResult, reason: str, before: acting.Before) -> None:
    if reason:
        was = {name: before[name] for name in before if name in AGREED_ON}
        now = {name: getattr(held, name) for name in was}
        acting.adjust(actor, held.objective, reason, before=was, after=now, key_result=held)
    if before:
        acting.finish(actor, [held.objective_id])


@transaction.atomic
def set_moves(
    actor: Actor,
    key_result: Ref,
    moves: Sequence[MoveDraft],
    *,
    version: int | None = None,
    reason: str = "",
) -> KeyResult:
    """Let the key result move exactly these KPIs, each in its definition version of today.

    A frozen automatic start of a link that stays is kept. Agreed goals: with a reason.
    """
    held = acting.hold_key_result(actor, key_result, "edit", version=version)
    acting.refuse_ended(held)
    adjusts = acting.check_adjustment(actor, held.objective, reason)
    _check_parts(held, moves, (), ())
    built = moving.build(actor, held, moves, acting.today_of(actor))
    old = {(move.kpi_id, move.slice_id): move for move in held.moves.all()}
    for move in built:
        was = old.get((move.kpi_id, move.slice_id))
        if was is not None and not move.is_start_typed and not was.is_start_typed:
            move.start, move.start_label = was.start, was.start_label
    before, after = [_told(move) for move in old.values()], [_told(move) for move in built]
    held.moves.all().delete()
    Moves.objects.bulk_create(built)
    _record_parts(actor, held, "moves", before, after, reason if adjusts else "")
    return access.get_key_result(actor, held.pk)


def _record_parts(
    actor: Actor, held: KeyResult, name: str, before: Any, after: Any, reason: str
) -> None:
    held.version += 1
    held.save(update_fields=["version"])
    changes.record(actor, "edit", "key_result", held.pk, before={name: before}, after={name: after})
    if reason:
        acting.adjust(
            actor, held.objective, reason,
            before={name: before}, after={name: after}, key_result=held,
        )  # fmt: skip
    acting.finish(actor, [held.objective_id])


@transaction.atomic
def remove_key_result(
    actor: Actor, key_result: Ref, *, version: int | None = None, reason: str = ""
) -> None:
    """Take a key result out of its objective; it stays readable in the history."""
    held = acting.hold_key_result(actor, key_result, "edit", version=version)
    acting.refuse_ended(held)
    adjusts = acting.check_adjustment(actor, held.objective, reason)
    before = acting.change(actor, "key_result", held, {"archived_at": clock.now()})
    if adjusts:
        acting.adjust(
            actor, held.objective, reason,
            before=before, after={"archived_at": held.archived_at}, key_result=held,
        )  # fmt: skip
    acting.finish(actor, [held.objective_id])


def _read(actor: Actor, given: dict[str, Any]) -> dict[str, Any]:
    readers: dict[str, Any] = {
        "title_other": lambda text: fields.short(text, "title_other"),
        "description": str,
        "owner": lambda ref: fields.owner_id(fields.person(actor, ref)),
        "weight": fields.weight,
        "due": _day,
        "mode": lambda value: fields.choice(Mode, value, "mode") if value else "",
        "keep_share": _share,
        "reading": lambda value: fields.choice(Reading, value, "reading") if value else "",
        "curve": lambda value: fields.choice(ExpectedCurve, value, "curve"),
        "against": bool,
        "cadence_days": _cadence,
    }
    values = fields.read(readers, given)
    if "owner" in values:
        values["owner_id"] = values.pop("owner")
    return values


def _day(value: date | None) -> date | None:
    return value


def _share(value: Decimal | float | str) -> Decimal:
    read = parse_decimal(value)
    if not 0 < read <= 1:
        raise Refused("key_result.keep_share", field="keep_share", found=read)
    return read


def _cadence(value: int | None) -> int | None:
    if value is not None and not 1 <= value <= 366:
        raise Refused("key_result.cadence", field="cadence_days", found=value)
    return value


def _check_parts(
    key_result: KeyResult,
    moves: Sequence[MoveDraft],
    milestones: Sequence[MilestoneDraft],
    levels: Sequence[LevelDraft],
) -> None:
    """Each kind has its own parts only."""
    belongs = {
        KeyResultKind.METRIC: ("moves", moves),
        KeyResultKind.MILESTONE: ("milestones", milestones),
        KeyResultKind.LEVELS: ("levels", levels),
    }
    for kind, (name, parts) in belongs.items():
        if parts and key_result.kind != kind:
            found = KeyResultKind(key_result.kind)
            raise Refused("key_result.parts", field=name, found=found, expected=kind)


def _add_milestones(key_result: KeyResult, drafts: Sequence[MilestoneDraft]) -> None:
    rows = [
        Milestone(
            organisation_id=key_result.organisation_id,
            key_result=key_result,
            key=draft.key or f"M{at}",
            title=fields.title(draft.title, f"milestones.{at - 1}.title"),
            title_other=draft.title_other,
            due=draft.due,
            weight=fields.weight(draft.weight),
            done_on=draft.done_on,
            position=at,
        )
        for at, draft in enumerate(drafts, start=1)
    ]
    if len({row.key for row in rows}) < len(rows):
        raise Refused("key.taken", field="milestones", found="")
    Milestone.objects.bulk_create(rows)


def _add_levels(key_result: KeyResult, drafts: Sequence[LevelDraft]) -> None:
    defaults = dict(zip(LEVEL_KEYS, LEVELS, strict=True))
    rows = []
    for at, draft in enumerate(drafts):
        value = defaults.get(draft.key) if draft.value is None else draft.value
        if value is None or not 0 <= value <= 1:
            raise Refused("level.value", field=f"levels.{at}.value", found=draft.key)
        rows.append(
            Level(
                organisation_id=key_result.organisation_id, key_result=key_result,
                key=draft.key, value=value, text=draft.text, text_other=draft.text_other,
            )
        )  # fmt: skip
    if len({row.key for row in rows}) < len(rows):
        raise Refused("key.taken", field="levels", found="")
    Level.objects.bulk_create(rows)


def _add_informs(actor: Actor, key_result: KeyResult, kpis: Iterable[Ref]) -> None:
    objective: Objective = key_result.objective
    for ref in kpis:
        kpi = kpi_access.get(actor, ref)
        check_reach(objective, kpi, "informs")
        Informs.objects.get_or_create(
            organisation_id=objective.organisation_id,
            objective=objective,
            key_result=key_result,
            kpi=kpi,
        )


def _told(move: Moves) -> dict[str, Any]:
    return acting.told_all(
        {"kpi": move.kpi_id, "slice": move.slice_id, "start": move.start, "target": move.target,
         "low": move.low, "high": move.high, "weight": move.weight}
    )  # fmt: skip
