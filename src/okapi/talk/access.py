"""Who may change which comment. Who may read the thing that it is about may read it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from okapi.base.actor import Actor
from okapi.base.given import Given
from okapi.core.errors import Forbidden
from okapi.orgs import access as orgs_access
from okapi.talk.models import Comment


def about(actor: Actor, kind: str | Given, object_id: UUID | Given) -> QuerySet[Comment]:
    """The comments on one thing, oldest first; the caller has been allowed to read the thing."""
    rows = Comment.objects.filter(organisation_id=actor.organisation_id)
    return rows.filter(kind=kind, object_id=object_id).order_by("created_at", "id")


def get_own(actor: Actor, ref: UUID) -> Comment:
    """A comment that the actor wrote; `NotFound`, or `Forbidden` when it is another's."""
    rows = Comment.objects.filter(organisation_id=actor.organisation_id, removed_at__isnull=True)
    comment: Comment | None = rows.filter(pk=ref).first()
    if comment is None:
        raise orgs_access.missing("comment", ref)
    if not actor.is_system and comment.author_id != actor.person_id:
        raise Forbidden("access.forbidden", kind="comment", ref=str(ref), verb="edit")
    return comment
