"""What a person follows."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Schema


class FollowOut(Schema):
    """A thing that is followed; `key` is its key, a person's the e-mail."""

    id: UUID
    kind: str
    key: str
    title: str
    object_id: UUID
    at: datetime
