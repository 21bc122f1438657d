"""The life of an objective on pages: agreed, given up, closed, archived; and what each asks."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from okapi.base.models import Change
from okapi.goals.models import Adjustment, KeyResult, Objective
from tests.cast import Cast
from tests.goals.making import make_key_result, make_kpi, make_objective, measure, renewed
from tests.web.conftest import Browser, make_goal
from tests.web.test_objective_edit import began, form_of, text_of

Open = Callable[..., Browser]


@pytest.fixture
def draft(cast: Cast) -> Objective:
    """Mia's draft O-1 with one key result."""
    made = make_objective(cast, key="O-1", owner=cast.mia, team=cast.service, state="draft")
    make_key_result(made, key="O-1.1", kind="yes_no")
    return made


def test_a_draft_is_agreed_on(browser: Open, cast: Cast, draft: Objective) -> None:
    lea = browser(cast.lea)
    assert "Agree" in text_of(lea.get("goals/O-1/"))
    assert "goals/O-1/agree" not in text_of(browser(cast.mia).get("goals/O-1/"))
    form = lea.get("goals/O-1/agree")
    assert form.status_code == 200
    answer = lea.post("goals/O-1/agree", {"version": str(form_of(form).version)})
    draft.refresh_from_db()
    assert draft.state == "agreed"
    page = text_of(lea.get(answer["Location"]))
    assert "Agreed. It counts from today on." in page
    assert "Undo" not in page
    assert lea.get("goals/O-1/agree").status_code == 422


def test_what_is_lacking_is_told(browser: Open, cast: Cast, draft: Objective) -> None:
    make_key_result(draft, key="O-1.2")  # a metric that moves nothing
    answer = browser(cast.lea).post("goals/O-1/agree")
    assert answer.status_code == 422
    assert "O-1.2 moves no KPI." in text_of(answer)
    KeyResult.objects.filter(key="O-1.2").delete()
    KeyResult.objects.update(weight=0)
    assert browser(cast.lea).post("goals/O-1/agree").status_code == 422


def test_without_key_results_only_a_strategist(browser: Open, cast: Cast) -> None:
    make_objective(cast, key="O-1", team=cast.service, state="draft")
    make_objective(cast, key="TOP", team=cast.company, state="draft")
    lea, stella = browser(cast.lea), browser(cast.stella)
    asked = text_of(lea.get("goals/O-1/agree"))
    assert "It has no key results." in asked
    assert 'name="reason"' not in asked
    assert lea.post("goals/O-1/agree", {"reason": "Trust me"}).status_code == 403
    assert 'name="reason"' in text_of(stella.get("goals/TOP/agree"))
    assert stella.post("goals/TOP/agree").status_code == 422
    assert stella.post("goals/TOP/agree", {"reason": "Teams find them"}).status_code == 302


