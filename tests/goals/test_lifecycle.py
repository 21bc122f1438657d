"""Agreed, given up, closed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okapi.core.errors import Forbidden, Refused
from okapi.goals import actions
from tests.cast import TODAY, Cast
from tests.goals.making import (
    code_of,
    draft,
    make_guard,
    make_key_result,
    make_kpi,
    make_objective,
    measure,
    renewed,
    standing,
)


def test_agreement_needs_key_results_that_weigh(cast: Cast, lea: Any) -> None:
    objective = draft(cast, lea)
    with pytest.raises(Refused) as error:
        actions.agree(lea, objective.pk)
    assert error.value.code == "objective.no_key_results"
    with pytest.raises(Forbidden):
        actions.agree(lea, objective.pk, override="Trust me")
    key_result = actions.add_key_result(lea, objective.pk, title="K", kind="yes_no", weight=0)
    with pytest.raises(Refused) as error:
        actions.agree(lea, objective.pk, override="Trust me")
    assert error.value.code == "objective.all_weights_zero"
    actions.edit_key_result(lea, key_result.pk, weight=1)
    assert actions.agree(lea, objective.pk).agreed_on == TODAY
    with pytest.raises(Refused) as error:
        actions.agree(lea, objective.pk)
    assert error.value.code == "goal.not_draft"
    with pytest.raises(Forbidden):
        actions.agree(cast.actor(cast.mia), draft(cast, cast.actor(cast.mia)).pk)
    empty = draft(cast, cast.actor(cast.stella), team="company")
    agreed = actions.agree(cast.actor(cast.stella), empty.pk, override="It is a slogan")
    assert (agreed.state, standing(agreed).reason) == ("agreed", "health.no_key_results")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("metric", "key_result.nothing_moved"),
        ("milestone", "key_result.no_milestones"),
        ("levels", "key_result.no_levels"),
    ],
)
def test_agreement_needs_whole_key_results(cast: Cast, lea: Any, kind: str, code: str) -> None:
    objective = draft(cast, lea)
    actions.add_key_result(lea, objective.pk, title="K", kind=kind)
    with pytest.raises(Refused) as error:
        actions.agree(lea, objective.pk)
    assert error.value.code == code


def test_cancelling_says_why(cast: Cast, lea: Any) -> None:
    objective = make_objective(cast)
    key_result = make_key_result(objective, kind="yes_no")
    renewed([objective])
    with pytest.raises(Refused):
        actions.cancel(lea, objective.pk, reason="")
    actions.cancel(lea, objective.pk, reason="The market went away")
    assert (standing(objective).health, standing(objective).reason) == ("none", "health.cancelled")
    assert standing(key_result).reason == "health.cancelled"
    with pytest.raises(Refused) as error:
        actions.edit_objective(lea, objective.pk, title="Again")
    assert error.value.code == "goal.ended"


def test_closing_grades_by_clipped_progress(cast: Cast, lea: Any) -> None:
    kpi = make_kpi(cast)
    objective = make_objective(cast)
    over = make_key_result(objective, kpi, start=0, target=10, key="over")
    plain = make_key_result(objective, kind="yes_no", key="plain", weight=3)
    measure(cast, kpi, {"2026-10": 15})
    renewed([objective])
    with pytest.raises(Refused) as error:
        actions.close(lea, objective.pk, grades={"over": (Decimal("0.8"), "")})
    assert code_of(error) == ("grade.reason_needed", "grades.over")
    closed = actions.close(lea, objective.pk, grades={"plain": (Decimal("0.5"), "Half")})
    assert (closed.state, closed.grade, closed.is_provisional) == ("closed", Decimal("0.625"), True)
    over.refresh_from_db()
    plain.refresh_from_db()
    assert (over.grade, plain.grade, plain.grade_reason) == (1, Decimal("0.5"), "Half")
    assert standing(objective).reason == "health.closed"
    measure(cast, kpi, {"2026-11": 1})
    renewed([objective])
    over.refresh_from_db()
    assert over.grade == 1, "late data change no grade"
    with pytest.raises(Refused):
        actions.close(lea, objective.pk)


def test_a_broken_guard_needs_a_written_reason(cast: Cast, lea: Any) -> None:
    guarded = make_kpi(cast)
    objective = make_objective(cast)
    key_result = make_key_result(objective, kind="yes_no", key="k")
    make_guard(objective, guarded, low=10)
    measure(cast, guarded, {"2026-10": 5})
    actions.check_in(lea, key_result.pk, is_done=True)
    with pytest.raises(Refused) as error:
        actions.close(lea, objective.pk)
    assert code_of(error) == ("objective.guard_broken", "reason")
    assert actions.close(lea, objective.pk, reason="The guard was wrong").grade == 1
