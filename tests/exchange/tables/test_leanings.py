"""What a name lets one expect, beside what those who know it chose for the examples."""

from __future__ import annotations

import pytest

from okapi.exchange import templates
from okapi.exchange.tables.leanings import leaning_of


@pytest.mark.parametrize(
    ("name", "unit", "expected"),
    [
        ("营业收入", "万元", "up sum"),
        ("毛利率", "%", "up mean"),
        ("应收账款逾期金额", "万元", "down last"),
        ("客户投诉件数", "件", "down sum"),
        ("投诉解决率", "%", "up mean"),
        ("未解决投诉", "", "down last"),
        ("在职员工人数", "人", "up last"),
        ("平均客单价", "元", "up mean"),
        ("Revenue", "USD", "up sum"),
        ("Return on equity", "%", "up mean"),
        ("Returns", "", "down last"),
        ("Response time", "h", "down mean"),
        ("Costs saved", "EUR", "up sum"),
        ("Zorp", "", "up last"),
    ],
)
def test_names(name: str, unit: str, expected: str) -> None:
    found = leaning_of(name, unit)
    assert f"{found.direction} {found.aggregation}" == expected


@pytest.mark.parametrize("language", ["en", "zh"])
def test_most_examples_are_guessed_as_they_were_chosen(language: str) -> None:
    kpis = [kpi for area in templates.areas() for kpi in area.kpis]
    found = [
        leaning_of(one.name.in_language(language), "元" if one.unit == "money" else one.unit)
        for one in kpis
    ]
    right = [
        (a.direction == b.direction, a.aggregation == b.aggregation)
        for a, b in zip(found, kpis, strict=True)
    ]
    ways, sums = (sum(one) / len(kpis) for one in zip(*right, strict=True))
    assert ways >= 0.9
    assert sums >= 0.75
