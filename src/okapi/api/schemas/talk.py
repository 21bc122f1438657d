"""Comments."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema

from okapi.api.schemas.base import Body


class CommentOut(Schema):
    """A comment; of a removed one only that there was one. `answers`: the id of another."""

    id: UUID
    author: str
    at: datetime
    text: str
    answers: UUID | None
    is_edited: bool
    is_removed: bool
    is_mine: bool
    version: int


class CommentIn(Body):
    """What is said, perhaps in answer to another comment."""

    text: str = Field(examples=["The spare parts came on Monday."])
    answers: UUID | None = None


class CommentEdit(Body):
    """Another text for one's own comment."""

    text: str = Field(examples=["The spare parts came on Tuesday."])
