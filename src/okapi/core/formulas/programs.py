"""Many formulas as one program: equal operations at the same depth are done together.

A *register* is one row of cells over an axis, made by one operation from other registers. Equal
operations on equal registers are one register. Registers of the same depth, operation and setting
stand one after another, so that a step is a handful of array operations, however many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from okapi.core.formulas.functions import How
from okapi.core.formulas.parts import Expression, Face, Op, PartOf
from okapi.core.formulas.plans import Plan, Read, Reading, Series
from okapi.core.formulas.reach import Range
from okapi.core.frequencies import Frequency
from okapi.core.series import Aggregation

# Operations that only programs have.
INPUT, LINK, BUCKET, MERGE, FINISH, THERE = "input", "link", "bucket", "merge", "finish", "there"

_HOWS = {
    Aggregation.SUM: How.SUM,
    Aggregation.MEAN: How.MEAN,
    Aggregation.MIN: How.MIN,
    Aggregation.MAX: How.MAX,
    Aggregation.LAST: How.LAST,
}


@dataclass(frozen=True, slots=True)
class Step:
    """Registers of the same operation at one depth; ``args`` has the arguments of each."""

    op: str
    setting: Any
    frequency: Frequency
    registers: list[int] = field(default_factory=list)
    args: list[tuple[int, ...]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the results of a task stand: the register of each face, and whether it has a period."""

    reading: Reading
    wanted: Range
    faces: tuple[int, ...]
    there: int


@dataclass
class Program:
    """The registers and steps of a plan.

    ``inputs`` says what each INPUT reads, ``ranges`` where each LINK is computed anew, ``sources``
    which KPIs (keys) a register's reason is about: ``source`` has its place there.
    """

    plan: Plan
    steps: list[Step] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    inputs: dict[int, tuple[Read, Face]] = field(default_factory=dict)
    ranges: dict[int, Range] = field(default_factory=dict)
    frequency: list[Frequency] = field(default_factory=list)
    source: list[int] = field(default_factory=list)
    sources: list[tuple[str, ...]] = field(default_factory=list)


def program_of(plan: Plan) -> Program:
    """The program that computes a plan."""
    maker = _Maker(plan)
    for reading, wanted in plan.tasks:
        maker.add(reading, wanted)
    return maker.finished()


