"""Intakes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Schema


class IntakeOut(Schema):
    """What brought measurements in: who, when, by which door, and what became of them."""

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


class UndoneOut(Schema):
    """What an undo took back; `kept` was revised later by another intake."""

    intake: UUID
    removed: int
    restored: int
    kept: int
