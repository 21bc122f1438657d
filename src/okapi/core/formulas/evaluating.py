"""Computing a plan on what was loaded: the values of every task, and why there are none.

Tasks of the same depth with the same tape are one group and are computed together: a slot is a
gathering of rows, a move a few array operations, whatever the number of tasks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from okapi.core.columns import Bools, Floats
from okapi.core.formulas import cells, spans
from okapi.core.formulas.cells import KINDS, Cells, Reasons, Why, reason
from okapi.core.formulas.functions import How
from okapi.core.formulas.moves import run
from okapi.core.formulas.parts import Face
from okapi.core.formulas.plans import Plan, Reading, Task
from okapi.core.formulas.readings import Readings
from okapi.core.formulas.stores import Stores
from okapi.core.series import Aggregation

_HOWS = {
    Aggregation.SUM: How.SUM,
    Aggregation.MEAN: How.MEAN,
    Aggregation.MIN: How.MIN,
    Aggregation.MAX: How.MAX,
    Aggregation.LAST: How.LAST,
}


@dataclass(frozen=True, slots=True)
class Computed:
    """The results of a task in the periods from ``first`` on, one place each.

    ``is_there`` says which periods the KPI has at all: those in which one of its parts has a value.
    Where it then has none itself, ``why`` is not 0; ``reason`` reads it. A sum that is not known is
    NaN.
    """

    task: Task
    first: int
    values: Floats
    why: Reasons
    is_there: Bools
    numerators: Floats | None
    denominators: Floats | None

    def reason(self, at: int) -> tuple[Why, tuple[str, ...]]:
        """Why there is no value at a place, and the keys of the KPIs that it is about."""
        source, kind = divmod(int(self.why[at]), KINDS)
        formula = self.task.formula
        return Why(kind), tuple(formula.keys[one] for one in formula.tape.abouts[source])


def evaluate(plan: Plan, readings: Readings) -> list[Computed]:
    """All tasks of a plan; ``readings`` has what the plan loads."""
    if not plan.tasks:
        return []
    stores = Stores(plan, readings)
    return [one for group in _groups(plan) for one in _Group(group, stores).computed()]


def _groups(plan: Plan) -> list[list[Reading]]:
    """Tasks that are computed together, in order: by depth, tape, and how their slots are read."""
    groups: dict[tuple[Any, ...], list[Reading]] = {}
    for reading in plan.tasks:
        task, counts = reading.task, tuple(map(len, reading.slots))
        key = (reading.depth, task.formula.way, task.serves, counts)
        groups.setdefault(key, []).append(reading)
    return [groups[key] for key in sorted(groups, key=lambda key: key[0])]


class _Group:
    """Tasks with the same tape, read in the same way."""

    def __init__(self, readings: Sequence[Reading], stores: Stores) -> None:
        self._readings, self._stores = readings, stores
        first = readings[0]
        self._formula = first.task.formula
        self._own = self._formula.measured.frequency
        self._parts = self._formula.slot_parts
        self._slots = [self._slot(at) for at in range(len(self._formula.slots))]

    def computed(self) -> Iterator[Computed]:
        """The results, which are put where later groups read them."""
        axis = self._stores.axes[self._own]
        found = run(self._formula.tape, self._slots, axis, len(self._readings))
        there = self._is_there()
        for at, reading in enumerate(self._readings):
            first, last = reading.wanted
            span = slice(first - axis.first, last - axis.first + 1)
            values, *sums = (one.values[at, span] for one in found)
            above, below = sums or (None, None)
            yield Computed(reading.task, first, values, found[0].why[at, span], there[at, span],
                           above, below)  # fmt: skip
        if self._readings[0].task.serves:
            reads = [one.read for one in self._readings]
            self._stores.put(reads, [one.wanted for one in self._readings], found, there)

    def _is_there(self) -> Bools:
        """Where one of the parts has a value."""
        faces = [of.face for of in self._formula.slots]
        slots = zip(self._slots, faces, strict=True)
        lacks = [slot.lacks for slot, face in slots if face is Face.VALUE]
        return np.asarray(~np.logical_and.reduce(lacks))

    def _slot(self, at: int) -> Cells:
        """What stands in a slot: in the formula's periods, its slices merged."""
        of, part = self._formula.slots[at], self._parts[at]
        theirs = self._formula.frequencies[at]
        several = len(self._readings[0].slots[at]) != 1
        ratio = part.aggregation is Aggregation.RATIO
        if of.face is Face.VALUE and ratio and (theirs is not self._own or several):
            return self._ratio(at)
        return self._face(at, of.face)

    def _ratio(self, at: int) -> Cells:
        """A ratio of several values: the ratio of their sums."""
        above, below = (self._face(at, face) for face in (Face.NUMERATOR, Face.DENOMINATOR))
        return cells.finished(
            cells.scale(cells.divide(above, below, at), self._parts[at].scale, at)
        )

    def _face(self, at: int, face: Face) -> Cells:
        part = self._parts[at]
        ratio = part.aggregation is Aggregation.RATIO
        missing = reason(Why.MISSING, at)
        theirs = self._formula.frequencies[at]
        found = []
        for place in range(len(self._readings[0].slots[at])):
            reads = [one.slots[at][place] for one in self._readings]
            one = self._stores.cells(reads, face, at)
            if theirs is not self._own:
                shorter, own = self._stores.axes[theirs], self._stores.axes[self._own]
                how = How.SUM if ratio else _HOWS[part.aggregation]
                one = spans.bucketed(one, shorter.places_in(own), len(own), how, missing)
            found.append(one)
        if len(found) == 1:
            return found[0]
        if not found:
            return cells.unknown(len(self._readings), len(self._stores.axes[self._own]), missing)
        merging = How.SUM if ratio else _HOWS[part.merging or Aggregation.SUM]
        return spans.merged(found, merging, missing)