def test_broken_guards_are_told_before(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1", guarded=True)
    Objective.objects.update(state="draft")
    KeyResult.objects.update(state="draft")
    text = text_of(browser(cast.lea).get("goals/O-1/agree"))
    assert "Broken already" in text
    assert "121" in text


def test_two_who_decide_at_once(browser: Open, cast: Cast, draft: Objective) -> None:
    lea = browser(cast.lea)
    form = lea.get("goals/O-1/agree")
    browser(cast.mia).post("goals/O-1/edit", {"title": "Another one"})
    answer = lea.post("goals/O-1/agree", began(form) | {"base": ""})
    assert answer.status_code == 422
    assert "Somebody changed this while you were editing" in text_of(answer)
    assert "Another one" in text_of(answer)
    lea.post("goals/O-1/agree", {"version": str(form_of(answer).version)})
    draft.refresh_from_db()
    assert draft.state == "agreed"


def test_given_up_with_a_reason(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1")
    lea = browser(cast.lea)
    assert lea.post("goals/O-1/cancel", {"reason": " "}).status_code == 422
    answer = lea.post("goals/O-1/cancel", {"reason": "The market is gone"})
    page = text_of(lea.get(answer["Location"]))
    assert "The market is gone" in page
    assert "Given up. It stays readable." in page
    assert "goals/O-1/edit" not in page
    assert Objective.objects.get().state == "cancelled"
    assert lea.get("goals/O-1/cancel").status_code == 422


def test_closed_with_the_grades_that_were_computed(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1", value=83)  # half of the way
    lea = browser(cast.lea)
    assert 'placeholder="0.50"' in text_of(lea.get("goals/O-1/close"))
    answer = lea.post("goals/O-1/close", {"reason": "Parts came late"})
    found = Objective.objects.get()
    assert (found.state, found.grade, found.grade_reason) == (
        "closed", Decimal("0.5"), "Parts came late",
    )  # fmt: skip
    assert "Closed. Its grades stand." in text_of(lea.get(answer["Location"]))


def test_another_grade_takes_a_word(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1", value=83)
    lea = browser(cast.lea)
    answer = lea.post("goals/O-1/close", {"grades.O-1.1": "0.8"})
    assert answer.status_code == 422
    assert "differs from the computed one" in text_of(answer)
    assert not form_of(answer).error
    for wrong in ("2", "much"):
        assert lea.post("goals/O-1/close", {"grades.O-1.1": wrong}).status_code == 422
    lea.post("goals/O-1/close", {"grades.O-1.1": "0.8", "why.O-1.1": "Half of the data is missing"})
    assert KeyResult.objects.get().grade == Decimal("0.8")


def test_a_success_with_a_broken_guard_says_why(browser: Open, cast: Cast) -> None:
    made = make_goal(cast, "O-1", value=90)
    cost = make_kpi(cast, "cost", unit="CNY", frequency="week", direction="down")
    measure(cast, cost, {"2026-W47": 130})
    made.guards.create(
        organisation=cast.organisation, kpi=cost, slice=cost.slices.get(),
        definition=cost.definition, high=Decimal(125),
    )  # fmt: skip
    renewed([made])
    answer = browser(cast.lea).post("goals/O-1/close")
    assert answer.status_code == 422
    assert "Say why it counts as a success" in text_of(answer)
    assert browser(cast.lea).post("goals/O-1/close", {"reason": "A strike"}).status_code == 302


def test_archived_drafts_come_back(browser: Open, cast: Cast, draft: Objective) -> None:
    mia = browser(cast.mia)
    answer = mia.post("goals/O-1/archive")
    number = Change.objects.latest("pk").pk
    assert answer["Location"] == f"/o/acme/goals/?said={number}&as=objective.archive"
    assert mia.get("goals/O-1/").status_code == 404
    page = text_of(mia.get(answer["Location"]))
    assert "Archived." in page
    assert f"/o/acme/changes/{number}/undo" in page
    mia.post(f"changes/{number}/undo")
    assert mia.get("goals/O-1/").status_code == 200


def test_agreed_ones_are_archived_with_a_reason(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1")
    assert browser(cast.mia).get("goals/O-1/archive").status_code == 403
    lea = browser(cast.lea)
    assert lea.post("goals/O-1/archive").status_code == 422
    lea.post("goals/O-1/archive", {"reason": "Written twice"})
    assert Adjustment.objects.get().reason == "Written twice"


STEPS = {
    "agree": ("draft", {"lea"}),
    "cancel": ("agreed", {"lea", "stella"}),
    "close": ("agreed", {"lea", "stella"}),
    "archive": ("draft", {"lea", "mia"}),
}


@pytest.mark.parametrize("step", STEPS)
def test_who_may(browser: Open, cast: Cast, strangers: Cast, step: str) -> None:
    state, allowed = STEPS[step]
    make_goal(cast, "O-1")
    Objective.objects.update(state=state)
    path = f"goals/O-1/{step}"
    for name in ("ada", "stella", "sten", "lea", "mia", "rob", "tom", "vic"):
        status = 200 if name in allowed else 403
        assert browser(getattr(cast, name)).get(path).status_code == status, name
        if status == 403:
            sent = {"reason": "So"}
            assert browser(getattr(cast, name)).post(path, sent).status_code == 403, name
    assert browser(strangers.mia).get(path).status_code == 404
    assert browser(cast.lea).get(f"goals/nothing/{step}").status_code == 404
    assert browser(cast.lea).client.put(f"/o/acme/{path}").status_code == 405


@pytest.mark.parametrize("step", STEPS)
def test_the_number_of_statements(browser: Open, cast: Cast, statements: Any, step: str) -> None:
    made = make_goal(cast, "O-1")
    Objective.objects.update(state=STEPS[step][0])
    lea = browser(cast.lea)

    def count() -> int:
        lea.get(f"goals/O-1/{step}")
        with statements() as asked:
            lea.get(f"goals/O-1/{step}")
        return len(asked)

    once = count()
    for _ in range(3):
        make_key_result(made, kind="yes_no")
    assert count() == once
