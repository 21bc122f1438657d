"""What a standing is computed from, read for many KPIs with a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from okapi.base import scope, statements
from okapi.base.arrays import Among, id_param, windows
from okapi.base.prepared import Prepared
from okapi.base.statements import Answer, Row
from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency
from okapi.core.periods import Period, a_year_before, period_of
from okapi.core.quantities import Direction
from okapi.core.scales import ratio_scale
from okapi.core.series import Aggregation, Point
from okapi.kpis.models import Kpi, Slice, Target
from okapi.kpis.queries.plan import Plan, plan_from
from okapi.kpis.queries.rows import LIMITS, Measure
from okapi.orgs.queries import Settings

SPARK = 12

Window = tuple[int, date, date]
"""A slice and the first and last of the last days that are read."""

_OF_SLICE = "FROM kpis_measurement o WHERE o.organisation_id = %s AND o.slice_id = w.slice_id"
_COUNTS = f"""
SELECT w.slice_id, (SELECT count(*) {_OF_SLICE}),
    (SELECT o.last {_OF_SLICE} ORDER BY o.last DESC LIMIT 1),
    (SELECT o.last {_OF_SLICE} ORDER BY o.last DESC LIMIT 1 OFFSET {SPARK})
FROM {{windows}}
"""  # noqa: S608 - names of ours
_VALUES = """
SELECT m.slice_id, m.first, m.last, m.mark, m.label, m.value, m.numerator, m.denominator
FROM {windows} CROSS JOIN kpis_measurement m
WHERE m.organisation_id = %s AND m.slice_id = w.slice_id AND m.last BETWEEN w.since AND w.until
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
    with statements.together():
        definitions, ids = _kpis.ask(kpi_ids), _totals.ask(kpi_ids)
    found = _definitions(definitions())
    slices = _slices(found, ids())
    totals = {facts.slice_id: facts for facts in found.values() if facts.slice_id is not None}
    with statements.together():
        targets, counts = _targets.ask(totals), _ask_counts(slices)
    _hold_plans(totals, targets())
    wanted = _counted(slices, counts.rows(), settings)
    for slice_id, values in _values(wanted).items():
        slices[slice_id].values = values
    _load_year_before(totals, settings)
    for facts in found.values():
        _see_newest(facts)
    return list(found.values())


_DEFINITION = (
    "unit",
    "decimals",
    "direction",
    "frequency",
    "aggregation",
    "delay_days",
    "has_total",
)
_TARGET = ("slice_id", "frequency", "first", "last", "label", "breakdown_id", *LIMITS)

_kpis = Prepared(
    lambda ids: Kpi.objects.filter(Among("id", ids), definition__isnull=False).values_list(
        "pk", "definition_id", *(f"definition__{name}" for name in _DEFINITION)
    )
)
_totals = Prepared(
    lambda ids: Slice.objects.filter(Among("kpi_id", ids), key="").values_list("pk", "kpi_id")
)
_parts = Prepared(
    lambda ids: (
        Slice.objects.filter(Among("kpi_id", ids)).exclude(key="").values_list("pk", "kpi_id")
    )
)
_targets = Prepared(
    lambda ids: (
        Target.objects.filter(Among("slice_id", ids)).order_by("first").values_list(*_TARGET)
    ),
)


def _definitions(rows: Iterable[Row]) -> dict[UUID, Facts]:
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


def _slices(found: Mapping[UUID, Facts], totals: Iterable[Row]) -> dict[int, Facts]:
    """The totals, and of KPIs without one all slices."""
    in_parts = [pk for pk, facts in found.items() if not facts.has_total]
    known = {slice_id: found[kpi_id] for slice_id, kpi_id in totals if kpi_id in found}
    slices = {slice_id: facts for slice_id, facts in known.items() if facts.has_total}
    for slice_id, facts in slices.items():
        facts.slice_id = slice_id
    if in_parts:
        slices |= {slice_id: found[kpi_id] for slice_id, kpi_id in _parts.rows(in_parts)}
    return slices


def _hold_plans(totals: Mapping[int, Facts], targets: Iterable[Row]) -> None:
    rows_of: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in targets:
        rows_of[row[0]].append(dict(zip(_TARGET, row, strict=True)))
    for slice_id, rows in rows_of.items():
        totals[slice_id].plan = plan_from(totals[slice_id].measure, rows)


def _ask_counts(slices: Mapping[int, Facts]) -> Answer:
    """How many values there are of each slice, the last days of the newest and of one further."""
    table, params = windows([(slice_id, date.min, date.max) for slice_id in slices])
    return statements.ask(
        _COUNTS.format(windows=table), [*[_organisation()] * 3, *params], things=len(slices)
    )


def _counted(
    slices: Mapping[int, Facts], counts: Iterable[Row], settings: Settings
) -> list[Window]:
    """Note the counts, and say which values are read of each slice."""
    wanted: list[Window] = []
    for slice_id, count, newest, spark in counts:
        if not count:
            continue
        facts, last = slices[slice_id], _day(newest)
        facts.measured += count
        if facts.has_total:
            low = _low(facts, last, None if spark is None else _day(spark), settings)
            wanted.append((slice_id, low, last))
        elif facts.parts_last is None or last > facts.parts_last[1]:
            facts.parts_last = (slice_id, last)
    for facts in {id(facts): facts for facts in slices.values()}.values():
        if facts.parts_last is not None:
            slice_id, last = facts.parts_last
            wanted.append((slice_id, last, last))
    return wanted


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


def _values(wanted: Sequence[Window]) -> dict[int, list[Value]]:
    """Plain rows: a renewal of many KPIs reads millions."""
    found: dict[int, list[Value]] = defaultdict(list)
    if not wanted:
        return found
    table, params = windows(wanted)
    rows = statements.rows(
        _VALUES.format(windows=table), [*params, _organisation()], things=len(wanted)
    )
    for slice_id, first, last, mark, label, value, numerator, denominator in rows:
        point = Point(
            _period(first, last, mark),
            Decimal(value),
            None if numerator is None else Decimal(numerator),
            None if denominator is None else Decimal(denominator),
        )
        found[slice_id].append(Value(label, point))
    for values in found.values():
        values.sort(key=_in_time)
    return found


def _in_time(value: Value) -> tuple[date, date, str]:
    period = value.point.period
    return period.last, period.first, period.mark


def _load_year_before(totals: Mapping[int, Facts], settings: Settings) -> None:
    """Where the spark line does not reach back to the same period last year, that one value."""
    wanted: list[Window] = []
    for slice_id, facts in totals.items():
        has_all = facts.measured == len(facts.values)
        if not facts.values or has_all or facts.adds_up:
            continue
        before = year_before(facts.values[-1].point.period, facts.measure.frequency, settings)
        if before is not None and before < facts.values[0].point.period:
            wanted.append((slice_id, before.last, before.last))
    for slice_id, values in _values(wanted).items():
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


def _organisation() -> Any:
    return id_param(scope.organisation_id())


def _day(kept: Any) -> date:
    return kept if isinstance(kept, date) else _iso(kept)


@lru_cache(maxsize=65_536)
def _iso(text: str) -> date:
    return date.fromisoformat(text)


@lru_cache(maxsize=65_536)
def _period(first: Any, last: Any, mark: str) -> Period:
    return Period(_day(first), _day(last), "", mark)
