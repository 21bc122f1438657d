"""Why a KPI moved between two periods, or is not at its target or forecast: by slices.

A fixed number of statements. What a formula's parts add has the same form (`core.slices.Split`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, assert_never
from uuid import UUID

import numpy as np
from django.db.models import QuerySet

from okapi.core.columns import Floats
from okapi.core.errors import Refused
from okapi.core.periods import Period, a_year_before
from okapi.core.quantities import Direction
from okapi.core.scales import ratio_scale
from okapi.core.series import Aggregation
from okapi.core.slices import Change, Split, by_cause, by_value
from okapi.kpis.models import ComputedValue, Kpi, Measurement, Slice
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.forecasts import foretold_of
from okapi.kpis.queries.plan import plan_of
from okapi.kpis.queries.reading import one_row
from okapi.kpis.queries.rows import KpiRow

MOST_PERIODS = 800
"""So many of the newest periods can be chosen."""
MOST_CAUSES = 6


class Against(StrEnum):
    """What the newer figure is compared with."""

    PERIOD = "period"
    PREVIOUS = "previous"
    YEAR_BEFORE = "year_before"
    TARGET = "target"
    FORECAST = "forecast"


AIMS = (Against.TARGET, Against.FORECAST)
"""One figure for the whole KPI, which no slice has."""


class Without(StrEnum):
    """Why a change cannot be split by slices, or by the parts of a formula."""

    SLICES = "slices"
    MEASUREMENTS = "measurements"
    ADDING_UP = "adding_up"
    PAIR = "pair"
    TARGET = "target"
    FORECAST = "forecast"
    PARTS = "parts"
    PARTS_TARGET = "parts_target"
    PARTS_FORECAST = "parts_forecast"


PARTS = "kpi"
"""What stands for a dimension where a formula is split by the KPIs that it names."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: periods by their labels (empty: the newest, and what `against` says)."""

    start: str = ""
    end: str = ""
    against: Against = Against.PREVIOUS
    dimension: str = ""
    most: int = MOST_CAUSES


@dataclass(frozen=True, slots=True)
class Moment:
    """One end of the change: a period's value; or the target or forecast of the one looked at."""

    period: Period
    value: float


@dataclass(frozen=True, slots=True)
class Why:
    """The change of a KPI and what it is made of; amounts are in the KPI's unit (points for %).

    `causes` are the combinations that explain it; `values` what each value of `dimension` adds.
    `outside` is the part of the change that no slice has. `without` says why there is no split.
    `parts` are the KPIs of a formula by key, as far as the reader may read them. Against a target
    (or forecast) `aim` is what the formula comes to with those of its parts; `lacking` are the keys
    of the parts that have none, "" for one that the reader may not read.
    """

    row: KpiRow
    against: Against
    periods: tuple[Period, ...]
    start: Moment | None = None
    end: Moment | None = None
    dimensions: tuple[str, ...] = ()
    dimension: str = ""
    is_rate: bool = False
    causes: Split | None = None
    values: Split | None = None
    outside: float = 0.0
    without: Without | None = None
    parts: Mapping[str, KpiRow] = field(default_factory=dict)
    aim: float | None = None
    lacking: tuple[str, ...] = ()

    @property
    def change(self) -> float:
        """From start to end."""
        return 0.0 if self.start is None or self.end is None else self.end.value - self.start.value


@dataclass(frozen=True, slots=True)
class Defined:
    """What a definition in force says: its slices, and which version is `computed`, if one is."""

    dimensions: tuple[str, ...]
    how: Aggregation
    scale: int
    computed: UUID | None


def why(asking: Asking, ref: UUID | str, wanted: Wanted) -> Why:
    """Why the KPI with this id or key moved; `NotFound` as for its page.

    Refused: ``why.period`` for a label that the KPI has no value for.
    """
    row = one_row(asking, ref)
    defined = defined_of(row)
    totals = totals_of(row, defined)
    found = Why(row, wanted.against, tuple(period for period, _ in totals))
    if not defined.dimensions:
        return replace(found, without=Without.SLICES)
    if defined.how not in (Aggregation.SUM, Aggregation.RATIO):
        return replace(found, without=Without.ADDING_UP)
    if not totals:
        return replace(found, without=Without.MEASUREMENTS)
    pair = pair_of(asking, row, totals, wanted)
    if isinstance(pair, Without):
        return replace(found, without=pair)
    start, end = pair
    is_aim = wanted.against in AIMS and not wanted.start
    shape = _shape_of(asking, row, totals, end.period) if is_aim else start.period
    if shape is None:
        return replace(found, start=start, end=end, without=Without.PAIR)
    moved = replace(found, start=start, end=end)
    return _split(moved, defined, shape, wanted, is_aim=is_aim)


