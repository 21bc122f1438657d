"""Key results of every kind, and how agreed ones change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from okapi.core.errors import Forbidden, OkapiError, Refused
from okapi.goals import actions
from okapi.goals.actions import LevelDraft, MilestoneDraft, MoveDraft
from okapi.goals.models import Adjustment, KeyResult, Moves
from tests.cast import TODAY, Cast
from tests.goals.making import (
    code_of,
    draft,
    make_key_result,
    make_kpi,
    make_objective,
    measure,
    renewed,
    standing,
)


def test_a_metric_key_result(cast: Cast, lea: Any) -> None:
    kpi = make_kpi(cast, "satisfaction")
    measure(cast, kpi, {"2026-09": 50, "2026-10": 60})
    objective = draft(cast, lea)
    key_result = actions.add_key_result(
        lea, objective.key, title="Satisfaction", owner=cast.mia.email, weight=2,
        moves=[MoveDraft(kpi="satisfaction", target=Decimal(80))],
    )  # fmt: skip
    assert (key_result.key, key_result.owner, key_result.state) == ("O-1-KR1", cast.mia, "draft")
    move = key_result.moves.get()
    assert (move.start, move.definition) == (None, kpi.definition), "frozen at the agreement"
    actions.agree(lea, objective.pk)
    move.refresh_from_db()
    assert (move.start, move.start_label) == (60, "2026-10"), "the span begins today"
    assert standing(key_result).reason == "health.first_value"


def test_start_meets_target_is_a_key_result_to_keep(cast: Cast, lea: Any) -> None:
    kpi = make_kpi(cast, "uptime")
    measure(cast, kpi, {"2026-09": 99, "2026-10": 99})
    objective = draft(cast, lea)
    move = MoveDraft(kpi="uptime", target=Decimal(95))
    key_result = actions.add_key_result(lea, objective.pk, title="Uptime", moves=[move])
    typed = MoveDraft(kpi="uptime", start=Decimal(99), start_reason="now", target=Decimal(99))
    kept = actions.add_key_result(lea, objective.pk, title="Same", moves=[typed])
    assert standing(kept).mode == "keep"
    with pytest.raises(Refused) as error:
        actions.add_key_result(lea, objective.pk, title="No", mode="reach", moves=[move])
    assert code_of(error) == ("key_result.wrong_side", "target")
    actions.agree(lea, objective.pk)
    assert standing(key_result).mode == "keep"


@pytest.mark.parametrize(
    ("definition", "move", "given", "code", "field"),
    [
        ({}, {}, {}, "key_result.target_missing", "target"),
        ({}, {"target": 1, "low": 2}, {}, "key_result.target_missing", "target"),
        ({}, {"low": 3, "high": 2}, {}, "band.backwards", None),
        ({}, {"start": 1, "target": 2}, {}, "key_result.start_reason", "start_reason"),
        ({}, {"start": 5, "target": 2, "start_reason": "x"}, {"mode": "reach"},
         "key_result.wrong_side", "target"),
        ({}, {"start": 2, "target": 2, "start_reason": "x"}, {"mode": "reach"},
         "key_result.already_met", "target"),
        ({}, {"start": 2, "target": 5, "start_reason": "x"}, {"against": True},
         "key_result.not_against", "target"),
        ({"aggregation": "sum", "frequency": "year"}, {"target": 5}, {},
         "key_result.period_too_long", "kpi"),
        ({"aggregation": "min"}, {"start": 2, "target": 5, "start_reason": "x"}, {},
         "key_result.only_keep", "mode"),
        ({}, {"target": 5, "slice": "region=East"}, {}, "slice.unknown", "slice"),
        ({"has_total": False}, {"target": 5}, {}, "slice.unknown", "slice"),
        ({}, {"target": 5}, {"due": date(2026, 1, 1)}, "span.backwards", "due"),
        ({}, {"target": 5}, {"due": date(9999, 12, 31)}, "day.outside", "due"),
    ],
)  # fmt: skip
def test_what_a_move_may_not_be(
    cast: Cast, lea: Any, definition: Any, move: Any, given: Any, code: str, field: str | None
) -> None:
    make_kpi(cast, "it", **definition)
    objective = draft(cast, lea)
    numbers = {k: Decimal(v) if isinstance(v, int) else v for k, v in move.items()}
    with pytest.raises(OkapiError) as error:
        actions.add_key_result(
            lea, objective.pk, title="No", moves=[MoveDraft(kpi="it", **numbers)], **given
        )
    assert error.value.code == code
    assert field is None or error.value.field == field
    assert not KeyResult.objects.exists()


def test_against_the_direction_on_purpose(cast: Cast, lea: Any) -> None:
    kpi = make_kpi(cast, "price", direction="up")
    objective = draft(cast, lea)
    move = MoveDraft(kpi="price", start=Decimal(10), start_reason="list", target=Decimal(5))
    key_result = actions.add_key_result(
        lea, objective.pk, title="Cheaper", against=True, moves=[move]
    )
    measure(cast, kpi, {"2026-10": 8})
    renewed([objective])
    assert standing(key_result).mode == "reach"
    assert standing(key_result).progress == pytest.approx(0.4)


@pytest.mark.parametrize("name", ["due", "done_on"])
def test_a_milestone_of_another_age(cast: Cast, lea: Any, name: str) -> None:
    objective = draft(cast, lea)
    with pytest.raises(Refused) as refused:
        actions.add_key_result(
            lea, objective.pk, title="Steps", kind="milestone",
            milestones=[MilestoneDraft("one"), MilestoneDraft("two", **{name: date(206, 1, 1)})],
        )  # fmt: skip
    assert (refused.value.code, refused.value.field) == ("day.outside", f"milestones.1.{name}")


def test_kinds_without_a_kpi(cast: Cast, lea: Any) -> None:
    objective = draft(cast, lea)
    steps = actions.add_key_result(
        lea, objective.pk, title="Steps", kind="milestone",
        milestones=[MilestoneDraft("one"), MilestoneDraft("two", weight=Decimal(3))],
    )  # fmt: skip
    assert [one.key for one in steps.milestones.order_by("position")] == ["M1", "M2"]
    described = actions.add_key_result(
        lea, objective.pk, title="Words", kind="levels",
        levels=[LevelDraft("fail", "nothing"), LevelDraft("target", "good")],
    )  # fmt: skip
    assert described.levels.get(key="target").value == Decimal("0.7")
    actions.add_key_result(lea, objective.pk, title="Plain", kind="yes_no")
    with pytest.raises(Refused) as error:
        actions.add_key_result(
            lea, objective.pk, title="No", kind="yes_no", milestones=[MilestoneDraft("x")]
        )
    assert code_of(error) == ("key_result.parts", "milestones")


def test_an_agreed_key_result_changes_by_adjustment_only(cast: Cast, lea: Any) -> None:
    kpi = make_kpi(cast, "it")
    objective = make_objective(cast, team=cast.service, owner=cast.mia)
    key_result = make_key_result(objective, kpi, start=0, target=10)
    measure(cast, kpi, {"2026-10": 5})
    renewed([objective])
    with pytest.raises(Refused) as error:
        actions.adjust_target(lea, key_result.key, target=Decimal(20), reason=" ")
    assert code_of(error) == ("goal.reason_needed", "reason")
    with pytest.raises(Forbidden):
        actions.adjust_target(
            cast.actor(cast.mia), key_result.key, target=Decimal(20), reason="Easier"
        )
    adjustment = actions.adjust_target(
        lea, key_result.key, target=Decimal(20), reason="The market doubled"
    )
    assert (adjustment.before, adjustment.after) == ({"target": "10"}, {"target": "20"})
    assert standing(key_result).progress == pytest.approx(0.25)
    with pytest.raises(Refused):
        actions.edit_key_result(lea, key_result.key, weight=5)
    actions.edit_key_result(lea, key_result.key, weight=5, reason="It matters more")
    actions.edit_key_result(lea, key_result.key, description="Not what was agreed")
    with pytest.raises(Refused):
        actions.add_key_result(lea, objective.pk, title="More", kind="yes_no")
    more = actions.add_key_result(
        lea, objective.pk, title="More", kind="yes_no", reason="We forgot it"
    )
    assert (more.state, more.agreed_on) == ("agreed", TODAY)
    actions.remove_key_result(lea, more.pk, reason="It was too much")
    assert standing(objective).counted == 1
    assert Adjustment.objects.count() == 4


def test_moves_can_be_set_anew(cast: Cast, lea: Any) -> None:
    first, second = make_kpi(cast, "first"), make_kpi(cast, "second")
    objective = draft(cast, lea)
    key_result = actions.add_key_result(
        lea, objective.pk, title="Both", moves=[MoveDraft("first", target=Decimal(5))]
    )
    actions.set_moves(
        lea, key_result.pk,
        [MoveDraft("first", target=Decimal(6)), MoveDraft("second", target=Decimal(7))],
    )  # fmt: skip
    assert set(Moves.objects.values_list("kpi", flat=True)) == {first.pk, second.pk}
    with pytest.raises(Refused) as error:
        actions.set_moves(
            lea, key_result.pk,
            [MoveDraft("first", target=Decimal(6)), MoveDraft("second")],
        )  # fmt: skip
    assert code_of(error) == ("key_result.target_missing", "moves.1.target")
    with pytest.raises(Refused):
        actions.set_moves(lea, key_result.pk, [MoveDraft("first", target=Decimal(6))] * 2)
