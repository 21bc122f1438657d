"""What a standing is computed from, read for many KPIs with a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from okapi.base import scope
from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency
from okapi.core.periods import Period, a_year_before, period_of
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation, Point
from okapi.kpis.models import Kpi, Slice, Target
from okapi.kpis.queries.plan import Plan, plan_from
from okapi.kpis.queries.rows import LIMITS, Measure
from okapi.kpis.standings.scale import ratio_scale
from okapi.orgs.queries import Settings

SPARK = 12

Window = tuple[int, date, date]
"""A slice and the first and last of the last days that are read."""

_COUNTS = """
SELECT c.slice_id, count(*), max(c.last), (
    SELECT o.last FROM kpis_measurement o
    WHERE o.organisation_id = %(organisation)s AND o.slice_id = c.slice_id
    ORDER BY o.last DESC LIMIT 1 OFFSET {spark}
)
FROM kpis_measurement c
WHERE c.organisation_id = %(organisation)s AND c.slice_id IN ({slices}) GROUP BY c.slice_id
"""
_VALUES = """
WITH windows (slice_id, low, high) AS (VALUES {windows})
SELECT m.slice_id, m.first, m.last, m.mark, m.label, m.value, m.numerator, m.denominator
FROM windows w CROSS JOIN kpis_measurement m
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
    none, and `newest` is the newest of any slice (`parts_last`: that slice and its last day).
    """

    kpi_id: UUID
    definition_id: UUID
    measure: Measure
    has_total: bool
    slice_id: int | None = None
    measured: int = 0
    newest: Value | None = None
    values: list[Value] = field(default_factory=list)
    parts_last: tuple[int, date] | None = None
    plan: Plan = field(default_factory=lambda: Plan(()))

    @property
    def adds_up(self) -> bool:
        """Whether there are figures to date: of a rhythm, and not of the last value alone."""
        measure = self.measure
        return (
            measure.frequency is not Frequency.IRREGULAR
            and measure.aggregation is not Aggregation.LAST
        )

    @property
    def scale(self) -> Decimal:
        """By what a quotient of parts is multiplied to be in the KPI's unit."""
        return Decimal(ratio_scale(self.measure.unit))


def load(kpi_ids: Sequence[UUID], settings: Settings) -> list[Facts]:
    """The facts of KPIs that have a definition; at most some hundred at once."""
    found = _definitions(kpi_ids)
    slices = _slices(found)
    totals = {facts.slice_id: facts for facts in found.values() if facts.slice_id is not None}
    _load_plans(totals)
    windows = _counted(slices, settings)
    for slice_id, values in _values(windows).items():
        slices[slice_id].values = values
    _load_year_before(totals, settings)
    for facts in found.values():
        _see_newest(facts)
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


def _slices(found: dict[UUID, Facts]) -> dict[int, Facts]:
    """The totals, and of KPIs without one all slices."""
    parts_of = [pk for pk, facts in found.items() if not facts.has_total]
    rows = Slice.objects.filter(Q(kpi_id__in=parts_of) | Q(kpi_id__in=list(found), key=""))
    slices: dict[int, Facts] = {}
    for slice_id, kpi_id, key in rows.values_list("pk", "kpi_id", "key"):
        facts = found[kpi_id]
        if facts.has_total:
            facts.slice_id = slice_id
        if facts.has_total or key:
            slices[slice_id] = facts
    return slices


def _load_plans(totals: Mapping[int, Facts]) -> None:
    columns = ("slice_id", "frequency", "first", "last", "label", "breakdown_id", *LIMITS)
    rows_of: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = Target.objects.filter(slice_id__in=list(totals)).order_by("first")
    for row in rows.values_list(*columns):
        rows_of[row[0]].append(dict(zip(columns, row, strict=True)))
    for slice_id, targets in rows_of.items():
        totals[slice_id].plan = plan_from(totals[slice_id].measure, targets)