class _Maker:
    def __init__(self, plan: Plan) -> None:
        self.program = Program(plan)
        self._known: dict[tuple[Any, ...], int] = {}
        self._depth: list[int] = []
        self._steps: dict[tuple[Any, ...], Step] = {}
        self._source_at: dict[tuple[str, ...], int] = {}
        self._computed: dict[tuple[Series, Face], tuple[int, Range]] = {}
        self._source(())

    def finished(self) -> Program:
        """The program, its steps in the order of depth."""
        self.program.steps = [self._steps[key] for key in sorted(self._steps, key=_order)]
        return self.program

    def add(self, reading: Reading, wanted: Range) -> None:
        """One more task; what it reads of other tasks was added before."""
        task, formula = reading.task, reading.task.formula
        own = formula.measured.frequency
        faces: list[int] = []
        for face, expression in formula.faces:
            made = self._made(FINISH, None, (self._expression(expression, reading),), own)
            faces.append(made)
            if task.serves:
                self._computed[task.series, face] = made, wanted
        there = self._any(self._parts(reading), own)
        self.program.outcomes.append(Outcome(reading, wanted, tuple(faces), there))

    def _parts(self, reading: Reading) -> list[int]:
        values = dict.fromkeys(PartOf(one.key, Face.VALUE, one.in_total) for one in reading.series)
        return [self._part(one, reading) for one in values if one in reading.series] or [
            self._part(one, reading) for one in reading.series
        ]

    def _any(self, registers: Sequence[int], frequency: Frequency) -> int:
        found = registers[0]
        for one in registers[1:]:
            found = self._made(THERE, None, (found, one), frequency)
        return found

    def _expression(self, expression: Expression, reading: Reading) -> int:
        if expression.op is Op.PART:
            return self._part(expression.setting, reading)
        args = tuple(self._expression(one, reading) for one in expression.args)
        about: tuple[str, ...] = ()
        if expression.op in _ABOUT:
            about = tuple(dict.fromkeys(one.key for one in expression.args[-1].parts()))
        own = reading.task.formula.measured.frequency
        return self._made(expression.op, expression.setting, args, own, about)

    def _part(self, of: PartOf, reading: Reading) -> int:
        """A part as the formula reads it: linked, in the formula's periods, its slices merged."""
        part, own = reading.parts[of.key], reading.task.formula.measured.frequency
        ratio = part.aggregation is Aggregation.RATIO
        theirs = reading.frequency_of(of)
        series = reading.series[of]
        if of.face is Face.VALUE and ratio and (theirs is not own or len(series) != 1):
            return self._ratio(of, reading)
        found = [self._series(one, of.face, theirs) for one in series]
        if theirs is not own:
            how = How.SUM if ratio else _HOWS[part.aggregation]
            setting = (how, theirs)
            found = [self._made(BUCKET, setting, (one,), own, (of.key,)) for one in found]
        if len(found) == 1:
            return found[0]
        merging = How.SUM if ratio else _HOWS[part.merging or Aggregation.SUM]
        return self._made(MERGE, merging, tuple(found), own, (of.key,))

    def _ratio(self, of: PartOf, reading: Reading) -> int:
        """A ratio of several values: the ratio of their sums."""
        part, own = reading.parts[of.key], reading.task.formula.measured.frequency
        sums = []
        for face in (Face.NUMERATOR, Face.DENOMINATOR):
            one = PartOf(of.key, face, of.in_total)
            series = {**reading.series, one: reading.series[of]}
            sums.append(self._part(one, Reading(reading.task, reading.parts, series)))
        quotient = self._made(Op.DIVIDE, None, tuple(sums), own, (of.key,))
        scaled = quotient
        if part.scale != 1.0:
            scaled = self._made(Op.SCALE, part.scale, (quotient,), own)
        return self._made(FINISH, None, (scaled,), own)

    def _series(self, series: Series, face: Face, frequency: Frequency) -> int:
        """A series as it is stored; where it is computed in this program, as it will be."""
        read = Read(series, frequency)
        stored = self._made(INPUT, (read, face), (), frequency, (series.kpi,))
        self.program.inputs[stored] = read, face
        computed = self._computed.get((series, face))
        if computed is None:
            return stored
        register, wanted = computed
        linked = self._made(LINK, None, (register, stored), frequency, (series.kpi,))
        self.program.ranges[linked] = wanted
        return linked

    def _made(
        self,
        op: str,
        setting: Any,
        args: tuple[int, ...],
        frequency: Frequency,
        about: tuple[str, ...] = (),
    ) -> int:
        key = (op, setting, args, frequency)
        found = self._known.get(key)
        if found is not None:
            return found
        register = self._known[key] = len(self._depth)
        depth = 1 + max((self._depth[one] for one in args), default=0)
        self._depth.append(depth)
        self.program.frequency.append(frequency)
        self.program.source.append(self._source(about))
        step_key = (depth, frequency, str(op), None if op == INPUT else setting, len(args))
        step = self._steps.get(step_key)
        if step is None:
            step = self._steps[step_key] = Step(str(op), step_key[3], frequency)
        step.registers.append(register)
        step.args.append(args)
        return register

    def _source(self, about: tuple[str, ...]) -> int:
        found = self._source_at.get(about)
        if found is None:
            found = self._source_at[about] = len(self.program.sources)
            self.program.sources.append(about)
        return found


# Whose reasons are about their (last) argument: the denominator, what is shifted or combined.
_ABOUT = frozenset({Op.DIVIDE, Op.PREVIOUS, Op.LAST_YEAR, Op.ROLLING})


def _order(key: tuple[Any, ...]) -> tuple[Any, ...]:
    depth, frequency, op, setting, arity = key
    return depth, frequency, op, str(setting), arity
