"""What is found."""

from __future__ import annotations

from uuid import UUID

from ninja import Schema


class FoundOut(Schema):
    """A thing that holds all words; `objective`: the key of the one that it belongs to."""

    kind: str
    id: UUID
    key: str
    title: str
    note: str
    objective: str
    health: str
