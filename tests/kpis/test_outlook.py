"""What a page reads of forecasts: the cone to the cycle's end, its chance, earlier ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from okapi.core.forecast import Basis
from okapi.kpis import actions
from okapi.kpis.actions import TargetDraft
from okapi.kpis.models import Kpi
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.outlook import Outlook, hindsight, outlook
from okapi.kpis.queries.page import kpi_page
from okapi.orgs.models import Cycle
from tests.cast import TODAY, Cast
from tests.kpis.making import make_kpi, row, take
from tests.kpis.test_forecasting import WEEKS, renew, weeks
from tests.kpis.test_queries_page import asking


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    found = make_kpi(cast, frequency="week", direction="up")
    take(cast.system, weeks("returns", WEEKS))
    renew(cast)
    return found


def seen(cast: Cast, key: str = "returns", *, today: date = TODAY, slice_key: str = "") -> Any:
    who: Asking = replace(asking(cast), today=today)
    return outlook(who, kpi_page(who, key, slice_key=slice_key or None))


def test_it_goes_to_the_end_of_the_cycle_that_ends_first(cast: Cast, kpi: Kpi) -> None:
    found: Outlook = seen(cast)
    assert found.steps[0].period.label == "2026-W48"
    assert found.steps[-1].period.last <= cast.quarter.ends
    assert (found.basis, found.measured) == (Basis.VALUES, len(WEEKS))
    for one in found.steps:
        widths = [upper - lower for lower, upper in one.step.bands]
        assert widths == sorted(widths)
        assert all(lower <= one.step.median <= upper for lower, upper in one.step.bands)
    assert found.at_end is not None
    assert found.at_end.cycle is not None
    assert found.at_end.cycle.key == cast.quarter.key
    assert (found.at_end.target, found.at_end.chance) == (None, None)


def test_the_chance_of_the_target_that_holds_then(cast: Cast, kpi: Kpi) -> None:
    def chance(value: int) -> float:
        draft = TargetDraft(period="2026-W47", value=Decimal(value))
        actions.set_targets(cast.system, kpi.pk, [draft], reason="Try.")
        found: Outlook = seen(cast)
        assert found.at_end is not None
        assert found.at_end.chance is not None
        return found.at_end.chance

    easy, hard = chance(60), chance(120)
    assert easy > 0.9
    assert hard < 0.1


def test_without_a_running_cycle_a_few_periods_are_shown(cast: Cast, kpi: Kpi) -> None:
    Cycle.objects.update(ends=date(2026, 1, 31), starts=date(2026, 1, 1))
    found: Outlook = seen(cast)
    assert len(found.steps) == 3
    assert found.at_end is not None
    assert found.at_end.cycle is None


def test_what_came_since_narrows_what_is_left(cast: Cast, kpi: Kpi) -> None:
    before: Outlook = seen(cast)
    take(cast.system, weeks("returns", [95], ending=date(2026, 11, 29)))
    after: Outlook = seen(cast, today=date(2026, 11, 30))
    assert after.steps[0].period == before.steps[1].period
    assert after.steps[0].step.median > before.steps[1].step.median


@pytest.mark.parametrize(
    ("values", "ending", "code"),
    [
        ([1, 2], date(2026, 11, 22), "forecast.too_few"),
        (WEEKS, date(2026, 10, 4), "forecast.stale"),
    ],
)
def test_why_there_is_none(cast: Cast, values: list[int], ending: date, code: str) -> None:
    make_kpi(cast, frequency="week")
    take(cast.system, weeks("returns", values, ending=ending))
    renew(cast)
    found: Outlook = seen(cast)
    assert (found.steps, found.without) == ((), code)


def test_before_it_is_made_and_of_another_definition_it_is_waited_for(cast: Cast) -> None:
    kpi = make_kpi(cast, frequency="week")
    take(cast.system, weeks("returns", WEEKS))
    assert seen(cast).without == "forecast.waiting"
    renew(cast)
    assert seen(cast).without == ""
    Kpi.objects.filter(pk=kpi.pk).update(version=2)
    definition = kpi.definitions.get()
    definition.pk, definition.number = None, 2
    definition.save(force_insert=True)
    Kpi.objects.filter(pk=kpi.pk).update(definition=definition)
    assert seen(cast).without == "forecast.waiting"


def test_a_slice_that_nothing_moves_says_so(cast: Cast) -> None:
    make_kpi(cast, frequency="week", dimensions=["region"])
    take(cast.system, [one | {"slice": {"region": "east"}} for one in weeks("returns", WEEKS)])
    renew(cast)
    assert seen(cast, slice_key="region=east").without == "forecast.slice"


def test_of_what_is_not_measured_nothing_is_said(cast: Cast) -> None:
    make_kpi(cast, frequency="week")
    assert seen(cast) is None


def test_how_good_forecasts_were(cast: Cast) -> None:
    make_kpi(cast, frequency="week")
    days = [date(2026, 11, 8), date(2026, 11, 15), date(2026, 11, 22)]
    take(cast.system, weeks("returns", WEEKS[:-2], ending=days[0]))
    renew(cast)
    who = asking(cast)
    assert hindsight(kpi_page(who, "returns")) is None
    for day, value in zip(days[1:], [WEEKS[-2], 10_000], strict=True):
        take(cast.system, weeks("returns", [value], ending=day))
        renew(cast)
    found = hindsight(kpi_page(who, "returns"))
    assert found is not None
    assert (found.held, found.judged) == (1, 2)
    # Each is judged by the newest forecast that did not know it.
    assert sorted(date.fromordinal(one.after) for one in found.told.values()) == days[:2]


def test_an_irregular_kpi_has_none(cast: Cast) -> None:
    make_kpi(cast, frequency="irregular")
    take(cast.system, [row("returns", f"2026-11-0{day}", day) for day in range(1, 6)])
    renew(cast)
    assert seen(cast).without == "forecast.irregular"
