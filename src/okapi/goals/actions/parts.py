"""The parts of key results: what they move, their steps, their levels; read, written and told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from okapi.base.actor import Actor
from okapi.base.changes import told_all
from okapi.core.errors import Refused
from okapi.core.keys import read_key
from okapi.core.progress import LEVELS, KeyResultKind
from okapi.goals.actions import acting, fields, moving
from okapi.goals.actions.drafts import LevelDraft, MilestoneDraft, MoveDraft, Ref
from okapi.goals.actions.reach import check_reach
from okapi.goals.models import Informs, KeyResult, Level, Milestone, Moves, Objective
from okapi.kpis import access as kpi_access
from okapi.orgs.actions.fields import day

LEVEL_KEYS = ("fail", "commit", "target", "stretch")
Changed = dict[str, tuple[Any, Any]]
"""By name of the part what it was before and is now, as change records keep it."""


def check_kind(
    key_result: KeyResult,
    moves: Sequence[MoveDraft] | None,
    milestones: Sequence[MilestoneDraft] | None,
    levels: Sequence[LevelDraft] | None,
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


def milestones_of(key_result: KeyResult, drafts: Sequence[MilestoneDraft]) -> list[Milestone]:
    """The rows of these drafts, not yet saved; those without a key get one that is free."""
    keys = {draft.key for draft in drafts if draft.key}
    free = (f"M{number}" for number in range(1, 2 * len(drafts) + 2) if f"M{number}" not in keys)
    rows = [
        Milestone(
            organisation_id=key_result.organisation_id,
            key_result=key_result,
            key=_key(draft.key, 80, f"milestones.{at - 1}") or next(free),
            title=fields.title(draft.title, f"milestones.{at - 1}.title"),
            title_other=fields.short(draft.title_other, f"milestones.{at - 1}.title_other"),
            due=day(draft.due, f"milestones.{at - 1}.due"),
            weight=fields.weight(draft.weight, f"milestones.{at - 1}.weight"),
            done_on=day(draft.done_on, f"milestones.{at - 1}.done_on"),
            position=at,
        )
        for at, draft in enumerate(drafts, start=1)
    ]
    if len({row.key for row in rows}) < len(rows):
        raise Refused("key.taken", field="milestones", found="")
    return rows


def levels_of(key_result: KeyResult, drafts: Sequence[LevelDraft]) -> list[Level]:
    """The rows of these drafts, not yet saved; the four usual ones have their usual values."""
    defaults = dict(zip(LEVEL_KEYS, LEVELS, strict=True))
    rows = []
    for at, draft in enumerate(drafts):
        value = defaults.get(draft.key) if draft.value is None else draft.value
        if value is None or not 0 <= value <= 1:
            raise Refused("level.value", field=f"levels.{at}.value", found=draft.key)
        rows.append(
            Level(
                organisation_id=key_result.organisation_id, key_result=key_result,
                key=_key(draft.key, 20, f"levels.{at}"), value=value,
                text=fields.long(draft.text, f"levels.{at}.text"),
                text_other=fields.long(draft.text_other, f"levels.{at}.text_other"),
            )
        )  # fmt: skip
    if len({row.key for row in rows}) < len(rows):
        raise Refused("key.taken", field="levels", found="")
    return rows


def _key(text: str, most: int, place: str) -> str:
    """A key that was chosen, or nothing."""
    return text and read_key(text, most, field=f"{place}.key")


def add_informs(actor: Actor, key_result: KeyResult, kpis: Iterable[Ref]) -> None:
    """Show these KPIs beside the key result."""
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


def change(
    actor: Actor,
    held: KeyResult,
    *,
    moves: Sequence[MoveDraft] | None,
    milestones: Sequence[MilestoneDraft] | None,
    levels: Sequence[LevelDraft] | None,
) -> Changed:
    """Let the key result have these parts (None: as they are); which of them differ.

    What stays keeps what it knows: a frozen automatic start, the day on which a step was done.
    """
    check_kind(held, moves, milestones, levels)
    changed: Changed = {}
    if moves is not None:
        changed |= _change_moves(actor, held, moves)
    if milestones is not None:
        changed |= _change_milestones(held, milestones)
    if levels is not None:
        before, rows = list(held.levels.order_by("value", "key")), levels_of(held, levels)
        _check_levels_said(held, {one.key for one in before} - {row.key for row in rows})
        changed |= _replace(held.levels, "levels", [*map(told_level, before)], rows, told_level)
    return changed


def _check_levels_said(held: KeyResult, gone: set[str]) -> None:
    """A level that a check-in names stays; its text and value may change."""
    said = held.check_ins.filter(level__in=gone).order_by("level").values_list("level", flat=True)
    if (key := said.first()) is not None:
        raise Refused("level.in_use", field="levels", found=key)


def _change_moves(actor: Actor, held: KeyResult, drafts: Sequence[MoveDraft]) -> Changed:
    built = moving.build(actor, held, drafts, acting.today_of(actor))
    rows = held.moves.select_related("kpi").order_by("position", "id")
    old = {(move.kpi_id, move.slice_id): move for move in rows}
    for move in built:
        was = old.get((move.kpi_id, move.slice_id))
        if was is not None and not move.is_start_typed and not was.is_start_typed:
            move.start, move.start_label = was.start, was.start_label
    return _replace(held.moves, "moves", [*map(told_move, old.values())], built, told_move)


def _change_milestones(held: KeyResult, drafts: Sequence[MilestoneDraft]) -> Changed:
    old = {one.key: one for one in held.milestones.order_by("position", "key")}
    rows = milestones_of(held, drafts)
    for row in rows:
        if row.key in old and row.done_on is None:
            row.done_on = old[row.key].done_on
    before = [*map(told_milestone, old.values())]
    return _replace(held.milestones, "milestones", before, rows, told_milestone)


def _replace(stored: Any, name: str, before: list[Any], rows: Sequence[Any], told: Any) -> Changed:
    after = [told(row) for row in rows]
    if before == after:
        return {}
    stored.all().delete()
    stored.model.objects.bulk_create(rows)
    return {name: (before, after)}


def told_move(move: Moves) -> dict[str, Any]:
    """What is moved, as change records keep it; the name is for those who read them."""
    return told_all(
        {
            "kpi": move.kpi_id, "name": move.kpi.name, "slice": move.slice.key,
            "start": move.start if move.is_start_typed else None,
            "start_reason": move.start_reason, "target": move.target, "low": move.low,
            "high": move.high, "weight": move.weight,
        }
    )  # fmt: skip


def told_milestone(one: Milestone) -> dict[str, Any]:
    """A step, as change records keep it."""
    return told_all(
        {"key": one.key, "title": one.title, "title_other": one.title_other, "due": one.due,
         "weight": one.weight}
    )  # fmt: skip


def told_level(one: Level) -> dict[str, Any]:
    """A level, as change records keep it."""
    return told_all(
        {"key": one.key, "value": one.value, "text": one.text, "text_other": one.text_other}
    )
