"""Intakes for other programs, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from okapi.base.actor import Actor
from okapi.kpis import access
from okapi.orgs import access as orgs_access


@dataclass(frozen=True, slots=True)
class IntakeListed:
    """What brought measurements in, and what became of them. `id` is its uid."""

    id: UUID
    state: str
    door: str
    person: str | None
    source: str
    file_name: str
    created_at: datetime
    committed_at: datetime | None
    undone_at: datetime | None
    received: int
    new: int
    revised: int
    unchanged: int


_COLUMNS = (
    "uid", "state", "door", "person__email", "source", "file_name", "created_at", "committed_at",
    "undone_at", "received", "new", "revised", "unchanged",
)  # fmt: skip


def intakes(actor: Actor, *, before: UUID | None = None, most: int = 100) -> list[IntakeListed]:
    """One's own intakes (a data steward: all), from the newest or from this id on."""
    rows = access.visible_intakes(actor).order_by("-uid")
    if before is not None:
        rows = rows.filter(uid__lt=before)
    return [IntakeListed(*row) for row in rows.values_list(*_COLUMNS)[:most]]


def one_intake(actor: Actor, uid: UUID) -> IntakeListed:
    """The intake with this id; `NotFound` where it is missing or not the actor's to see."""
    row = access.visible_intakes(actor).filter(uid=uid).values_list(*_COLUMNS).first()
    if row is None:
        raise orgs_access.missing("intake", uid)
    return IntakeListed(*row)
