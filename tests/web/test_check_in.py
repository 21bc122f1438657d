"""Checking in: the form in a dialog, on Home and on a page of its own; what is refused and how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.base import scope
from okapi.goals.models import CheckIn, KeyResult, Level, Milestone, Objective
from tests.cast import Cast
from tests.goals.making import make_key_result, make_objective, renewed
from tests.web.conftest import Browser, make_goal

Open = Callable[..., Browser]
PATH = "key-results/O-1.1/check-in"
WELL = {"confidence": "7", "happened": "Air freight starts.", "next_step": "Second city."}


def text_of(answer: Any) -> str:
    """The answer as text."""
    return str(answer.content.decode())


def test_a_word_is_kept_and_the_page_shows_it(
    browser: Open, cast: Cast, key_result: KeyResult
) -> None:
    mia = browser(cast.mia)
    answer = mia.post(PATH, WELL)
    assert (answer.status_code, answer["Location"]) == (302, "/o/acme/goals/O-1/#kr-O-1.1")
    said = CheckIn.objects.get()
    assert (said.confidence, said.happened, said.next_step) == (
        7,
        "Air freight starts.",
        "Second city.",
    )
    text = text_of(mia.get("goals/O-1/"))
    assert "Air freight starts." in text
    assert "Second city." in text


def test_the_form_tells_the_number_and_the_last_word(
    browser: Open, cast: Cast, key_result: KeyResult
) -> None:
    browser(cast.mia).post(PATH, WELL)
    text = text_of(browser(cast.mia).get(PATH))
    assert "83.9" in text
    assert "computed from the KPI" in text
    assert "last time 7" in text
    assert "Air freight starts." in text


def test_the_lead_may_a_teammate_and_a_viewer_may_not(
    browser: Open, cast: Cast, key_result: KeyResult
) -> None:
    assert browser(cast.lea).post(PATH, WELL).status_code == 302
    for person in (cast.tom, cast.rob, cast.vic, cast.ada, cast.sten):
        assert browser(person).get(PATH).status_code == 403, person
        assert browser(person).post(PATH, WELL).status_code == 403, person
    assert CheckIn.objects.count() == 1


def test_a_stranger_finds_nothing(browser: Open, strangers: Cast, key_result: KeyResult) -> None:
    assert browser(strangers.mia).post(PATH, WELL).status_code == 404
    assert browser(strangers.mia, "rival").post(PATH, WELL).status_code == 404


def test_hidden_and_missing_are_the_same(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-2", visibility="named")
    assert browser(cast.tom).get("key-results/O-2.1/check-in").status_code == 404
    assert browser(cast.tom).get("key-results/nothing/check-in").status_code == 404


def test_other_methods(browser: Open, cast: Cast, key_result: KeyResult) -> None:
    assert browser(cast.mia).client.delete(f"/o/acme/{PATH}").status_code == 405


@pytest.mark.parametrize("confidence", ["", "11", "-1", "seven", "7.5", "٣", "100000"])
def test_a_confidence_that_is_none_is_told_at_its_field(
    browser: Open, cast: Cast, key_result: KeyResult, confidence: str
) -> None:
    answer = browser(cast.mia).post(PATH, {**WELL, "confidence": confidence})
    assert answer.status_code == 422
    text = text_of(answer)
    assert "Say how sure you are, from 0 to 10." in text
    assert "Air freight starts." in text  # nothing typed is lost
    assert not CheckIn.objects.exists()


def test_what_the_action_refuses_stands_at_its_field(
    browser: Open, cast: Cast, key_result: KeyResult
) -> None:
    answer = browser(cast.mia).post(PATH, {**WELL, "happened": "x" * 5_001})
    assert answer.status_code == 422
    assert answer.context["check"]["form"].happened.error


def test_htmx_gets_the_form_back_where_it_was(
    browser: Open, cast: Cast, key_result: KeyResult
) -> None:
    answer = browser(cast.mia).post(PATH, {"confidence": "", "from": "home"}, htmx=True)
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == f"#say-{key_result.pk}"
    assert text_of(answer).lstrip().startswith("<okapi-draft")


def test_from_the_dialog_the_objective_comes_back_renewed(
    browser: Open, cast: Cast, key_result: KeyResult
) -> None:
    form = browser(cast.mia).get(f"{PATH}?from=objective", htmx=True)
    assert 'data-after="close"' in text_of(form)
    answer = browser(cast.mia).post(PATH, {**WELL, "from": "objective"}, htmx=True)
    text = text_of(answer)
    assert text.lstrip().startswith('<div class="stack objective" id="objective"')
    assert "Air freight starts." in text
    assert 'hx-swap-oob="beforeend:#toasts"' in text


def test_from_home_the_next_one_is_open(browser: Open, cast: Cast) -> None:
    for key in ("O-1", "O-2", "O-3"):
        make_goal(cast, key)
    mia = browser(cast.mia)
    answer = mia.post("key-results/O-2.1/check-in", {**WELL, "from": "home"}, htmx=True)
    text = text_of(answer)
    assert text.lstrip().startswith("<okapi-due")
    assert [line.key for line in answer.context["due"]] == ["O-1.1", "O-3.1"]
    assert [line.key for line in answer.context["due"] if line.form] == ["O-3.1"]


def test_going_through_what_is_due_without_scripts(browser: Open, cast: Cast) -> None:
    for key in ("O-1", "O-2"):
        make_goal(cast, key)
    mia = browser(cast.mia)
    first = mia.get("").context["due_first"]
    assert first == "/o/acme/key-results/O-1.1/check-in?at=1&of=2"
    assert "1 / 2" in text_of(mia.get(first))
    second = mia.post(PATH, {**WELL, "at": "1", "of": "2"})["Location"]
    assert second == "/o/acme/key-results/O-2.1/check-in?at=2&of=2"
    last = mia.post("key-results/O-2.1/check-in", {**WELL, "at": "2", "of": "2"})["Location"]
    assert last == "/o/acme/?said=all"
    assert "All check-ins are sent." in text_of(mia.get(last))


def test_it_does_not_send_people_elsewhere(
    browser: Open, cast: Cast, key_result: KeyResult
) -> None:
    answer = browser(cast.mia).post(PATH, {**WELL, "next": "https://example.org/"})
    assert answer["Location"] == "/o/acme/goals/O-1/#kr-O-1.1"
    answer = browser(cast.mia).post(PATH, {**WELL, "next": "/o/acme/"})
    assert answer["Location"] == "/o/acme/"


def test_milestones_levels_and_yes_no_are_said_with_it(browser: Open, cast: Cast) -> None:
    goal = make_objective(cast, key="O-1", owner=cast.mia, team=cast.service)
    steps = make_key_result(goal, kind="milestone", key="steps", owner=cast.mia)
    for key in ("a", "b"):
        Milestone.objects.create(
            organisation=cast.organisation, key_result=steps, key=key, title=key
        )
    levels = make_key_result(goal, kind="levels", key="levels", owner=cast.mia)
    for key, value in (("commit", "0.3"), ("target", "0.7")):
        Level.objects.create(
            organisation=cast.organisation, key_result=levels, key=key, value=value, text=key
        )
    make_key_result(goal, kind="yes_no", key="decided", owner=cast.mia)
    renewed([goal])
    mia = browser(cast.mia)
    assert mia.post("key-results/steps/check-in", {**WELL, "done": ["a"]}).status_code == 302
    assert mia.post("key-results/levels/check-in", {**WELL, "level": "target"}).status_code == 302
    assert mia.post("key-results/decided/check-in", {**WELL, "is_done": "1"}).status_code == 302
    cards = {card.key: card for card in mia.get("goals/O-1/").context["cards"]}
    assert cards["steps"].progress.value == pytest.approx(0.5)
    assert cards["levels"].progress.value == pytest.approx(0.7)
    assert cards["decided"].progress.value == 1
    form = mia.get("key-results/steps/check-in").context["check"]["form"]
    assert [(step.key, step.checked) for step in form.steps] == [("a", True), ("b", False)]
    form = mia.get("key-results/levels/check-in").context["check"]["form"]
    assert [level.value for level in form.levels if level.chosen] == ["target"]
    # Taken back: a box that is not ticked is said too.
    mia.post("key-results/steps/check-in", WELL)
    assert not Milestone.objects.filter(done_on__isnull=False).exists()


def test_a_level_that_is_not_there_is_told(browser: Open, cast: Cast) -> None:
    goal = make_objective(cast, key="O-1", owner=cast.mia, team=cast.service)
    make_key_result(goal, kind="levels", key="levels", owner=cast.mia)
    answer = browser(cast.mia).post("key-results/levels/check-in", {**WELL, "level": "moon"})
    assert answer.status_code == 422
    assert "moon" in text_of(answer)


def test_a_draft_cannot_be_checked_in(browser: Open, cast: Cast) -> None:
    goal = make_objective(cast, key="O-1", owner=cast.mia, state="draft")
    make_key_result(goal, key="O-1.1", owner=cast.mia)
    assert browser(cast.mia).get(PATH).status_code == 409
    assert browser(cast.mia).post(PATH, WELL).status_code == 409


def test_what_happens_stays_in_its_organisation(
    browser: Open, cast: Cast, strangers: Cast, key_result: KeyResult
) -> None:
    with scope.organisation(strangers.organisation.pk):
        theirs = make_goal(strangers, "O-1")
    browser(cast.mia).post(PATH, WELL)
    with scope.organisation(strangers.organisation.pk):
        assert not CheckIn.objects.filter(key_result__objective=theirs).exists()
        assert Objective.objects.count() == 1


def test_the_number_of_statements_to_show_the_form(
    browser: Open, cast: Cast, key_result: KeyResult, statements: Any
) -> None:
    mia = browser(cast.mia)
    for key in ("O-2", "O-3"):
        with statements() as asked:
            mia.get(PATH)
        assert len(asked) == 6
        make_goal(cast, key)
