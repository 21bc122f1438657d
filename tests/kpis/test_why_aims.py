"""A formula against its target or forecast, split by those of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okapi.base import clock
from okapi.core.formulas.explaining import effects
from okapi.core.periods import parse_period
from okapi.kpis.formulas.explaining import why
from okapi.kpis.models import Kpi, KpiForecastHistory, Slice, Target
from okapi.kpis.queries.why import Against, Wanted, Why, Without
from tests.cast import Cast
from tests.core.formulas.test_explaining import shape_of
from tests.kpis.making import make_kpi, row, take
from tests.kpis.test_queries_why import asking


def aim(kpi: Kpi, period: str = "2026-10", frequency: str = "month", **limits: float) -> None:
    span = parse_period(period).period
    Target.objects.create(
        organisation_id=kpi.organisation_id,
        kpi=kpi,
        slice=Slice.objects.get_or_create(organisation_id=kpi.organisation_id, kpi=kpi, key="")[0],
        frequency=frequency,
        first=span.first,
        last=span.last,
        label=period,
        **{name: Decimal(str(value)) for name, value in limits.items()},
    )


def foretell(kpi: Kpi, after: date, steps: Mapping[date, float]) -> None:
    KpiForecastHistory.objects.create(
        organisation_id=kpi.organisation_id,
        slice=Slice.objects.get(kpi=kpi, key=""),
        definition_id=kpi.definition_id,
        made_at=clock.now(),
        last=after,
        steps=[[day.toordinal(), one, one - 1, one + 1] for day, one in steps.items()],
    )


@pytest.fixture
def orders(cast: Cast) -> Kpi:
    kpi = make_kpi(cast, "orders", unit="", aggregation="sum")
    take(cast.system, [row("orders", "2026-09", 30), row("orders", "2026-10", 50)])
    return kpi


@pytest.fixture
def visits(cast: Cast) -> Kpi:
    kpi = make_kpi(cast, "visits", unit="", aggregation="sum")
    take(cast.system, [row("visits", "2026-09", 600), row("visits", "2026-10", 500)])
    return kpi


def formula(cast: Cast, text: str, **definition: Any) -> Kpi:
    return make_kpi(
        cast, "figure", **{"unit": "", "aggregation": "last"} | definition, formula=text
    )


def asked(cast: Cast, against: Against = Against.TARGET, **more: Any) -> Why:
    return why(asking(cast), "figure", Wanted(against=against, **more))


def added(found: Why) -> dict[str, float]:
    assert found.causes is not None
    assert found.causes.change + found.outside == pytest.approx(found.change)
    return {part.where["kpi"]: part.amount for part in found.causes.parts}


def test_a_ratio_by_the_targets_of_its_parts(cast: Cast, orders: Kpi, visits: Kpi) -> None:
    kpi = formula(cast, "orders / visits", unit="%", aggregation="ratio")
    aim(kpi, value=8)
    aim(orders, value=48)
    aim(visits, value=600)
    found = asked(cast)
    expected = effects(shape_of("100 * x / y"), [48, 600], [50, 500])
    assert expected is not None
    assert added(found) == pytest.approx({"orders": expected["x",], "visits": expected["y",]})
    assert (found.change, found.outside, found.aim) == (2, 0, pytest.approx(8))
    assert found.causes is not None
    figures = {part.where["kpi"]: (part.before, part.after) for part in found.causes.parts}
    assert figures == {"orders": (48, 50), "visits": (600, 500)}


def test_targets_that_do_not_fit_together_are_a_step_of_their_own(
    cast: Cast, orders: Kpi, visits: Kpi
) -> None:
    kpi = formula(cast, "orders + visits")
    aim(kpi, value=700)
    aim(orders, value=40)
    aim(visits, value=620)
    found = asked(cast)
    assert added(found) == {"orders": 10, "visits": -120}
    assert (found.change, found.outside, found.aim) == (-150, -40, 660)


def test_a_part_without_a_target_is_named(cast: Cast, orders: Kpi, visits: Kpi) -> None:
    kpi = formula(cast, "orders / visits", unit="%", aggregation="ratio")
    aim(kpi, value=8)
    aim(visits, value=600)
    found = asked(cast)
    assert (found.without, found.causes, found.lacking) == (Without.PARTS_TARGET, None, ("orders",))
    Kpi.objects.filter(pk=orders.pk).update(visibility="named")
    assert asked(cast).lacking == ("",)


def test_a_band_is_no_single_target(cast: Cast, orders: Kpi, visits: Kpi) -> None:
    stock = make_kpi(cast, "stock", unit="", direction="band")
    take(cast.system, [row("stock", "2026-10", 5)])
    kpi = formula(cast, "orders + stock")
    aim(kpi, value=60)
    aim(orders, value=48)
    aim(stock, low=4, high=6)
    assert asked(cast).lacking == ("stock",)


def test_what_came_before_the_period_is_a_fact(cast: Cast, orders: Kpi) -> None:
    kpi = formula(cast, "orders / previous(orders) - 1", unit="%")
    aim(kpi, value=50)
    aim(orders, value=45)
    found = asked(cast)
    # 45 of 30 was wanted, 50 of 30 came.
    assert found.aim == pytest.approx(50)
    assert added(found) == {"orders": pytest.approx(100 * 5 / 30)}


def test_a_part_that_is_only_read_of_earlier_periods_needs_no_target(
    cast: Cast, orders: Kpi, visits: Kpi
) -> None:
    kpi = formula(cast, "orders + previous(visits)")
    aim(kpi, value=640)
    aim(orders, value=40)
    assert added(asked(cast)) == {"orders": 10, "visits": 0}


def test_a_window_has_the_target_in_its_newest_period(cast: Cast, orders: Kpi) -> None:
    kpi = formula(cast, "rolling(orders, 2, sum)")
    aim(kpi, value=75)
    aim(orders, value=45)
    found = asked(cast)
    assert (found.aim, added(found)) == (75, {"orders": 5})


def test_a_rate_is_taken_at_the_denominators_that_came(cast: Cast, orders: Kpi) -> None:
    rate = make_kpi(cast, "rate", unit="%", aggregation="ratio")
    take(cast.system, [row("rate", "2026-10", 8, numerator=40, denominator=500)])
    kpi = formula(cast, "orders * rate")
    aim(kpi, value=5)
    aim(orders, value=50)
    aim(rate, value=10)
    assert added(asked(cast)) == {"orders": 0, "rate": pytest.approx(-1)}


def daily(cast: Cast, how: str) -> Kpi:
    kpi = make_kpi(cast, "days", unit="", aggregation=how, frequency="day")
    first = date(2026, 10, 1)
    days = [(first + timedelta(days=at)).isoformat() for at in range(31)]
    take(cast.system, [row("days", day, 10) for day in days])
    return kpi


@pytest.mark.parametrize(
    ("how", "wanted"), [("sum", 15 * 8 + 16 * 12), ("mean", (15 * 8 + 16 * 12) / 31), ("max", 12)]
)
def test_targets_of_shorter_periods_come_together(cast: Cast, how: str, wanted: float) -> None:
    days = daily(cast, how)
    kpi = formula(cast, "2 * days")
    aim(kpi, value=600)
    aim(days, "2026-10-01", "day", value=8)
    aim(days, "2026-10-16", "day", value=12)
    assert asked(cast).aim == pytest.approx(2 * wanted)


def test_a_target_for_the_whole_period_comes_first(cast: Cast) -> None:
    days = daily(cast, "sum")
    kpi = formula(cast, "2 * days")
    aim(kpi, value=600)
    aim(days, "2026-10-01", "day", value=8)
    aim(days, "2026-10", "month", value=300)
    found = asked(cast)
    assert (found.aim, added(found)) == (600, {"days": 20})


def test_rates_of_shorter_periods_with_different_targets_have_no_single_one(cast: Cast) -> None:
    days = make_kpi(cast, "days", unit="%", aggregation="ratio", frequency="day")
    take(cast.system, [row("days", "2026-10-20", 8, numerator=8, denominator=100)])
    kpi = formula(cast, "days", unit="%")
    aim(kpi, value=9)
    aim(days, "2026-10-01", "day", value=8)
    assert asked(cast).aim == pytest.approx(8)
    aim(days, "2026-10-16", "day", value=12)
    assert asked(cast).lacking == ("days",)


def test_forecasts_made_before_the_period_began(cast: Cast, orders: Kpi, visits: Kpi) -> None:
    kpi, end = formula(cast, "orders + visits"), date(2026, 10, 31)
    for one, told in ((kpi, 670), (orders, 60), (visits, 610)):
        foretell(one, date(2026, 8, 31), {end: 1})
        foretell(one, date(2026, 9, 30), {end: told})
    found = asked(cast, Against.FORECAST)
    assert added(found) == {"orders": -10, "visits": -110}
    assert (found.change, found.outside) == (-120, 0)


def test_a_part_without_a_forecast_is_named(cast: Cast, orders: Kpi, visits: Kpi) -> None:
    kpi, end = formula(cast, "orders + visits"), date(2026, 10, 31)
    foretell(kpi, date(2026, 9, 30), {end: 670})
    foretell(visits, date(2026, 9, 30), {end: 670})
    foretell(orders, date(2026, 10, 1), {end: 50})
    found = asked(cast, Against.FORECAST)
    assert (found.without, found.lacking) == (Without.PARTS_FORECAST, ("orders",))


def test_two_periods_are_no_aim(cast: Cast, orders: Kpi, visits: Kpi) -> None:
    formula(cast, "orders + visits")
    found = asked(cast, start="2026-09")
    assert (found.aim, added(found)) == (None, {"orders": 20, "visits": -100})


def test_the_number_of_statements_is_fixed(cast: Cast, orders: Kpi, visits: Kpi) -> None:
    kpi = formula(cast, "orders + visits")
    for one in (kpi, orders, visits):
        aim(one, value=500)

    def statements() -> int:
        with CaptureQueriesContext(connection) as context:
            asked(cast)
        return len(context)

    statements()
    before = statements()
    third = make_kpi(cast, "third", unit="", aggregation="sum")
    aim(third, value=3)
    other = make_kpi(
        cast, "other", unit="", formula="orders + visits + third + coalesce(orders, 1)"
    )
    take(cast.system, [row("third", "2026-10", 5)])
    aim(other, value=500)
    with CaptureQueriesContext(connection) as context:
        why(asking(cast), "other", Wanted(against=Against.TARGET))
    assert len(context) == before
