"""Comments: a plain thread."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from okapi.base.fields import new_id
from okapi.base.models import Change, Outbox
from okapi.base.outbox import Audience
from okapi.core.errors import Conflict, Forbidden, NotFound, OkapiError, Refused
from okapi.talk import actions
from tests.cast import Cast


@pytest.fixture
def about() -> UUID:
    return new_id()


def test_a_member_comments(cast: Cast, about: UUID) -> None:
    mia = cast.actor(cast.mia)
    audience = Audience(everyone=False, teams=frozenset({cast.service.pk}))
    comment = actions.add_comment(mia, "objective", about, "  Well done \n", audience=audience)
    assert (comment.text, comment.author) == ("Well done", cast.mia)
    row = Outbox.objects.get()
    assert (row.kind, row.object_id) == ("comment", about)
    assert row.audience["teams"] == [str(cast.service.pk)]
    change = Change.objects.get(kind="comment")
    assert (change.verb, change.kind, change.object_id) == ("add", "comment", comment.pk)


def test_an_answer_to_an_answer_joins_the_thread(cast: Cast, about: UUID) -> None:
    mia, tom = cast.actor(cast.mia), cast.actor(cast.tom)
    first = actions.add_comment(mia, "kpi", about, "Why?")
    second = actions.add_comment(tom, "kpi", about, "Because", answers=first.pk)
    third = actions.add_comment(mia, "kpi", about, "I see", answers=second.pk)
    assert (second.answers_id, third.answers_id) == (first.pk, first.pk)
    with pytest.raises(NotFound):
        actions.add_comment(mia, "kpi", new_id(), "Elsewhere", answers=first.pk)


def test_own_comments_are_edited_and_removed(cast: Cast, about: UUID) -> None:
    mia, tom = cast.actor(cast.mia), cast.actor(cast.tom)
    comment = actions.add_comment(mia, "kpi", about, "Wrogn")
    edited = actions.edit_comment(mia, comment.pk, "Wrong", version=1)
    assert (edited.text, edited.version) == ("Wrong", 2)
    assert edited.edited_at is not None
    with pytest.raises(Conflict):
        actions.edit_comment(mia, comment.pk, "Right", version=1)
    with pytest.raises(Forbidden):
        actions.edit_comment(tom, comment.pk, "Mine")
    with pytest.raises(Forbidden):
        actions.remove_comment(tom, comment.pk)
    actions.remove_comment(mia, comment.pk)
    with pytest.raises(NotFound):
        actions.remove_comment(mia, comment.pk)
    assert [change.verb for change in Change.objects.filter(kind="comment").order_by("id")] == [
        "add",
        "edit",
        "remove",
    ]


@pytest.mark.parametrize(
    ("text", "code"), [("  ", "comment.empty"), ("x" * 10_001, "text.too_long")]
)
def test_what_a_comment_may_not_be(cast: Cast, about: UUID, text: str, code: str) -> None:
    with pytest.raises(Refused) as error:
        actions.add_comment(cast.actor(cast.mia), "kpi", about, text)
    assert error.value.code == code


def test_viewers_and_programs_without_a_person_do_not_comment(cast: Cast, about: UUID) -> None:
    actors: list[Any] = [cast.actor(cast.vic), cast.system]
    for actor in actors:
        with pytest.raises(OkapiError):
            actions.add_comment(actor, "kpi", about, "Hello")
