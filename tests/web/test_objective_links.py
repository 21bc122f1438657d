"""The links of an objective on its page: added, taken off, refused, taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.base.models import Change
from okapi.goals.models import Adjustment, Contribution, Guard, Informs, KeyResult, Objective
from okapi.kpis.models import Kpi
from tests.cast import Cast
from tests.goals.making import link, make_key_result, make_kpi, make_objective
from tests.web.conftest import Browser, make_goal
from tests.web.test_objective_edit import text_of

Open = Callable[..., Browser]
PATH = "goals/O-1/links"


@pytest.fixture
def draft(cast: Cast) -> Objective:
    """Mia's draft O-1 of the service team."""
    return make_objective(cast, key="O-1", owner=cast.mia, team=cast.service, state="draft")


@pytest.fixture
def above(cast: Cast) -> KeyResult:
    """An objective TOP of the company with a key result TOP.1."""
    top = make_objective(cast, key="TOP", team=cast.company)
    Objective.objects.filter(pk=top.pk).update(title="Loved by customers")
    made = make_key_result(top, key="TOP.1", kind="yes_no")
    KeyResult.objects.filter(pk=made.pk).update(title="Score of 50")
    return KeyResult.objects.get(pk=made.pk)


def test_it_contributes_to_what_was_found(
    browser: Open, cast: Cast, draft: Objective, above: KeyResult
) -> None:
    mia = browser(cast.mia)
    found = text_of(mia.get("find/goals?q=loved"))
    assert 'data-value="O:TOP"' in found
    assert 'data-value="KR:TOP.1"' in text_of(mia.get("find/goals?q=score+50"))
    sent = {"do": "contribute", "link": "O:TOP", "link_text": "Loved by customers"}
    answer = mia.post(PATH, sent)
    number = Change.objects.get(verb="contribute").pk
    assert answer["Location"] == f"/o/acme/goals/O-1/links?said={number}"
    page = text_of(mia.get(answer["Location"]))
    assert "It contributes there now." in page
    assert "Loved by customers" in page
    mia.post(PATH, {"do": "contribute", "link": "", "link_text": "KR:TOP.1"})
    assert set(Contribution.objects.values_list("parent_key_result__key", flat=True)) == {
        None,
        "TOP.1",
    }
    mia.post(PATH, {"do": "withdraw", "link": "KR:TOP.1"})
    assert Contribution.objects.count() == 1
    mia.post(f"changes/{Change.objects.get(verb='withdraw').pk}/undo")
    assert Contribution.objects.count() == 2


def test_circles_are_refused_by_name(
    browser: Open, cast: Cast, draft: Objective, above: KeyResult
) -> None:
    link(Objective.objects.get(key="TOP"), draft)
    sent = {"do": "contribute", "link": "O:TOP", "link_text": "Loved by customers"}
    answer = browser(cast.mia).post(PATH, sent)
    assert answer.status_code == 422
    assert "O-1 → TOP → O-1" in text_of(answer)
    assert "Loved by customers" in text_of(answer)


def test_a_guard_with_limits(browser: Open, cast: Cast, draft: Objective) -> None:
    make_kpi(cast, "cost", unit="CNY")
    mia = browser(cast.mia)
    guard = {
        "do": "guard",
        "link": "cost",
        "link_text": "cost",
        "high": "¥125",
        "amber_high": "118",
    }
    mia.post(PATH, guard)
    made = Guard.objects.get()
    assert (made.high, made.amber_high, made.low) == (125, 118, None)
    assert "118" in text_of(mia.get(PATH))
    wrong = mia.post(PATH, {**guard, "high": "100"})
    assert wrong.status_code == 422
    assert "The limits must rise" in text_of(wrong)
    assert "is not a number" in text_of(mia.post(PATH, {**guard, "low": "x"}))
    mia.post(PATH, {"do": "unguard", "link": "cost", "slice": ""})
    assert not Guard.objects.exists()
    mia.post(f"changes/{Change.objects.get(verb='unguard').pk}/undo")
    assert Guard.objects.get().high == 125


def test_the_coach_leads_here_with_the_kpi(browser: Open, cast: Cast, draft: Objective) -> None:
    make_kpi(cast, "cost")
    text = text_of(browser(cast.mia).get(f"{PATH}?kpi=cost"))
    assert 'name="link" value="cost"' in text


