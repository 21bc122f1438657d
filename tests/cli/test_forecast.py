"""`okapi forecast`: from measurements to chances, by the command that the ticker starts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from click.testing import CliRunner

from okapi.cli import tick
from okapi.cli.main import okapi
from okapi.goals.queries.moved import moved_slices
from okapi.kpis.models import KpiForecast, KpiForecastHistory, Slice
from tests.cast import Cast
from tests.goals.making import make_key_result, make_objective, renewed, standing
from tests.kpis.making import make_kpi, row, take

WEEKS = [52, 55, 54, 58, 57, 61, 60, 63, 62, 66, 65, 68, 70, 69, 73, 72, 75, 74, 78, 77]


def measured(cast: Cast) -> Any:
    kpi = make_kpi(cast, frequency="week")
    rows = []
    for back, value in enumerate(reversed(WEEKS)):
        year, week, _ = (date(2026, 11, 22) - timedelta(weeks=back)).isocalendar()
        rows.append(row("returns", f"{year}-W{week:02}", value))
    take(cast.system, rows)
    return kpi


def test_it_fits_what_is_due_and_goals_hear_of_it(cast: Cast) -> None:
    kpi = measured(cast)
    key_result = make_key_result(make_objective(cast), kpi, start=60, target=82)
    renewed([key_result.objective])
    assert standing(key_result).probability is None
    result = CliRunner().invoke(okapi, ["forecast"])
    assert result.exit_code == 0, result.output
    assert KpiForecast.objects.get(kpi=kpi).data is not None
    assert standing(key_result).probability is not None


def test_the_ticker_asks_for_it_when_values_changed_or_a_day_began(cast: Cast) -> None:
    turned: dict[Any, date] = {}
    assert tick.turn(turned)
    CliRunner().invoke(okapi, ["forecast"])
    assert not tick.turn(turned)
    measured(cast)
    assert tick.turn(turned)
    CliRunner().invoke(okapi, ["forecast"])
    assert not tick.turn(turned)


def test_slices_are_those_that_open_key_results_move(cast: Cast) -> None:
    kpi = measured(cast)
    key_result = make_key_result(make_objective(cast), kpi, start=60, target=82)
    total = Slice.objects.get(kpi=kpi, key="")
    assert moved_slices(cast.organisation.pk) == {total.pk}
    key_result.state = "cancelled"
    key_result.save()
    assert moved_slices(cast.organisation.pk) == frozenset()


def test_a_kpi_that_came_with_a_past_is_looked_back_at(cast: Cast) -> None:
    kpi = measured(cast)
    CliRunner().invoke(okapi, ["forecast"])
    assert KpiForecastHistory.objects.filter(slice__kpi=kpi, is_rebuilt=True).count() == 8
