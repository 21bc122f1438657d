"""Check-ins: in under a minute, by whom, of what kind."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from okapi.base.models import Change, Outbox
from okapi.core.errors import Forbidden, Refused
from okapi.goals import actions, renewer
from okapi.goals.actions import MilestoneDraft
from tests.cast import TODAY, Cast
from tests.goals.making import (
    code_of,
    draft,
    link,
    make_key_result,
    make_objective,
    renewed,
    standing,
)


def test_the_owner_checks_in(cast: Cast) -> None:
    objective = make_objective(cast)
    key_result = make_key_result(objective, kind="yes_no", owner=cast.mia)
    mia = cast.actor(cast.mia)
    actions.check_in(mia, key_result.key, confidence=8, happened="Two calls", next_step="Sign")
    found = standing(key_result)
    assert (found.confidence, found.health) == (8, "on_track")
    actions.check_in(mia, key_result.key, happened="Signed", is_done=True)
    assert (standing(key_result).progress, standing(key_result).confidence) == (1.0, 8)
    assert Change.objects.filter(kind="check_in").count() == 2
    assert {"key_result", "objective"} <= set(Outbox.objects.values_list("kind", flat=True))
    for person in (cast.tom, cast.vic, cast.ada):
        with pytest.raises(Forbidden):
            actions.check_in(cast.actor(person), key_result.key, confidence=1)


def test_milestones_are_ticked_in_a_check_in(cast: Cast, lea: Any) -> None:
    objective = draft(cast, lea)
    key_result = actions.add_key_result(
        lea, objective.pk, title="Steps", kind="milestone",
        milestones=[MilestoneDraft("one"), MilestoneDraft("two", weight=Decimal(3))],
    )  # fmt: skip
    actions.agree(lea, objective.pk)
    actions.check_in(lea, key_result.pk, milestones={"M2": True})
    assert standing(key_result).progress == pytest.approx(0.75)
    actions.check_in(lea, key_result.pk, milestones={"M2": False, "M1": True})
    assert standing(key_result).progress == pytest.approx(0.25)
    assert key_result.milestones.get(key="M1").done_on == TODAY


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({}, "check_in.empty", "happened"),
        ({"happened": "  "}, "check_in.empty", "happened"),
        ({"confidence": 11}, "confidence.range", "confidence"),
        ({"confidence": -1}, "confidence.range", "confidence"),
        ({"level": "target"}, "key_result.parts", "level"),
        ({"milestones": {"M1": True}}, "key_result.parts", "milestones"),
        ({"happened": "x" * 5001}, "text.too_long", "happened"),
    ],
)
def test_what_a_check_in_may_not_be(
    cast: Cast, lea: Any, said: dict[str, Any], code: str, field: str
) -> None:
    objective = make_objective(cast)
    key_result = make_key_result(objective, kind="yes_no")
    with pytest.raises(Refused) as error:
        actions.check_in(lea, key_result.pk, **said)
    assert code_of(error) == (code, field)


def test_drafts_are_not_checked_in(cast: Cast, lea: Any) -> None:
    objective = make_objective(cast, state="draft")
    key_result = make_key_result(objective, kind="yes_no")
    with pytest.raises(Refused) as error:
        actions.check_in(lea, key_result.pk, confidence=5)
    assert error.value.code == "check_in.not_running"


def test_an_archived_objective_leaves_the_branches(cast: Cast, lea: Any) -> None:
    top, below = make_objective(cast), make_objective(cast)
    link(below, top)
    renewed([top, below])
    renewer.drain(cast.organisation.pk)
    actions.archive_objective(lea, below.pk, reason="Entered twice")
    renewer.drain(cast.organisation.pk)
    assert standing(top).supporters == 0
