"""Many actions in one transaction: what they share, and what a failed one leaves to the others."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from okapi.core.errors import Conflict, Forbidden, NotFound, Refused
from okapi.goals import actions
from okapi.goals.models import KeyResult, Objective
from tests.cast import Cast


@pytest.fixture
def goal(lea: Any) -> Objective:
    """A goal with two key results."""
    made = actions.create_objective(lea, title="Best", cycle="2026Q4", team="service", key="TOP")
    for key in ("TOP-A", "TOP-B"):
        actions.add_key_result(lea, "TOP", title=key, key=key, kind="yes_no")
    return made


def edit_in_vain(lea: Any) -> None:
    """An edit that fails after it has set what it was given: its due day is before its cycle."""
    with pytest.raises(Refused, match=r"span\.backwards"):
        actions.edit_key_result(lea, "TOP-A", title="In vain", due=date(2026, 1, 1))


@pytest.mark.parametrize("is_held", [True, False])
def test_what_a_failed_action_set_is_not_seen_by_the_next_one(
    lea: Any, goal: Objective, is_held: bool
) -> None:
    with transaction.atomic(), actions.together(lea) as block:
        if is_held:
            block.hold(lea, objectives=["TOP"], key_results=["TOP-A", "TOP-B"])
        edit_in_vain(lea)
        block.forget()
        actions.edit_key_result(lea, "TOP-A", description="Why")
        actions.edit_objective(lea, goal.pk, title="Better", version=1)
        actions.edit_objective(lea, "TOP", why="Since", version=2)
    result = KeyResult.objects.get(key="TOP-A")
    assert (result.title, result.description, result.version) == ("TOP-A", "Why", 2)
    stored = Objective.objects.get()
    assert (stored.title, stored.why, stored.version) == ("Better", "Since", 3)


def test_what_failed_is_read_anew_and_the_rest_is_not(lea: Any, goal: Objective) -> None:
    with transaction.atomic(), actions.together(lea) as block:
        block.hold(lea, objectives=["TOP"], key_results=["TOP-A", "TOP-B"])
        other = block.key_result("TOP-B")
        block.forget()
        assert block.objective("TOP") is None
        assert block.key_result("TOP-B") is None
        block.hold(lea, key_results=["TOP-A", "TOP-B"])
        first, second = block.key_result("TOP-A"), block.key_result("TOP-B")
        assert first is not None
        assert second is not None
        assert second is not other
        assert first.objective is second.objective


def test_what_is_held_is_not_read_again(lea: Any, goal: Objective) -> None:
    with transaction.atomic(), actions.together(lea) as block:
        block.hold(lea, key_results=[*KeyResult.objects.values_list("pk", flat=True)])
        with CaptureQueriesContext(connection) as asked:
            actions.remove_key_result(lea, "TOP-A")
            actions.remove_key_result(lea, "TOP-B")
        asked_for = [one["sql"] for one in asked if one["sql"].startswith("SELECT")]
        assert not [sql for sql in asked_for if 'FROM "goals_' in sql]
    assert KeyResult.objects.filter(archived_at__isnull=True).count() == 0


def test_rights_and_versions_hold_of_what_is_held(cast: Cast, lea: Any, goal: Objective) -> None:
    tom = cast.actor(cast.tom)
    with transaction.atomic(), actions.together(tom) as block:
        block.hold(tom, objectives=["TOP"], key_results=["TOP-A"])
        assert block.objective("TOP") is not None
        with pytest.raises(Forbidden):
            actions.edit_objective(tom, "TOP", title="Mine")
        with pytest.raises(Forbidden):
            actions.remove_key_result(tom, "TOP-A")
    with transaction.atomic(), actions.together(lea) as block:
        block.hold(lea, objectives=["TOP"], key_results=["TOP-A"])
        with pytest.raises(Conflict):
            actions.edit_objective(lea, "TOP", title="Late", version=7)
        with pytest.raises(Conflict):
            actions.remove_key_result(lea, "TOP-A", version=7)


def test_what_somebody_may_not_read_is_not_held(cast: Cast, lea: Any, goal: Objective) -> None:
    actions.edit_objective(lea, "TOP", visibility="team")
    tom = cast.actor(cast.tom)
    below = [*KeyResult.objects.values_list("pk", flat=True)]
    with transaction.atomic(), actions.together(tom) as block:
        block.hold(tom, objectives=[goal.pk, "TOP"], key_results=below)
        assert block.objective("TOP") is None
        assert block.key_result(below[0]) is None
        with pytest.raises(NotFound):
            actions.edit_objective(tom, "TOP", title="Mine")


def test_what_is_unknown_is_refused_each_time(cast: Cast, lea: Any) -> None:
    with transaction.atomic(), actions.together(lea):
        for at in range(2):
            with pytest.raises(Refused) as refused:
                actions.create_objective(lea, title="New", cycle="2026Q4", team="nowhere")
            assert (refused.value.code, refused.value.field) == ("reference.unknown", "team")
            made = actions.create_objective(
                lea, title=f"New {at}", cycle="2026Q4", team="service", owner=cast.mia.email
            )
            assert (made.owner_id, made.team_id) == (cast.mia.pk, cast.service.pk)
