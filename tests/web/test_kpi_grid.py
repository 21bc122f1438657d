"""The grid of KPIs: periods, what stands in a cell and how it is judged, pages, statements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from okapi.kpis.models import Slice, Target
from tests.cast import Cast
from tests.web.conftest import Browser
from tests.web.test_kpi_list import kpi

Open = Callable[..., Browser]


def cells(answer: Any, name: str) -> dict[str, tuple[str, str]]:
    """The cells of a KPI that are not empty: the words and the status, by period."""
    grid = answer.context["grid"]
    (row,) = (row for row in grid.rows if row.name == name)
    found = zip(grid.periods, row.cells, strict=True)
    return {at: (cell.value.text, cell.kind) for at, cell in found if cell.value.text != "—"}


def test_it_shows_the_last_thirteen_months_to_the_running_one(browser: Open, cast: Cast) -> None:
    kpi(cast, "returns", {"2026-W47": 12}, 10)
    answer = browser(cast.vic).get("kpis/grid")
    assert answer.status_code == 200
    grid = answer.context["grid"]
    assert (len(grid.periods), grid.periods[0], grid.periods[-1]) == (13, "Nov", "Nov")
    assert grid.is_running
    assert answer.context["span"] == "Nov 2025 to Nov 2026"
    assert answer.context["later"] == ""


def test_weeks_are_put_together_and_judged_by_the_year(browser: Open, cast: Cast) -> None:
    # Of these the last one is taken; the target of the year holds for a month of it as well.
    kpi(cast, "returns", {"2026-W41": 9, "2026-W42": 12, "2026-W45": 1}, 10)
    answer = browser(cast.vic).get("kpis/grid")
    assert cells(answer, "returns") == {"Oct": ("12", "green"), "Nov": ("1", "red")}
    answer = browser(cast.vic).get("kpis/grid?rhythm=week")
    assert cells(answer, "returns") == {
        "W41": ("9", "amber"),
        "W42": ("12", "green"),
        "W45": ("1", "red"),
    }


def test_a_sum_is_judged_only_by_a_target_of_the_length(browser: Open, cast: Cast) -> None:
    made = kpi(cast, "orders", {"2026-W41": 9, "2026-W42": 12}, 10, aggregation="sum")
    answer = browser(cast.vic).get("kpis/grid")
    assert cells(answer, "orders") == {"Oct": ("21", "no_target")}
    Target.objects.create(
        organisation=cast.organisation,
        kpi=made,
        slice=Slice.objects.get(kpi=made, key=""),
        frequency="month",
        first=date(2026, 10, 1),
        last=date(2026, 10, 31),
        label="2026-10",
        value=Decimal(20),
    )
    answer = browser(cast.vic).get("kpis/grid")
    assert cells(answer, "orders") == {"Oct": ("21", "green")}


def test_it_goes_back_and_on_by_thirteen(browser: Open, cast: Cast) -> None:
    kpi(cast, "returns", {"2025-W20": 12}, 10)
    reader = browser(cast.vic)
    before = reader.get(reader.get("kpis/grid").context["earlier"])
    assert before.context["span"] == "Oct 2024 to Oct 2025"
    assert not before.context["grid"].is_running
    assert cells(before, "returns") == {"May": ("12", "no_target")}
    again = reader.get(before.context["later"])
    assert again.context["span"] == "Nov 2025 to Nov 2026"


@pytest.mark.parametrize("until", ["never", "9999-12-31", "2026-13-01", "0001-01-01", "0003-05-05"])
@pytest.mark.parametrize("rhythm", ["year", "quarter", "day", "irregular", "x"])
def test_nonsense_in_the_address_is_no_error(
    browser: Open, cast: Cast, until: str, rhythm: str
) -> None:
    kpi(cast, "returns", {"2026-W47": 12}, 10)
    answer = browser(cast.vic).get(f"kpis/grid?until={until}&rhythm={rhythm}")
    assert answer.status_code == 200


def test_filters_and_pages_are_those_of_the_list(
    browser: Open, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("okapi.web.kpis.grid.SIZE", 2)
    for name in ("alpha", "beta", "gamma"):
        kpi(cast, name, {"2026-W47": 12}, 10)
    kpi(cast, "secret", {"2026-W47": 12}, 10, visibility="team", team=cast.sales)
    reader = browser(cast.vic)
    first = reader.get("kpis/grid?sort=name")
    assert [row.name for row in first.context["grid"].rows] == ["alpha", "beta"]
    second = reader.get(first.context["pages"].following)
    assert [row.name for row in second.context["grid"].rows] == ["gamma"]
    assert [row.name for row in reader.get("kpis/grid?q=bet").context["grid"].rows] == ["beta"]
    assert reader.get("kpis/grid?q=nothing").context["empty"] is not None


def test_statements_do_not_grow_with_rows(
    browser: Open, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for at in range(20):
        kpi(cast, f"k{at}", {"2026-W46": at, "2026-W47": 12}, 10)
    reader = browser(cast.vic)
    reader.get("kpis/grid")
    with django_assert_max_num_queries(12):
        reader.get("kpis/grid")