def _counted(slices: Mapping[int, Facts], settings: Settings) -> list[Window]:
    """Count the values, and say which of them are read of each slice."""
    if not slices:
        return []
    windows: list[Window] = []
    with connection.cursor() as cursor:
        listed = ", ".join(map(str, slices))
        cursor.execute(_COUNTS.format(slices=listed, spark=SPARK), _organisation())
        for slice_id, count, newest, spark in cursor.fetchall():
            facts, last = slices[slice_id], _day(newest)
            facts.measured += count
            low = _low(facts, last, None if spark is None else _day(spark), settings)
            if facts.has_total:
                windows.append((slice_id, low, last))
            elif facts.parts_last is None or last > facts.parts_last[1]:
                facts.parts_last = (slice_id, last)
    for facts in {id(facts): facts for facts in slices.values()}.values():
        if facts.parts_last is not None:
            slice_id, last = facts.parts_last
            windows.append((slice_id, last, last))
    return windows


def _low(facts: Facts, newest: date, spark: date | None, settings: Settings) -> date:
    """The oldest last day that is read: of the spark line, and for figures to date."""
    low = date.min if spark is None else spark
    if not facts.adds_up or spark is None:
        return low
    starts = [years(newest, settings).first]
    longer = facts.plan.to_date(newest)
    if longer is not None:
        starts.append(longer.first)
    try:
        return min(low, *(start.replace(year=start.year - 1, day=1) for start in starts))
    except ValueError:  # before the year 1
        return date.min


def years(day: date, settings: Settings) -> Period:
    """The organisation's year that holds the day."""
    return period_of(day, Frequency.YEAR, fiscal_month=settings.fiscal_month)


def _values(windows: Sequence[Window]) -> dict[int, list[Value]]:
    found: dict[int, list[Value]] = defaultdict(list)
    if not windows:
        return found
    date_of = "DATE '{}'" if connection.vendor == "postgresql" else "'{}'"
    listed = ", ".join(
        f"({slice_id}, {date_of.format(low.isoformat())}, {date_of.format(high.isoformat())})"
        for slice_id, low, high in windows
    )
    with connection.cursor() as cursor:
        cursor.execute(_VALUES.format(windows=listed), _organisation())
        for slice_id, first, last, mark, label, value, numerator, denominator in cursor.fetchall():
            found[slice_id].append(
                Value(
                    label,
                    Point(
                        _period(first, last, mark),
                        Decimal(value),
                        None if numerator is None else Decimal(numerator),
                        None if denominator is None else Decimal(denominator),
                    ),
                )
            )
    return found


def _load_year_before(totals: Mapping[int, Facts], settings: Settings) -> None:
    """Where the spark line does not reach back to the same period last year, that one value."""
    windows: list[Window] = []
    for slice_id, facts in totals.items():
        if not facts.values or facts.adds_up:
            continue
        before = year_before(facts.values[-1].point.period, facts.measure.frequency, settings)
        if before is not None and before < facts.values[0].point.period:
            windows.append((slice_id, before.last, before.last))
    for slice_id, values in _values(windows).items():
        totals[slice_id].values[:0] = values


def year_before(period: Period, frequency: Frequency, settings: Settings) -> Period | None:
    """The same period last year; None before the year 1."""
    try:
        return a_year_before(
            period,
            frequency,
            fiscal_month=settings.fiscal_month,
            first_weekday=settings.first_weekday,
        )
    except Refused:
        return None


def _see_newest(facts: Facts) -> None:
    if facts.values:
        facts.newest = facts.values[-1]
    if not facts.has_total:
        facts.values = []


def _organisation() -> dict[str, Any]:
    organisation_id = scope.organisation_id()
    return {
        "organisation": organisation_id
        if connection.vendor == "postgresql"
        else organisation_id.hex
    }


def _day(kept: Any) -> date:
    return kept if isinstance(kept, date) else _iso(kept)


@lru_cache(maxsize=65_536)
def _iso(text: str) -> date:
    return date.fromisoformat(text)


@lru_cache(maxsize=65_536)
def _period(first: Any, last: Any, mark: str) -> Period:
    return Period(_day(first), _day(last), "", mark)
