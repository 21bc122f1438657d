"""Why a KPI moved: a computed one by the KPIs of its formula, or by slices as any other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from okapi.core.formulas.axes import Rhythm
from okapi.core.formulas.evaluating import evaluate
from okapi.core.formulas.explaining import Keys, Shape, effects
from okapi.core.formulas.formula import Formula
from okapi.core.formulas.parts import Expression, Op, PartOf
from okapi.core.formulas.plans import Task, plan
from okapi.core.frequencies import Frequency
from okapi.core.periods import Period
from okapi.core.slices import Part, Split
from okapi.kpis.formulas import network, readings, slices
from okapi.kpis.queries import why as by_slices
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.reading import one_row, rows_of
from okapi.kpis.queries.why import AIMS, PARTS, Against, Wanted, Why, Without

_NEGLIGIBLE = 1e-6


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
    if wanted.against in AIMS and not wanted.start:
        is_target = wanted.against is Against.TARGET
        told = Without.PARTS_TARGET if is_target else Without.PARTS_FORECAST
        return replace(moved, without=told)
    return _split(asking, moved, defined.computed)


def _split(asking: Asking, found: Why, definition_id: UUID) -> Why:
    if found.start is None or found.end is None:
        raise TypeError("a change has two ends")
    known = network.load([definition_id])
    formula = known.formulas.get(definition_id)
    if formula is None:
        return replace(found, without=Without.PARTS)
    shape = Shape.of(formula.expressions[0])
    keys = tuple(dict.fromkeys(key for named in shape.keys for key in named))
    wholes = tuple(Expression(Op.PART, (), PartOf(key)) for key in keys)
    ends = [found.start.period, found.end.period]
    before, after = _values(asking, known, formula, (*shape.leaves, *wholes), ends)
    n = len(shape.leaves)
    amounts = effects(shape, before[:n], after[:n])
    if amounts is None:
        return replace(found, without=Without.PARTS)
    ids = [known.parts[key].kpi_id for key in keys]
    rows = {row.key: row for row in rows_of(asking, ids)}
    figures = dict(zip(keys, zip(before[n:], after[n:], strict=True), strict=True))
    parts = sorted(_parts(amounts, figures, rows), key=lambda part: -abs(part.amount))
    split = Split(tuple(parts))
    outside = found.change - split.change
    is_told = abs(outside) > _NEGLIGIBLE * max(abs(found.end.value), 1e-9)
    return replace(
        found, causes=split, values=split, outside=outside if is_told else 0.0, parts=rows
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


def _values(
    asking: Asking,
    known: network.Network,
    formula: Formula,
    leaves: Sequence[Expression],
    periods: Sequence[Period],
) -> list[list[float]]:
    """The value of each leaf in these periods, of the total; NaN where there is none."""
    found = slices.load(known)
    here = asking.organisation
    rhythm = Rhythm(Frequency.MONTH, here.fiscal_month, here.first_weekday)
    days = sorted(period.last.toordinal() for period in periods)
    tasks = [
        Task(at, Formula.of(formula.measured, formula.parts, "", (leaf,)), serves=False)
        for at, leaf in enumerate(leaves)
    ]
    work = plan(tasks, None, found.keys, rhythm, (days[0], days[-1]))
    done = {one.task.name: one for one in evaluate(work, readings.load(work, known, found))}
    own = rhythm.of(formula.measured.frequency)
    values: list[list[float]] = []
    for period in periods:
        index = own.index(period.last)
        values.append(
            [
                math.nan if one.why[index - one.first] else float(one.values[index - one.first])
                for one in (done[at] for at in range(len(leaves)))
            ]
        )
    return values
