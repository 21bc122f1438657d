"""The generator of the demo's data."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import groupby
from statistics import mean
from typing import Any

import numpy as np
import pytest
import yaml

from okapi.core.frequencies import index_of
from okapi.core.periods import parse_period
from okapi.core.quality import inspect
from okapi.core.series import Aggregation
from okapi.exchange.demo import seasons
from okapi.exchange.demo.anchor import REFERENCE, Anchor
from okapi.exchange.demo.places import example
from okapi.exchange.demo.series import all_series
from okapi.exchange.demo.values import Generator, Row

TODAY = date(2026, 11, 24)


@cache
def rows_of(today: date, seed: int = 20) -> tuple[Row, ...]:
    return tuple(Generator(Anchor.around(today), seed).rows(today, {}))


def place(row: Row) -> tuple[Any, ...]:
    return row["kpi"], row["period"], tuple(row.get("slice", {}).items())


def totals(key: str, today: date = TODAY) -> dict[str, float]:
    rows = (row for row in rows_of(today) if row["kpi"] == key and "slice" not in row)
    return {row["period"]: float(row["value"]) for row in rows}


def test_the_same_seed_gives_the_same_values_and_another_gives_others() -> None:
    assert rows_of(TODAY) == tuple(Generator(Anchor.around(TODAY)).rows(TODAY, {}))
    others = rows_of(TODAY, 21)
    assert [place(row) for row in others] == [place(row) for row in rows_of(TODAY)]
    assert sum(a["value"] != b["value"] for a, b in zip(rows_of(TODAY), others, strict=True)) > 9000


@pytest.mark.parametrize("today", [TODAY, date(2027, 1, 20), date(2026, 5, 5)])
def test_its_faults_are_found_and_nothing_else(today: date) -> None:
    """Three KPIs have a fault each, which `core.quality` finds; the other series are honest."""
    assert _remarks(today) == {
        "receivables-overdue": ["scale"],
        "repair-cost": ["frozen"],
        "logistics-cost": ["missing"],
    }


def _remarks(today: date) -> dict[str, list[str]]:
    known: dict[str, dict[int, float]] = {}
    every = {key: series.every for key, series in all_series().items()}
    for row in rows_of(today):
        if "slice" not in row:
            ended = parse_period(row["period"]).period.last
            at = index_of(ended, every[row["kpi"]], 1, 0)
            known.setdefault(row["kpi"], {})[at] = float(row["value"])
    found = {}
    for key, values in known.items():
        begin, end = min(values), max(values)
        series = np.array([values.get(at, np.nan) for at in range(begin, end + 1)])
        remarks = inspect(series, every[key], bounds=(0.0, 100.0))
        if remarks:
            found[key] = [one.kind.value for one in remarks]
    return found


def test_each_period_of_each_slice_stands_once() -> None:
    assert max(Counter(map(place, rows_of(TODAY))).values()) == 1


def test_days_added_later_are_what_they_would_have_been_at_once() -> None:
    generator = Generator(REFERENCE)
    last: dict[str, date | None] = {}
    for key, series in all_series().items():
        periods = generator.periods(series, TODAY)
        last[key] = periods[-1].last if periods else None
    added = list(generator.rows(TODAY + timedelta(days=8), last))
    assert {row["kpi"] for row in added} >= {"orders", "first-fix", "complaints"}
    assert not {row["kpi"] for row in added} & {"install-on-time", "nps", "revenue"}
    at_once = {place(row): row for row in generator.rows(TODAY + timedelta(days=8), {})}
    known = {place(row): row for row in rows_of(TODAY)}
    assert at_once == known | {place(row): row for row in added}


def test_nothing_comes_in_before_its_period_has_ended_and_its_delay_is_over() -> None:
    generator = Generator(REFERENCE)
    for series in all_series().values():
        newest = generator.periods(series, TODAY)[-1]
        assert newest.last + timedelta(days=series.lag) < TODAY


def test_the_series_are_those_of_the_files() -> None:
    kpis = {
        kpi["key"]: kpi["definition"]
        for file in example("demo").glob("kpis/*.yaml")
        for kpi in yaml.safe_load(file.read_text(encoding="utf-8"))
    }
    computed = {key for key, definition in kpis.items() if "formula" in definition}
    assert computed == {"gross-profit", "revenue-growth", "order-value", "live-share"}
    measured = kpis.keys() - computed
    assert len(measured) == 60
    assert measured - all_series().keys() == {"silent-update"}
    for key, series in all_series().items():
        told = kpis[key]
        assert told["frequency"] == series.every.value, key
        assert told.get("aggregation", "last") == series.how.value, key
        assert tuple(told.get("dimensions", ())) == series.slices, key
        if series.how is Aggregation.RATIO:
            assert (told.get("unit") == "%") == (series.times == 100), key


def test_the_last_period_before_a_quarter_is_what_the_path_says() -> None:
    assert totals("first-fix")["2026-W39"] == pytest.approx(78, abs=0.1)
    assert totals("first-day-activation")["2026-09-30"] == pytest.approx(71, abs=0.1)
    assert totals("repair-days")["2026-W39"] == 6.8
    assert totals("return-rate")["2026-W39"] == pytest.approx(3.1, abs=0.05)
    assert totals("turnover")["2025-12"] == 14


def test_sums_add_up_to_the_quarter_and_the_year() -> None:
    weeks = totals("new-region-orders")
    assert sum(weeks[f"2026-W{week}"] for week in range(27, 40)) == 9000
    months = totals("revenue")
    year = sum(value for period, value in months.items() if period.startswith("2025"))
    assert year == pytest.approx(362e6, rel=1e-6)


def test_slices_are_parts_of_their_total() -> None:
    for (kpi, _), some in groupby(rows_of(TODAY), key=lambda row: (row["kpi"], row["period"])):
        rows = list(some)
        if not all_series()[kpi].slices:
            continue
        name = "denominator" if "denominator" in rows[0] else "value"
        parts = sum(float(row[name]) for row in rows if "slice" in row)
        assert parts == float(rows[-1][name])


def test_one_thing_really_changed() -> None:
    """The firmware before the running quarter: the returns of two products, and of no other."""
    ends = [f"2026-W{week}" for week in (37, 47)]
    rates: dict[tuple[str, str], list[float]] = {}
    for row in rows_of(TODAY):
        if row["kpi"] == "return-rate" and row["period"] in ends and "slice" in row:
            held = rates.setdefault((row["slice"]["产品"], row["period"]), [0.0, 0.0])
            held[0] += int(row["numerator"])
            held[1] += int(row["denominator"])
    grown = {
        product: rates[product, ends[1]][0] / rates[product, ends[1]][1]
        - rates[product, ends[0]][0] / rates[product, ends[0]][1]
        for product in {name for name, _ in rates}
    }
    assert grown["门锁 H3"] > 0.03
    assert 0 < grown["网关 G2"] < 0.015
    assert all(
        abs(rise) < 0.008 for name, rise in grown.items() if name[:2] not in ("门锁", "网关")
    )
    squad = totals("h3-return-rate")
    assert mean(list(squad.values())[:100]) < 3.1
    assert squad["2026-W47"] > 6


def test_gaps_are_where_the_demo_needs_them() -> None:
    assert max(totals("install-on-time")) == "2026-W44"
    assert max(totals("complaints")) == "2026-W46"
    assert max(totals("first-fix")) == "2026-W47"
    assert not totals("silent-update")


def test_a_shop_has_its_days_and_its_festival() -> None:
    orders = totals("orders")
    of_year = {day: value for day, value in orders.items() if day.startswith("2025")}
    assert max(of_year, key=of_year.__getitem__) in ("2025-11-11", "2025-06-18")
    assert min(of_year, key=of_year.__getitem__)[5:7] in ("01", "02")
    assert seasons.festival(date(2026, 2, 17)) == 1
    assert seasons.festival(date(2026, 4, 1)) == 0
    assert seasons.days_from_festival(date(2050, 1, 1)) is None


@pytest.mark.parametrize("today", [date(2027, 5, 20), date(2031, 12, 31)])
def test_it_goes_on_in_any_quarter(today: date) -> None:
    for row in rows_of(today):
        if row["kpi"] == "h3-return-rate":
            assert 1 < float(row["value"]) < 12
        if "denominator" in row and all_series()[row["kpi"]].times == 100:
            assert 0 <= float(row["value"]) <= 100
    assert totals("first-fix", today)


def test_a_quarter_that_has_begun_today_has_no_value_of_its_own_yet() -> None:
    first = date(2027, 1, 1)
    assert max(totals("orders", first)) == "2026-12-31"
