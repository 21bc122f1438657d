"""Running a program on what was loaded: values of every task, and why there are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from okapi.core.columns import Bools, Floats, Ints
from okapi.core.formulas import cells, spans
from okapi.core.formulas.axes import Axis
from okapi.core.formulas.cells import KINDS, Cells, Reasons, Why
from okapi.core.formulas.parts import Face, Op
from okapi.core.formulas.plans import Plan, Task
from okapi.core.formulas.programs import (
    BUCKET,
    FINISH,
    INPUT,
    LINK,
    MERGE,
    THERE,
    Program,
    Step,
    program_of,
)
from okapi.core.formulas.readings import Readings, loaded
from okapi.core.frequencies import Frequency


@dataclass(frozen=True, slots=True)
class Computed:
    """The results of a task in the periods from ``first`` on, one place each.

    ``is_there`` says which periods the KPI has at all: those in which one of its parts has a value.
    Where it then has none itself, ``why`` is not 0; ``reason`` reads it.
    """

    task: Task
    first: int
    values: Floats
    why: Reasons
    is_there: Bools
    numerators: Floats | None
    denominators: Floats | None
    sources: tuple[tuple[str, ...], ...]

    def reason(self, at: int) -> tuple[Why, tuple[str, ...]]:
        """Why there is no value at a place, and the keys of the KPIs that it is about."""
        source, kind = divmod(int(self.why[at]), KINDS)
        return Why(kind), self.sources[source]


def evaluate(plan: Plan, readings: Readings) -> list[Computed]:
    """All tasks of a plan, in its order; ``readings`` has what the plan loads."""
    if not plan.tasks:
        return []
    program = program_of(plan)
    machine = _Machine(program, readings)
    for step in program.steps:
        machine.run(step)
    return list(machine.results())


def axes_of(plan: Plan) -> dict[Frequency, Axis]:
    """The axes on which a plan is computed: all that is loaded, and all that is wanted."""
    bounds: dict[Frequency, tuple[int, int]] = {}
    ranges = [(read.frequency, wanted) for read, wanted in plan.loads.items()]
    ranges += [(one.task.formula.measured.frequency, wanted) for one, wanted in plan.tasks]
    for frequency, (first, last) in ranges:
        known = bounds.get(frequency, (first, last))
        bounds[frequency] = min(known[0], first), max(known[1], last)
    return {
        frequency: Axis(plan.rhythm.of(frequency), *found) for frequency, found in bounds.items()
    }


class _Machine:
    """Registers of all frequencies in two arrays each; a register's row is found by ``_row``."""

    def __init__(self, program: Program, readings: Readings) -> None:
        self._program = program
        self._axes = axes_of(program.plan)
        self._readings = readings
        n = len(program.frequency)
        self._row = np.zeros(n, dtype=np.int64)
        self._source = np.asarray(program.source, dtype=np.int32)
        counts = dict.fromkeys(self._axes, 0)
        for step in program.steps:
            begin = counts[step.frequency]
            size = len(step.registers)
            self._row[step.registers] = np.arange(begin, begin + size)
            counts[step.frequency] = begin + size
        self._store = {
            frequency: Cells(
                np.empty((counts[frequency], len(axis))),
                np.zeros((counts[frequency], len(axis)), dtype=np.int32),
            )
            for frequency, axis in self._axes.items()
        }

    def run(self, step: Step) -> None:
        """Compute the registers of one step."""
        made = self._made(step)
        store, rows = self._store[step.frequency], self._row[step.registers]
        store.values[rows[0] : rows[-1] + 1] = made.values
        store.why[rows[0] : rows[-1] + 1] = made.why

    def _made(self, step: Step) -> Cells:
        registers = np.asarray(step.registers, dtype=np.int64)
        sources = self._source[registers]
        missing = (sources * KINDS + Why.MISSING).astype(np.int32)
        axis = self._axes[step.frequency]
        if step.op == INPUT:
            return self._inputs(step, axis, missing)
        if step.op == Op.CONSTANT:
            return cells.filled(len(registers), len(axis), step.setting)
        if step.op == BUCKET:
            how, theirs = step.setting
            shorter = self._axes[theirs]
            shorts = self._argument(step, 0, theirs)
            return spans.bucketed(shorts, shorter.places_in(axis), len(axis), how, missing)
        args = [self._argument(step, at, step.frequency) for at in range(len(step.args[0]))]
        if step.op == LINK:
            return cells.linked(args[0], args[1], self._inside(registers, axis), missing)
        if step.op == MERGE:
            return spans.merged(args, step.setting, missing)
        return _OPERATIONS[step.op](args, step.setting, sources, axis)

    def _inputs(self, step: Step, axis: Axis, missing: Reasons) -> Cells:
        """What was loaded, row by row; what was not asked for lacks everywhere."""
        held = loaded(self._readings, axis)
        made = cells.unknown(len(step.registers), len(axis), missing)
        wanted: dict[Face, list[tuple[int, int]]] = {}
        for at, register in enumerate(step.registers):
            read, face = self._program.inputs[register]
            if read in held.row:
                wanted.setdefault(face, []).append((at, held.row[read]))
        for face, pairs in wanted.items():
            rows, taken = np.asarray(pairs).T
            values, kinds = held.faces[face]
            made.values[rows] = values[taken]
            source = missing[rows, None] - Why.MISSING
            made.why[rows] = np.where(kinds[taken] != 0, source + kinds[taken], 0)
        return made

    def _argument(self, step: Step, at: int, frequency: Frequency) -> Cells:
        registers = np.asarray([args[at] for args in step.args], dtype=np.int64)
        return self._store[frequency].rows(self._row[registers])

    def _inside(self, registers: Ints, axis: Axis) -> Bools:
        ranges = np.asarray([self._program.ranges[int(one)] for one in registers]) - axis.first
        places = np.arange(len(axis))
        return np.asarray((places >= ranges[:, :1]) & (places <= ranges[:, 1:]))

    def results(self) -> Iterator[Computed]:
        """What every task came to."""
        sources = tuple(self._program.sources)
        for one in self._program.outcomes:
            task = one.reading.task
            axis = self._axes[task.formula.measured.frequency]
            store = self._store[axis.rhythm.frequency]
            first = one.wanted[0]
            span = slice(first - axis.first, one.wanted[1] - axis.first + 1)
            rows = self._row[list(one.faces)]
            faces = [store.values[row, span] for row in rows]
            there = store.why[self._row[one.there], span] == 0
            why = store.why[rows[0], span]
            values, above, below = faces if len(faces) == 3 else (faces[0], None, None)
            yield Computed(task, first, values, why, there, above, below, sources)


