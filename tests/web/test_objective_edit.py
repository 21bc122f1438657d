"""Making and editing an objective: what is refused where, two people at once, and the way back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from okapi.base.models import Change
from okapi.goals import actions
from okapi.goals.models import Adjustment, Objective
from okapi.goals.queries.editing import objective_to_edit
from tests.cast import Cast
from tests.goals.making import make_objective
from tests.web.conftest import Browser, make_goal

Open = Callable[..., Browser]
NEW = {
    "title": "Fix it on the first visit",
    "why": "Every second visit costs twice.",
    "team": "service",
    "cycle": "2026Q4",
    "kind": "aspirational",
    "weight": "2",
    "visibility": "everyone",
    "owner": "mia@acme.example",
    "owner_text": "Mia",
}
EDIT = "goals/O-1/edit"


def text_of(answer: Any) -> str:
    """The answer as text."""
    return str(answer.content.decode())


def form_of(answer: Any) -> Any:
    """The form that was shown."""
    return answer.context["form"]


def began(answer: Any) -> dict[str, str]:
    """What a form sends along of what it began with."""
    form = form_of(answer)
    return {"version": str(form.version), "base": form.base}


@pytest.fixture
def draft(cast: Cast) -> Objective:
    """Mia's draft O-1 of the service team."""
    return make_objective(
        cast, key="O-1", owner=cast.mia, team=cast.service, state="draft", why="So."
    )


# New.


def test_a_draft_is_made_and_its_page_says_what_comes_next(browser: Open, cast: Cast) -> None:
    mia = browser(cast.mia)
    answer = mia.post("goals/new", NEW)
    made = Objective.objects.get()
    change = Change.objects.get(kind="objective", verb="create")
    expected = f"/o/acme/goals/O-1/?said={change.pk}"
    assert (answer.status_code, answer["Location"]) == (302, expected)
    assert (made.title, made.kind, made.weight) == (NEW["title"], "aspirational", 2)
    assert (made.team, made.owner, made.state) == (cast.service, cast.mia, "draft")
    text = text_of(mia.get(answer["Location"]))
    assert "Add how you will know that it is reached." in text
    # What somebody else did is not told as one's own deed.
    assert "Add how you will know" not in text_of(browser(cast.lea).get(answer["Location"]))


def test_the_form_begins_with_the_cycle_the_team_and_oneself(browser: Open, cast: Cast) -> None:
    text = text_of(browser(cast.mia).get("goals/new"))
    assert '<option value="2026Q4" selected>' in text
    assert '<option value="service" selected>' in text
    assert 'name="owner" value="mia@acme.example"' in text
    assert "Sales" not in text.partition('name="team"')[2].partition("</select>")[0]


def test_in_the_dialog_the_browser_goes_on_to_the_new_page(browser: Open, cast: Cast) -> None:
    mia = browser(cast.mia)
    assert text_of(mia.get("goals/new", htmx=True)).lstrip().startswith("<header")
    answer = mia.post("goals/new", {**NEW, "from": "dialog"}, htmx=True)
    assert answer["HX-Redirect"].startswith("/o/acme/goals/O-1/?said=")


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"title": " "}, "title", "This is needed."),
        ({"title": "x" * 301}, "title", "301 characters"),
        ({"weight": "heavy"}, "weight", "is not a number"),
        ({"weight": "-1"}, "weight", ""),
        ({"kind": "moon"}, "kind", "moon"),
        ({"cycle": "2031Q1"}, "cycle", "2031Q1"),
        ({"team": "sales"}, "team", "You cannot set objectives for this team."),
        ({"owner": "", "owner_text": "Nobody"}, "owner", "Nothing found"),
        ({"owner": "", "owner_text": "a"}, "owner", "could be several"),
        ({"readers_more": "", "readers_more_text": "Nobody"}, "readers", "Nothing found"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    browser: Open, cast: Cast, wrong: dict[str, str], field: str, sentence: str
) -> None:
    answer = browser(cast.mia).post("goals/new", {**NEW, **wrong})
    assert answer.status_code == 422
    text = text_of(answer)
    assert sentence in text
    assert NEW["why"] in text
    assert not form_of(answer).error, field
    assert not Objective.objects.exists()


def test_a_name_is_enough_for_an_owner(browser: Open, cast: Cast) -> None:
    browser(cast.lea).post("goals/new", {**NEW, "owner": "", "owner_text": "Rob"})
    assert Objective.objects.get().owner == cast.rob


