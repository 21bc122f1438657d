"""Taking a change of a KPI back: fields, targets, retiring. Definitions stay as decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from okapi.base import changes
from okapi.base.actor import Actor
from okapi.base.changes import Record, TakenBack
from okapi.core.errors import Conflict, OkapiError, Refused
from okapi.kpis.actions import holding, kpis, process, targets
from okapi.kpis.actions.target_rows import WAY_BACK
from okapi.kpis.models import Kpi

_REFERENCES = frozenset({"team", "owner", "pillar"})
_FIELDS = frozenset(
    {
        "name", "name_other", "description", "description_other", "visibility", "readers",
        *_REFERENCES,
    }
)  # fmt: skip


def is_reversible(change: Record) -> bool:
    """Whether `take_back` knows the way back from a change."""
    if change.kind != "kpi":
        return False
    match change.verb:
        case "retire" | "mark_process" | "screen_ranges":
            return True
        case "set_targets" | "remove_targets":  # earlier records keep no rows
            return WAY_BACK in change.before
        case "edit":
            return set(change.after) <= _FIELDS
        case _:
            return False


@transaction.atomic
def take_back(actor: Actor, number: int) -> Kpi:
    """Take back a change that the actor made.

    `NotFound` for what somebody else did, `Refused` (`change.stays`) for what is not reversible,
    `Conflict` (`change.overtaken`) where the same was changed again since.
    """
    return _back(actor, changes.own(actor, number))


def _back(actor: Actor, change: Record) -> Kpi:
    if not is_reversible(change):
        raise Refused("change.stays")
    if change.verb == "retire":
        return kpis.revive_kpi(actor, change.object_id)
    if change.verb == "mark_process":
        return process.remove_mark(actor, change.object_id, UUID(change.after["mark"])).kpi
    if change.verb == "screen_ranges":
        on = change.before["screens_ranges"]
        return process.screen_ranges(actor, change.object_id, on=on)
    if WAY_BACK in change.before:
        return targets.take_back(actor, change)
    held = holding.hold(actor, change.object_id, "edit")
    if any(_now(held, name) != value for name, value in change.after.items()):
        raise Conflict("change.overtaken")
    given = {name: _value(name, value) for name, value in change.before.items()}
    return kpis.edit_kpi(actor, held.pk, **given)


@transaction.atomic
def take_back_all(actor: Actor, made: Iterable[Record]) -> TakenBack:
    """Take back these changes, newest first; those that have no way back stay, and are told."""
    done, kept = 0, []
    for change in made:
        try:
            with transaction.atomic():
                _back(actor, change)
        except OkapiError as error:
            kept.append((change, error))
        else:
            done += 1
    return TakenBack(done, tuple(kept))


def _now(held: Kpi, name: str) -> Any:
    if name == "readers":
        return sorted(held.readers.values_list("email", flat=True))
    return changes.told(getattr(held, f"{name}_id" if name in _REFERENCES else name))


def _value(name: str, value: Any) -> Any:
    return UUID(value) if name in _REFERENCES and value is not None else value
