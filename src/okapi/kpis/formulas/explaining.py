"""Why a KPI moved: a computed one by the KPIs of its formula, or by slices as any other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from okapi.core.formulas.aims import Aims, aimed, named_now
from okapi.core.formulas.axes import Rhythm
from okapi.core.formulas.evaluating import Computed, evaluate
from okapi.core.formulas.explaining import Keys, Shape, effects
from okapi.core.formulas.formula import Formula
from okapi.core.formulas.parts import Expression, Op, PartOf
from okapi.core.formulas.plans import Task, plan
from okapi.core.periods import Period
from okapi.core.slices import Part, Split
from okapi.kpis.formulas import network, readings, slices
from okapi.kpis.formulas.aims import forecasts_in, targets_in
from okapi.kpis.queries import why as by_slices
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.reading import one_row, rows_of
from okapi.kpis.queries.why import AIMS, PARTS, Against, Moment, Wanted, Why, Without

_NEGLIGIBLE = 1e-6
_LACKING = {Against.TARGET: Without.PARTS_TARGET, Against.FORECAST: Without.PARTS_FORECAST}


def why(asking: Asking, ref: UUID | str, wanted: Wanted) -> Why:
    """Why the KPI with this id or key moved; `NotFound` as for its page.

    A formula is split by its parts, unless one of its dimensions is asked for. Refused:
    ``why.period`` for a label that the KPI has no value for.
    """
    row = one_row(asking, ref)
    defined = by_slices.defined_of(row)
    if defined.computed is None:
        return by_slices.why(asking, row.id, wanted)
    offered = (PARTS, *defined.dimensions)
    if wanted.dimension in defined.dimensions:
        found = by_slices.why(asking, row.id, wanted)
        return replace(found, dimensions=offered, dimension=wanted.dimension)
    totals = by_slices.totals_of(row, defined)
    periods = tuple(period for period, _ in totals)
    found = Why(row, wanted.against, periods, dimensions=offered, dimension=PARTS)
    if not totals:
        return replace(found, without=Without.MEASUREMENTS)
    pair = by_slices.pair_of(asking, row, totals, wanted)
    if isinstance(pair, Without):
        return replace(found, without=pair)
    moved = replace(found, start=pair[0], end=pair[1])
    known = network.load([defined.computed])
    formula = known.formulas.get(defined.computed)
    if formula is None:
        return replace(moved, without=Without.PARTS)
    against = wanted.against if wanted.against in AIMS and not wanted.start else None
    return _Splitting(asking, known, formula).split(moved, pair, against)


@dataclass(frozen=True, slots=True)
class _Splitting:
    """A formula with its parts, over which a change is split."""

    asking: Asking
    known: network.Network
    formula: Formula

    def split(self, found: Why, pair: tuple[Moment, Moment], against: Against | None) -> Why:
        """The change between two moments, of which the first may be a target or forecast."""
        start, end = pair
        shape = Shape.of(self.formula.expressions[0])
        keys = tuple(dict.fromkeys(key for named in shape.keys for key in named))
        ids = [self.known.parts[key].kpi_id for key in keys]
        found = replace(found, parts={row.key: row for row in rows_of(self.asking, ids)})
        aims = None
        if against is not None:
            named = named_now(self.formula.expressions[:1])
            aims = self._aims(end.period, named, against)
            lacking = [key for key in named if key not in aims.values]
            if lacking:
                shown = tuple(key if key in found.parts else "" for key in lacking)
                return replace(found, without=_LACKING[against], lacking=shown)
        wholes = tuple(Expression(Op.PART, (), PartOf(key)) for key in keys)
        values = self._values((*shape.leaves, *wholes), start.period, end.period, aims)
        return _with_parts(found, shape, keys, values, is_aim=aims is not None)

    @property
    def _rhythm(self) -> Rhythm:
        here = self.asking.organisation
        return Rhythm(self.formula.measured.frequency, here.fiscal_month, here.first_weekday)

    def _aims(self, period: Period, keys: Sequence[str], against: Against) -> Aims:
        """What the parts were to be in the period, as far as they have a target or forecast."""
        parts = [self.known.parts[key] for key in keys]
        of = targets_in if against is Against.TARGET else forecasts_in
        days = (period.first.toordinal(), period.last.toordinal())
        return Aims(*days, of(parts, period, self._rhythm))

    def _values(
        self, leaves: Sequence[Expression], start: Period, end: Period, aims: Aims | None
    ) -> tuple[list[float], list[float]]:
        """The value of each leaf at both ends, of the total; NaN where there is none."""
        found = slices.load(self.known)
        days = sorted(period.last.toordinal() for period in (start, end))
        tasks = [
            Task(
                at, Formula.of(self.formula.measured, self.formula.parts, "", (leaf,)), serves=False
            )
            for at, leaf in enumerate(leaves)
        ]
        work = plan(tasks, None, found.keys, self._rhythm, (days[0], days[-1]))
        read = readings.load(work, self.known, found)
        came = {one.task.name: one for one in evaluate(work, read)}
        was = came
        if aims is not None:
            was = {one.task.name: one for one in evaluate(work, aimed(read, aims))}
        first, last = (self._rhythm.index(period.last) for period in (start, end))
        places = range(len(leaves))
        return [_value(was[at], first) for at in places], [_value(came[at], last) for at in places]


def _value(computed: Computed, index: int) -> float:
    at = index - computed.first
    return math.nan if computed.why[at] else float(computed.values[at])


def _with_parts(
    found: Why,
    shape: Shape,
    keys: Sequence[str],
    values: tuple[Sequence[float], Sequence[float]],
    *,
    is_aim: bool,
) -> Why:
    """With what each part adds; `values` are those of the leaves, then of each KPI by itself."""
    n = len(shape.leaves)
    before, after = values
    amounts = effects(shape, before[:n], after[:n])
    if found.end is None or amounts is None:
        return replace(found, without=Without.PARTS)
    figures = dict(zip(keys, zip(before[n:], after[n:], strict=True), strict=True))
    parts = sorted(_parts(amounts, figures, found.parts), key=lambda part: -abs(part.amount))
    split = Split(tuple(parts))
    outside = found.change - split.change
    is_told = abs(outside) > _NEGLIGIBLE * max(abs(found.end.value), 1e-9)
    return replace(
        found,
        causes=split,
        values=split,
        outside=outside if is_told else 0.0,
        aim=shape.value(before[:n]) if is_aim else None,
    )


def _parts(
    amounts: Mapping[Keys, float],
    figures: Mapping[str, tuple[float, float]],
    rows: Mapping[str, object],
) -> Iterable[Part]:
    """What each KPI adds, with its own figures; of one that the reader may not read no key."""
    for keys, amount in amounts.items():
        readable = all(key in rows for key in keys)
        single = keys[0] if len(keys) == 1 and readable else ""
        before, after = figures[single] if single else (math.nan, math.nan)
        where = ",".join(keys) if readable else ""
        yield Part({PARTS: where}, amount, _known(before), _known(after))


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
