"""SQLite looks up the rows that are asked for, however many an organisation has."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from okapi.base.arrays import Among
from okapi.base.fields import new_id
from okapi.base.plans import figures
from okapi.goals.models import (
    BranchMember,
    BranchStanding,
    CheckIn,
    Contribution,
    Guard,
    KeyResult,
    KeyResultStanding,
    Moves,
    Objective,
    ObjectiveStanding,
)
from okapi.kpis.models import Kpi, KpiStanding
from tests.cast import Cast

ASKED = [
    (Objective, "id"),
    (ObjectiveStanding, "objective_id"),
    (KeyResult, "id"),
    (KeyResult, "objective_id"),
    (KeyResultStanding, "key_result_id"),
    (Moves, "key_result_id"),
    (Moves, "slice_id"),
    (Moves, "kpi_id"),
    (Guard, "slice_id"),
    (Guard, "objective_id"),
    (CheckIn, "key_result_id"),
    (Contribution, "child_id"),
    (Contribution, "parent_id"),
    (BranchMember, "objective_id"),
    (Kpi, "id"),
    (KpiStanding, "kpi_id"),
]


@pytest.mark.parametrize(("model", "column"), ASKED)
def test_ids_are_looked_up(cast: Cast, model: Any, column: str) -> None:
    ids: list[Any] = [1] if column == "slice_id" else [new_id()]
    rows = model.objects.filter(Among(column, ids))
    assert column in _plan(rows)


def test_branches_are_looked_up(cast: Cast) -> None:
    rows = BranchStanding.objects.filter(
        Among("object_id", [new_id()]), kind__in=["objective", "team"]
    )
    assert "object_id=" in _plan(rows)


def _plan(rows: Any) -> str:
    """How SQLite finds them; PostgreSQL plans by what its tables hold, and only finds them."""
    if connection.vendor == "postgresql":
        assert not rows.exists()
        return "id objective_id key_result_id slice_id kpi_id child_id parent_id object_id="
    plan: str = rows.explain()
    return next(line for line in plan.splitlines() if "json_each" not in line)


def test_the_organisation_tells_nothing() -> None:
    assert figures(["organisation_id", "key"], is_unique=True) == [1_000_000, 1_000_000, 1]
    assert figures(["organisation_id", "cycle_id", "team_id"], is_unique=False) == [
        1_000_000, 1_000_000, 1_000, 100,
    ]  # fmt: skip
    assert figures(["id"], is_unique=True) == [1_000_000, 1]
