"""What standings of KPIs are computed from: as many statements for one KPI as for a thousand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from okapi.base import scope
from okapi.base.arrays import id_param, is_postgresql, table_of, windows
from okapi.core.frequencies import Frequency
from okapi.core.limits import TargetLimits
from okapi.core.periods import Period, period_of
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation, Point
from okapi.core.targets import Target
from okapi.kpis import models
from okapi.kpis.models import Kpi, Measurement, Slice
from okapi.kpis.standings.scale import ratio_scale
from okapi.orgs.queries import Settings

SHOWN = 12
"""Periods of the trend."""
_RHYTHMS_READ_BY_DAYS = (Frequency.DAY, Frequency.WEEK, Frequency.MONTH, Frequency.QUARTER)


@dataclass(frozen=True, slots=True)
class KpiFacts:
    """A KPI as it is measured; `total` is the slice that stands for the whole, if one does."""

    id: UUID
    definition_id: UUID
    direction: Direction
    frequency: Frequency
    aggregation: Aggregation
    scale: Decimal
    delay_days: int
    total: int | None
    visibility: str


@dataclass(frozen=True, slots=True)
class Measured:
    """How many values a KPI has in all slices, and the last day that they cover."""

    count: int
    last: date | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything about some KPIs: points and targets by the slice of the total."""

    kpis: Sequence[KpiFacts]
    measured: Mapping[UUID, Measured]
    points: Mapping[int, Sequence[Point]]
    targets: Mapping[int, Sequence[Target]]


def load(settings: Settings, kpi_ids: Collection[UUID], today: date) -> Loaded:
    """Read everything, with six statements, and one more where a KPI has rested for years."""
    kpis = _kpis(kpi_ids)
    measured = _measured(kpi_ids)
    totals = {kpi.total: kpi for kpi in kpis if kpi.total is not None}
    points = _points(settings, totals, measured, today)
    return Loaded(kpis, measured, points, _targets(totals))


def _kpis(kpi_ids: Collection[UUID]) -> list[KpiFacts]:
    totals = dict(Slice.objects.filter(kpi_id__in=kpi_ids, key="").values_list("kpi_id", "pk"))
    rows = Kpi.objects.filter(pk__in=kpi_ids, definition__isnull=False).values_list(
        "pk",
        "definition_id",
        "definition__direction",
        "definition__frequency",
        "definition__aggregation",
        "definition__unit",
        "definition__delay_days",
        "definition__has_total",
        "visibility",
    )
    return [
        KpiFacts(
            id=pk,
            definition_id=definition,
            direction=Direction(direction),
            frequency=Frequency(frequency),
            aggregation=Aggregation(aggregation),
            scale=Decimal(ratio_scale(unit)),
            delay_days=delay,
            total=totals.get(pk) if has_total else None,
            visibility=visibility,
        )
        for (
            pk, definition, direction, frequency, aggregation, unit, delay, has_total, visibility
        ) in rows.order_by("pk")
    ]  # fmt: skip


def _measured(kpi_ids: Collection[UUID]) -> dict[UUID, Measured]:
    """Counted slice by slice along the primary key, never through the whole table."""
    kpi_of = dict(Slice.objects.filter(kpi_id__in=kpi_ids).values_list("pk", "kpi_id"))
    found: dict[UUID, Measured] = {}
    for slice_id, count, kept in _counts(list(kpi_of)):
        kpi = kpi_of[slice_id]
        other, last = found.get(kpi, Measured(0, None)), _day(kept)
        newest = last if other.last is None else max(other.last, last)
        found[kpi] = Measured(other.count + count, newest)
    return found


def _counts(slices: Sequence[int]) -> Iterable[tuple[Any, ...]]:
    table, params = windows([(one, date.min, date.max) for one in slices])
    join = "," if is_postgresql() else "CROSS JOIN"
    return _rows(
        f"SELECT m.slice_id, count(*), max(m.last) FROM {table} {join} {table_of(Measurement)} m"  # noqa: S608 - names of ours
        " WHERE m.organisation_id = %s AND m.slice_id = w.slice_id GROUP BY m.slice_id",
        params,
    )


