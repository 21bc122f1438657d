"""What the parts of a formula were to be in a period: by their own targets, or by forecasts.

One statement each, whatever the number of parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery

from okapi.base.arrays import Among
from okapi.core.formulas.axes import Rhythm
from okapi.core.frequencies import Frequency
from okapi.core.periods import Period
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation, Point, aggregate
from okapi.kpis.formulas.network import Part
from okapi.kpis.models import KpiForecastHistory, Target
from okapi.kpis.queries.plan import PLAN_COLUMNS, Plan, plan_from
from okapi.kpis.queries.rows import Measure


def targets_in(parts: Collection[Part], period: Period, rhythm: Rhythm) -> dict[str, float]:
    """The target of each part for the period, by key; a part without a single one is left out.

    That is the target of just this period, else the one that holds at its end, else, of a part that
    is measured more often, what its targets come to.
    """
    rows: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    columns = ("kpi_id", "kpi__definition__direction", *PLAN_COLUMNS)
    ours = Target.objects.filter(Among("kpi_id", [part.kpi_id for part in parts]), slice__key="")
    for row in ours.order_by("first").values(*columns):
        rows[row["kpi_id"]].append(row)
    found: dict[str, float] = {}
    for part in parts:
        if told := rows[part.kpi_id]:
            value = _target(part, told, period, rhythm)
            if value is not None:
                found[part.measured.key] = float(value)
    return found


def _target(
    part: Part, rows: list[Mapping[str, Any]], period: Period, rhythm: Rhythm
) -> Decimal | None:
    measured, direction = part.measured, Direction(rows[0]["kpi__definition__direction"])
    if direction is Direction.BAND:
        return None
    measure = Measure(measured.unit, None, direction, measured.frequency, measured.aggregation)
    plan = plan_from(measure, rows)
    exact = _exact(plan, period)
    if exact is not None:
        return exact
    own = _own_periods(measured.frequency, period, rhythm)
    if len(own) == 1:
        return _held(plan, period.last)
    return _together(measured.aggregation, {one: _held(plan, one.last) for one in own})


def _exact(plan: Plan, period: Period) -> Decimal | None:
    """The target that was set for just these days."""
    for row in (*plan.rows, *plan.longer):
        if (row.first, row.last) == (period.first, period.last):
            return row.target.limits.target
    return None


def _held(plan: Plan, last: date) -> Decimal | None:
    held = plan.holding(last)
    return None if held is None else held.target.limits.target


def forecasts_in(parts: Collection[Part], period: Period, rhythm: Rhythm) -> dict[str, float]:
    """The middle of what was forecast of each part before the period began, by key."""
    by_kpi = {part.kpi_id: part for part in parts}
    rows = KpiForecastHistory.objects.filter(
        Among("slice__kpi_id", list(by_kpi)), slice__key="", last__lt=period.first
    )
    # Of one forecast each: those made later know a part of the period.
    newest = KpiForecastHistory.objects.filter(slice_id=OuterRef("slice_id"), last__lt=period.first)
    rows = rows.filter(pk=Subquery(newest.order_by("-last").values("pk")[:1]))
    found: dict[str, float] = {}
    for kpi_id, steps in rows.values_list("slice__kpi_id", "steps"):
        medians = {end: Decimal(str(median)) for end, median, *_ in steps}
        measured = by_kpi[kpi_id].measured
        own = _own_periods(measured.frequency, period, rhythm)
        value = _together(
            measured.aggregation, {one: medians.get(one.last.toordinal()) for one in own}
        )
        if value is not None:
            found[measured.key] = float(value)
    return found


def _own_periods(frequency: Frequency, period: Period, rhythm: Rhythm) -> tuple[Period, ...]:
    """The periods of a part that belong to one of the formula: those that end in it."""
    if frequency is Frequency.IRREGULAR or frequency.typical_days >= (
        rhythm.frequency.typical_days or frequency.typical_days
    ):
        return (period,)
    theirs = rhythm.of(frequency)
    first, last = theirs.within(rhythm.index(period.last), rhythm)
    return tuple(_days(theirs, at) for at in range(first, last + 1))


def _days(rhythm: Rhythm, at: int) -> Period:
    first, last = rhythm.span(at)
    return Period(first, last, "", "")


def _together(how: Aggregation, values: Mapping[Period, Decimal | None]) -> Decimal | None:
    """What they come to; None where one is missing, or rates differ that have no weights yet."""
    known = dict(_known(values))
    if len(known) < len(values) or not known:
        return None
    if how is Aggregation.RATIO:
        return next(iter(known.values())) if len(set(known.values())) == 1 else None
    return aggregate([Point(period, value) for period, value in known.items()], how)


def _known(values: Mapping[Period, Decimal | None]) -> Iterator[tuple[Period, Decimal]]:
    for period, value in values.items():
        if value is not None:
            yield period, value
