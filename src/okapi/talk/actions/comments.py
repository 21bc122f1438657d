"""What can be done to comments: add, edit, remove. Who may read a thing may comment on it.

What is commented on belongs to an app above: the caller has asked its `access` for the verb
"comment" and passes the thing's audience. The outbox names the thing (kind "comment", its id).
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from okapi.base import changes, clock, outbox
from okapi.base.actor import Actor
from okapi.base.outbox import EVERYONE, Audience, News
from okapi.core.errors import Conflict, Refused
from okapi.orgs import access as orgs_access
from okapi.talk import access
from okapi.talk.models import Comment

LONGEST = 10_000


@transaction.atomic
def add_comment(
    actor: Actor,
    kind: str,
    object_id: UUID,
    text: str,
    *,
    answers: UUID | None = None,
    audience: Audience = EVERYONE,
) -> Comment:
    """Say something about a thing, or answer a comment on it; an answer to an answer joins it.

    `Refused`: `comment.empty`, `text.too_long`; `Forbidden` for who may only read.
    """
    orgs_access.require_member(actor)
    if actor.person_id is None:
        raise Refused("comment.nobody")
    comment: Comment = Comment.objects.create(
        organisation_id=actor.organisation_id,
        kind=kind,
        object_id=object_id,
        author_id=actor.person_id,
        answers_id=_answered(actor, kind, object_id, answers),
        text=_text(text),
    )
    changes.record(
        actor, "add", "comment", comment.pk, after={"kind": kind, "object": str(object_id)}
    )
    _tell(comment, audience)
    return comment


@transaction.atomic
def edit_comment(
    actor: Actor,
    comment: UUID,
    text: str,
    *,
    version: int | None = None,
    audience: Audience = EVERYONE,
) -> Comment:
    """Change the text of one's own comment; that it was changed stays visible."""
    found = access.get_own(actor, comment)
    if version is not None and version != found.version:
        raise Conflict("goal.changed_meanwhile", kind="comment", ref=str(comment), found=version)
    new = _text(text)
    if new != found.text:
        before, found.text, found.edited_at = found.text, new, clock.now()
        _save(found, "text", "edited_at")
        changes.record(
            actor, "edit", "comment", found.pk, before={"text": before}, after={"text": new}
        )
        _tell(found, audience)
    return found


@transaction.atomic
def remove_comment(actor: Actor, comment: UUID, *, audience: Audience = EVERYONE) -> None:
    """Take back one's own comment; that there was one stays visible."""
    found = access.get_own(actor, comment)
    found.removed_at = clock.now()
    _save(found, "removed_at")
    changes.record(actor, "remove", "comment", found.pk)
    _tell(found, audience)


def _text(text: str) -> str:
    tidy = text.strip()
    if not tidy:
        raise Refused("comment.empty", field="text")
    if len(tidy) > LONGEST:
        raise Refused("text.too_long", field="text", found=len(tidy), most=LONGEST)
    return tidy


def _answered(actor: Actor, kind: str, object_id: UUID, answers: UUID | None) -> UUID | None:
    if answers is None:
        return None
    first = access.about(actor, kind, object_id).filter(pk=answers).first()
    if first is None:
        raise orgs_access.missing("comment", answers)
    return first.answers_id or first.pk


def _save(comment: Comment, *names: str) -> None:
    comment.version += 1
    comment.save(update_fields=[*names, "version"])


def _tell(comment: Comment, audience: Audience) -> None:
    """Comments have no standing: the number of their thing's news is the time in milliseconds."""
    number = int(clock.now().timestamp() * 1000)
    news = News("comment", comment.object_id, number, audience)
    outbox.tell(comment.organisation_id, [news])
