"""Key results changed on pages: by one, by two at once, adjusted, taken out, in their place."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from okapi.base.models import Change
from okapi.goals import actions
from okapi.goals.actions import MilestoneDraft, MoveDraft
from okapi.goals.models import Adjustment, KeyResult, Milestone, Moves, Objective
from okapi.kpis.models import Kpi
from tests.cast import Cast
from tests.goals.making import make_kpi, make_objective, measure
from tests.web.conftest import Browser, make_goal
from tests.web.test_objective_edit import began, text_of

Open = Callable[..., Browser]
NEW = "goals/O-1/key-results/new"
EDIT = "key-results/O-1-KR1/edit"
VISITS = {
    "title": "More visits",
    "kind": "metric",
    "weight": "1",
    "kpi": "visits",
    "kpi_text": "visits",
    "target": "120",
}


@pytest.fixture
def draft(cast: Cast) -> Objective:
    """Mia's draft O-1 of the service team, in Q4."""
    return make_objective(cast, key="O-1", owner=cast.mia, team=cast.service, state="draft")


@pytest.fixture
def visits(cast: Cast) -> Kpi:
    """A monthly KPI in visits, 100 in September."""
    made = make_kpi(cast, "visits", unit="visits")
    measure(cast, made, {"2026-08": 90, "2026-09": 100})
    return made


@pytest.fixture
def key_result(cast: Cast, draft: Objective, visits: Kpi) -> KeyResult:
    """The key result O-1-KR1: visits to 120."""
    moves = [MoveDraft("visits", target=Decimal(120))]
    return actions.add_key_result(cast.actor(cast.mia), draft.pk, title="More visits", moves=moves)


def move() -> Moves:
    """The only link to a KPI."""
    return Moves.objects.get()


# Edit.


def test_fields_and_target_are_changed_and_taken_back(
    browser: Open, cast: Cast, key_result: KeyResult
) -> None:
    mia = browser(cast.mia)
    sent = {**VISITS, "title": "Many more", "target": "130", "weight": "3"}
    mia.post(EDIT, {**began(mia.get(EDIT)), **sent})
    key_result.refresh_from_db()
    assert (key_result.title, key_result.weight, move().target) == ("Many more", 3, 130)
    number = Change.objects.get(kind="key_result", verb="edit").pk
    mia.post(f"changes/{number}/undo")
    key_result.refresh_from_db()
    assert (key_result.title, key_result.weight, move().target) == ("More visits", 1, 120)


def test_what_nobody_touched_is_no_change(browser: Open, cast: Cast, key_result: KeyResult) -> None:
    mia = browser(cast.mia)
    mia.post(EDIT, {**began(mia.get(EDIT)), **VISITS, "owner": "mia@acme.example"})
    assert not Change.objects.filter(kind="key_result", verb="edit").exists()


def test_what_only_one_of_both_changed_is_put_together(
    browser: Open, cast: Cast, key_result: KeyResult
) -> None:
    mia, lea = browser(cast.mia), cast.actor(cast.lea)
    opened = began(mia.get(EDIT))
    start = MoveDraft("visits", target=Decimal(120), start=Decimal(80), start_reason="Fair")
    actions.edit_key_result(lea, key_result.pk, moves=[start], weight=2)
    mia.post(EDIT, {**opened, **VISITS, "target": "150", "start": "", "start_reason": ""})
    key_result.refresh_from_db()
    assert (move().target, move().start, key_result.weight) == (150, 80, 2)


def test_a_target_that_both_changed_is_a_question(
    browser: Open, cast: Cast, key_result: KeyResult
) -> None:
    mia, lea = browser(cast.mia), cast.actor(cast.lea)
    opened = began(mia.get(EDIT))
    actions.edit_key_result(lea, key_result.pk, moves=[MoveDraft("visits", target=Decimal(140))])
    answer = mia.post(EDIT, {**opened, **VISITS, "target": "150"})
    assert answer.status_code == 422
    assert "Lea changed this too" in text_of(answer)
    assert move().target == 140
    mia.post(EDIT, {**began(answer), **VISITS, "target": "150", "take-target": "mine"})
    assert move().target == 150


