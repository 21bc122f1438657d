"""New key results on pages: every kind, what is refused where, what the coach says meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from okapi.base.models import Change
from okapi.goals.models import KeyResult, Milestone, Moves, Objective
from okapi.kpis.models import Kpi, Slice
from tests.cast import Cast
from tests.goals.making import make_kpi, make_objective, measure
from tests.web.conftest import Browser
from tests.web.test_objective_edit import form_of, text_of

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
def sales(cast: Cast) -> Kpi:
    """A monthly KPI that adds up: 10 in each month of Q3."""
    made = make_kpi(cast, "sales", aggregation="sum", unit="CNY")
    measure(cast, made, {"2026-07": 10, "2026-08": 10, "2026-09": 10})
    return made


def move() -> Moves:
    """The only link to a KPI."""
    return Moves.objects.get()


# New, of every kind.


def test_a_metric_key_result(browser: Open, cast: Cast, draft: Objective, visits: Kpi) -> None:
    mia = browser(cast.mia)
    answer = mia.post(NEW, VISITS)
    number = Change.objects.get(kind="key_result", verb="add").pk
    assert answer["Location"] == f"/o/acme/goals/O-1/?said={number}#kr-O-1-KR1"
    assert (move().target, move().start, move().is_start_typed) == (120, None, False)
    page = text_of(mia.get(answer["Location"]))
    assert "More visits" in page
    assert "Key result added." in page


def test_a_typed_start_has_a_word_why(
    browser: Open, cast: Cast, draft: Objective, visits: Kpi
) -> None:
    mia = browser(cast.mia)
    answer = mia.post(NEW, {**VISITS, "start": "80"})
    assert "A typed start needs a word why" in text_of(answer)
    mia.post(NEW, {**VISITS, "start": "80", "start_reason": "Before the fair"})
    assert (move().start, move().start_reason) == (80, "Before the fair")


def test_a_slice_and_a_percentage(browser: Open, cast: Cast, draft: Objective) -> None:
    kpi = make_kpi(cast, "fixed", unit="%", dimensions=["region"])
    Slice.objects.create(kpi=kpi, key="region=East", values={"region": "East"})
    sent = {**VISITS, "kpi": "fixed", "kpi_text": "fixed", "slice": "region=East", "target": "88%"}
    browser(cast.mia).post(NEW, sent)
    assert (move().slice.key, move().target) == ("region=East", 88)


def test_totals_and_values_per_period_are_both_told(
    browser: Open, cast: Cast, draft: Objective, sales: Kpi
) -> None:
    mia = browser(cast.mia)
    sent = {**VISITS, "kpi": "sales", "kpi_text": "sales", "target": "12", "counted": "period"}
    looked = text_of(mia.post(NEW, {**sent, "look": "1"}))
    assert "¥36 in all, ¥12 per month" in looked
    assert "¥30 in all, ¥10 per month" in looked
    assert not KeyResult.objects.exists()
    mia.post(NEW, sent)
    assert move().target == 36
    again = form_of(mia.get(EDIT))
    assert '"target":"36"' in again.base


def test_a_band(browser: Open, cast: Cast, draft: Objective) -> None:
    make_kpi(cast, "room", direction="band", unit="°C")
    sent = {**VISITS, "kpi": "room", "kpi_text": "room", "target": "", "low": "20", "high": "24"}
    looked = text_of(browser(cast.mia).post(NEW, {**sent, "look": "1"}))
    assert 'name="low"' in looked
    assert 'name="target"' not in looked
    browser(cast.mia).post(NEW, sent)
    assert (move().low, move().high, move().target) == (20, 24, None)


def test_several_kpis(browser: Open, cast: Cast, draft: Objective, visits: Kpi) -> None:
    make_kpi(cast, "mood", unit="points")
    more = {"more-0-kpi_text": "mood", "more-0-target": "8", "more-0-weight": "2"}
    blank = {"more-1-kpi_text": "", "more-1-target": ""}
    browser(cast.mia).post(NEW, {**VISITS, **more, **blank})
    found = [(one.kpi.key, one.target, one.weight) for one in Moves.objects.order_by("position")]
    assert found == [("visits", 120, 1), ("mood", 8, 2)]
    wrong = {"more-0-kpi_text": "mood", "more-0-target": ""}
    answer = browser(cast.mia).post(NEW, {**VISITS, **wrong})
    assert "Give a target" in text_of(answer)


def test_milestones(browser: Open, cast: Cast, draft: Objective) -> None:
    steps = {
        "steps-0-title": "Tool signed off",
        "steps-0-due": "2026-10-16",
        "steps-0-weight": "2",
        "steps-2-title": "Live in Wuhan",
        "steps-5-title": " ",
        "steps-5-weight": "3",
    }
    browser(cast.mia).post(NEW, {"title": "Piloted", "kind": "milestone", **steps})
    found = list(Milestone.objects.order_by("position").values_list("title", "due", "weight"))
    assert found == [("Tool signed off", date(2026, 10, 16), 2), ("Live in Wuhan", None, 1)]
    wrong = {"title": "Piloted", "kind": "milestone", "steps-0-title": "x", "steps-0-due": "soon"}
    answer = browser(cast.mia).post(NEW, wrong)
    assert "“soon” is not a day" in text_of(answer)
    assert not form_of(answer).error


def test_described_levels(browser: Open, cast: Cast, draft: Objective) -> None:
    levels = {
        "levels-0-key": "fail",
        "levels-0-text": "Nobody knows us",
        "levels-3-key": "stretch",
        "levels-3-text": "Everybody does",
        "levels-3-value": "0.95",
    }
    browser(cast.mia).post(NEW, {"title": "Known", "kind": "levels", **levels})
    made = KeyResult.objects.get()
    found = list(made.levels.order_by("value").values_list("key", "value"))
    assert found == [("fail", 0), ("stretch", Decimal("0.95"))]
    text = text_of(browser(cast.mia).get(f"key-results/{made.key}/edit"))
    assert "Nobody knows us" in text


def test_yes_or_no_with_all_that_is_asked_for(browser: Open, cast: Cast, draft: Objective) -> None:
    sent = {
        "title": "The new site is live",
        "kind": "yes_no",
        "title_other": "新站上线",
        "description": "In all languages",
        "owner": "",
        "owner_text": "Rob",
        "weight": "0.5",
        "due": "2026-12-01",
        "cadence_days": "14",
    }
    browser(cast.mia).post(NEW, sent)
    made = KeyResult.objects.get()
    assert (made.kind, made.title_other, made.owner, made.weight, made.due, made.cadence_days) == (
        "yes_no", "新站上线", cast.rob, Decimal("0.5"), date(2026, 12, 1), 14,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "This is needed."),
        ({"target": "much"}, "is not a number"),
        ({"target": ""}, "Give a target"),
        ({"target": "120", "low": "1"}, "Give a target"),
        ({"kpi": "", "kpi_text": "nothing"}, "Nothing found"),
        ({"weight": "-1"}, "negative"),
        ({"due": "tomorrow"}, "is not a day"),
        ({"due": "2026-09-01"}, ""),
        ({"cadence_days": "0"}, "1 to 366"),
        ({"keep_share": "200"}, "at most 1"),
        ({"mode": "reach", "target": "80"}, ""),
        ({"slice": "region=West"}, "no slice"),
        ({"more-0-kpi_text": "visits", "more-0-target": "5"}, "twice"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    browser: Open, cast: Cast, draft: Objective, visits: Kpi, wrong: dict[str, str], sentence: str
) -> None:
    answer = browser(cast.mia).post(NEW, {**VISITS, "description": "kept", **wrong})
    assert answer.status_code == 422, wrong
    assert sentence in text_of(answer)
    assert "kept" in text_of(answer)
    assert not form_of(answer).error, form_of(answer).error
    assert not KeyResult.objects.exists()


# What is said while one writes.


@pytest.mark.parametrize(
    ("sent", "sentences"),
    [
        ({}, ["100 visits", "to reach", "3 months"]),
        ({"target": "90"}, ["to keep", "Is this a guard? It stands at 100 visits already"]),
        ({"target": "90", "mode": "keep"}, ["to keep"]),
        ({"due": "2026-11-30"}, ["Only 2 periods of this KPI end in the span."]),
        ({"kpi": "", "kpi_text": ""}, ["No KPI chosen yet."]),
        ({"target": "12o"}, ["100 visits"]),
        ({"due": "never", "target": ""}, ["100 visits", "3 months"]),
    ],
)
def test_the_coach_looks_on(
    browser: Open,
    cast: Cast,
    draft: Objective,
    visits: Kpi,
    sent: dict[str, str],
    sentences: list[str],
) -> None:
    mia = browser(cast.mia)
    whole = mia.post(NEW, {**VISITS, **sent, "look": "1"})
    part = mia.post(NEW, {**VISITS, **sent, "look": "1"}, htmx=True)
    assert (whole.status_code, part.status_code) == (200, 200)
    assert "<form" not in text_of(part)
    for sentence in sentences:
        assert sentence in text_of(whole)
        assert sentence in text_of(part)
    asks_for_guard = "Is this a guard?" in text_of(part)
    assert asks_for_guard == (sent.get("target") == "90" and "mode" not in sent)


def test_a_kpi_of_others_is_not_there(
    browser: Open, cast: Cast, draft: Objective, visits: Kpi
) -> None:
    Kpi.objects.update(visibility="named")
    answer = browser(cast.mia).post(NEW, VISITS)
    assert answer.status_code == 422
    assert "Nothing found" in text_of(answer)
    assert "visits" not in text_of(browser(cast.mia).get("find/kpis?q=vis")).replace("q=vis", "")
