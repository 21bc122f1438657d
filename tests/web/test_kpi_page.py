"""A KPI's page: where it stands in words, the chart, where values came from, goals, versions."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from okapi.base import clock
from okapi.goals.models import CheckIn, Informs
from okapi.kpis.actions import record_measurements
from okapi.kpis.models import Definition, Kpi, Slice, Target
from okapi.kpis.standings import renew
from tests.cast import TODAY, Cast
from tests.goals.making import (
    make_guard,
    make_key_result,
    make_kpi,
    make_objective,
    measure,
    renewed,
)
from tests.web.conftest import Browser

Open = Callable[..., Browser]
QUARTER = (date(2026, 10, 1), date(2026, 12, 31))


def text_of(answer: Any) -> str:
    """The page as text."""
    return str(answer.content.decode())


def standing(kpi: Kpi) -> None:
    renew([kpi.pk], at=clock.now(), today=TODAY)


def target(kpi: Kpi, label: str, days: tuple[date, date], frequency: str, **limits: Any) -> None:
    Target.objects.create(
        organisation_id=kpi.organisation_id,
        kpi=kpi,
        slice=Slice.objects.get(kpi=kpi, key=""),
        frequency=frequency,
        first=days[0],
        last=days[1],
        label=label,
        **{name: Decimal(str(value)) for name, value in limits.items()},
    )


@pytest.fixture
def returns(cast: Cast) -> Kpi:
    """A weekly KPI of service that Mia owns; in W47 it is 3.4%, off its target of at most 2.5%."""
    kpi = make_kpi(
        cast,
        "returns",
        frequency="week",
        unit="%",
        decimals=1,
        direction="down",
        aggregation="mean",
        text="returned ÷ received, within 30 days of receipt.",
        source="ERP",
    )
    Kpi.objects.filter(pk=kpi.pk).update(team=cast.service, owner=cast.mia, name="Return rate")
    measure(cast, kpi, {f"2026-W{week}": round(2 + (week - 40) * 0.2, 1) for week in range(40, 48)})
    target(kpi, "2026", (date(2026, 1, 1), date(2026, 12, 31)), "year", value=2.5, amber=3)
    standing(kpi)
    return kpi


def test_it_says_where_it_stands(browser: Open, cast: Cast, returns: Kpi) -> None:
    answer = browser(cast.vic).get("kpis/returns/")
    assert answer.status_code == 200
    text = text_of(answer)
    assert "W47 2026 is 3.4%: off target, 0.9 pp above (target ≤ 2.5%)." in text
    assert "2026 to date: 2.7%, near target (plan 2.5%)." in text
    assert "weekly · lower is better · definition v1" in text
    assert "+0.2 pp" in text
    assert "was 3.2%" in text
    assert "no value then" in text
    assert "<okapi-chart" in text
    assert "returned ÷ received" in text
    assert "Near target while ≤ 3%; worse is off target." in text
    assert "No goal moves or guards this KPI." in text
    assert "coming soon" not in text.lower()


def test_the_chart_has_the_values_and_the_target(browser: Open, cast: Cast, returns: Kpi) -> None:
    chart = browser(cast.vic).get("kpis/returns/").context["chart"]
    assert [point.label for point in chart.points][-1] == "W47"
    assert [float(point.value) for point in chart.points][-2:] == [3.2, 3.4]
    assert [point.status for point in chart.points][-4:] == ["amber", "amber", "red", "red"]
    assert [(one.first, one.last, float(one.value)) for one in chart.targets] == [(0, 7, 2.5)]
    assert chart.label == "Return rate over time. Target ≤ 2.5%."


def test_gaps_and_what_is_missing_since_are_gaps_in_the_line(browser: Open, cast: Cast) -> None:
    kpi = make_kpi(cast, "k", frequency="week")
    measure(cast, kpi, {"2026-W38": 1, "2026-W40": 3})
    standing(kpi)
    answer = browser(cast.mia).get("kpis/k/")
    values = [point.value for point in answer.context["chart"].points]
    assert values == [1, None, 3, *[None] * 7]
    assert "2 of 10" in text_of(answer)


def test_a_stale_value_has_no_colour(browser: Open, cast: Cast) -> None:
    kpi = make_kpi(cast, "k", frequency="week")
    measure(cast, kpi, {"2026-W44": 3})
    target(kpi, "2026Q4", QUARTER, "quarter", value=10)
    standing(kpi)
    answer = browser(cast.mia).get("kpis/k/")
    text = text_of(answer)
    assert answer.context["status"].kind == "stale"
    assert "The data ends with W44 2026 (1 Nov 2026): 3 weeks late." in text
    assert "was due on 9 Nov 2026; since 16 Nov 2026 this counts as stale" in text
    assert all(fact.status is None for fact in answer.context["facts"])


def test_what_is_due_is_told_beside_the_status(browser: Open, cast: Cast) -> None:
    kpi = make_kpi(cast, "k", frequency="month", delay_days=40)
    measure(cast, kpi, {"2026-09": 3})
    target(kpi, "2026Q3", (date(2026, 7, 1), date(2026, 9, 30)), "quarter", value=3)
    standing(kpi)
    answer = browser(cast.mia).get("kpis/k/")
    assert answer.context["status"].kind == "green"
    text = text_of(answer)
    assert "Sep 2026 is 3: on target (≥ 3)." in text
    assert "The next value is due since 1 Nov 2026; without it this becomes stale on" in text


def test_without_target_it_is_neither_on_nor_off(browser: Open, cast: Cast) -> None:
    kpi = make_kpi(cast, "k", frequency="month")
    measure(cast, kpi, {"2026-10": 3})
    standing(kpi)
    answer = browser(cast.mia).get("kpis/k/")
    assert answer.context["status"].kind == "no_target"
    assert "neither on nor off" in text_of(answer)


def test_without_a_value_it_says_who_can_add_one(browser: Open, cast: Cast) -> None:
    kpi = make_kpi(cast, "k", frequency="month")
    Kpi.objects.filter(pk=kpi.pk).update(owner=cast.mia)
    standing(kpi)
    mine = browser(cast.mia).get("kpis/k/")
    assert "Add the first one, for Oct 2026." in text_of(mine)
    assert mine.context["chart"] is None
    assert "data steward can add the first one" in text_of(browser(cast.tom).get("kpis/k/"))


def test_a_band(browser: Open, cast: Cast) -> None:
    kpi = make_kpi(cast, "k", frequency="month", direction="band", unit="°C")
    measure(cast, kpi, {"2026-09": 23, "2026-10": 24.5})
    band = {"low": 22, "high": 24, "amber_low": 21, "amber_high": 25}
    target(kpi, "2026", (date(2026, 1, 1), date(2026, 12, 31)), "year", **band)
    standing(kpi)
    answer = browser(cast.mia).get("kpis/k/")
    assert "Oct 2026 is 24.5°C: near target, 0.5 °C above (target 22–24°C)." in text_of(
        answer
    ) or "Oct 2026 is 24.5°C: near target, 0.5°C above (target 22–24°C)." in text_of(answer)
    assert [(one.low, one.high) for one in answer.context["chart"].targets] == [(22, 24)]


def test_every_row_opens_where_it_came_from(browser: Open, cast: Cast, returns: Kpi) -> None:
    row = {"kpi": "returns", "period": "2026-W48", "value": "2.4", "note": "by hand"}
    record_measurements(cast.actor(cast.mia), [row])
    answer = browser(cast.vic).get("kpis/returns/")
    cells = answer.context["values"].rows[0]
    assert cells[0].content == "W48 2026"
    assert cells[-1].content == "Mia"
    assert "by hand" in cells[-1].note
    href = cells[-1].href
    # A viewer may follow it, though the intake is not theirs.
    intake = browser(cast.vic).get(href)
    assert intake.status_code == 200
    assert "Return rate" in text_of(intake)
    assert "Take it back" not in text_of(intake)


@pytest.mark.parametrize(
    ("query", "n"), [("", 8), ("?range=13", 8), ("?range=all", 8), ("?range=x", 8)]
)
def test_ranges(browser: Open, cast: Cast, returns: Kpi, query: str, n: int) -> None:
    answer = browser(cast.vic).get(f"kpis/returns/{query}")
    assert len(answer.context["chart"].points) == n


def test_a_range_holds_the_newest_periods(browser: Open, cast: Cast) -> None:
    kpi = make_kpi(cast, "k", frequency="week")
    years = {f"{year}-W{week:02}": week for year in (2023, 2024, 2025) for week in range(1, 53)}
    measure(cast, kpi, years | {f"2026-W{week:02}": week for week in range(1, 48)})
    standing(kpi)
    found = browser(cast.vic)
    lengths = {
        name: len(found.get(f"kpis/k/?range={name}").context["chart"].points)
        for name in ("13", "26", "2y", "all")
    }
    assert lengths == {"13": 13, "26": 26, "2y": 105, "all": 203}
    assert "13 weeks" in text_of(found.get("kpis/k/"))


def test_slices_are_chosen_in_the_address(browser: Open, cast: Cast) -> None:
    kpi = make_kpi(cast, "k", frequency="month", dimensions=["line"], has_total=False)
    for line in ("1", "2"):
        Slice.objects.create(
            organisation=cast.organisation,
            kpi=kpi,
            key=f"line={line}",
            values={"line": line},
        )
        measure(cast, kpi, {"2026-10": 90 + int(line)}, f"line={line}")
    standing(kpi)
    found = browser(cast.vic)
    first = text_of(found.get("kpis/k/"))
    assert "This KPI has no total: you look at one slice." in first
    assert "Oct 2026 is 91" in first
    assert "Oct 2026 is 92" in text_of(found.get("kpis/k/?slice=line%3D2"))
    assert found.get("kpis/k/?slice=line%3D9").status_code == 404
    assert found.get("kpis/k/?slice=").status_code == 404


def test_related_goals(browser: Open, cast: Cast, returns: Kpi) -> None:
    moving = make_objective(cast, key="O-1", title_other="")
    key_result = make_key_result(moving, returns, key="KR-1", start=3.4, target=2.5)
    guarding = make_objective(cast, key="O-2", team=cast.sales)
    make_guard(guarding, returns, amber_high=3, high=4)
    Informs.objects.create(organisation=cast.organisation, objective=guarding, kpi=returns)
    CheckIn.objects.create(
        organisation=cast.organisation,
        key_result=key_result,
        person=cast.mia,
        at=clock.now(),
        confidence=6,
        happened="Checklist is live",
    )
    renewed([moving, guarding])
    answer = browser(cast.vic).get("kpis/returns/")
    goals = [goal for kind in answer.context["related"] for goal in kind.goals]
    assert [(goal.link, goal.title, goal.href) for goal in goals] == [
        ("Moves", "O-1", "/o/acme/goals/O-1/#kr-KR-1"),
        ("Guards", "O-2", "/o/acme/goals/O-2/"),
        ("Informs", "O-2", "/o/acme/goals/O-2/"),
    ]
    assert goals[0].progress.expected is not None
    assert goals[2].progress is None
    # Today is in W48, which has no value yet: what was said is not drawn.
    assert answer.context["chart"].events == []
    topics = answer.context["topics"].split()
    assert topics[0] == f"kpi:{returns.pk}"
    assert f"key_result:{key_result.pk}" in topics


def test_what_was_said_stands_on_the_axis_of_time(browser: Open, cast: Cast, returns: Kpi) -> None:
    key_result = make_key_result(make_objective(cast), returns, start=3.4, target=2.5)
    CheckIn.objects.create(
        organisation=cast.organisation,
        key_result=key_result,
        person=cast.mia,
        at=clock.now().replace(day=19),
        happened="Checklist is live",
    )
    chart = browser(cast.vic).get("kpis/returns/").context["chart"]
    assert [(event.at, event.kind) for event in chart.events] == [(7, "check_in")]
    assert "Checklist is live" in chart.events[0].text


def test_private_goals_of_others_are_not_told(browser: Open, cast: Cast, returns: Kpi) -> None:
    make_key_result(make_objective(cast, key="O-1", visibility="team"), returns, start=3, target=2)
    assert browser(cast.mia).get("kpis/returns/").context["related"]
    assert browser(cast.tom).get("kpis/returns/").context["related"] == ()


def test_earlier_versions_can_be_read(browser: Open, cast: Cast, returns: Kpi) -> None:
    Definition.objects.create(
        organisation=cast.organisation,
        kpi=returns,
        number=2,
        frequency="week",
        direction="down",
        text="Exchanges count too.",
        decided_by=cast.sten,
        valid_from=date(2026, 7, 1),
    )
    Kpi.objects.filter(pk=returns.pk).update(
        definition=Definition.objects.get(kpi=returns, number=2)
    )
    standing(Kpi.objects.get(pk=returns.pk))
    text = text_of(browser(cast.vic).get("kpis/returns/"))
    assert "Definition v2" in text
    assert "decided by Sten, 1 Jul 2026" in text
    assert "Earlier versions" in text
    assert "within 30 days of receipt." in text


@pytest.mark.parametrize("name", ["tom", "vic", "ada", "lea", "sten"])
def test_everyone_in_the_organisation_reads_it(
    browser: Open, cast: Cast, returns: Kpi, name: str
) -> None:
    assert browser(getattr(cast, name)).get("kpis/returns/").status_code == 200


def test_a_stranger_finds_nothing(browser: Open, cast: Cast, strangers: Cast, returns: Kpi) -> None:
    for path in ("kpis/returns/", "kpis/returns/measurements.csv", "kpis/returns/?fragment=row"):
        assert browser(strangers.mia).get(path).status_code == 404
        assert browser(strangers.mia, "rival").get(path).status_code == 404
    assert browser(None).get("kpis/returns/").status_code == 302


def test_hidden_and_missing_are_the_same(browser: Open, cast: Cast, returns: Kpi) -> None:
    Kpi.objects.filter(pk=returns.pk).update(visibility="team")
    hidden = browser(cast.tom).get("kpis/returns/")
    missing = browser(cast.tom).get("kpis/nothing/")
    assert hidden.status_code == missing.status_code == 404
    token = re.compile(r"\b\w{64}\b|returns|nothing")
    assert token.sub("", text_of(hidden)) == token.sub("", text_of(missing))
    assert browser(cast.mia).get("kpis/returns/").status_code == 200


def test_it_is_only_read(browser: Open, cast: Cast, returns: Kpi) -> None:
    assert browser(cast.mia).post("kpis/returns/").status_code == 405
    assert browser(cast.mia).post("kpis/returns/measurements.csv").status_code == 405


def test_its_live_region(browser: Open, cast: Cast, returns: Kpi) -> None:
    body = text_of(browser(cast.mia).get("kpis/returns/?fragment=body&range=13", htmx=True))
    assert body.strip().startswith('<div class="kpi-page"')
    assert "<html" not in body
    assert 'data-fragment="/o/acme/kpis/returns/?range=13&amp;fragment=body"' in body


def test_the_number_of_statements_is_that_of_one_row(
    browser: Open, cast: Cast, statements: Any
) -> None:
    found = browser(cast.mia)
    found.get("kpis/")  # what is kept per process is read once
    numbers = []
    for n in (1, 3):
        kpi = make_kpi(cast, f"k{n}", frequency="week")
        measure(cast, kpi, {f"2026-W{40 + week}": week for week in range(n)})
        for at in range(n):
            objective = make_objective(cast, key=f"O{n}{at}")
            make_key_result(objective, kpi, start=1, target=5)
            make_guard(make_objective(cast, key=f"G{n}{at}"), kpi, low=1)
        standing(kpi)
        with statements() as asked:
            found.get(f"kpis/k{n}/")
        numbers.append(len(asked))
    assert numbers[0] == numbers[1] == 6


def test_the_file_has_the_values_with_their_source(browser: Open, cast: Cast, returns: Kpi) -> None:
    answer = browser(cast.vic).get("kpis/returns/measurements.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    found = dict(zip(head, rows[-1], strict=True))
    assert len(rows) == 8
    assert found["period"] == "2026-W47"
    assert found["value"] == "3.4"
    assert found["target"] == "2.5"
    assert found["status"] == "Off target"


def test_in_chinese(browser: Open, cast: Cast, returns: Kpi) -> None:
    text = text_of(browser(cast.mia).get("kpis/returns/", **{"accept-language": "zh-CN"}))
    assert "2026年第47周为 3.4%，未达标：目标 ≤ 2.5%，高出 0.9 个百分点。" in text
    assert "2026年累计 2.7%，预警（计划 2.5%）。" in text
    assert "每周 · 越低越好 · 定义 v1" in text


def test_what_misses_its_target_by_little_never_reads_as_if_it_met_it(
    browser: Open, cast: Cast
) -> None:
    kpi = make_kpi(cast, "k", frequency="month", unit="%", decimals=1)
    measure(cast, kpi, {"2026-09": 75.04, "2026-10": 74.96})
    target(kpi, "2026", (date(2026, 1, 1), date(2026, 12, 31)), "year", value=75, amber=70)
    standing(kpi)
    found = browser(cast.mia)
    (row,) = found.get("kpis/").context["groups"][0].rows
    assert (row.value.text, row.status.kind) == ("74.96%", "amber")
    answer = found.get("kpis/k/")
    assert "Oct 2026 is 74.96%: near target, 0.04 pp below (target ≥ 75%)." in text_of(answer)
    values = [line[1].content.text for line in answer.context["values"].rows]
    assert values == ["74.96%", "75.0%"]
