"""Key results in brief: as much as the line of their objective says of them, with one statement.

A page of the list shows fifty objectives with a hundred and fifty key results, whose titles, KPIs
and trends it does not show: reading those takes several times as long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from okapi.base.arrays import Among, id_param
from okapi.base.given import GivenIds
from okapi.base.prepared import Question
from okapi.core.expected import Curve
from okapi.core.progress import KeyResultKind, Mode
from okapi.goals.choices import GoalState
from okapi.goals.models import KeyResult
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.curves import Values, curves_of, expected_at
from okapi.goals.queries.rows import KeyResultBrief

_COLUMNS = {
    "id": "id",
    "objective_id": "objective_id",
    "kind": "kind",
    "typed_mode": "mode",
    "mode": "standing__mode",
    "state": "state",
    "weight": "weight",
    "curve": "curve",
    "agreed_on": "agreed_on",
    "due": "due",
    "progress": "standing__progress",
    "covered_on": "standing__covered_on",
    "confidence": "standing__confidence",
    "is_mismatch": "standing__is_mismatch",
    "kpi_id": "moves__kpi_id",
    "slice_id": "moves__slice_id",
    "start": "moves__start",
    "frequency": "moves__definition__frequency",
    "aggregation": "moves__definition__aggregation",
    "move_place": "moves__position",
    "step_id": "milestones__id",
    "step_due": "milestones__due",
    "step_value": "milestones__weight",
}


def _question() -> QuerySet[KeyResult, Any]:
    rows: QuerySet[KeyResult, Any] = KeyResult.objects.filter(
        Among("objective_id", GivenIds()), archived_at__isnull=True
    )
    return rows.order_by().values_list(*_COLUMNS.values())


_BRIEFS = Question(_question, raw=True, planned=True)


def briefs_of(
    asking: Asking, objectives: Mapping[UUID, Values]
) -> dict[UUID, tuple[KeyResultBrief, ...]]:
    """The key results of these visible objectives in brief; one more statement for plans.

    `objectives` are their columns by id, of which `cycle_first` and `cycle_last` are read.
    """
    of = {id_param(objective): values for objective, values in objectives.items()}
    found: dict[Any, list[Values]] = defaultdict(list)
    for row in _BRIEFS.rows(ids=objectives):
        values = dict(zip(_COLUMNS, row, strict=True))
        values["mode"] = values["mode"] or values["typed_mode"]
        values["start"] = None if values["start"] is None else Decimal(values["start"])
        values["cycle_first"] = of[values["objective_id"]]["cycle_first"]
        values["cycle_last"] = of[values["objective_id"]]["cycle_last"]
        found[values["id"]].append(values)
    for several in found.values():
        several.sort(key=lambda values: values["move_place"] or 0)
    steps = {pk: _steps(several) for pk, several in found.items() if several[0]["step_id"]}
    curves = curves_of(found, defaultdict(tuple, steps))
    briefs: dict[Any, list[KeyResultBrief]] = defaultdict(list)
    for pk, several in found.items():
        brief = _brief(asking, several, curves[pk])
        briefs[several[0]["objective_id"]].append(brief)
    return {objective: tuple(briefs.get(id_param(objective), ())) for objective in objectives}


@dataclass(frozen=True, slots=True)
class _Step:
    """A milestone, as far as its curve asks."""

    value: Decimal
    due: date | None


def _steps(several: Sequence[Values]) -> list[_Step]:
    milestones = {one["step_id"]: one for one in several}
    return [_Step(Decimal(one["step_value"]), one["step_due"]) for one in milestones.values()]


def _brief(asking: Asking, several: Sequence[Values], curve: Curve) -> KeyResultBrief:
    values = several[0]
    kind = KeyResultKind(values["kind"])
    covered = values["covered_on"]
    measured_on = covered if kind is KeyResultKind.METRIC else asking.today
    return KeyResultBrief(
        kind=kind,
        mode=Mode(values["mode"]) if values["mode"] else None,
        state=GoalState(values["state"]),
        weight=values["weight"],
        first=curve.span.first,
        last=curve.span.last,
        progress=values["progress"],
        expected=expected_at(asking, curve, measured_on),
        covered_on=covered,
        confidence=values["confidence"],
        is_mismatch=bool(values["is_mismatch"]),
        kpis=frozenset(one["kpi_id"] for one in several if one["kpi_id"] is not None),
    )
