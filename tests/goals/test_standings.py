"""The product's examples from measurements to stored standings."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.goals.making import make_key_result, make_kpi, make_objective, measure, renewed, standing


def test_a_sum_is_on_plan_at_half_time(cast: Cast) -> None:
    kpi = make_kpi(cast, frequency="month", aggregation="sum")
    objective = make_objective(cast)
    key_result = make_key_result(objective, kpi, start=24, target=30)
    measure(cast, kpi, {"2026-10": 7, "2026-11": 8})
    renewed([objective])
    found = standing(key_result)
    assert found.current == 15
    assert found.progress == pytest.approx((15 - 24 * 39 / 64) / 6, abs=0.3)
