"""Forecasts of slices: which are due, what is stored, and what those above hear of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from okapi.base import events
from okapi.core.forecast import Forecast
from okapi.kpis import standings
from okapi.kpis.events import ForecastsMade
from okapi.kpis.models import ForecastDue, Kpi, KpiForecast, KpiForecastHistory, Slice
from tests.cast import TODAY, Cast
from tests.kpis.making import make_kpi, row, take

WEEKS = [52, 55, 54, 58, 57, 61, 60, 63, 62, 66, 65, 68, 70, 69, 73, 72, 75, 74, 78, 77]


def weeks(
    kpi: str, values: list[Any], *, ending: date = date(2026, 11, 22)
) -> list[dict[str, Any]]:
    """Values of weeks, the newest of which ends on a day; None is left out."""
    rows = []
    for back, value in enumerate(reversed(values)):
        day = ending - timedelta(weeks=back)
        year, week, _ = day.isocalendar()
        if value is not None:
            rows.append(row(kpi, f"{year}-W{week:02}", value))
    return rows


def forecast_of(kpi: Kpi, slice_key: str = "") -> KpiForecast:
    found: KpiForecast = KpiForecast.objects.get(kpi=kpi, slice__key=slice_key)
    return found


def renew(cast: Cast, moved: frozenset[int] = frozenset(), today: date = TODAY) -> int:
    return standings.renew_forecasts(cast.organisation.pk, moved, today)


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    found = make_kpi(cast, frequency="week")
    take(cast.system, weeks("returns", WEEKS))
    return found


def test_a_measured_kpi_is_forecast_from_its_newest_ended_period(cast: Cast, kpi: Kpi) -> None:
    assert standings.has_forecasts_due(cast.organisation.pk)
    assert renew(cast) == 1
    stored = forecast_of(kpi)
    found = Forecast.from_dict(stored.data)
    assert stored.last == date(2026, 11, 22)
    assert date.fromordinal(stored.ends[0]) == date(2026, 11, 29)
    assert found.horizon == len(stored.ends)
    assert 74 < found.median[0] < 84
    assert found.measured == len(WEEKS)


def test_nothing_is_due_twice(cast: Cast, kpi: Kpi) -> None:
    renew(cast)
    assert not ForecastDue.objects.exists()
    assert not standings.has_forecasts_due(cast.organisation.pk)
    assert renew(cast) == 0


def test_it_reaches_to_the_end_of_the_running_cycles(cast: Cast, kpi: Kpi) -> None:
    renew(cast)
    stored = forecast_of(kpi)
    assert date.fromordinal(stored.ends[-1]) >= max(cast.year.ends, cast.quarter.ends)
    assert len(stored.ends) >= 13


def test_a_new_value_makes_it_due_and_the_earlier_one_is_kept(cast: Cast, kpi: Kpi) -> None:
    renew(cast)
    take(cast.system, weeks("returns", [79], ending=date(2026, 11, 29)))
    assert renew(cast, today=date(2026, 12, 1)) == 1
    assert forecast_of(kpi).last == date(2026, 11, 29)
    kept = KpiForecastHistory.objects.order_by("last")
    assert [one.last for one in kept] == [date(2026, 11, 22), date(2026, 11, 29)]
    end, median, lower, upper = kept[0].steps[0]
    assert date.fromordinal(end) == date(2026, 11, 29)
    assert lower < median < upper


def test_a_correction_is_fitted_again_under_the_same_day(cast: Cast, kpi: Kpi) -> None:
    renew(cast)
    before = forecast_of(kpi).data
    take(cast.system, weeks("returns", [60]))
    assert renew(cast) == 1
    assert forecast_of(kpi).data != before
    assert KpiForecastHistory.objects.count() == 1


def test_a_period_that_still_runs_is_not_read(cast: Cast, kpi: Kpi) -> None:
    take(cast.system, weeks("returns", [1], ending=date(2026, 11, 29)))
    renew(cast, today=date(2026, 11, 25))
    assert forecast_of(kpi).last == date(2026, 11, 22)


def test_gaps_keep_their_places(cast: Cast) -> None:
    kpi = make_kpi(cast, key="gaps", frequency="week")
    values: list[Any] = [*WEEKS]
    values[5] = values[11] = None
    take(cast.system, weeks("gaps", values))
    renew(cast)
    assert forecast_of(kpi).data["measured"] == len(WEEKS) - 2


@pytest.mark.parametrize(
    ("definition", "values", "refusal"),
    [
        ({"frequency": "week"}, [1, 2], "forecast.too_few"),
        ({"frequency": "week"}, [], "forecast.too_few"),
        ({"frequency": "irregular"}, [1, 2, 3, 4], "forecast.irregular"),
    ],
)
def test_why_there_is_none_is_kept(
    cast: Cast, definition: dict[str, Any], values: list[Any], refusal: str
) -> None:
    kpi = make_kpi(cast, **definition)
    if values:
        take(cast.system, weeks("returns", values))
    else:
        Slice.objects.get_or_create(organisation=cast.organisation, kpi=kpi, key="")
    renew(cast)
    stored = forecast_of(kpi)
    assert (stored.data, stored.refusal) == (None, refusal)
    assert renew(cast) == 0
    assert KpiForecastHistory.objects.count() == 0


def test_slices_are_forecast_where_goals_move_them(cast: Cast) -> None:
    kpi = make_kpi(cast, frequency="week", dimensions=["region"])
    rows = [one | {"slice": {"region": "east"}} for one in weeks("returns", WEEKS)]
    take(cast.system, rows)
    east = Slice.objects.get(kpi=kpi, key="region=east")
    renew(cast)
    assert not KpiForecast.objects.filter(slice=east).exists()
    assert renew(cast, frozenset({east.pk})) == 1
    assert forecast_of(kpi, "region=east").last == date(2026, 11, 22)


def test_those_above_hear_of_it(cast: Cast, kpi: Kpi, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[ForecastsMade] = []
    monkeypatch.setitem(events._subscribers, ForecastsMade, [heard.append])
    renew(cast)
    assert heard[0].slice_ids == {forecast_of(kpi).slice_id}


def test_an_archived_kpi_is_left_alone(cast: Cast, kpi: Kpi) -> None:
    Kpi.objects.update(archived_at="2026-11-01T00:00:00Z")
    assert renew(cast) == 0
    assert not ForecastDue.objects.exists()
