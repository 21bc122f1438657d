"""Which KPIs a file could make: their names, units, frequency, and how many values there are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from okapi.core.frequencies import Frequency
from okapi.exchange.tables import KnownKpi, Kpis, Setting, open_table, proposed

TODAY = date(2026, 11, 28)
OFFICE = """港灯电器 2026 年经营月报,,,,,
制表：财务部,,,,,
月份,营业收入（万元）,毛利率,投诉件数,客户满意度（%）,备注
2026-01,320万,31.0%,42,86,
2026年2月,"1,331.5",31.4%,—,87%,春节
2026/3,352,31.8%,35,88%,
合计,"2,003.5",,77,,
注：收入不含税,,,,,
"""


def read(folder: Path, text: str, *known: KnownKpi) -> list[tuple[str, str, str, int]]:
    path = folder / "report.csv"
    path.write_text(text, encoding="utf-8")
    source = open_table(path, name=path.name, encoding="", delimiter="")
    try:
        found = proposed(source, Kpis(known), Setting(1, 0, TODAY))
    finally:
        source.close()
    return [(one.name, one.unit, one.frequency.value, one.values) for one in found]


def test_an_office_s_monthly_report(tmp_path: Path) -> None:
    assert read(tmp_path, OFFICE) == [
        ("营业收入", "万元", "month", 3),
        ("毛利率", "%", "month", 3),
        ("投诉件数", "", "month", 2),
        ("客户满意度", "%", "month", 3),
    ]


FINANCE = """海港灯具有限公司 2026 年经营指标月报,,,,,
编制单位：财务部,,,金额单位：万元,,
序号,指标名称,单位,1月,2月,备注
1,营业收入,万元,1250.5,1180,
,其中：线上销售,万元,410,390,
2,毛利率,%,32.1%,31.8%,
3,应收账款逾期金额,万元,１２０,(5),
4,单位产品电耗,kWh/件,42,38,
合计,,,1660.5,1570,
"""


def test_a_column_of_units(tmp_path: Path) -> None:
    assert read(tmp_path, FINANCE) == [
        ("营业收入", "万元", "month", 2),
        ("线上销售", "万元", "month", 2),
        ("毛利率", "%", "month", 2),
        ("应收账款逾期金额", "万元", "month", 2),
        ("单位产品电耗", "kWh/件", "month", 2),
    ]


def test_a_unit_above_the_table_is_that_of_all_that_name_none(tmp_path: Path) -> None:
    text = "2026年利润表（单位：万元）,,\n项目,1月,2月\n营业收入,12,13\n净利率,8%,9%\n"
    assert read(tmp_path, text) == [
        ("营业收入", "万元", "month", 2),
        ("净利率", "%", "month", 2),
    ]


def test_what_is_a_kpi_already_is_not_proposed_again(tmp_path: Path) -> None:
    known = KnownKpi("revenue", "营业收入", unit="万元", frequency=Frequency.MONTH)

    assert [name for name, *_ in read(tmp_path, OFFICE, known)] == [
        "毛利率", "投诉件数", "客户满意度",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KPI,2026-08,2026-09\nReturns (%),1,2\nOrders,3,4\n",
         [("Returns", "%", "month", 2), ("Orders", "", "month", 2)]),
        ("kpi,period,value\nOrders,2026-W40,1\nOrders,2026-W41,2\n",
         [("Orders", "", "week", 2)]),
        ("Date,Visits\n2026-10-05,1\n2026-10-06,2\n", [("Visits", "", "day", 2)]),
        ("Quarter,Margin\n2026-Q1,1\n2026-Q2,2\n", [("Margin", "", "quarter", 2)]),
        ("Month,Sales (north)\n2026-01,1\n", [("Sales (north)", "", "month", 1)]),
        ("Name,Town\nMia,Hull\n", []),
        ("Month,Total\n2026-01,4\n", []),
    ],
)  # fmt: skip
def test_other_forms(tmp_path: Path, text: str, expected: list[tuple[str, str, str, int]]) -> None:
    assert read(tmp_path, text) == expected
