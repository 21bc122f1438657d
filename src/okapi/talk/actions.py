"""What can be done to comments: add, edit, remove. Who may read the thing may comment on it."""

from __future__ import annotations

from uuid import UUID

from okapi.base.actor import Actor
from okapi.base.outbox import EVERYONE, Audience
from okapi.talk.models import Comment


def add_comment(
    actor: Actor, kind: str, object_id: UUID, text: str, *, answers: UUID | None = None,
    audience: Audience = EVERYONE,
) -> Comment:
    """Say something about a thing that the caller has been allowed to comment on."""
    raise NotImplementedError


def edit_comment(
    actor: Actor, comment: UUID, text: str, *, version: int | None = None,
    audience: Audience = EVERYONE,
) -> Comment:
    """Change the text of one's own comment."""
    raise NotImplementedError


def remove_comment(actor: Actor, comment: UUID, *, audience: Audience = EVERYONE) -> None:
    """Take back one's own comment; that there was one stays visible."""
    raise NotImplementedError