def test_named_readers_are_chosen_one_by_one(browser: Open, cast: Cast) -> None:
    chosen = {"readers": ["tom@acme.example"], "readers_more": "", "readers_more_text": "Rob"}
    browser(cast.mia).post("goals/new", {**NEW, "visibility": "named", **chosen})
    made = Objective.objects.get()
    assert {one.name for one in made.readers.all()} == {"Tom", "Rob"}
    assert browser(cast.tom).get("goals/O-1/").status_code == 200
    assert browser(cast.lea).get("goals/O-1/").status_code == 404


def test_a_viewer_may_not_and_a_stranger_finds_nothing(
    browser: Open, cast: Cast, strangers: Cast
) -> None:
    assert browser(cast.vic).get("goals/new").status_code == 403
    assert browser(cast.vic).post("goals/new", NEW).status_code == 403
    assert "goals/new" not in text_of(browser(cast.vic).get("goals/"))
    assert browser(strangers.mia).get("goals/new").status_code == 404
    assert browser(cast.mia).client.delete("/o/acme/goals/new").status_code == 405


# Edit.


def test_an_objective_is_changed_and_the_change_taken_back(
    browser: Open, cast: Cast, draft: Objective
) -> None:
    mia = browser(cast.mia)
    sent = {"title": "Better", "owner": "rob@acme.example", "owner_text": "Rob"}
    answer = mia.post(EDIT, {**began(mia.get(EDIT)), **sent})
    draft.refresh_from_db()
    assert (draft.title, draft.owner, draft.why) == ("Better", cast.rob, "So.")
    number = Change.objects.get(kind="objective", verb="edit").pk
    assert answer["Location"] == f"/o/acme/goals/O-1/?said={number}"
    page = text_of(browser(cast.lea).get("goals/O-1/"))
    assert "Better" in page
    # Mia gave it away: an objective of the team stays hers to read, not to edit.
    assert mia.post(f"changes/{number}/undo").status_code == 403
    draft.owner = cast.mia
    draft.save()
    assert mia.post(f"changes/{number}/undo").status_code == 409  # changed again since


def test_undo_on_its_page_and_by_the_toast(browser: Open, cast: Cast, draft: Objective) -> None:
    mia = browser(cast.mia)
    mia.post(EDIT, {"title": "Better", "weight": "3"})
    number = Change.objects.get(kind="objective", verb="edit").pk
    asked = text_of(mia.get(f"changes/{number}/undo"))
    assert "Title" in asked
    assert "Weight" in asked
    answer = mia.post(f"changes/{number}/undo", htmx=True)
    assert "Taken back." in text_of(answer)
    assert answer["HX-Trigger"] == "okapi-changed"
    draft.refresh_from_db()
    assert (draft.title, draft.weight) == ("O-1", 1)


def test_nobody_takes_back_what_others_did(browser: Open, cast: Cast, draft: Objective) -> None:
    browser(cast.lea).post(EDIT, {"title": "Better"})
    number = Change.objects.get(kind="objective", verb="edit").pk
    assert browser(cast.mia).post(f"changes/{number}/undo").status_code == 404
    for wrong in ("0", "99999999999999999999", "-1", "x", "٣"):
        assert browser(cast.lea).post(f"changes/{wrong}/undo").status_code == 404


def test_in_the_dialog_the_page_is_told(browser: Open, cast: Cast, draft: Objective) -> None:
    mia = browser(cast.mia)
    form = text_of(mia.get(EDIT, htmx=True))
    assert 'hx-post="/o/acme/goals/O-1/edit"' in form
    answer = mia.post(EDIT, {"title": "Better", "from": "dialog"}, htmx=True)
    assert (answer["HX-Trigger"], answer["HX-Retarget"]) == ("okapi-changed", "#toasts")
    number = Change.objects.get(kind="objective", verb="edit").pk
    assert f"/o/acme/changes/{number}/undo" in text_of(answer)
    wrong = mia.post(EDIT, {"title": "", "from": "dialog"}, htmx=True)
    assert wrong.status_code == 422
    assert text_of(wrong).lstrip().startswith("<okapi-draft")


def test_what_nobody_touched_is_no_change(browser: Open, cast: Cast, draft: Objective) -> None:
    mia = browser(cast.mia)
    same = {"title": "O-1", "why": "So.", "weight": "1", "kind": "committed", "team": "service"}
    mia.post(EDIT, {**began(mia.get(EDIT)), **same})
    assert not Change.objects.filter(kind="objective", verb="edit").exists()


