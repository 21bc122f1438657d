"""What can be asked about comments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, QuerySet, UUIDField

from okapi.base.actor import Actor
from okapi.base.given import Given
from okapi.base.prepared import Part, ReadersQuestion
from okapi.talk import access
from okapi.talk.models import Comment


@dataclass(frozen=True, slots=True)
class CommentRow:
    """What a person said; of a removed comment only that there was one (`text` is empty).

    `author_other` is the name in the organisation's second language.
    """

    id: UUID
    author_id: UUID
    author: str
    author_other: str
    at: datetime
    text: str
    answers: UUID | None
    is_edited: bool
    is_removed: bool
    is_mine: bool
    version: int


def comments_about(
    actor: Actor, kind: str, object_id: UUID, *, most: int = 200
) -> Part[tuple[CommentRow, ...]]:
    """The newest comments on one thing, oldest of them first.

    The caller has been allowed to read the thing.
    """
    return _COMMENTS.part(actor, most, kind=kind, id=object_id).to(
        lambda rows: tuple(
            _row(actor, dict(zip(_COLUMNS, row, strict=True))) for row in reversed(rows)
        )
    )


def comments_after(
    actor: Actor, kind: str, object_id: UUID, *, after: UUID | None = None, most: int = 100
) -> tuple[CommentRow, ...]:
    """The comments on one thing, oldest first, after one of them; allowed as `comments_about`."""
    rows = access.about(actor, kind, object_id)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = rows.order_by("id").values_list(*_COLUMNS)[:most]
    return tuple(_row(actor, dict(zip(_COLUMNS, row, strict=True))) for row in found)


def one_comment(actor: Actor, kind: str, object_id: UUID, comment: UUID) -> CommentRow | None:
    """The comment, if it is about this thing."""
    found = access.about(actor, kind, object_id).filter(pk=comment).values_list(*_COLUMNS).first()
    return None if found is None else _row(actor, dict(zip(_COLUMNS, found, strict=True)))


_COLUMNS = (
    "id",
    "author_id",
    "author__name",
    "author__name_other",
    "created_at",
    "text",
    "answers_id",
    "edited_at",
    "removed_at",
    "version",
)


def _comments(reader: Actor, most: int) -> QuerySet[Comment, Any]:
    rows = access.about(reader, Given("kind", CharField()), Given("id", UUIDField()))
    found: QuerySet[Comment, Any] = rows.order_by("-created_at", "-id").values_list(*_COLUMNS)
    return found[:most]


_COMMENTS = ReadersQuestion(_comments)


def _row(actor: Actor, values: Mapping[str, Any]) -> CommentRow:
    removed = values["removed_at"] is not None
    return CommentRow(
        id=values["id"],
        author_id=values["author_id"],
        author=values["author__name"],
        author_other=values["author__name_other"],
        at=values["created_at"],
        text="" if removed else values["text"],
        answers=values["answers_id"],
        is_edited=values["edited_at"] is not None,
        is_removed=removed,
        is_mine=values["author_id"] == actor.person_id,
        version=values["version"],
    )
