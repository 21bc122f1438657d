"""Comments on an objective: said, answered, changed, taken back; by whom, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from okapi.goals.models import Objective
from okapi.talk.models import Comment
from tests.cast import Cast
from tests.web.conftest import Browser, make_goal

Open = Callable[..., Browser]
PATH = "goals/O-1/comments"


def text_of(answer: Any) -> str:
    """The answer as text."""
    return str(answer.content.decode())


def test_a_comment_stands_in_the_thread(browser: Open, cast: Cast, goal: Objective) -> None:
    answer = browser(cast.tom).post(PATH, {"text": "Who carries the freight?"})
    assert (answer.status_code, answer["Location"]) == (302, "/o/acme/goals/O-1/#thread")
    text = text_of(browser(cast.mia).get("goals/O-1/"))
    assert "Who carries the freight?" in text
    assert "Tom" in text


def test_htmx_gets_the_thread(browser: Open, cast: Cast, goal: Objective) -> None:
    answer = browser(cast.tom).post(PATH, {"text": "Hello"}, htmx=True)
    assert text_of(answer).lstrip().startswith('<section class="card thread" id="thread"')
    assert "Hello" in text_of(answer)


def test_an_answer_stands_below_what_it_answers(browser: Open, cast: Cast, goal: Objective) -> None:
    browser(cast.tom).post(PATH, {"text": "First"})
    first = Comment.objects.get()
    browser(cast.mia).post(PATH, {"text": "Answer", "answers": str(first.pk)})
    answer = browser(cast.tom).get("goals/O-1/")
    (item,) = [item for item in answer.context["thread"] if item.kind == "comment"]
    assert [reply.text for reply in item.replies] == ["Answer"]


def test_a_viewer_may_not_a_stranger_finds_nothing(
    browser: Open, cast: Cast, strangers: Cast, goal: Objective
) -> None:
    assert browser(cast.vic).post(PATH, {"text": "x"}).status_code == 403
    assert browser(strangers.mia).post(PATH, {"text": "x"}).status_code == 404
    assert browser(strangers.mia, "rival").post(PATH, {"text": "x"}).status_code == 404
    assert not Comment.objects.exists()


def test_what_cannot_be_read_cannot_be_commented_on(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-2", visibility="named")
    assert browser(cast.tom).post("goals/O-2/comments", {"text": "x"}).status_code == 404


def test_it_is_only_posted(browser: Open, cast: Cast, goal: Objective) -> None:
    assert browser(cast.tom).get(PATH).status_code == 405


def test_an_empty_comment_is_refused_at_its_field(
    browser: Open, cast: Cast, goal: Objective
) -> None:
    answer = browser(cast.tom).post(PATH, {"text": "   "})
    assert answer.status_code == 422
    assert answer.context["comment"].field.error == "Write something first."
    fragment = browser(cast.tom).post(PATH, {"text": ""}, htmx=True)
    assert fragment.status_code == 422
    assert fragment["HX-Retarget"] == "#comment-form"


def test_what_was_typed_is_not_lost_when_it_is_too_long(
    browser: Open, cast: Cast, goal: Objective
) -> None:
    long = "freight " * 1_300
    answer = browser(cast.tom).post(PATH, {"text": long})
    assert answer.status_code == 422
    assert long.strip() in text_of(answer)


def test_an_answer_to_nothing_is_not_found(browser: Open, cast: Cast, goal: Objective) -> None:
    for answers in ("nonsense", str(uuid4())):
        data = {"text": "x", "answers": answers}
        assert browser(cast.tom).post(PATH, data).status_code == 404


def test_one_changes_and_takes_back_ones_own(browser: Open, cast: Cast, goal: Objective) -> None:
    tom = browser(cast.tom)
    tom.post(PATH, {"text": "Frist"})
    comment = Comment.objects.get()
    assert tom.post(f"{PATH}/{comment.pk}", {"text": "First", "version": "1"}).status_code == 302
    comment.refresh_from_db()
    assert comment.text == "First"
    assert "edited" in text_of(tom.get("goals/O-1/"))
    assert tom.post(f"{PATH}/{comment.pk}", {"text": "Older", "version": "1"}).status_code == 409
    assert tom.post(f"{PATH}/{comment.pk}", {"remove": "1"}).status_code == 302
    text = text_of(tom.get("goals/O-1/"))
    assert "First" not in text
    assert "taken back" in text


def test_nobody_changes_anothers(browser: Open, cast: Cast, goal: Objective) -> None:
    browser(cast.tom).post(PATH, {"text": "Mine"})
    comment = Comment.objects.get()
    for person in (cast.mia, cast.lea, cast.ada):
        answer = browser(person).post(f"{PATH}/{comment.pk}", {"remove": "1"})
        assert answer.status_code == 403
    assert browser(cast.tom).get("goals/O-1/").context["thread"][0].text == "Mine"


def test_a_comment_is_found_only_where_it_stands(
    browser: Open, cast: Cast, goal: Objective
) -> None:
    make_goal(cast, "O-2")
    browser(cast.tom).post(PATH, {"text": "Here"})
    comment = Comment.objects.get()
    assert (
        browser(cast.tom).post(f"goals/O-2/comments/{comment.pk}", {"text": "x"}).status_code == 404
    )


def test_what_people_write_is_text(browser: Open, cast: Cast, goal: Objective) -> None:
    browser(cast.tom).post(PATH, {"text": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in text_of(browser(cast.mia).get("goals/O-1/"))