def test_what_was_agreed_changes_only_with_a_reason(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1")
    lea = browser(cast.lea)
    answer = lea.post(EDIT, {"title": "Better", "reason": " "})
    assert answer.status_code == 422
    assert "Say why it changes" in text_of(answer)
    assert "Better" in text_of(answer)
    lea.post(EDIT, {"title": "Better", "reason": "Words that people remember"})
    assert Adjustment.objects.get().reason == "Words that people remember"
    text = text_of(lea.get("goals/O-1/"))
    assert "Words that people remember" in text
    # An adjustment is not taken back by a button.
    number = Change.objects.get(kind="objective", verb="edit").pk
    assert "Undo" not in text_of(lea.get(f"goals/O-1/?said={number}"))
    assert lea.post(f"changes/{number}/undo").status_code == 422


def test_of_an_agreed_one_its_owner_sees_only_what_is_theirs_to_change(
    browser: Open, cast: Cast
) -> None:
    make_goal(cast, "O-1")
    mia = browser(cast.mia)
    text = text_of(mia.get(EDIT))
    assert 'name="title"' not in text
    assert "The lead of the team can adjust them." in text
    assert mia.post(EDIT, {"why": "Because."}).status_code == 302
    assert mia.post(EDIT, {"title": "Mine", "reason": "So"}).status_code == 403


def test_who_may_edit(browser: Open, cast: Cast, strangers: Cast, draft: Objective) -> None:
    for person in (cast.tom, cast.rob, cast.vic, cast.ada, cast.sten, cast.stella):
        assert browser(person).get(EDIT).status_code == 403, person
        assert browser(person).post(EDIT, {"title": "Mine"}).status_code == 403, person
    assert browser(cast.lea).post(EDIT, {"title": "Ours"}).status_code == 302
    assert browser(strangers.mia).get(EDIT).status_code == 404
    assert browser(cast.mia).get("goals/nothing/edit").status_code == 404
    assert browser(cast.mia).client.put(f"/o/acme/{EDIT}").status_code == 405


def test_what_is_over_does_not_change(browser: Open, cast: Cast, draft: Objective) -> None:
    Objective.objects.update(state="cancelled")
    answer = browser(cast.mia).get(EDIT)
    assert answer.status_code == 422
    assert "does not change any more" in text_of(answer)


def test_whoever_gives_a_private_one_away_goes_on_to_the_list(
    browser: Open, cast: Cast, draft: Objective
) -> None:
    Objective.objects.update(visibility="named")
    sent = {"owner": "rob@acme.example", "owner_text": "Rob"}
    answer = browser(cast.mia).post(EDIT, sent)
    assert answer["Location"].startswith("/o/acme/goals/?said=")


def test_a_team_of_others_is_no_place_for_it(browser: Open, cast: Cast, draft: Objective) -> None:
    answer = browser(cast.mia).post(EDIT, {"team": "company"})
    assert answer.status_code == 422
    assert "You cannot set objectives for this team." in text_of(answer)
    draft.refresh_from_db()
    assert draft.team == cast.service


# Two people at once.


def test_what_only_one_of_both_changed_is_put_together(
    browser: Open, cast: Cast, draft: Objective
) -> None:
    mia = browser(cast.mia)
    opened = began(mia.get(EDIT))
    actions.edit_objective(cast.actor(cast.lea), draft.pk, why="It costs twice.", weight=3)
    answer = mia.post(EDIT, {**opened, "title": "Better", "why": "So.", "weight": "1"})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.why, draft.weight) == ("Better", "It costs twice.", 3)
    assert "What others changed meanwhile is kept too." in text_of(mia.get(answer["Location"]))


def test_what_both_changed_is_shown_side_by_side_for_a_choice(
    browser: Open, cast: Cast, draft: Objective
) -> None:
    lea = browser(cast.lea)
    opened = began(lea.get(EDIT))
    mia = cast.actor(cast.mia)
    actions.edit_objective(mia, draft.pk, title="Quicker", owner="rob@acme.example")
    mine = {"title": "Better", "why": "Because.", "owner": "tom@acme.example", "owner_text": "Tom"}
    answer = lea.post(EDIT, {**opened, **mine})
    assert answer.status_code == 422
    text = text_of(answer)
    assert "Mia changed this too" in text
    for words in ("Better", "Quicker", "Tom", "Rob", "Because.", 'name="take-title"'):
        assert words in text
    draft.refresh_from_db()
    assert (draft.title, draft.why) == ("Quicker", "So.")
    chosen = {"take-title": "theirs", "take-owner": "mine"}
    assert lea.post(EDIT, {**began(answer), **mine, **chosen}).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.owner, draft.why) == ("Quicker", cast.tom, "Because.")


