"""What a standing is computed from, read for many KPIs at once with a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from okapi.core.frequencies import Frequency
from okapi.core.periods import Period, a_year_before, period_of
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation, Point
from okapi.kpis.models import Kpi, Target
from okapi.kpis.queries.plan import Plan, plan_from
from okapi.kpis.queries.rows import LIMITS, Measure
from okapi.kpis.standings.scale import ratio_scale
from okapi.orgs.queries import Settings

SPARK = 12

_ENDS = """
SELECT w.kpi, w.slice_id, m.count, m.newest, (
    SELECT last FROM kpis_measurement o
    WHERE o.organisation_id = %(organisation)s AND o.slice_id = w.slice_id
    ORDER BY o.last DESC LIMIT 1 OFFSET {spark}
)
FROM ({wanted}) w JOIN (
    SELECT slice_id, count(*) AS count, max(last) AS newest FROM kpis_measurement
    WHERE organisation_id = %(organisation)s AND slice_id IN ({slices}) GROUP BY slice_id
) m ON m.slice_id = w.slice_id
"""
_VALUES = """
SELECT m.slice_id, m.first, m.last, m.mark, m.label, m.value, m.numerator, m.denominator
FROM {windows} w CROSS JOIN kpis_measurement m
WHERE m.organisation_id = %(organisation)s AND m.slice_id = w.slice_id
AND m.last >= w.low AND m.last <= w.high
ORDER BY m.slice_id, m.last, m.first, m.mark
"""


@dataclass(frozen=True, slots=True)
class Value:
    """One measurement, as much as a standing needs."""

    label: str
    point: Point


@dataclass(slots=True)
class Facts:
    """One KPI: its definition in force, its values newest last, and its targets.

    `values` hold the newest ones and those that figures to date need. Without a total there are
    none, and `newest` is the newest period of any slice.
    """

    kpi_id: UUID
    definition_id: UUID
    measure: Measure
    has_total: bool
    slice_id: int | None = None
    measured: int = 0
    newest: Period | None = None
    values: list[Value] = field(default_factory=list)
    plan: Plan = field(default_factory=lambda: Plan(()))

    @property
    def scale(self) -> Decimal:
        """By what a quotient of parts is multiplied to be in the KPI's unit."""
        return Decimal(ratio_scale(self.measure.unit))


def load(kpi_ids: Sequence[UUID], settings: Settings) -> list[Facts]:
    """The facts of KPIs that have a definition; at most some hundred at once."""
    found = _definitions(kpi_ids)
    totals = _slices(found)
    _load_plans(totals)
    _load_values(totals, settings)
    return list(found.values())


_DEFINITION = (
    "unit", "decimals", "direction", "frequency", "aggregation", "delay_days", "has_total",
)  # fmt: skip


def _definitions(kpi_ids: Sequence[UUID]) -> dict[UUID, Facts]:
    columns = ("pk", "definition_id", *(f"definition__{name}" for name in _DEFINITION))
    rows = Kpi.objects.filter(pk__in=kpi_ids, definition__isnull=False).values_list(*columns)
    return {
        pk: Facts(
            kpi_id=pk,
            definition_id=definition_id,
            measure=Measure(
                unit,
                decimals,
                Direction(direction),
                Frequency(frequency),
                Aggregation(aggregation),
                delay,
            ),
            has_total=has_total,
        )
        for (
            pk, definition_id, unit, decimals, direction, frequency, aggregation, delay, has_total,
        ) in rows
    }  # fmt: skip
