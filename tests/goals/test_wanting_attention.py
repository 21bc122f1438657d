"""What lists count of an objective is stored with its standing, and follows what people do.

`test_any_order` and `test_one_pass` compare it with a reckoning of everything, whatever was done;
`tests/web/test_goals_list.py` looks for a mismatch.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from okapi.goals import actions
from okapi.goals.actions import MoveDraft
from tests.cast import Cast
from tests.goals.making import draft, make_kpi, standing


def test_whether_a_kpi_is_moved_follows_the_key_results(cast: Cast, lea: Any) -> None:
    kpi, objective = make_kpi(cast), draft(cast, lea, key="A")
    assert not standing(objective).has_kpi
    move = MoveDraft(kpi.key, start=Decimal(0), start_reason="So it was.", target=Decimal(10))
    actions.add_key_result(lea, "A", title="K", key="A-1", moves=[move])
    assert standing(objective).has_kpi
    actions.remove_key_result(lea, "A-1")
    assert not standing(objective).has_kpi
    actions.restore_key_result(lea, "A-1")
    assert standing(objective).has_kpi
