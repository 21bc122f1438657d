"""Comments on an objective: read, said, changed, taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import asked_version, one, page_of, ref
from okapi.api.middleware import TokenRequest
from okapi.api.paging import id_of
from okapi.api.schemas.base import CHANGES, READS, WRITES, Asked, Page
from okapi.api.schemas.talk import CommentEdit, CommentIn, CommentOut
from okapi.core.errors import NotFound
from okapi.goals import access
from okapi.talk import actions
from okapi.talk.queries import comments_after, one_comment

router = Router(tags=["Comments"])
KIND = "objective"


@router.get("/objectives/{key}/comments", response={200: Page[CommentOut], **READS})
def comments(request: TokenRequest, key: str, asked: Query[Asked]) -> HttpResponse:
    """List the comments on an objective, oldest first."""
    about = access.get(request.actor, ref(key))
    after, most = id_of(asked.cursor), asked.limit + 1
    rows = comments_after(request.actor, KIND, about.pk, after=after, most=most)
    return page_of(rows, asked, CommentOut, by="id")


@router.post("/objectives/{key}/comments", response={201: CommentOut, **WRITES})
def add_comment(request: TokenRequest, key: str, body: CommentIn) -> HttpResponse:
    """Say something, or answer."""
    about = access.get(request.actor, ref(key), "comment")
    made = actions.add_comment(
        request.actor, KIND, about.pk, body.text, answers=body.answers,
        audience=access.audience(about),
    )  # fmt: skip
    return _one(request, about, made.pk, status=201)


@router.patch("/objectives/{key}/comments/{uuid:comment}", response={200: CommentOut, **CHANGES})
def edit_comment(request: TokenRequest, key: str, comment: UUID, body: CommentEdit) -> HttpResponse:
    """Change one's own comment."""
    about = access.get(request.actor, ref(key), "comment")
    _one(request, about, comment)
    actions.edit_comment(
        request.actor, comment, body.text, version=asked_version(request),
        audience=access.audience(about),
    )  # fmt: skip
    return _one(request, about, comment)


@router.delete("/objectives/{key}/comments/{uuid:comment}", response={204: None, **WRITES})
def remove_comment(request: TokenRequest, key: str, comment: UUID) -> HttpResponse:
    """Take back one's own comment; that there was one stays visible."""
    about = access.get(request.actor, ref(key), "comment")
    _one(request, about, comment)
    actions.remove_comment(request.actor, comment, audience=access.audience(about))
    return HttpResponse(status=204)


def _one(request: TokenRequest, about: Any, comment: UUID, *, status: int = 200) -> HttpResponse:
    """The comment, if it is about this objective; `NotFound` otherwise."""
    found = one_comment(request.actor, KIND, about.pk, comment)
    if found is None:
        raise NotFound("access.not_found", kind="comment", ref=str(comment))
    return one(CommentOut.model_validate(found), status=status)
