"""Forecasts made afterwards: what each knows, which slices have them, each made once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from okapi.core.forecast import forecast
from okapi.kpis import standings
from okapi.kpis.models import Kpi, KpiForecast, KpiForecastHistory, Slice
from okapi.kpis.queries.forecasts import earlier_of
from okapi.kpis.queries.outlook import hindsight
from okapi.kpis.queries.page import kpi_page
from tests.cast import TODAY, Cast
from tests.kpis.making import make_kpi, row, take
from tests.kpis.test_forecasting import WEEKS, renew, weeks
from tests.kpis.test_queries_why import asking

NEWEST = date(2026, 11, 22)


def look_back(cast: Cast, moved: frozenset[int] = frozenset()) -> int:
    return standings.look_back(cast.organisation.pk, moved, TODAY)


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    found = make_kpi(cast, frequency="week")
    take(cast.system, weeks("returns", WEEKS))
    renew(cast)
    return found


def test_each_knows_only_the_values_up_to_its_day(cast: Cast, kpi: Kpi) -> None:
    assert look_back(cast) == 8
    rebuilt = KpiForecastHistory.objects.filter(is_rebuilt=True).order_by("-last")
    assert [one.last for one in rebuilt] == [NEWEST - timedelta(weeks=n) for n in range(1, 9)]
    for back, one in enumerate(rebuilt, start=1):
        expected = forecast([float(value) for value in WEEKS[:-back]], 13, 52).median[0]
        end, median, _, _ = one.steps[0]
        assert end == (one.last + timedelta(weeks=1)).toordinal()
        assert median == pytest.approx(expected, rel=1e-5)


def test_nothing_is_looked_back_at_twice(cast: Cast, kpi: Kpi) -> None:
    look_back(cast)
    assert KpiForecast.objects.get().is_looked_back
    assert look_back(cast) == 0
    take(cast.system, weeks("returns", [80], ending=date(2026, 11, 29)))
    renew(cast, today=date(2026, 12, 1))
    assert KpiForecast.objects.get().is_looked_back


def test_a_forecast_made_in_time_stays(cast: Cast) -> None:
    make_kpi(cast, frequency="week")
    take(cast.system, weeks("returns", WEEKS[:-1], ending=NEWEST - timedelta(weeks=1)))
    renew(cast)
    take(cast.system, weeks("returns", WEEKS[-1:]))
    renew(cast)
    in_time = KpiForecastHistory.objects.get(last=NEWEST - timedelta(weeks=1)).steps
    assert look_back(cast) == 7
    kept = KpiForecastHistory.objects.get(last=NEWEST - timedelta(weeks=1))
    assert (kept.steps, kept.is_rebuilt) == (in_time, False)


def test_of_days_one_in_seven(cast: Cast) -> None:
    make_kpi(cast, frequency="day")
    days = [(NEWEST - timedelta(days=n)).isoformat() for n in range(90)]
    take(cast.system, [row("returns", day, 10 + n % 7) for n, day in enumerate(days)])
    renew(cast)
    assert look_back(cast) == 8
    lasts = KpiForecastHistory.objects.filter(is_rebuilt=True).values_list("last", flat=True)
    assert {last.toordinal() % 7 for last in lasts} == {0}


@pytest.mark.parametrize("n", [3, 8])
def test_of_few_values_there_is_nothing_to_look_back_at(cast: Cast, n: int) -> None:
    make_kpi(cast, frequency="week")
    take(cast.system, weeks("returns", WEEKS[:n]))
    renew(cast)
    assert look_back(cast) == 0
    assert KpiForecast.objects.get().is_looked_back


def test_slices_of_goals_come_first_and_others_not_at_all(cast: Cast) -> None:
    kpi = make_kpi(cast, frequency="week", dimensions=["region"])
    for region in ("east", "west"):
        take(cast.system, [one | {"slice": {"region": region}} for one in weeks("returns", WEEKS)])
    east = Slice.objects.get(kpi=kpi, key="region=east")
    renew(cast, frozenset({east.pk}))
    assert look_back(cast, frozenset({east.pk})) == 8
    told = KpiForecastHistory.objects.filter(is_rebuilt=True).values_list("slice_id", flat=True)
    assert set(told) == {east.pk}


def test_what_was_made_afterwards_is_told_apart(cast: Cast, kpi: Kpi) -> None:
    look_back(cast)
    found = hindsight(kpi_page(asking(cast), "returns"))
    assert found is not None
    assert (found.judged, len(found.rebuilt)) == (8, 8)
    total = Slice.objects.get(kpi=kpi, key="")
    told = earlier_of(total.pk)
    assert not told.is_rebuilt(told.told[(NEWEST + timedelta(weeks=1)).toordinal()])
