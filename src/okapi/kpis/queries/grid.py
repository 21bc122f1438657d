"""The grid: KPIs down, the last thirteen periods of one rhythm across; three statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import DateField, F, QuerySet

from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import Question
from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency
from okapi.core.gathered import gathered
from okapi.core.limits import Status, status
from okapi.core.periods import Period, next_period, period_of, previous_period
from okapi.core.scales import ratio_scale
from okapi.core.series import Point
from okapi.kpis.models import ComputedValue, Measurement, Target
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.plan import Plan, plan_from
from okapi.kpis.queries.rows import LIMITS, KpiRow, TargetRow

PERIODS = 13
"""A year of months with the same month a year before; a quarter of weeks."""
RHYTHMS = (Frequency.DAY, Frequency.WEEK, Frequency.MONTH, Frequency.QUARTER, Frequency.YEAR)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a KPI was in a period, where it stood, and by which target."""

    value: Decimal | None
    status: Status
    target: TargetRow | None


@dataclass(frozen=True, slots=True)
class Window:
    """The periods that a grid shows, oldest first.

    `earlier` and `later` are days in which the windows beside it end; None where there is none.
    """

    rhythm: Frequency
    periods: tuple[Period, ...]
    is_running: bool
    earlier: date | None
    later: date | None


def window(asking: Asking, rhythm: Frequency, until: date) -> Window:
    """The last periods up to the one that holds the day; fewer in the year 1."""
    here = asking.organisation
    settings = {"fiscal_month": here.fiscal_month, "first_weekday": here.first_weekday}
    newest = period_of(until, rhythm, **settings)
    found = [newest]
    try:
        while len(found) < PERIODS:
            found.append(previous_period(found[-1], rhythm, **settings))
    except Refused:  # there is nothing before the year 1
        pass
    oldest = found[-1].first
    later = newest
    for _ in range(PERIODS):
        if later.last < asking.today:
            later = next_period(later, rhythm, **settings)
    return Window(
        rhythm,
        tuple(reversed(found)),
        is_running=newest.last >= asking.today,
        earlier=None if oldest == date.min else oldest - timedelta(days=1),
        later=None if later is newest else later.last,
    )


def cells_of(rows: Sequence[KpiRow], shown: Window) -> Mapping[UUID, tuple[Cell, ...]]:
    """The cells of KPIs that the asker has been given to read, one for each period.

    Three statements. A KPI of a shorter rhythm is put together as its definition says; the value of
    a longer one stands in the period in which it ends. What is put together is judged by the
    targets of the grid's rhythm and of longer ones, as those of a KPI of that rhythm would be.
    """
    ids = [row.id for row in rows]
    points, targets = _points(ids, shown.periods), _targets(ids)
    return {row.id: _cells(row, points[row.id], targets[row.id], shown) for row in rows}


def _cells(
    row: KpiRow, points: Sequence[Point], targets: Sequence[Mapping[str, Any]], shown: Window
) -> tuple[Cell, ...]:
    measure = row.measure
    if measure.frequency.typical_days < shown.rhythm.typical_days:
        measure = replace(measure, frequency=shown.rhythm)
    plan = plan_from(measure, targets)
    scale = Decimal(ratio_scale(measure.unit))
    values = gathered(points, shown.periods, measure.aggregation, scale=scale)
    return tuple(
        _cell(value, period, plan) for value, period in zip(values, shown.periods, strict=True)
    )


def _cell(value: Decimal | None, period: Period, plan: Plan) -> Cell:
    held = plan.holding(period.last)
    target = None if held is None else held.target
    return Cell(value, status(value, None if target is None else target.limits), target)


_VALUES = ("first", "last", "mark", "value", "numerator", "denominator")
_TARGETS = ("kpi_id", "frequency", "first", "last", "label", "breakdown_id", *LIMITS)


def _points(ids: Sequence[UUID], periods: Sequence[Period]) -> Mapping[UUID, list[Point]]:
    found: dict[UUID, list[Point]] = defaultdict(list)
    asked = {"ids": ids, "since": periods[0].first, "until": periods[-1].last}
    for question in (_MEASURED, _COMPUTED):
        for kpi_id, first, last, mark, *numbers in question.rows(**asked):
            found[kpi_id].append(Point(Period(first, last, "", mark), *numbers))
    return found


_WITHIN = {"last__gte": Given("since", DateField()), "last__lte": Given("until", DateField())}


def _measured() -> QuerySet[Measurement, Any]:
    rows: QuerySet[Measurement, Any] = Measurement.objects.filter(
        Among("slice__kpi_id", GivenIds()),
        slice__key="",
        slice__kpi__definition__formula="",
        **_WITHIN,
    )
    return rows.values_list("slice__kpi_id", *_VALUES)


def _computed() -> QuerySet[ComputedValue, Any]:
    rows: QuerySet[ComputedValue, Any] = ComputedValue.objects.filter(
        Among("series__slice__kpi_id", GivenIds()),
        series__slice__key="",
        series__definition_id=F("series__slice__kpi__definition_id"),
        value__isnull=False,
        **_WITHIN,
    )
    return rows.values_list("series__slice__kpi_id", *_VALUES)


_MEASURED = Question(_measured)
_COMPUTED = Question(_computed)


def _targets(ids: Sequence[UUID]) -> Mapping[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in _PLANNED.rows(ids=ids):
        found[row[0]].append(dict(zip(_TARGETS, row, strict=True)))
    return found


def _planned() -> QuerySet[Target, Any]:
    rows: QuerySet[Target, Any] = Target.objects.filter(Among("kpi_id", GivenIds()), slice__key="")
    return rows.order_by("first").values_list(*_TARGETS)


_PLANNED = Question(_planned)