_Operation = Callable[[Sequence[Cells], Any, Reasons, Axis], Cells]


def _missing(sources: Reasons) -> Reasons:
    return (sources * KINDS + Why.MISSING).astype(np.int32)


def _previous(args: Sequence[Cells], setting: Any, sources: Reasons, _: Axis) -> Cells:
    return spans.shifted(args[0], setting, _missing(sources))


def _last_year(args: Sequence[Cells], _: Any, sources: Reasons, axis: Axis) -> Cells:
    return spans.taken(args[0], axis.year_before, _missing(sources))


def _rolling(args: Sequence[Cells], setting: Any, sources: Reasons, _: Axis) -> Cells:
    n, how = setting
    return spans.rolling(args[0], n, how, sources)


def _to_date(args: Sequence[Cells], setting: Any, _: Reasons, axis: Axis) -> Cells:
    span, how = setting
    return spans.to_date(args[0], axis.begins(span), how)


def _choose(args: Sequence[Cells], *_: Any) -> Cells:
    return cells.choose(args[0], args[1], args[2] if len(args) > 2 else None)


def _binary(op: str) -> _Operation:
    return lambda args, _, sources, __: cells.binary(op, args[0], args[1], sources)


_OPERATIONS: dict[str, _Operation] = {
    **{op: _binary(op) for op in ("add", "subtract", "multiply", "min", "max")},
    Op.DIVIDE: lambda args, _, sources, __: cells.divide(args[0], args[1], sources),
    Op.SCALE: lambda args, factor, sources, _: cells.scale(args[0], factor, sources),
    Op.ABS: lambda args, *_: cells.absolute(args[0]),
    Op.ROUND: lambda args, places, *_: cells.round_to(args[0], places),
    Op.COALESCE: lambda args, *_: cells.coalesce(args[0], args[1]),
    Op.COMPARE: lambda args, kind, *_: cells.compare(kind, args[0], args[1]),
    Op.AND: lambda args, *_: cells.both(args[0], args[1]),
    Op.OR: lambda args, *_: cells.either(args[0], args[1]),
    Op.NOT: lambda args, *_: cells.negated(args[0]),
    Op.CHOOSE: _choose,
    Op.GIVEN: lambda args, *_: cells.given(*args),
    Op.PREVIOUS: _previous,
    Op.LAST_YEAR: _last_year,
    Op.ROLLING: _rolling,
    Op.TO_DATE: _to_date,
    FINISH: lambda args, *_: cells.finished(args[0]),
    THERE: lambda args, *_: cells.there(args[0], args[1]),
}