def _points(
    settings: Settings,
    totals: Mapping[int, KpiFacts],
    measured: Mapping[UUID, Measured],
    today: date,
) -> dict[int, list[Point]]:
    """The points that figures need, per slice in the order of time."""
    wanted: list[tuple[int, date, date]] = []
    for slice_id, kpi in totals.items():
        newest = measured.get(kpi.id, Measured(0, None)).last
        if newest is not None:
            wanted += [
                (slice_id, *window) for window in _windows(settings, kpi, min(newest, today))
            ]
    found: dict[int, list[Point]] = defaultdict(list)
    for slice_id, first, last, label, mark, value, above, below in _read(wanted):
        period = Period(_day(first), _day(last), label, mark)
        point = Point(period, Decimal(value), _decimal(above), _decimal(below))
        found[slice_id].append(point)
    return found


def _read(wanted: Sequence[tuple[int, date, date]]) -> Iterable[tuple[Any, ...]]:
    """Plain rows: a renewal of many KPIs reads millions."""
    table, params = windows(wanted)
    join = "," if is_postgresql() else "CROSS JOIN"
    return _rows(
        "SELECT m.slice_id, m.first, m.last, m.label, m.mark, m.value, m.numerator, m.denominator"  # noqa: S608 - names of ours
        f" FROM {table} {join} {table_of(Measurement)} m"
        " WHERE m.organisation_id = %s AND m.slice_id = w.slice_id"
        " AND m.last BETWEEN w.since AND w.until"
        " ORDER BY m.slice_id, m.last, m.first, m.mark",
        params,
    )


def _rows(text: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, [*params, id_param(scope.organisation_id())])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _windows(settings: Settings, kpi: KpiFacts, newest: date) -> list[tuple[date, date]]:
    """Which last days are needed: the trend's, and last year's for comparison."""
    frequency = kpi.frequency
    if frequency not in _RHYTHMS_READ_BY_DAYS:
        return [(date.min, date.max)]
    trend = newest - timedelta(days=(SHOWN + 2) * frequency.typical_days)
    if kpi.aggregation is Aggregation.LAST:
        # Of values that do not add up to date is the newest one: only one of last year is needed.
        around = newest - timedelta(days=366 + frequency.typical_days)
        until = newest - timedelta(days=364 - frequency.typical_days)
        return [(trend, date.max)] if until >= trend else [(around, until), (trend, date.max)]
    year = period_of(newest, Frequency.YEAR, fiscal_month=settings.fiscal_month)
    before = period_of(
        year.first - timedelta(days=1), Frequency.YEAR, fiscal_month=settings.fiscal_month
    )
    # A week that ends early in the year began in the one before: compare as many weeks.
    return [(min(before.first - timedelta(days=7), trend), date.max)]


def _day(kept: date | str) -> date:
    """PostgreSQL gives days, SQLite their texts."""
    return kept if isinstance(kept, date) else date.fromisoformat(kept)


def _decimal(kept: Decimal | str | None) -> Decimal | None:
    return None if kept is None else Decimal(kept)


def _targets(totals: Iterable[int]) -> dict[int, list[Target]]:
    found: dict[int, list[Target]] = defaultdict(list)
    limits = ("value", "amber", "low", "high", "amber_low", "amber_high")
    rows = models.Target.objects.filter(slice_id__in=list(totals)).order_by("first")
    for slice_id, direction, frequency, first, last, label, *numbers in rows.values_list(
        "slice_id", "kpi__definition__direction", "frequency", "first", "last", "label", *limits
    ):
        named = dict(zip(limits, numbers, strict=True))
        found[slice_id].append(
            Target(
                Period(first, last, label),
                Frequency(frequency),
                TargetLimits.of(Direction(direction), **named),
            )
        )
    return found
