"""An objective's page: figures, reason, key results of every kind, guards, links; who sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from okapi.base import outbox
from okapi.goals.models import Informs, KeyResult, Level, Milestone, Objective
from okapi.kpis.actions import TargetDraft, record_measurements, set_targets
from okapi.kpis.models import Kpi
from tests.cast import Cast
from tests.goals.making import (
    link,
    make_guard,
    make_key_result,
    make_kpi,
    make_objective,
    measure,
    renewed,
)
from tests.web.conftest import Browser, make_goal

Open = Callable[..., Browser]


def text_of(answer: Any) -> str:
    """The page as text."""
    return str(answer.content.decode())


def test_it_shows_figures_reason_key_result_and_guard(
    browser: Open, cast: Cast, goal: Objective
) -> None:
    answer = browser(cast.mia).get("goals/O-1/")
    assert answer.status_code == 200
    text = text_of(answer)
    assert "59%" in text
    assert "At risk: The guarded KPI “cost-O-1”" in text
    assert "is ¥121; it has to keep ≤ ¥118." in text
    assert "78% → 88%" in text
    assert 'href="/o/acme/kpis/kpi-O-1/"' in text
    assert "v1" in text
    assert "<okapi-chart" in text
    assert answer.context["row"].pace == pytest.approx(0.59 / answer.context["row"].expected)


def test_the_reason_calls_a_guarded_kpi_by_its_name(
    browser: Open, cast: Cast, goal: Objective
) -> None:
    Kpi.objects.filter(key="cost-O-1").update(name="Cost per repair")
    told = "At risk: The guarded KPI “Cost per repair” is past its target."
    assert told in text_of(browser(cast.mia).get("goals/O-1/"))
    Kpi.objects.filter(key="cost-O-1").update(visibility="named")
    text = text_of(browser(cast.tom).get("goals/O-1/"))
    assert "At risk: The guarded KPI “a private KPI” is past its target." in text
    assert "Cost per repair" not in text
    assert "cost-O-1" not in text
    file = b"".join(browser(cast.tom).get("goals.csv").streaming_content).decode()
    assert "a private KPI" in file
    assert "cost-O-1" not in file


def test_a_guard_without_limits_keeps_to_the_target_of_its_kpi(browser: Open, cast: Cast) -> None:
    goal = make_objective(cast, key="O-1", owner=cast.mia, team=cast.service)
    cost = make_kpi(cast, key="cost", unit="CNY", frequency="week", direction="down")
    set_targets(cast.actor(cast.sten), "cost", [TargetDraft(period="2026", value=Decimal(118))])
    record_measurements(
        cast.actor(cast.sten), [{"kpi": "cost", "period": "2026-W47", "value": "121"}]
    )
    make_guard(goal, cost)
    make_key_result(goal, make_kpi(cast), start=1, target=2)
    renewed([goal])
    answer = browser(cast.mia).get("goals/O-1/")
    (guard,) = answer.context["guards"]
    assert guard.target.bare == "≤ ¥118"
    assert "“cost” is ¥121; it has to keep ≤ ¥118." in text_of(answer)


def test_a_page_knows_the_newest_event_from_before_it_was_read(
    browser: Open, cast: Cast, goal: Objective
) -> None:
    mia = browser(cast.mia)
    before = outbox.newest()
    assert f'data-last="{before}"' in text_of(mia.get("goals/O-1/"))
    outbox.tell(cast.organisation.pk, [outbox.News("objective", goal.pk, 2)])
    after = outbox.newest()
    assert after > before
    assert f'data-last="{after}"' in text_of(mia.get("goals/O-1/"))


@pytest.mark.parametrize("name", ["tom", "vic", "ada", "lea"])
def test_everyone_in_the_organisation_reads_it(
    browser: Open, cast: Cast, goal: Objective, name: str
) -> None:
    assert browser(getattr(cast, name)).get("goals/O-1/").status_code == 200


def test_a_stranger_finds_nothing(
    browser: Open, cast: Cast, strangers: Cast, goal: Objective
) -> None:
    assert browser(strangers.mia).get("goals/O-1/").status_code == 404
    assert browser(strangers.mia, "rival").get("goals/O-1/").status_code == 404


def test_hidden_and_missing_are_the_same(browser: Open, cast: Cast) -> None:
    make_goal(cast, "O-2", visibility="named")
    hidden = browser(cast.tom).get("goals/O-2/")
    missing = browser(cast.tom).get("goals/O-3/")
    assert hidden.status_code == missing.status_code == 404
    token = re.compile(r"\b\w{64}\b|O-[23]")
    assert token.sub("", text_of(hidden)) == token.sub("", text_of(missing))
    assert browser(cast.mia).get("goals/O-2/").status_code == 200


def test_it_is_only_read(browser: Open, cast: Cast, goal: Objective) -> None:
    assert browser(cast.mia).post("goals/O-1/").status_code == 405


def test_who_is_not_signed_in_is_sent_to_sign_in(browser: Open, goal: Objective) -> None:
    assert browser(None).get("goals/O-1/").status_code == 302


def test_the_number_of_statements_is_that_of_one_key_result(
    browser: Open, cast: Cast, goal: Objective, statements: Any
) -> None:
    mia, kpi = browser(cast.mia), make_kpi(cast, frequency="week")
    measure(cast, kpi, {"2026-W47": 5})
    for place in range(3):
        key_result = make_key_result(goal, kind="milestone")
        Milestone.objects.create(
            organisation=cast.organisation, key_result=key_result, key="m", title="Step"
        )
        make_key_result(goal, make_kpi(cast), start=1, target=2)
        link(make_objective(cast, key=f"below-{place}"), goal)
        Informs.objects.create(organisation=cast.organisation, objective=goal, kpi=make_kpi(cast))
        renewed([goal])
        with statements() as asked:
            mia.get("goals/O-1/")
        assert len(asked) == 7, [query["sql"][:90] for query in asked]


def test_only_who_answers_for_it_may_check_in(browser: Open, cast: Cast, goal: Objective) -> None:
    def offered(name: str) -> bool:
        return "/key-results/O-1.1/check-in" in text_of(
            browser(getattr(cast, name)).get("goals/O-1/")
        )

    assert [name for name in ("mia", "lea", "tom", "vic", "rob") if offered(name)] == ["mia", "lea"]


def test_a_viewer_has_no_comment_form(browser: Open, cast: Cast, goal: Objective) -> None:
    assert 'id="comment-form"' not in text_of(browser(cast.vic).get("goals/O-1/"))
    assert 'id="comment-form"' in text_of(browser(cast.tom).get("goals/O-1/"))


def test_milestones_levels_and_yes_no(browser: Open, cast: Cast) -> None:
    goal = make_objective(cast, key="O-1")
    steps = make_key_result(goal, kind="milestone", key="steps")
    for place, (title, due, done) in enumerate(
        [
            ("Tool signed off", date(2026, 10, 16), date(2026, 10, 15)),
            ("Live", date(2026, 11, 20), None),
        ]
    ):
        Milestone.objects.create(
            organisation=cast.organisation,
            key_result=steps,
            key=str(place),
            title=title,
            due=due,
            done_on=done,
            position=place,
        )
    levels = make_key_result(goal, kind="levels", key="levels")
    for key, value, text in [("target", "0.7", "Two teams use it"), ("commit", "0.3", "One tries")]:
        Level.objects.create(
            organisation=cast.organisation,
            key_result=levels,
            key=key,
            value=Decimal(value),
            text=text,
        )
    make_key_result(goal, kind="yes_no", key="decided")
    renewed([goal])
    text = text_of(browser(cast.mia).get("goals/O-1/"))
    assert text.index("Tool signed off") < text.index("was due 20 Nov")
    assert text.index("One tries") < text.index("Two teams use it")
    assert "Not done yet." in text


def test_what_it_contributes_to_and_what_supports_it(
    browser: Open, cast: Cast, goal: Objective, key_result: KeyResult
) -> None:
    above = make_objective(cast, key="Above", team=cast.company)
    target = make_key_result(above, key="Above.1")
    link(goal, above, target)
    link(make_objective(cast, key="Below", team=cast.repairs), goal)
    link(make_objective(cast, key="Secret", visibility="named"), goal)
    renewed([goal, above])
    text = text_of(browser(cast.mia).get("goals/O-1/"))
    assert 'href="/o/acme/goals/Above/#kr-Above.1"' in text
    assert 'href="/o/acme/goals/Below/"' in text
    assert "Secret" not in text
    assert "+ 1 that you may not read" in text


def test_a_private_kpi_is_not_named(
    browser: Open, cast: Cast, goal: Objective, key_result: KeyResult
) -> None:
    Kpi.objects.filter(key="kpi-O-1").update(visibility="named")
    text = text_of(browser(cast.tom).get("goals/O-1/"))
    assert "kpi-O-1" not in text
    assert "a private KPI" in text
    assert "83.9" in text  # the key result's own figure is everybody's


def test_without_key_results_its_support_is_shown_in_grey(browser: Open, cast: Cast) -> None:
    goal = make_objective(cast, key="O-1")
    renewed([goal])
    text = text_of(browser(cast.mia).get("goals/O-1/"))
    assert "It has no key results" in text
    assert "No key results yet" in text


def test_a_key_result_agreed_after_its_due_date_does_no_harm(
    browser: Open, cast: Cast, goal: Objective, key_result: KeyResult
) -> None:
    KeyResult.objects.filter(pk=key_result.pk).update(
        agreed_on=date(2026, 11, 20), due=date(2026, 11, 1)
    )
    assert browser(cast.mia).get("goals/O-1/").status_code == 200


def test_a_keep_and_a_total_are_drawn(browser: Open, cast: Cast) -> None:
    goal = make_objective(cast, key="O-1", kind="aspirational")
    uptime = make_kpi(cast, unit="%", frequency="week")
    orders = make_kpi(cast, unit="", frequency="week", aggregation="sum")
    for kpi, value in ((uptime, "99.9"), (orders, "40")):
        measure(cast, kpi, {"2026-W41": value, "2026-W42": value, "2026-W45": value})
    make_key_result(goal, uptime, key="keep", start="99.9", target="99.5")
    make_key_result(goal, orders, key="total", start=400, target=600)
    renewed([goal])
    answer = browser(cast.mia).get("goals/O-1/")
    assert "3 of 3 periods kept" in text_of(answer)
    keep, total = (card.chart for card in answer.context["cards"])
    values = [point.value for point in total.points]
    # Running totals in the span, gaps left open, and the weeks to come.
    assert values[:5] == [Decimal(40), Decimal(80), None, None, Decimal(120)]
    assert values[-1] is None
    assert len([point for point in keep.points if point.value is not None]) == 3
    assert total.targets[1].value == Decimal(400) + Decimal("0.7") * 200  # what counts as a success


def test_irregular_and_slash_year_periods_are_drawn(browser: Open, cast: Cast) -> None:
    goal = make_objective(cast, key="O-1", cycle=cast.year)
    yearly = make_kpi(cast, frequency="year")
    odd = make_kpi(cast, frequency="irregular")
    measure(cast, yearly, {"2024/25": 1, "2025/26": 3})
    measure(cast, odd, {"2026-02-03": 1, "2026-05-05": 2})
    make_key_result(goal, yearly, start=1, target=5)
    make_key_result(goal, odd, start=1, target=5)
    renewed([goal])
    answer = browser(cast.mia).get("goals/O-1/")
    assert all(card.chart is not None for card in answer.context["cards"])


def test_its_fragments(browser: Open, cast: Cast, goal: Objective) -> None:
    mia = browser(cast.mia)
    body = mia.get("goals/O-1/?fragment=body", htmx=True)
    assert text_of(body).lstrip().startswith('<div class="stack objective" id="objective"')
    assert body["Cache-Control"] == "no-store"
    card = mia.get("goals/O-1/?fragment=card", htmx=True)
    assert text_of(card).lstrip().startswith('<article class="card goal-card"')
    assert mia.get("goals/O-1/?fragment=../../secret").status_code == 404


def test_a_missing_fragment_is_not_found(browser: Open, cast: Cast, goal: Objective) -> None:
    assert browser(cast.mia).get("goals/O-1/?fragment=nothing").status_code == 404


def test_it_is_there_in_chinese(browser: Open, cast: Cast, goal: Objective) -> None:
    mia = browser(cast.mia)
    mia.client.cookies["okapi_language"] = "zh-hans"
    text = text_of(mia.get("goals/O-1/"))
    assert "有风险：守护指标「cost-O-1」" in text
    assert "关键结果" in text


def test_a_draft_that_stands_alone_is_led_to_a_goal_above(browser: Open, cast: Cast) -> None:
    above = make_objective(cast, key="O-9", owner=cast.lea, state="draft")
    draft = make_objective(cast, key="O-8", owner=cast.mia, state="draft")
    mia = browser(cast.mia)
    assert "Align with a goal above" in text_of(mia.get("goals/O-8/"))
    assert "Align with a goal above" not in text_of(browser(cast.vic).get("goals/O-8/"))
    link(draft, above)
    assert "Align with a goal above" not in text_of(mia.get("goals/O-8/"))
