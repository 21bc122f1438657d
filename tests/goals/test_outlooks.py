"""Health by probability: from a stored forecast to the standing of a key result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from okapi.core.forecast import forecast
from okapi.goals.models import GoalHistory, KeyResult, KeyResultStanding
from okapi.kpis import standings as kpi_standings
from okapi.kpis.models import Kpi, KpiForecast, Slice
from tests.cast import Cast
from tests.goals.making import (
    add_move,
    make_key_result,
    make_kpi,
    make_objective,
    measure,
    publish_measured,
    renewed,
    standing,
)

# Weeks that end on Sundays; the newest is that of 22 November, in the fourth quarter.
NEWEST = date(2026, 11, 22)
TODAY = date(2026, 11, 24)
WEEKS = [52, 55, 54, 58, 57, 61, 60, 63, 62, 66, 65, 68, 70, 69, 73, 72, 75, 74, 78, 77]


def labels(values: Sequence[Any], newest: date = NEWEST) -> dict[str, Any]:
    rows = {}
    for back, value in enumerate(reversed(values)):
        year, week, _ = (newest - timedelta(weeks=back)).isocalendar()
        rows[f"{year}-W{week:02}"] = value
    return rows


def weekly(cast: Cast, values: Sequence[float] = WEEKS, **definition: Any) -> Kpi:
    kpi = make_kpi(cast, frequency="week", **definition)
    measure(cast, kpi, labels(values))
    return kpi


def forecast_all(cast: Cast, today: date = TODAY) -> None:
    slices = frozenset(Slice.objects.values_list("id", flat=True))
    kpi_standings.renew_forecasts(cast.organisation.pk, slices, today)


def seen(key_result: KeyResult, today: date = TODAY) -> KeyResultStanding:
    renewed([key_result.objective], today=today)
    return standing(key_result)


def test_without_a_forecast_health_goes_by_pace(cast: Cast) -> None:
    key_result = make_key_result(make_objective(cast), weekly(cast), start=60, target=80)
    found = seen(key_result)
    assert (found.probability, found.reason) == (None, "health.pace")


def test_with_a_forecast_health_goes_by_probability(cast: Cast) -> None:
    kpi = weekly(cast)
    key_result = make_key_result(make_objective(cast), kpi, start=60, target=82)
    forecast_all(cast)
    found = seen(key_result)
    steps = (date(2026, 12, 27) - NEWEST).days // 7
    expected = forecast(WEEKS, steps, 52).probability(82, "up", steps)
    assert found.probability == pytest.approx(expected, abs=0.01)
    assert found.health == ("on_track" if expected >= 0.6 else "at_risk")
    assert found.reason == "health.chance.week.change"
    assert found.reason_data["n"] == steps
    assert found.reason_data["needs"] == pytest.approx((82 - 77) / steps)


@pytest.mark.parametrize(("target", "health"), [(70, "on_track"), (150, "off_track")])
def test_near_and_far_targets(cast: Cast, target: int, health: str) -> None:
    key_result = make_key_result(make_objective(cast), weekly(cast), start=60, target=target)
    forecast_all(cast)
    assert seen(key_result).health == health


def test_an_aspirational_goal_is_judged_by_its_success_point(cast: Cast) -> None:
    kpi = weekly(cast)
    committed = make_key_result(make_objective(cast), kpi, start=60, target=90)
    bold = make_key_result(make_objective(cast, kind="aspirational"), kpi, start=60, target=90)
    forecast_all(cast)
    one, other = seen(committed), seen(bold)
    assert one.probability is not None
    assert other.probability is not None
    assert one.probability < other.probability


def test_a_value_that_arrives_moves_the_chance_without_fitting(cast: Cast) -> None:
    kpi = weekly(cast)
    key_result = make_key_result(make_objective(cast), kpi, start=60, target=84)
    forecast_all(cast)
    before = seen(key_result).probability
    measure(cast, kpi, labels([90], NEWEST + timedelta(weeks=1)))
    after = seen(key_result, TODAY + timedelta(weeks=1))
    assert before is not None
    assert after.probability is not None
    assert after.probability > before + 0.1
    assert KpiForecast.objects.get(kpi=kpi).last == NEWEST


def test_a_sum_is_foreseen_with_what_was_measured(cast: Cast) -> None:
    kpi = weekly(cast, aggregation="sum")
    key_result = make_key_result(make_objective(cast), kpi, start=600, target=985)
    forecast_all(cast)
    found = seen(key_result)
    assert found.reason == "health.chance.week.value"
    measured = [value for label, value in labels(WEEKS).items() if label >= "2026-W40"]
    needs = (985 - sum(measured)) / found.reason_data["n"]
    assert found.reason_data["needs"] == pytest.approx(needs)
    assert found.probability is not None
    assert 0.1 < found.probability < 0.9


def test_when_all_is_measured_it_is_reached_or_not(cast: Cast) -> None:
    kpi = weekly(cast, [*WEEKS, 79, 80, 82, 81, 83])
    reached = make_key_result(make_objective(cast), kpi, start=60, target=83)
    missed = make_key_result(make_objective(cast), kpi, start=60, target=84)
    today = date(2026, 12, 29)
    measure(cast, kpi, labels([83], date(2026, 12, 27)))
    forecast_all(cast, today)
    assert (seen(reached, today).probability, seen(missed, today).probability) == (1.0, 0.0)
    assert seen(missed, today).health == "off_track"


def test_several_moves_need_all_their_forecasts(cast: Cast) -> None:
    key_result = make_key_result(make_objective(cast), weekly(cast), start=60, target=80)
    other = make_kpi(cast, frequency="week")
    add_move(key_result, other, start=60, target=80)
    measure(cast, other, labels([61, 62]))
    forecast_all(cast)
    assert seen(key_result).probability is None
    measure(cast, other, labels(WEEKS))
    KpiForecast.objects.all().delete()
    forecast_all(cast)
    assert seen(key_result).probability is not None


def test_a_draft_has_none(cast: Cast) -> None:
    objective = make_objective(cast, state="draft")
    key_result = make_key_result(objective, weekly(cast), start=60, target=80)
    forecast_all(cast)
    assert seen(key_result).probability is None


def test_a_new_forecast_renews_the_key_results_that_it_concerns(cast: Cast) -> None:
    key_result = make_key_result(make_objective(cast), weekly(cast), start=60, target=82)
    seen(key_result)
    forecast_all(cast)
    assert standing(key_result).probability is not None


def test_history_gets_a_row_when_the_chance_moves(cast: Cast) -> None:
    kpi = weekly(cast)
    key_result = make_key_result(make_objective(cast), kpi, start=60, target=82)
    seen(key_result)
    rows = GoalHistory.objects.filter(object_id=key_result.pk)
    before = rows.count()
    forecast_all(cast)
    assert rows.count() == before + 1
    assert rows.latest("id").probability == standing(key_result).probability
    publish_measured(cast, kpi)
    assert rows.count() == before + 1
