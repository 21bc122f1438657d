"""Expected curves that follow the plan of a KPI: its targets by period, run from 0 to 1."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import DateField, QuerySet

from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import Question
from okapi.core.expected import Curve, plan_curve
from okapi.core.series import Aggregation
from okapi.core.spans import Span
from okapi.kpis.models import Target

# A plan is read from this long before the span, for the value that its shape starts from.
_BEFORE = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Followed:
    """A key result that follows the plan of its first move (`slice_id`, `frequency`, …)."""

    key_result_id: Hashable
    span: Span
    values: Mapping[str, Any]


def curves(followed: Sequence[Followed]) -> dict[Any, Curve]:
    """The curve of each; one statement, none where nothing follows a plan."""
    moving = [one for one in followed if one.values["slice_id"] is not None]
    if not moving:
        return {}
    plan = _targets(moving)
    return {
        one.key_result_id: _curve(one, plan[one.values["slice_id"], one.values["frequency"]])
        for one in moving
    }


def _targets(moving: Sequence[Followed]) -> dict[tuple[int, str], list[tuple[date, Decimal]]]:
    found: dict[tuple[int, str], list[tuple[date, Decimal]]] = defaultdict(list)
    for slice_id, frequency, last, value in _TARGETS.rows(
        ids={one.values["slice_id"] for one in moving},
        since=min(one.span.first for one in moving) - _BEFORE,
        until=max(one.span.last for one in moving),
    ):
        found[slice_id, frequency].append((last, value))
    return found


def _between() -> QuerySet[Target, Any]:
    rows: QuerySet[Target, Any] = Target.objects.filter(
        Among("slice_id", GivenIds()),
        last__gte=Given("since", DateField()),
        first__lte=Given("until", DateField()),
        value__isnull=False,
    )
    return rows.order_by("last").values_list("slice_id", "frequency", "last", "value")


_TARGETS = Question(_between)


def _curve(one: Followed, plan: list[tuple[date, Decimal]]) -> Curve:
    inside = [(end, value) for end, value in plan if one.span.first <= end <= one.span.last]
    before = [value for end, value in plan if end < one.span.first]
    adds_up = one.values["aggregation"] == Aggregation.SUM
    origin = before[-1] if before else one.values["start"]
    return plan_curve(one.span, inside, adds_up=adds_up, origin=None if adds_up else origin)
