"""Guards cap the health of objectives, never their progress."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from okapi.kpis.models import Slice, Target
from tests.cast import Cast
from tests.goals.making import (
    make_guard,
    make_key_result,
    make_kpi,
    make_objective,
    measure,
    publish_measured,
    renewed,
    standing,
)

GUARDS = [
    ({"2026-10": 50}, "on_track", ""),
    ({"2026-10": 8}, "at_risk", "guard.amber"),
    ({"2026-10": 3}, "at_risk", "guard.red"),
    ({"2026-09": 3, "2026-10": 3}, "at_risk", "guard.red"),
    ({"2026-10": 3, "2026-11": 3}, "off_track", "guard.red_again"),
    ({"2026-09": 3}, "on_track", ""),
    ({}, "at_risk", "guard.unknown"),
]


@pytest.mark.parametrize(("values", "health", "reason"), GUARDS)
def test_guards_cap_the_health(
    cast: Cast, values: dict[str, Any], health: str, reason: str
) -> None:
    kpi, guarded = make_kpi(cast), make_kpi(cast)
    objective = make_objective(cast)
    make_key_result(objective, kpi, start=0, target=10)
    make_guard(objective, guarded, low=5, amber_low=10)
    measure(cast, kpi, {"2026-10": 10, "2026-11": 10})
    measure(cast, guarded, values)
    day = date(2026, 12, 1) if "2026-11" in values else date(2026, 11, 2)
    renewed([objective], today=day)
    found = standing(objective)
    assert (found.health, found.reason if reason else "") == (health, reason)
    assert found.guard == ("" if health == "on_track" else health)
    assert found.progress == 1.0, "a guard changes health, never progress"


def test_a_guarded_kpi_moves_the_objective(cast: Cast) -> None:
    guarded = make_kpi(cast, direction="down")
    objective = make_objective(cast)
    kpi = make_kpi(cast)
    make_key_result(objective, kpi, start=0, target=10)
    measure(cast, kpi, {"2026-10": 10})
    make_guard(objective, guarded)
    one = Slice.objects.get(kpi=guarded, key="")
    Target.objects.create(
        organisation=cast.organisation, kpi=guarded, slice=one, frequency="month",
        first=date(2026, 10, 1), last=date(2026, 10, 31), label="2026-10",
        value=Decimal(5), amber=Decimal(6),
    )  # fmt: skip
    for value, health in ((5, "on_track"), (6, "at_risk"), (7, "at_risk")):
        measure(cast, guarded, {"2026-10": value})
        publish_measured(cast, guarded)
        assert standing(objective).health == health