def test_without_what_it_began_with_every_difference_is_a_question(
    browser: Open, cast: Cast, draft: Objective
) -> None:
    actions.edit_objective(cast.actor(cast.lea), draft.pk, title="Quicker")
    for base in ("", "[]", "{", '{"title": 1}', "null"):
        answer = browser(cast.mia).post(EDIT, {"version": "1", "base": base, "title": "Better"})
        assert answer.status_code == 422, base
        assert "Quicker" in text_of(answer)
    draft.refresh_from_db()
    assert draft.title == "Quicker"


def test_a_form_that_came_back_still_knows_what_it_began_with(
    browser: Open, cast: Cast, draft: Objective
) -> None:
    mia = browser(cast.mia)
    opened = began(mia.get(EDIT))
    actions.edit_objective(cast.actor(cast.lea), draft.pk, why="It costs twice.")
    wrong = mia.post(EDIT, {**opened, "title": "Better", "why": "So.", "weight": "heavy"})
    assert json.loads(began(wrong)["base"])["why"] == "So."
    mia.post(EDIT, {**began(wrong), "title": "Better", "why": "So.", "weight": "1"})
    draft.refresh_from_db()
    assert (draft.title, draft.why) == ("Better", "It costs twice.")


def test_the_number_of_statements(
    browser: Open, cast: Cast, draft: Objective, statements: Any
) -> None:
    mia = browser(cast.mia)
    mia.get(EDIT)  # working calendars are remembered
    with statements() as asked:
        mia.get(EDIT)
    once = len(asked)
    for key in ("O-2", "O-3"):
        make_goal(cast, key)
    with statements() as asked:
        mia.get(EDIT)
    assert len(asked) == once
    assert once <= 7  # session, user, visit, teams, the objective, its readers, what is offered


def test_the_query_names_what_it_is_asked_for(cast: Cast, draft: Objective) -> None:
    from tests.kpis.test_queries_page import asking

    found = objective_to_edit(asking(cast, cast.mia), "O-1")
    assert (found.owner, found.people) == ("mia@acme.example", {"mia@acme.example": "Mia"})


# In place.


def test_the_title_in_its_place(browser: Open, cast: Cast, draft: Objective) -> None:
    mia = browser(cast.mia)
    assert f"{EDIT}?only=title" in text_of(mia.get("goals/O-1/"))
    form = mia.get(f"{EDIT}?only=title", htmx=True)
    text = text_of(form)
    assert 'class="inline-form"' in text
    assert 'name="why"' not in text
    wrong = mia.post(EDIT, {"only": "title", "title": " ", "from": "dialog"}, htmx=True)
    assert wrong.status_code == 422
    assert 'class="inline-form"' in text_of(wrong)
    sent = {**began(form), "only": "title", "title": "Better", "from": "dialog"}
    answer = mia.post(EDIT, sent, htmx=True)
    assert answer["HX-Trigger"] == "okapi-changed"
    draft.refresh_from_db()
    assert (draft.title, draft.why) == ("Better", "So.")
    # Without a script the pencil leads to the whole form.
    assert 'name="why"' in text_of(mia.get(f"{EDIT}?only=title"))


def test_the_title_that_is_read_is_the_one_that_is_edited(
    browser: Open, cast: Cast, draft: Objective
) -> None:
    mia = browser(cast.mia)
    cast.mia.user.language = "zh"  # type: ignore[union-attr]  # everybody of the cast can sign in
    cast.mia.user.save()  # type: ignore[union-attr]  # everybody of the cast can sign in
    assert f"{EDIT}?only=title_other" in text_of(mia.get("goals/O-1/"))
    assert 'name="title"' in text_of(mia.get(f"{EDIT}?only=title_other", htmx=True))
    Objective.objects.update(title_other="更好")
    assert 'value="更好"' in text_of(mia.get(f"{EDIT}?only=title_other", htmx=True))


def test_an_agreed_title_in_its_place_takes_a_reason(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1")
    assert "only=title" not in text_of(browser(cast.mia).get("goals/O-1/"))
    lea = browser(cast.lea)
    assert 'name="reason"' in text_of(lea.get(f"{EDIT}?only=title", htmx=True))
    sent = {"only": "title", "title": "Better", "reason": "Shorter", "from": "dialog"}
    lea.post(EDIT, sent, htmx=True)
    assert Adjustment.objects.get().reason == "Shorter"
