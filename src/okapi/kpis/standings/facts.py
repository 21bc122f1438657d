"""What a standing is computed from, read for many KPIs with a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from okapi.kpis.queries.series_numbers import COMPUTED, MEASURED, Table, numbers_of
from okapi.orgs.queries import Settings

SPARK = 12

Window = tuple[int, date, date]
"""A series (see `queries.series_numbers`) and the first and last of the last days that are read."""

_OF_SERIES = "FROM {table} o WHERE o.organisation_id = %s AND o.{series} = w.slice_id{known}"
_ENDS = f"""
SELECT w.slice_id, (SELECT o.last {_OF_SERIES} ORDER BY o.last DESC LIMIT 1),
    (SELECT o.last {_OF_SERIES} ORDER BY o.last DESC LIMIT 1 OFFSET {SPARK})
FROM {{windows}}
"""  # noqa: S608 - names of ours
_VALUES = """
SELECT w.slice_id, o.first, o.last, o.mark, o.label, o.value, o.numerator, o.denominator
FROM {windows} CROSS JOIN {table} o
WHERE o.organisation_id = %s AND o.{series} = w.slice_id AND o.last BETWEEN w.since AND w.until
{known}
"""


@dataclass(frozen=True, slots=True)
class Value:
    """One measurement, as much as a standing needs."""

    label: str
    point: Point


@dataclass(slots=True)
class Facts:
    """One KPI: its definition in force, its values newest last, and its targets.

    `values` hold the newest ones and those that figures to date need; `has_all` tells that there
    are no others. Without a total there are none, and `newest` is the newest of any slice
    (`parts_last`: that series and its last day).
    """

    kpi_id: UUID
    definition_id: UUID
    measure: Measure
    has_total: bool
    is_computed: bool
    slice_id: int | None = None
    has_all: bool = False
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
    series = _numbered(_slices(found, ids()), found)
    totals = {facts.slice_id: facts for facts in found.values() if facts.slice_id is not None}
    with statements.together():
        targets, ends = _targets.ask(totals), _ask_ends(series)
    _hold_plans(totals, targets())
    wanted = _wanted(series, _answers(ends), settings)
    for number, values in _values(wanted).items():
        series[number].values = values
    _load_year_before(series, settings)
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
    "formula",
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
            is_computed=bool(formula),
        )
        for (
            pk, definition_id, unit, decimals, direction, frequency, aggregation, delay, has_total,
            formula,
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


def _numbered(slices: Mapping[int, Facts], found: Mapping[UUID, Facts]) -> dict[int, Facts]:
    """By the numbers of series instead of slices; without those of which nothing is computed."""
    computed = [facts.definition_id for facts in found.values() if facts.is_computed]
    number_of = numbers_of(computed) if computed else {}
    series: dict[int, Facts] = {}
    for slice_id, facts in slices.items():
        key = facts.definition_id, slice_id
        number = number_of.get(key) if facts.is_computed else slice_id
        if number is not None:
            series[number] = facts
    return series


def _hold_plans(totals: Mapping[int, Facts], targets: Iterable[Row]) -> None:
    rows_of: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in targets:
        rows_of[row[0]].append(dict(zip(_TARGET, row, strict=True)))
    for slice_id, rows in rows_of.items():
        totals[slice_id].plan = plan_from(totals[slice_id].measure, rows)


def _ask_ends(series: Iterable[int]) -> list[tuple[Table, Answer]]:
    """Of each series the last days of the newest value, and of the one before the spark line."""
    return _ask(_ENDS, [(one, date.min, date.max) for one in series], times=2, is_first=True)


def _wanted(series: Mapping[int, Facts], ends: Iterable[Row], settings: Settings) -> list[Window]:
    """Which values are read of each series."""
    wanted: list[Window] = []
    for number, newest, spark in ends:
        if newest is None:
            continue
        facts, last = series[number], _day(newest)
        facts.has_all = spark is None
        if facts.has_total:
            low = _low(facts, last, None if spark is None else _day(spark), settings)
            wanted.append((number, low, last))
        elif facts.parts_last is None or last > facts.parts_last[1]:
            facts.parts_last = (number, last)
    for facts in {id(facts): facts for facts in series.values()}.values():
        if facts.parts_last is not None:
            number, last = facts.parts_last
            wanted.append((number, last, last))
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
    rows = _answers(_ask(_VALUES, wanted))
    for number, first, last, mark, label, value, numerator, denominator in rows:
        point = Point(
            _period(first, last, mark),
            Decimal(value),
            None if numerator is None else Decimal(numerator),
            None if denominator is None else Decimal(denominator),
        )
        found[number].append(Value(label, point))
    for values in found.values():
        values.sort(key=_in_time)
    return found


def _in_time(value: Value) -> tuple[date, date, str]:
    period = value.point.period
    return period.last, period.first, period.mark


def _ask(
    text: str, wanted: Sequence[Window], *, times: int = 1, is_first: bool = False
) -> list[tuple[Table, Answer]]:
    """Ask of series of both kinds, with one statement for each kind that there is.

    The organisation stands `times` in the statement, before the windows (`is_first`) or after.
    """
    asked: list[tuple[Table, Answer]] = []
    for table in (MEASURED, COMPUTED):
        mine = table.windows(wanted)
        if mine:
            expression, own = windows(mine)
            organisations = [id_param(scope.organisation_id())] * times
            params = [*organisations, *own] if is_first else [*own, *organisations]
            statement = table.filled(text, windows=expression)
            asked.append((table, statements.ask(statement, params, things=len(mine))))
    return asked


def _answers(asked: Iterable[tuple[Table, Answer]]) -> Iterator[Row]:
    """The rows of both kinds, each with its series first."""
    for table, answer in asked:
        for own, *values in answer.rows():
            yield (table.number(own), *values)


def _load_year_before(series: Mapping[int, Facts], settings: Settings) -> None:
    """Where the spark line does not reach back to the same period last year, that one value."""
    wanted: list[Window] = []
    for number, facts in series.items():
        if not facts.has_total or not facts.values or facts.has_all or facts.adds_up:
            continue
        before = year_before(facts.values[-1].point.period, facts.measure.frequency, settings)
        if before is not None and before < facts.values[0].point.period:
            wanted.append((number, before.last, before.last))
    for number, values in _values(wanted).items():
        series[number].values[:0] = values


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


def _day(kept: Any) -> date:
    return kept if isinstance(kept, date) else _iso(kept)


@lru_cache(maxsize=65_536)
def _iso(text: str) -> date:
    return date.fromisoformat(text)


@lru_cache(maxsize=65_536)
def _period(first: Any, last: Any, mark: str) -> Period:
    return Period(_day(first), _day(last), "", mark)
