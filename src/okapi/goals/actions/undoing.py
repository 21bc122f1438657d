"""Taking a change back: what it changed becomes what it was before, by an action of its own.

An adjustment is never taken back: another adjustment says that it was wrong, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from okapi.base import changes
from okapi.base.actor import Actor
from okapi.base.changes import Record
from okapi.core.errors import Conflict, Refused
from okapi.goals.actions import acting, objectives
from okapi.goals.choices import GoalState
from okapi.goals.models import Objective

_REFERENCES = frozenset({"cycle", "team", "owner", "pillar"})
_OBJECTIVE = frozenset(
    {
        "title", "title_other", "why", "why_other", "kind", "weight", "visibility", "cycle",
        "team", "owner", "pillar", "position", "readers",
    }
)  # fmt: skip


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
    return way.back(actor, change)


class _Way:
    """From one kind of change back to what was before."""

    def __init__(
        self,
        fits: Callable[[Record], bool],
        back: Callable[[Actor, Record], Objective],
    ) -> None:
        self.fits = fits
        self.back = back


def _objective_edit_fits(change: Record) -> bool:
    named = {f"{name}_id" if name in _REFERENCES else name for name in change.after}
    is_known = set(change.after) <= _OBJECTIVE
    return is_known and not _adjusts(change.object_id, named & objectives.AGREED_ON)


def _adjusts(objective_id: UUID, agreed_on: set[str]) -> bool:
    """Whether a change of these fields would be, and was, an adjustment."""
    if not agreed_on:
        return False
    state = Objective.objects.filter(pk=objective_id).values_list("state", flat=True).first()
    return bool(state == GoalState.AGREED)


def _objective_edit(actor: Actor, change: Record) -> Objective:
    held = acting.hold_objective(actor, change.object_id, "edit")
    now = {name: _now(held, name) for name in change.after}
    _refuse_overtaken(now, change)
    given = {name: _value(name, value) for name, value in change.before.items()}
    return objectives.edit_objective(actor, held.pk, **given)


def _now(held: Objective, name: str) -> Any:
    if name == "readers":
        return sorted(held.readers.values_list("email", flat=True))
    return acting.told(getattr(held, f"{name}_id" if name in _REFERENCES else name))


def _value(name: str, value: Any) -> Any:
    """What an action takes for what a change record keeps."""
    return UUID(value) if name in _REFERENCES and value is not None else value


def _refuse_overtaken(now: Mapping[str, Any], change: Record) -> None:
    if any(now[name] != value for name, value in change.after.items()):
        raise Conflict("change.overtaken")


_WAYS: dict[tuple[str, str], _Way] = {
    ("objective", "edit"): _Way(_objective_edit_fits, _objective_edit),
}
