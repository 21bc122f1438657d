"""Check-ins, adjustments and comments of an objective as one thread, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from okapi.goals.queries.asking import Asking
from okapi.goals.queries.objective import ObjectivePage
from okapi.goals.queries.thread import Entry, Said
from okapi.talk.queries import CommentRow
from okapi.web.components import Avatar, Field
from okapi.web.goals.adjusted import words
from okapi.web.http import Addresses
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the thread; `kind` is check_in, adjustment or comment."""

    kind: str
    id: str
    at: datetime
    name: str
    avatar: Avatar | None
    text: str
    about: str = ""
    next_step: str = ""
    confidence: int | None = None
    note: str = ""
    removed: bool = False
    edited: bool = False
    mine: bool = False
    is_reply: bool = False
    version: int = 0
    replies: tuple[Item, ...] = ()


def thread(who: Asking, found: ObjectivePage, comments: Sequence[CommentRow]) -> tuple[Item, ...]:
    """All that was said, the newest first; replies stand below what they answer, oldest first."""
    titles = {row.id: row.title for row in found.row.key_results}
    items = [_entry(entry, titles) for entry in found.thread]
    replies: dict[Any, list[Item]] = {}
    for comment in comments:
        if comment.answers is not None:
            replies.setdefault(comment.answers, []).append(_comment(who, comment))
    items += [
        replace(_comment(who, comment), replies=tuple(replies.get(comment.id, ())))
        for comment in comments
        if comment.answers is None
    ]
    return tuple(sorted(items, key=lambda item: item.at, reverse=True))


def _entry(entry: Entry, titles: Mapping[Any, str]) -> Item:
    name = "" if entry.person is None else entry.person.name
    about = titles.get(entry.key_result_id, "")
    return Item(
        kind=entry.kind.value,
        id=str(entry.id),
        at=entry.at,
        name=name or say("goals.from_files"),
        avatar=Avatar(name, hidden=True) if name else None,
        text=entry.text,
        about=about,
        next_step=entry.next_step,
        confidence=entry.confidence,
        note=words(entry.before, entry.after) if entry.kind is Said.ADJUSTMENT else "",
    )


def _comment(who: Asking, comment: CommentRow) -> Item:
    name = who.text(comment.author, comment.author_other)
    return Item(
        kind="comment",
        id=str(comment.id),
        at=comment.at,
        name=name,
        avatar=Avatar(name, hidden=True),
        text=comment.text,
        removed=comment.is_removed,
        edited=comment.is_edited,
        mine=comment.is_mine,
        is_reply=comment.answers is not None,
        version=comment.version,
    )


@dataclass(frozen=True, slots=True)
class CommentForm:
    """Where a comment is written."""

    action: str
    field: Field


def comment_form(
    found: ObjectivePage, at: Addresses, *, text: str = "", error: str = ""
) -> CommentForm:
    """The form under the thread; with the text and the error of one that was refused."""
    field = Field(
        "text",
        say("talk.comment"),
        kind="textarea",
        value=text,
        error=error,
        placeholder=say("talk.write"),
        rows=2,
        required=True,
        id="comment-text",
    )
    return CommentForm(f"{at.objective(found.row.key)}comments", field)
