"""A small world for formulas: KPIs with values by period, computed by the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np

from okapi.core.formulas.axes import Rhythm
from okapi.core.formulas.checking import check
from okapi.core.formulas.evaluating import Computed, evaluate
from okapi.core.formulas.formula import Formula
from okapi.core.formulas.ordering import levels
from okapi.core.formulas.parsing import parse
from okapi.core.formulas.parts import Measured, Read, Series
from okapi.core.formulas.plans import Task, plan, slices_of
from okapi.core.formulas.reach import Range
from okapi.core.formulas.readings import Readings
from okapi.core.formulas.tree import keys_of
from okapi.core.frequencies import Frequency

Value = tuple[date, date, float, float, float]
"""First day, last day, value, numerator, denominator; what is not there is NaN."""
Cell = tuple[float | None, float | None, float | None]


@dataclass
class World:
    """``measured`` and ``formulas`` by key; ``values`` of each series of what is measured."""

    measured: dict[str, Measured]
    formulas: dict[str, tuple[str, Measured]]
    values: dict[Series, list[Value]] = field(default_factory=dict)
    rhythm: Rhythm = field(default_factory=lambda: Rhythm(Frequency.MONTH))

    @cached_property
    def _slices(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for series in self.values:
            found.setdefault(series.kpi, []).append(series.slice)
        for key, formula in self.checked().items():
            found[key] = slices_of(formula, found)
        return found

    def slices(self) -> dict[str, list[str]]:
        """The slices of every KPI."""
        return self._slices

    def checked(self) -> dict[str, Formula]:
        """Every formula with its parts, in the order of computing."""
        trees = {key: parse(text) for key, (text, _) in self.formulas.items()}
        known = dict(self.measured)
        found = {}
        for key in levels({key: keys_of(tree) for key, tree in trees.items()}):
            found[key] = check(trees[key], self.formulas[key][1], known)
            known[key] = found[key].measured
        return found

    def tasks(self) -> list[Task]:
        slices = self.slices()
        return [
            Task(key, formula, one)
            for key, formula in self.checked().items()
            for one in slices[key]
        ]

    def days(self) -> Range:
        days = [one.toordinal() for rows in self.values.values() for _, one, *_ in rows]
        return min(days), max(days)

    def from_scratch(self) -> dict[Series, dict[int, Cell]]:
        whole = plan(self.tasks(), None, self.slices(), self.rhythm, self.days())
        return cells(evaluate(whole, self.readings(whole.loads)))

    def after(
        self, stored: Mapping[Series, dict[int, Cell]], touched: Mapping[Series, Range]
    ) -> tuple[dict[Series, dict[int, Cell]], list[Computed]]:
        """What is stored after a change, computed only where it can differ."""
        some = plan(self.tasks(), touched, self.slices(), self.rhythm)
        done = evaluate(some, self.readings(some.loads, stored))
        result = {series: dict(rows) for series, rows in stored.items()}
        for one in done:
            rows = result.setdefault(one.task.series, {})
            for index in range(one.first, one.first + len(one.values)):
                rows.pop(index, None)
            rows.update(cells([one])[one.task.series])
        return result, done

    def readings(
        self,
        loads: Mapping[Read, Range],
        stored: Mapping[Series, dict[int, Cell]] | None = None,
    ) -> Readings:
        """What the plan loads, and nothing else."""
        known = {**self.measured, **{key: one.measured for key, one in self.checked().items()}}
        reads = list(loads)
        rows: list[tuple[int, int, int, float, float, float]] = []
        for at, read in enumerate(reads):
            rhythm = self.rhythm.of(read.frequency)
            since, until = rhythm.day_range(loads[read])
            since = rhythm.span(loads[read][0])[0].toordinal()
            for first, last, *numbers in self._of(read.series, stored or {}, rhythm):
                if since <= last.toordinal() <= until:
                    rows.append((at, first.toordinal(), last.toordinal(), *numbers))
        columns = (
            [np.asarray(one) for one in zip(*rows, strict=True)] if rows else [np.zeros(0)] * 6
        )
        return Readings(
            reads,
            [known[read.series.kpi].aggregation for read in reads],
            [known[read.series.kpi].scale for read in reads],
            *(one.astype(np.int64) for one in columns[:3]),
            *(one.astype(np.float64) for one in columns[3:]),
        )

    def _of(
        self, series: Series, stored: Mapping[Series, dict[int, Cell]], rhythm: Rhythm
    ) -> Iterable[Value]:
        yield from self.values.get(series, ())
        for index, numbers in stored.get(series, {}).items():
            if numbers[0] is not None:
                value, above, below = (np.nan if one is None else one for one in numbers)
                yield (*rhythm.span(index), value, above, below)


def cells(done: Sequence[Computed]) -> dict[Series, dict[int, Cell]]:
    """The periods that are there, each with its value and sums."""
    found: dict[Series, dict[int, Cell]] = {}
    for one in done:
        rows = found.setdefault(one.task.series, {})
        for at in np.flatnonzero(one.is_there).tolist():
            has = one.why[at] == 0
            sums = [
                float(column[at])
                if has and column is not None and column[at] == column[at]
                else None
                for column in (one.numerators, one.denominators)
            ]
            rows[one.first + at] = (float(one.values[at]) if has else None, sums[0], sums[1])
    return found


def month(index: int) -> tuple[date, date]:
    """The days of a month by its number, 0 being January 2025."""
    rhythm = Rhythm(Frequency.MONTH)
    return rhythm.span(index + 2025 * 12)


def monthly(values: Sequence[float | None], begin: int = 0) -> list[Value]:
    """Values of one month after the other from January 2025; None is a gap."""
    return [
        (*month(begin + at), value, np.nan, np.nan)
        for at, value in enumerate(values)
        if value is not None
    ]


def computed(
    formula: str,
    /,
    declared: Measured | None = None,
    **parts: Sequence[float | None] | tuple[Measured, list[Value]],
) -> list[float | None]:
    """The values of one formula over monthly parts, from January 2025 to their end."""
    measured, values = {}, {}
    for key, given in parts.items():
        if isinstance(given, tuple):
            measured[key], values[Series(key)] = given
        else:
            measured[key], values[Series(key)] = Measured(key), monthly(given)
    world = World(measured, {"it": (formula, declared or Measured("it"))}, values)
    found = world.from_scratch()[Series("it")]
    last = max((one.toordinal() for rows in values.values() for _, one, *_ in rows), default=0)
    own = world.rhythm.of(world.formulas["it"][1].frequency)
    begin = own.index(date(2025, 1, 31))
    end = own.index(date.fromordinal(last))
    return [found.get(index, (None,))[0] for index in range(begin, end + 1)]
