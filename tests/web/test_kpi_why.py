"""The panel *Why* of a KPI: its form, its sentences, its waterfall with a table."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from okapi.kpis.models import Kpi, Target
from okapi.wording import speaking
from tests.cast import Cast
from tests.goals.making import measure
from tests.kpis.making import make_kpi, row, take
from tests.kpis.test_queries_why import PLACES, put, rates, sliced, sums
from tests.kpis.test_why_aims import aim
from tests.web.conftest import Browser

Open = Callable[..., Browser]


@pytest.fixture
def returns(cast: Cast) -> Kpi:
    """A rate that rose from 2% to 4.67% because of H3."""
    kpi = sliced(
        cast,
        "returns",
        unit="%",
        decimals=1,
        aggregation="ratio",
        slice_aggregation="ratio",
        direction="down",
    )
    rates(cast, kpi, "2026-09")
    rates(cast, kpi, "2026-10", {"H3_shop": 100, "H3_web": 100, "H3_live": 100})
    return kpi


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def drawn(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_it_tells_what_explains_the_change(browser: Open, cast: Cast, returns: Kpi) -> None:
    answer = browser(cast.vic).get("kpis/returns/why", htmx=True)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    text = text_of(answer)
    assert "Sep 2026 2.00% → Oct 2026 4.67%: +2.67 pp" in text
    assert "One combination stands out" in text
    assert "From 2.00% to 10.00%: 100% of the change." in text
    assert "why-worse" in text


def test_it_speaks_chinese(browser: Open, cast: Cast, returns: Kpi) -> None:
    answer = browser(cast.vic).get("kpis/returns/why", **{"accept-language": "zh-CN"})
    text = text_of(answer)
    assert "2026年9月 2.00% → 2026年10月 4.67%，共 +2.67 个百分点" in text
    assert "从 2.00% 到 10.00%，占变化的 100%。" in text


def test_the_waterfall_goes_from_end_to_end(browser: Open, cast: Cast, returns: Kpi) -> None:
    data = drawn(text_of(browser(cast.vic).get("kpis/returns/why")))
    bars = data["bars"]
    assert data["kind"] == "waterfall"
    assert [bar["label"] for bar in bars] == ["Sep", "H3", "C1", "G2", "Oct"]
    assert [bar["tone"] for bar in bars] == ["end", "worse", "", "", "end"]
    assert bars[-2]["to"] == pytest.approx(bars[-1]["to"])
    for one, other in itertools.pairwise(bars[1:-1]):
        assert one["to"] == other["from"]


def test_the_table_has_the_same_steps(browser: Open, cast: Cast, returns: Kpi) -> None:
    text = text_of(browser(cast.vic).get("kpis/returns/why?by=channel"))
    rows = re.findall(r'<th scope="row"[^>]*>(.*?)</th><td[^>]*>(.*?)</td>', text)
    assert rows[0] == ("Sep", "2.00%")
    assert rows[-1] == ("Oct", "4.67%")
    assert sorted(name for name, _ in rows[1:-1]) == ["live", "shop", "web"]


def test_two_periods_can_be_chosen(browser: Open, cast: Cast, returns: Kpi) -> None:
    path = "kpis/returns/why?against=period&from=2026-10&to=2026-09"
    text = text_of(browser(cast.vic).get(path))
    assert "Oct 2026 4.67% → Sep 2026 2.00%: −2.67 pp" in text
    assert '<option value="2026-10" selected>' in text
    assert "why-better" in text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("against=year_before", "There is no value to compare with."),
        ("against=target", "No single target holds"),
        ("against=nonsense&by=nonsense", "One combination stands out"),
    ],
)
def test_what_cannot_be_compared_is_said(
    browser: Open, cast: Cast, returns: Kpi, query: str, said: str
) -> None:
    answer = browser(cast.vic).get(f"kpis/returns/why?{query}")
    assert answer.status_code == 200
    assert said in text_of(answer)


def test_an_unknown_period_is_refused(browser: Open, cast: Cast, returns: Kpi) -> None:
    answer = browser(cast.vic).get("kpis/returns/why?against=period&from=1999", htmx=True)
    assert answer.status_code == 422
    assert "There is no value for “1999”" in text_of(answer)


def test_calm_slices_are_told_one_by_one(browser: Open, cast: Cast) -> None:
    kpi = sliced(cast)
    sums(cast, kpi, "2026-09")
    sums(cast, kpi, "2026-10", H3_live=2, G2_web=-1)
    text = text_of(browser(cast.vic).get("kpis/sales/why"))
    assert "No combination stands out" in text
    assert "works against the change" in text


def test_large_sums_are_short_and_long_lists_are_cut(browser: Open, cast: Cast) -> None:
    kpi = sliced(cast, unit="CNY")
    for label, extra in (("2026-09", 0), ("2026-10", 100_000)):
        parts: dict[tuple[str, ...], Any] = {
            (f"P{at}", "web"): 1_000_000 + extra * at for at in range(12)
        }
        put(cast, kpi, label, parts)
        measure(cast, kpi, {label: sum(parts.values())})
    text = text_of(browser(cast.vic).get("kpis/sales/why"))
    bars = drawn(text)["bars"]
    assert [bar["label"] for bar in bars][-2:] == ["Others", "Oct"]
    assert len(bars) == 9
    assert "¥12M" in text or "¥12.0M" in text


def test_the_page_fetches_it_where_there_are_slices(
    browser: Open, cast: Cast, returns: Kpi
) -> None:
    assert 'hx-get="/o/acme/kpis/returns/why"' in text_of(browser(cast.vic).get("kpis/returns/"))
    plain = sliced(cast, "plain", dimensions=[])
    measure(cast, plain, {"2026-10": 1})
    assert "/plain/why" not in text_of(browser(cast.vic).get("kpis/plain/"))


def test_the_number_of_statements_is_fixed(
    browser: Open, cast: Cast, returns: Kpi, statements: Callable[[], Any]
) -> None:
    page = browser(cast.vic)
    page.get("kpis/returns/why")

    def asked() -> int:
        with statements() as context:
            page.get("kpis/returns/why")
        return len(context)

    before = asked()
    put(cast, returns, "2026-10", {(f"N{at}", "web"): (50, 5, 10) for at in range(3)})
    assert asked() == before
    assert len(PLACES) == 9


def test_who_may_not_read_the_kpi_finds_nothing(browser: Open, cast: Cast, returns: Kpi) -> None:
    Kpi.objects.filter(pk=returns.pk).update(visibility="team", team=cast.service)
    assert browser(cast.vic).get("kpis/returns/why").status_code == 404
    assert browser(cast.vic).get("kpis/nothing/why").status_code == 404
    assert browser(cast.mia).post("kpis/returns/why").status_code in (403, 404, 405)


def test_a_band_has_no_better_side(browser: Open, cast: Cast) -> None:
    kpi = sliced(cast, direction="band")
    sums(cast, kpi, "2026-09")
    sums(cast, kpi, "2026-10", H3_live=150)
    with speaking("en"):
        bars = drawn(text_of(browser(cast.vic).get("kpis/sales/why")))["bars"]
    assert {bar["tone"] for bar in bars[1:-1]} == {""}


def test_a_formula_against_its_target_names_its_parts(browser: Open, cast: Cast) -> None:
    parts = {"orders": (50, 48), "visits": (500, 600)}
    for key, (value, target) in parts.items():
        kpi = make_kpi(cast, key, unit="", aggregation="sum")
        take(cast.system, [row(key, "2026-10", value)])
        aim(kpi, value=target)
    both = make_kpi(cast, "both", unit="", formula="orders + visits")
    aim(both, value=650)
    text = text_of(browser(cast.vic).get("kpis/both/why?against=target"))
    bars = drawn(text)["bars"]
    assert [(bar["label"], bar["text"]) for bar in bars[1:-1]] == [
        ("visits", "−100"),
        ("orders", "+2"),
        ("Targets apart", "−2"),
    ]
    assert "Its target was 600, it came to 500." in text
    assert "With the targets of its parts the formula comes to 648, its own target is 650." in text
    Target.objects.filter(kpi__key="orders").delete()
    chinese = {"accept-language": "zh-CN"}
    text = text_of(browser(cast.vic).get("kpis/both/why?against=target", **chinese))
    assert "公式中有 1 个指标在这一期没有自己的单一目标值" in text
    assert "因此无法把差距分到各指标：orders。" in text