def defined_of(row: KpiRow) -> Defined:
    """The definition in force; one statement."""
    columns = ("dimensions", "slice_aggregation", "id", "formula")
    named = Kpi.objects.values_list(*(f"definition__{column}" for column in columns))
    dimensions, how, definition_id, formula = named.get(pk=row.id)
    return Defined(
        tuple(dimensions),
        Aggregation(how) if how else row.measure.aggregation,
        ratio_scale(row.measure.unit) if row.measure.aggregation is Aggregation.RATIO else 1,
        definition_id if formula else None,
    )


def _values(row: KpiRow, defined: Defined) -> tuple[QuerySet[Any], str]:
    """All values, measured or computed, and how their slice is called in a filter."""
    if defined.computed is None:
        return Measurement.objects.filter(slice__kpi_id=row.id), "slice"
    rows = ComputedValue.objects.filter(series__definition_id=defined.computed)
    return rows.filter(number__isnull=False), "series__slice"


def totals_of(row: KpiRow, defined: Defined) -> list[tuple[Period, float]]:
    """The values of the total, newest first."""
    rows, of = _values(row, defined)
    rows = rows.filter(**{f"{of}__key": ""})
    columns = ("first", "last", "label", "mark", "number")
    newest = rows.order_by("-last", "-first", "mark").values_list(*columns)[:MOST_PERIODS]
    return [(Period(*period), number) for *period, number in newest]


def pair_of(
    asking: Asking, row: KpiRow, totals: Sequence[tuple[Period, float]], wanted: Wanted
) -> tuple[Moment, Moment] | Without:
    """Both ends of the change that is asked for, of at least one value, or why there are none."""
    ended = [pair for pair in totals if pair[0].last < asking.today] or totals
    end = _labelled(totals, wanted.end, "to") if wanted.end else Moment(*ended[0])
    if wanted.start:
        return _labelled(totals, wanted.start, "from"), end
    match wanted.against:
        case Against.TARGET:
            target = _target(row, end.period)
            return Without.TARGET if target is None else (Moment(end.period, target), end)
        case Against.FORECAST:
            told = _foretold(row, end.period)
            return Without.FORECAST if told is None else (Moment(end.period, told), end)
        case Against.YEAR_BEFORE:
            start = _a_year_before(asking, row, totals, end.period)
        case Against.PREVIOUS | Against.PERIOD:
            start = next((Moment(*pair) for pair in totals if pair[0] < end.period), None)
        case _:
            assert_never(wanted.against)
    return Without.PAIR if start is None else (start, end)


def _a_year_before(
    asking: Asking, row: KpiRow, totals: Sequence[tuple[Period, float]], end: Period
) -> Moment | None:
    organisation = asking.organisation
    earlier = a_year_before(
        end,
        row.measure.frequency,
        fiscal_month=organisation.fiscal_month,
        first_weekday=organisation.first_weekday,
    )
    return next((Moment(*pair) for pair in totals if pair[0] == earlier), None)


def _labelled(totals: Sequence[tuple[Period, float]], label: str, field: str) -> Moment:
    for period, value in totals:
        if period.label == label:
            return Moment(period, value)
    raise Refused("why.period", field=field, found=label[:60])


def _target(row: KpiRow, period: Period) -> float | None:
    """The target that the total is judged by in a period; of a band there is no one number."""
    planned = plan_of(row.measure, _total_of(row)).holding(period.last)
    if planned is None or row.measure.direction is Direction.BAND:
        return None
    value = planned.target.limits.target
    return None if value is None else float(value)


def _foretold(row: KpiRow, period: Period) -> float | None:
    """What the newest forecast made before a period came said of it; of its middle."""
    total = _total_of(row)
    told = None if total is None else foretold_of(total).get(period.last.toordinal())
    return None if told is None else told.median


def _total_of(row: KpiRow) -> int | None:
    return Slice.objects.filter(kpi_id=row.id, key="").values_list("id", flat=True).first()


def _shape_of(
    asking: Asking, row: KpiRow, totals: Sequence[tuple[Period, float]], end: Period
) -> Period | None:
    """An aim has no slices: it is spread over them as a year before, else as the period before.

    The period before may have the trouble already that is looked for.
    """
    earlier = _a_year_before(asking, row, totals, end)
    if earlier is not None:
        return earlier.period
    return next((period for period, _ in totals if period < end), None)


# Slices -------------------------------------------------------------------------------------------