def test_another_kpi_takes_its_target_along(
    browser: Open, cast: Cast, key_result: KeyResult
) -> None:
    """A target that another one typed for the old KPI says nothing about the new one."""
    make_kpi(cast, "mood")
    mia, lea = browser(cast.mia), cast.actor(cast.lea)
    opened = began(mia.get(EDIT))
    actions.edit_key_result(lea, key_result.pk, moves=[MoveDraft("visits", target=Decimal(140))])
    sent = {**VISITS, "kpi": "mood", "kpi_text": "mood"}
    answer = mia.post(EDIT, {**opened, **sent})
    assert answer.status_code == 422
    assert move().kpi.key == "visits"
    mia.post(EDIT, {**began(answer), **sent, "target": "9", "take-target": "mine"})
    assert (move().kpi.key, move().target) == ("mood", 9)


def test_steps_of_both_stand_side_by_side(browser: Open, cast: Cast, draft: Objective) -> None:
    mia, lea = browser(cast.mia), cast.actor(cast.lea)
    actions.add_key_result(
        lea, draft.pk, title="Steps", kind="milestone", milestones=[MilestoneDraft("Begin")]
    )
    opened = began(mia.get(EDIT))
    actions.edit_key_result(lea, "O-1-KR1", milestones=[MilestoneDraft("Begin early", key="M1")])
    sent = {"title": "Steps", "steps-0-key": "M1", "steps-0-title": "Begin late"}
    answer = mia.post(EDIT, {**opened, **sent})
    text = text_of(answer)
    assert "Begin early" in text
    assert "Begin late" in text
    mia.post(EDIT, {**began(answer), **sent, "take-steps": "theirs"})
    assert Milestone.objects.get().title == "Begin early"


def test_levels_with_keys_of_their_own_stay(browser: Open, cast: Cast, draft: Objective) -> None:
    from okapi.goals.actions import LevelDraft

    levels = [LevelDraft("bronze", "Some", Decimal("0.2")), LevelDraft("gold", "All", Decimal(1))]
    lea = cast.actor(cast.lea)
    made = actions.add_key_result(lea, draft.pk, title="Known", kind="levels", levels=levels)
    mia = browser(cast.mia)
    text = text_of(mia.get(EDIT))
    assert "bronze" in text
    sent = {"levels-4-key": "bronze", "levels-4-text": "Some more", "levels-4-value": "0.2"}
    sent |= {"levels-5-key": "gold", "levels-5-text": "All", "levels-5-value": "1"}
    mia.post(EDIT, {**began(mia.get(EDIT)), "title": "Known", **sent})
    found = list(made.levels.order_by("value").values_list("key", "text"))
    assert found == [("bronze", "Some more"), ("gold", "All")]


def test_of_a_hidden_kpi_nothing_is_told_and_nothing_is_lost(
    browser: Open, cast: Cast, key_result: KeyResult
) -> None:
    Kpi.objects.update(visibility="named", name="Secret")
    mia = browser(cast.mia)
    text = text_of(mia.get(EDIT))
    assert "It moves a KPI that you may not see" in text
    assert "Secret" not in text
    mia.post(EDIT, {**began(mia.get(EDIT)), "title": "Better", "target": "5", "kpi": "visits"})
    key_result.refresh_from_db()
    assert (key_result.title, move().target) == ("Better", 120)


# Agreed goals.


