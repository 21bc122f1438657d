"""Goals that move and guard formula KPIs: they follow the parts, in the version they agreed on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okapi.goals.choices import GoalState
from okapi.goals.models import KeyResult, Moves, Objective
from okapi.kpis import actions, renewer
from okapi.kpis.actions import DefinitionDraft
from okapi.kpis.models import ComputedValue, Definition, Kpi
from tests.cast import Cast
from tests.goals.making import make_guard, make_key_result, make_objective, renewed, standing
from tests.kpis.making import make_kpi, row, take

pytestmark = pytest.mark.django_db

RATE = {"unit": "%", "aggregation": "ratio", "formula": "orders / visits"}


@pytest.fixture
def rate(cast: Cast) -> Kpi:
    """10 % in September, 20 % in October: the quarter's first month."""
    make_kpi(cast, "orders", unit="单", aggregation="sum")
    make_kpi(cast, "visits", unit="次", aggregation="sum")
    values = [("2026-09", 10, 100), ("2026-10", 40, 200)]
    measure(cast, *values)
    return make_kpi(cast, "rate", **RATE)


def measure(cast: Cast, *values: tuple[str, Any, Any]) -> None:
    rows = [row("orders", month, above) for month, above, _ in values]
    take(cast.system, rows + [row("visits", month, below) for month, _, below in values])


def moving(cast: Cast, kpi: Kpi, **fields: Any) -> tuple[Objective, KeyResult]:
    objective = make_objective(cast)
    key_result = make_key_result(objective, kpi, **fields)
    renewed([objective])
    return objective, key_result


def test_a_key_result_follows_the_parts_of_its_kpi(cast: Cast, rate: Kpi) -> None:
    objective, key_result = moving(cast, rate, start=10, target=30)
    assert standing(key_result).current == 20
    assert standing(key_result).progress == pytest.approx(0.5)
    measure(cast, ("2026-10", 50, 200))
    assert standing(key_result).current == 25
    assert standing(objective).progress == pytest.approx(0.75)


def test_the_span_so_far_is_the_ratio_of_sums(cast: Cast, rate: Kpi) -> None:
    _, key_result = moving(cast, rate, start=10, target=30)
    measure(cast, ("2026-11", 60, 300))
    assert standing(key_result).current == 20
    measure(cast, ("2026-11", 110, 300))
    assert standing(key_result).current == 30


def test_an_automatic_start_is_the_computed_value_before_the_span(cast: Cast, rate: Kpi) -> None:
    _, key_result = moving(cast, rate, target=30)
    assert Moves.objects.get(key_result=key_result).start == 10
    assert standing(key_result).progress == pytest.approx(0.5)


def test_a_key_result_keeps_its_version_and_that_is_computed_on(cast: Cast, rate: Kpi) -> None:
    objective, key_result = moving(cast, rate, start=10, target=30)
    draft = DefinitionDraft(**{**RATE, "formula": "2 * orders / visits"})
    actions.redefine_kpi(cast.system, rate.pk, draft)
    first = Definition.objects.get(kpi=rate, number=1)
    assert first.is_computed
    assert standing(key_result).current == 20
    measure(cast, ("2026-10", 50, 200))
    assert standing(key_result).current == 25
    rate.refresh_from_db()
    assert rate.standing.value == 50
    newer = make_key_result(objective, rate, start=20, target=100)
    renewed([objective])
    assert standing(newer).current == 50

    KeyResult.objects.filter(pk=key_result.pk).update(state=GoalState.CLOSED.value)
    renewer.turn()
    first.refresh_from_db()
    assert not first.is_computed
    measure(cast, ("2026-10", 80, 200))
    values = ComputedValue.objects.filter(series__definition=first, label="2026-10")
    assert values.get().value == Decimal(25)
    rate.refresh_from_db()
    assert rate.standing.value == 80


def test_a_guard_judges_the_computed_value(cast: Cast, rate: Kpi) -> None:
    lost = make_kpi(cast, "lost", unit="次", formula='visits - as(orders, "次")', direction="down")
    objective, _ = moving(cast, rate, start=0, target=20)
    make_guard(objective, lost, high=170)
    renewed([objective])
    assert standing(objective).health == "on_track"
    measure(cast, ("2026-10", 44, 220))
    assert standing(objective).health == "at_risk"
    measure(cast, ("2026-10", 40, 200))
    assert standing(objective).health == "on_track"


def test_a_measured_version_is_read_as_before_when_a_formula_takes_over(cast: Cast) -> None:
    make_kpi(cast, "orders", unit="单", aggregation="sum")
    kpi = make_kpi(cast, "total", unit="单", aggregation="last")
    take(cast.system, [row("total", "2026-10", 5), row("orders", "2026-10", 50)])
    objective, key_result = moving(cast, kpi, start=0, target=10)
    assert standing(key_result).current == 5
    actions.redefine_kpi(
        cast.system, kpi.pk, DefinitionDraft(unit="单", aggregation="last", formula="orders")
    )
    renewed([objective])
    assert standing(key_result).current == 5
    kpi.refresh_from_db()
    assert kpi.standing.value == 50