def _split(found: Why, defined: Defined, shape: Period, wanted: Wanted, *, is_aim: bool) -> Why:
    if found.start is None or found.end is None:
        raise TypeError("a change has two ends")
    is_rate = defined.how is Aggregation.RATIO
    change = _change(found.row, defined, (shape, found.end.period), is_rate=is_rate)
    if change is None:
        return replace(found, without=Without.MEASUREMENTS)
    if is_aim:
        change = _towards(change, found.start.value / defined.scale)
    dimensions = tuple(change.cells)
    dimension = wanted.dimension if wanted.dimension in dimensions else dimensions[0]
    causes = _scaled(by_cause(change, wanted.most), defined.scale)
    outside = found.change - causes.change
    return replace(
        found,
        dimensions=dimensions,
        dimension=dimension,
        is_rate=is_rate,
        causes=causes,
        values=_scaled(by_value(change, dimension), defined.scale),
        # A float's last digits are no part of the change.
        outside=outside if abs(outside) > 1e-6 * max(abs(found.end.value), 1e-9) else 0.0,
    )


def _change(
    row: KpiRow, defined: Defined, periods: tuple[Period, Period], *, is_rate: bool
) -> Change | None:
    """The leaf slices in both periods; one that is missing in a period has 0 there."""
    read = {period: _leaves(row, defined, period) for period in periods}
    names = _leaf_names(defined, read.values())
    if names is None:
        return None
    values_of = {
        key: values
        for leaves in read.values()
        for key, (values, *_) in leaves.items()
        if set(values) == set(names)
    }
    keys = sorted(values_of)
    cells = {name: [str(values_of[key][name]) for key in keys] for name in names}
    columns = [_column(read[period], keys, at=2 if is_rate else 1) for period in periods]
    weights = None
    if is_rate:
        before, after = (_column(read[period], keys, at=3) for period in periods)
        if not (before.sum() > 0 and after.sum() > 0):
            return None
        weights = (before, after)
    return Change(cells, columns[0], columns[1], weights)


_Leaf = tuple[Mapping[str, Any], float, float, float]


def _leaves(row: KpiRow, defined: Defined, period: Period) -> dict[str, _Leaf]:
    rows, of = _values(row, defined)
    rows = rows.filter(last=period.last, first=period.first, mark=period.mark)
    rows = rows.exclude(**{f"{of}__key": ""})
    columns = (f"{of}__key", f"{of}__values", "number", "numerator", "denominator")
    return {
        key: (values, number, float(numerator or 0), float(denominator or 0))
        for key, values, number, numerator, denominator in rows.values_list(*columns)
    }


def _leaf_names(defined: Defined, read: Iterable[Mapping[str, _Leaf]]) -> tuple[str, ...] | None:
    """The dimensions of the finest slices, in the definition's order.

    Where slices have different dimensions, those count that have most, and of these most slices.
    """
    sets = Counter(
        tuple(name for name in defined.dimensions if name in values)
        for leaves in read
        for values, *_ in leaves.values()
        if set(values) <= set(defined.dimensions)
    )
    return max(sets, key=lambda names: (len(names), sets[names]), default=None)


def _column(leaves: Mapping[str, _Leaf], keys: Sequence[str], *, at: int) -> Floats:
    missing: _Leaf = ({}, 0.0, 0.0, 0.0)
    return np.array([leaves.get(key, missing)[at] for key in keys], dtype=np.float64)


def _towards(change: Change, target: float) -> Change:
    """What was, brought to the target or forecast as a whole: every slice by the same share.

    A rate is compared at today's denominators, so that there is no mix effect against a target.
    """
    if change.weights is None:
        whole = change.before.sum()
        return change if whole == 0 else replace(change, before=change.before * (target / whole))
    earlier, later = change.weights
    rates = np.divide(
        change.before,
        earlier,
        out=np.full_like(earlier, change.before.sum() / earlier.sum()),
        where=earlier > 0,
    )
    mean = float((rates * later).sum() / later.sum())
    before = rates * later * (target / mean if mean else 1.0)
    return replace(change, before=before, weights=(later, later))


def _scaled(split: Split, scale: int) -> Split:
    """In the KPI's unit: a rate of 0.12 is 12 of a KPI in %."""
    if scale == 1:
        return split
    parts = tuple(
        replace(
            part,
            amount=part.amount * scale,
            before=None if part.before is None else part.before * scale,
            after=None if part.after is None else part.after * scale,
        )
        for part in split.parts
    )
    # Shares of the whole stay shares.
    mixed = split.mixed and replace(split.mixed, amount=split.mixed.amount * scale)
    return Split(parts, split.rest * scale, split.mix * scale, split.drift, mixed)
