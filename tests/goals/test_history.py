"""History: only what changed is kept, and the past stays what it was."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from okapi.base import clock
from okapi.goals import standings
from okapi.goals.models import CheckIn, GoalHistory
from tests.cast import TODAY, Cast
from tests.goals.making import (
    make_key_result,
    make_kpi,
    make_objective,
    measure,
    renewed,
    standing,
)


def test_history_gets_a_row_only_when_something_was_measured_or_decided(cast: Cast) -> None:
    kpi = make_kpi(cast)
    objective = make_objective(cast)
    key_result = make_key_result(objective, kpi, start=0, target=10)
    measure(cast, kpi, {"2026-10": 4})
    renewed([objective])
    number = standing(key_result).number_of_state
    for _ in range(3):
        renewed([objective])
    assert standing(key_result).number_of_state == number
    rows = GoalHistory.objects.filter(object_id=key_result.pk)
    assert rows.count() == 1
    CheckIn.objects.create(
        organisation=cast.organisation, key_result=key_result, person=cast.mia,
        at=clock.now(), confidence=2,
    )  # fmt: skip
    renewed([objective])
    assert standing(key_result).confidence == 2
    assert standing(key_result).number_of_state == number + 1
    assert rows.count() == 1, "a word alone does not change the figures"
    measure(cast, kpi, {"2026-10": 5})
    renewed([objective])
    assert list(rows.order_by("id").values_list("progress", flat=True)) == [0.4, 0.5]


def test_a_revision_changes_now_and_never_the_past(cast: Cast) -> None:
    kpi = make_kpi(cast)
    objective = make_objective(cast)
    key_result = make_key_result(objective, kpi, start=0, target=10)
    measure(cast, kpi, {"2026-10": 4})
    renewed([objective], at=clock.now() - timedelta(days=10))
    measure(cast, kpi, {"2026-10": 8})
    renewed([objective])
    past, now = TODAY - timedelta(days=5), TODAY
    assert standings.as_of("key_result", [key_result.pk], past)[key_result.pk].progress == 0.4
    assert standings.as_of("key_result", [key_result.pk], now)[key_result.pk].progress == 0.8
    found = standings.as_of("objective", [objective.pk], past)[objective.pk]
    assert (found.progress, found.is_reconstructed) == (0.4, False)


def test_before_the_data_came_in_the_past_is_reconstructed(cast: Cast) -> None:
    kpi = make_kpi(cast, frequency="week")
    objective = make_objective(cast)
    key_result = make_key_result(objective, kpi, start=0, target=10)
    measure(cast, kpi, {"2026-W41": 1, "2026-W43": 3, "2026-W45": 6})
    renewed([objective])
    day = date(2026, 10, 27)
    found = standings.as_of("key_result", [key_result.pk], day)[key_result.pk]
    assert (found.progress, found.current, found.is_reconstructed) == (0.3, 3, True)
    early = standings.as_of("objective", [objective.pk], date(2026, 9, 1))[objective.pk]
    assert (early.health, early.reason, early.is_reconstructed) == ("none", "health.draft", True)
    with pytest.raises(ValueError, match="no history"):
        standings.as_of("kpi", [kpi.pk], day)