def test_kpis_for_context(browser: Open, cast: Cast, draft: Objective) -> None:
    make_kpi(cast, "mood")
    mia = browser(cast.mia)
    mia.post(PATH, {"do": "inform", "link": "", "link_text": "mood"})
    made = Informs.objects.get()
    below = make_key_result(draft, key="O-1.1", kind="yes_no")
    Informs.objects.create(objective=draft, key_result=below, kpi=made.kpi)
    page = text_of(mia.get(PATH))
    assert f'name="below" value="{below.pk}"' in page
    mia.post(PATH, {"do": "uninform", "link": "mood", "below": str(below.pk)})
    assert Informs.objects.get().key_result is None
    mia.post(PATH, {"do": "uninform", "link": "mood"})
    assert not Informs.objects.exists()


def test_the_guards_of_an_agreed_one_take_a_reason(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-1", guarded=True)
    make_kpi(cast, "mood")
    lea, mia = browser(cast.lea), browser(cast.mia)
    guard = {"do": "guard", "link": "mood", "link_text": "mood", "low": "3"}
    assert "Say why it changes" in text_of(lea.post(PATH, guard))
    lea.post(PATH, {**guard, "reason": "Complaints rise"})
    assert Adjustment.objects.get().reason == "Complaints rise"
    lea.post(PATH, {"do": "unguard", "link": "cost-O-1", "reason": "Prices are fixed"})
    assert Guard.objects.get().kpi.key == "mood"
    text = text_of(lea.get("goals/O-1/"))
    for words in ("Complaints rise", "Prices are fixed"):
        assert words in text
    # Its owner may align it, and not change what was agreed.
    text = text_of(mia.get(PATH))
    assert "The guards are agreed." in text
    assert 'value="guard"' not in text
    assert mia.post(PATH, guard).status_code == 403
    assert mia.post(PATH, {"do": "inform", "link": "mood", "link_text": "mood"}).status_code == 302


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "contribute", "link": "", "link_text": ""},
        {"do": "contribute", "link": "", "link_text": "nothing"},
        {"do": "withdraw", "link": "O:TOP"},
        {"do": "withdraw", "link": "KR:nothing"},
        {"do": "guard", "link": "", "link_text": "nothing"},
        {"do": "unguard", "link": "nothing"},
        {"do": "inform", "link": "secret", "link_text": "secret"},
        {"do": "marry", "link": "O:TOP"},
        {},
    ],
)
def test_nonsense_is_told(
    browser: Open, cast: Cast, draft: Objective, above: KeyResult, sent: dict[str, str]
) -> None:
    make_kpi(cast, "secret")
    Kpi.objects.update(visibility="named")
    assert browser(cast.mia).post(PATH, sent).status_code == 422
    assert not Contribution.objects.exists()


def test_in_the_dialog_it_stays_open(
    browser: Open, cast: Cast, draft: Objective, above: KeyResult
) -> None:
    mia = browser(cast.mia)
    assert text_of(mia.get(PATH, htmx=True)).lstrip().startswith("<header")
    sent = {"do": "contribute", "link": "O:TOP", "link_text": "Loved by customers"}
    answer = mia.post(PATH, sent, htmx=True)
    text = text_of(answer)
    assert text.lstrip().startswith('<div class="links"')
    assert answer["HX-Trigger"] == "okapi-changed"
    assert "/undo" in text


def test_who_may(browser: Open, cast: Cast, strangers: Cast, draft: Objective) -> None:
    for person in (cast.tom, cast.rob, cast.vic, cast.ada, cast.sten, cast.stella):
        assert browser(person).get(PATH).status_code == 403, person
        assert browser(person).post(PATH, {"do": "inform"}).status_code == 403, person
    assert browser(cast.lea).get(PATH).status_code == 200
    assert browser(strangers.mia).get(PATH).status_code == 404
    assert browser(cast.mia).get("goals/nothing/links").status_code == 404
    assert browser(cast.mia).client.delete(f"/o/acme/{PATH}").status_code == 405


def test_the_number_of_statements(
    browser: Open, cast: Cast, draft: Objective, statements: Any
) -> None:
    mia = browser(cast.mia)

    def count() -> int:
        mia.get(PATH)
        with statements() as asked:
            mia.get(PATH)
        return len(asked)

    def add(several: int) -> None:
        for at in range(several):
            kpi = make_kpi(cast)
            link(draft, make_objective(cast, key=f"TOP-{several}-{at}"))
            Informs.objects.create(objective=draft, kpi=kpi)
            Guard.objects.create(
                objective=draft, kpi=kpi, slice=kpi.slices.get(), definition=kpi.definition
            )

    add(1)
    once = count()
    add(3)
    assert count() == once
    assert once <= 16
