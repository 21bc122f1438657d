"""The formula on a KPI's page: told, drawn, edited and tried out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from okapi.kpis.actions import DefinitionDraft, redefine_kpi
from okapi.kpis.models import Definition, Kpi
from tests.cast import Cast
from tests.kpis.making import make_kpi, row, take
from tests.web.conftest import Browser

Open = Callable[..., Browser]


def text_of(answer: Any) -> str:
    """The page as text."""
    return str(answer.content.decode())


pytestmark = pytest.mark.django_db

RATE = {"unit": "%", "decimals": 1, "aggregation": "ratio", "formula": "orders / [site-visits]"}


@pytest.fixture
def rate(cast: Cast) -> Kpi:
    orders = make_kpi(cast, "orders", unit="单", aggregation="sum")
    visits = make_kpi(cast, "site-visits", unit="次", aggregation="sum")
    Kpi.objects.filter(pk=orders.pk).update(name="Orders won")
    Kpi.objects.filter(pk=visits.pk).update(name="Visits", name_other="访问量")
    take(
        cast.system,
        [
            row("orders", "2026-09", 30),
            row("orders", "2026-10", 50),
            row("site-visits", "2026-09", 600),
        ],
    )
    return make_kpi(cast, "rate", **RATE)


def test_the_page_tells_the_formula_its_parts_and_why_a_value_lacks(
    browser: Open, cast: Cast, rate: Kpi
) -> None:
    make_kpi(cast, "double", unit="%", formula="rate * 2")
    text = text_of(browser(cast.vic).get("kpis/rate/"))
    assert "“Orders won” ÷ Visits" in text
    assert 'class="lineage" role="group"' in text
    for name in ("Orders won", "Visits", "double"):
        assert f">{name}</a>" in text
    assert "Visits has no value" in text
    assert "Oct 2026" in text
    assert 'kpis/rate/measure"' not in text
    assert "Edit formula" not in text
    assert "Edit formula" in text_of(browser(cast.sten).get("kpis/rate/"))


def test_in_chinese(browser: Open, cast: Cast, rate: Kpi) -> None:
    make_kpi(cast, "trend", unit="%", formula="rolling(rate, 2) - previous(rate)")
    opened = browser(cast.vic)
    text = text_of(opened.get("kpis/rate/", **{"accept-language": "zh-CN"}))
    assert "“Orders won” ÷ 访问量" in text
    assert "访问量 没有值" in text
    assert "滚动(rate, 2) − 上期(rate)" in text_of(
        opened.get("kpis/trend/", **{"accept-language": "zh-CN"})
    )


def test_a_part_is_told_what_is_computed_from_it(browser: Open, cast: Cast, rate: Kpi) -> None:
    text = text_of(browser(cast.vic).get("kpis/orders/"))
    assert "Used in formulas" in text
    assert 'href="/o/acme/kpis/rate/"' in text


def test_who_may_not_read_a_dependant_does_not_hear_of_it(
    browser: Open, cast: Cast, rate: Kpi
) -> None:
    Kpi.objects.filter(pk=rate.pk).update(visibility="named")
    assert "kpis/rate/" not in text_of(browser(cast.vic).get("kpis/orders/"))


def defined(opened: Browser, **texts: str) -> dict[str, str]:
    """What the definition's form sends: what it begins with, and these fields."""
    form = opened.get("kpis/rate/definition").context["form"]
    base = json.loads(form.base)
    return {**base, **texts, "version": str(form.version), "base": form.base}


def test_a_new_formula_is_the_next_version(browser: Open, cast: Cast, rate: Kpi) -> None:
    opened = browser(cast.sten)
    assert "orders / [site-visits]</textarea>" in text_of(opened.get("kpis/rate/definition"))
    sent = defined(opened, formula="orders / 2 / [site-visits]", reason="x")
    assert opened.post("kpis/rate/definition", sent).status_code == 302
    rate.refresh_from_db()
    assert (rate.definition.number, rate.definition.formula) == (2, sent["formula"])
    chart = opened.get("kpis/rate/").context["chart"]
    assert "v2" not in [cause.label for cause in chart.causes]


def test_two_who_write_one_formula_see_both(browser: Open, cast: Cast, rate: Kpi) -> None:
    opened = browser(cast.sten)
    sent = defined(opened, formula="2 * orders / [site-visits]")
    redefine_kpi(
        cast.system, rate.pk, DefinitionDraft(**{**RATE, "formula": "3 * orders / [site-visits]"})
    )
    answer = opened.post("kpis/rate/definition", sent)
    assert answer.status_code == 422
    for both in ("2 * orders / [site-visits]", "3 * orders / [site-visits]"):
        assert both in text_of(answer)


def test_a_new_kpi_is_computed_at_once(browser: Open, cast: Cast, rate: Kpi) -> None:
    opened = browser(cast.sten)
    assert 'name="formula"' in text_of(opened.get("kpis/new"))
    sent = {
        "name": "Double", "key": "double", "unit": "单", "direction": "up", "frequency": "month",
        "aggregation": "sum", "formula": "orders * 2", "delay_days": "0", "visibility": "everyone",
    }  # fmt: skip
    assert opened.post("kpis/new", sent).status_code == 302
    standing = Kpi.objects.get(key="double").standing
    assert (standing.value, standing.label) == (100, "2026-10")
    wrong = opened.post("kpis/new", {**sent, "key": "d2", "formula": "orders * nothing"})
    assert wrong.status_code == 422
    assert "There is no KPI" in text_of(wrong)