def test_an_agreed_goal_takes_a_reason(browser: Open, cast: Cast, visits: Kpi) -> None:
    make_goal(cast, "O-1")
    lea = browser(cast.lea)
    assert "Say why it changes" in text_of(lea.post(NEW, VISITS))
    lea.post(NEW, {**VISITS, "reason": "The fair comes"})
    assert Adjustment.objects.get().reason == "The fair comes"
    text = text_of(lea.post("key-results/O-1.1/edit", {"weight": "2"}))
    assert "Say why it changes" in text
    # Its owner may change what was not agreed on.
    mia = browser(cast.mia)
    assert 'name="kpi"' not in text_of(mia.get("key-results/O-1.1/edit"))
    assert mia.post("key-results/O-1.1/edit", {"description": "More"}).status_code == 302
    assert mia.post("key-results/O-1.1/edit", {"weight": "2", "reason": "x"}).status_code == 403
    assert mia.get(NEW).status_code == 403
    assert mia.get("key-results/O-1.1/remove").status_code == 403


def test_the_target_is_adjusted_with_a_reason(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1")
    lea, path = browser(cast.lea), "key-results/O-1.1/adjust"
    form = lea.get(path)
    assert 'value="88"' in text_of(form)
    sent = {**began(form), "target": "90%", "start": "78"}
    assert "Say why it changes" in text_of(lea.post(path, {**sent, "reason": " "}))
    assert "is not a number" in text_of(lea.post(path, {**sent, "target": "x", "reason": "So"}))
    assert "Nothing differs" in text_of(lea.post(path, {**sent, "target": "88", "reason": "So"}))
    answer = lea.post(path, {**sent, "reason": "H3 sells better"})
    assert answer.status_code == 302
    found = Adjustment.objects.get()
    assert (found.reason, found.before, found.after) == (
        "H3 sells better", {"target": "88"}, {"target": "90"},
    )  # fmt: skip
    page = text_of(lea.get(answer["Location"]))
    assert "H3 sells better" in page
    assert "Adjusted. The earlier target stays readable." in page
    assert "Undo" not in page
    # Two who adjust at once: the second one looks again.
    assert lea.post(path, {**sent, "target": "95", "reason": "More"}).status_code == 422
    for person, status in ((cast.mia, 403), (cast.tom, 403), (cast.stella, 200)):
        assert browser(person).get(path).status_code == status


def test_only_agreed_metrics_are_adjusted(browser: Open, cast: Cast, key_result: KeyResult) -> None:
    answer = browser(cast.lea).get("key-results/O-1-KR1/adjust")
    assert answer.status_code == 422
    make_goal(cast, "O-2")
    KeyResult.objects.filter(key="O-2.1").update(kind="yes_no")
    assert browser(cast.lea).get("key-results/O-2.1/adjust").status_code == 404


def test_one_is_taken_out_and_comes_back(browser: Open, cast: Cast, key_result: KeyResult) -> None:
    mia = browser(cast.mia)
    asked = text_of(mia.get("key-results/O-1-KR1/remove"))
    assert "You can undo this right after." in asked
    answer = mia.post("key-results/O-1-KR1/remove")
    assert "More visits" not in text_of(mia.get("goals/O-1/"))
    assert "Taken out of the objective." in text_of(mia.get(answer["Location"]))
    assert mia.get(EDIT).status_code == 404
    mia.post(f"changes/{Change.objects.latest('pk').pk}/undo")
    assert "More visits" in text_of(mia.get("goals/O-1/"))


def test_out_of_an_agreed_one_with_a_reason(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1")
    lea, path = browser(cast.lea), "key-results/O-1.1/remove"
    assert "Say why it changes" in text_of(lea.post(path))
    lea.post(path, {"reason": "Measured twice"})
    text = text_of(lea.get("goals/O-1/"))
    assert "Measured twice" in text


# Who may.


@pytest.mark.parametrize("path", [NEW, EDIT, "key-results/O-1-KR1/remove"])
def test_who_may(
    browser: Open, cast: Cast, strangers: Cast, key_result: KeyResult, path: str
) -> None:
    KeyResult.objects.update(owner=cast.tom)  # who owns a key result may check in
    for person in (cast.tom, cast.rob, cast.vic, cast.ada, cast.sten, cast.stella):
        assert browser(person).get(path).status_code == 403, person
        assert browser(person).post(path, VISITS).status_code == 403, person
    assert browser(cast.lea).get(path).status_code == 200
    assert browser(strangers.mia).get(path).status_code == 404
    assert browser(cast.mia).get(path.replace("O-1", "nothing")).status_code == 404
    assert browser(cast.mia).client.delete(f"/o/acme/{path}").status_code == 405
    Objective.objects.update(state="closed")
    assert browser(cast.mia).get(path).status_code == 422
    assert "Edit" not in text_of(browser(cast.mia).get("goals/O-1/"))


def test_the_number_of_statements(
    browser: Open, cast: Cast, key_result: KeyResult, visits: Kpi, statements: Any
) -> None:
    mia = browser(cast.mia)

    def count(path: str) -> int:
        mia.get(path)
        with statements() as asked:
            mia.get(path)
        return len(asked)

    before = {path: count(path) for path in (NEW, EDIT)}
    for at in range(3):
        make_kpi(cast, f"other-{at}")
        actions.add_key_result(
            cast.actor(cast.mia),
            "O-1",
            title="x",
            moves=[MoveDraft(f"other-{at}", target=Decimal(1))],
        )
    assert {path: count(path) for path in (NEW, EDIT)} == before
    assert before[NEW] <= 8
    assert before[EDIT] <= 24


# In place.


def test_owner_and_weight_in_their_place(browser: Open, cast: Cast, key_result: KeyResult) -> None:
    mia = browser(cast.mia)
    assert f"{EDIT}?only=owner,weight" in text_of(mia.get("goals/O-1/"))
    form = mia.get(f"{EDIT}?only=owner,weight", htmx=True)
    assert 'name="kpi"' not in text_of(form)
    sent = {"only": "owner,weight", "owner": "", "owner_text": "Rob", "weight": "0.5"}
    answer = mia.post(EDIT, {**began(form), **sent, "from": "dialog"}, htmx=True)
    assert answer["HX-Trigger"] == "okapi-changed"
    key_result.refresh_from_db()
    assert (key_result.owner, key_result.weight, move().target) == (cast.rob, Decimal("0.5"), 120)


def test_of_an_agreed_one_the_weight_takes_a_reason(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1")
    path, only = "key-results/O-1.1/edit", {"only": "owner,weight", "from": "dialog"}
    mia = text_of(browser(cast.mia).get(f"{path}?only=owner,weight", htmx=True))
    assert 'name="weight"' not in mia
    assert 'name="owner"' in mia
    lea = browser(cast.lea)
    refused = lea.post(path, {**only, "weight": "2"}, htmx=True)
    assert "Say why it changes" in text_of(refused)
    lea.post(path, {**only, "weight": "2", "reason": "It matters more"}, htmx=True)
    assert KeyResult.objects.get().weight == 2


@pytest.mark.parametrize("kind", ["milestone", "levels"])
def test_parts_that_were_not_in_the_form_stay(
    browser: Open, cast: Cast, draft: Objective, kind: str
) -> None:
    from okapi.goals.actions import LevelDraft

    parts: dict[str, Any] = {
        "milestone": {"milestones": [MilestoneDraft("Begin"), MilestoneDraft("End")]},
        "levels": {"levels": [LevelDraft("fail", "None"), LevelDraft("target", "All")]},
    }[kind]
    actions.add_key_result(cast.actor(cast.mia), draft.pk, title="x", kind=kind, **parts)
    made, mia = KeyResult.objects.get(), browser(cast.mia)
    mia.post(EDIT, {**began(mia.get(EDIT)), "description": "Other words"})
    assert made.milestones.count() + made.levels.count() == 2
    # All rows taken out are no rows, and the form says that it had them.
    name = "steps-rows" if kind == "milestone" else "levels-rows"
    mia.post(EDIT, {**began(mia.get(EDIT)), name: "1"})
    assert made.milestones.count() + made.levels.count() == 0