def test_the_chart_marks_where_the_meaning_changed(browser: Open, cast: Cast, rate: Kpi) -> None:
    draft = DefinitionDraft(**{**RATE, "formula": "2 * orders / [site-visits]"})
    redefine_kpi(cast.system, rate.pk, draft)
    Definition.objects.filter(kpi=rate, number=2).update(valid_from="2026-09-15")
    chart = browser(cast.vic).get("kpis/rate/").context["chart"]
    assert [(cause.at, cause.label) for cause in chart.causes if cause.label == "v2"] == [(0, "v2")]


def test_what_does_not_fit_comes_back_at_the_field(browser: Open, cast: Cast, rate: Kpi) -> None:
    lea = browser(cast.lea)
    answer = lea.post("kpis/rate/definition", defined(lea, formula="orders / visit"))
    assert answer.status_code == 422
    text = text_of(answer)
    assert "orders / visit" in text
    assert "Do you mean [site-visits]?" in text
    assert rate.definition.number == Kpi.objects.get(pk=rate.pk).definition.number


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("orders / [site-visits]", ["“Orders won” ÷ Visits", "Sep 2026", "5.0%"]),
        ("orders / (", ["not closed", "<mark>(</mark>"]),
        ("orders + [site-visits]", ["<mark>[site-visits]</mark>", "is in 次"]),
        ("rate / 2", ["go round in a circle: rate → rate"]),
        ("<b>x</b>", ["&lt;"]),
        ("", []),
        ("a" * 6_000, ["5,000 characters; 4,000 are allowed"]),
        ("(" * 3_000, ["more than 50 operations"]),
        ("rolling(rate, 3, mean)", ["Leave “mean” at character 18 out"]),
    ],
)
def test_the_preview(browser: Open, cast: Cast, rate: Kpi, formula: str, told: list[str]) -> None:
    answer = browser(cast.sten).post("formulas/preview", {"formula": formula, "kpi": "rate"})
    assert answer.status_code == 200
    text = text_of(answer)
    for one in told:
        assert one in text
    assert "<b>x" not in text


def test_the_preview_of_a_kpi_that_is_made(browser: Open, cast: Cast, rate: Kpi) -> None:
    sent = {"formula": "orders * 2", "unit": "单", "frequency": "quarter", "aggregation": "sum"}
    text = text_of(browser(cast.mia).post("formulas/preview", sent))
    assert "“Orders won” × 2" in text
    assert "Q3 2026" in text
    wrong = text_of(browser(cast.mia).post("formulas/preview", {**sent, "frequency": "often"}))
    assert "often" in wrong


def test_the_preview_tells_nothing_of_what_may_not_be_read(
    browser: Open, cast: Cast, rate: Kpi, strangers: Cast
) -> None:
    Kpi.objects.filter(key="orders").update(visibility="named", owner=cast.sten)
    text = text_of(browser(cast.mia).post("formulas/preview", {"formula": "orders * 2"}))
    assert "Orders won" not in text
    assert "There is no KPI" in text
    assert "orders" not in text_of(browser(cast.mia).get("formulas/names?q=orde"))


def test_names_are_offered(browser: Open, cast: Cast, rate: Kpi) -> None:
    opened = browser(cast.vic)
    assert 'data-insert="[site-visits]"' in text_of(opened.get("formulas/names?q=vis"))
    assert 'data-insert="[site-visits]"' in text_of(opened.get("formulas/names?q=访问"))
    assert text_of(opened.get("formulas/names?q=zzz")).strip() == ""


def test_a_formula_that_no_longer_fits_says_so(browser: Open, cast: Cast, rate: Kpi) -> None:
    redefine_kpi(cast.system, "orders", DefinitionDraft(unit="¥", aggregation="sum"))
    text = text_of(browser(cast.vic).get("kpis/rate/"))
    assert "The formula comes out in ¥/次" in text


def test_what_waits_for_the_renewer_says_so(browser: Open, cast: Cast, rate: Kpi) -> None:
    Definition.objects.filter(kpi=rate).update(waiting_since="2026-11-23T00:00:00Z")
    assert "still being computed" in text_of(browser(cast.vic).get("kpis/rate/"))


def test_the_number_of_statements_is_the_same_for_more(
    browser: Open, cast: Cast, rate: Kpi, statements: Any
) -> None:
    opened = browser(cast.vic)
    opened.get("kpis/rate/")
    with statements() as few:
        opened.get("kpis/rate/")
    for n in range(3):
        make_kpi(cast, f"d{n}", unit="%", formula=f"rate * {n + 2}")
    with statements() as one_level:
        opened.get("kpis/rate/")
    for n in range(3, 7):
        make_kpi(cast, f"d{n}", unit="%", formula=f"rate * {n + 2}")
    with statements() as many:
        opened.get("kpis/rate/")
    assert len(one_level) == len(many) <= len(few) + 1 <= 12
