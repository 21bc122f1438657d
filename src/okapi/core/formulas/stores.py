"""The values that a plan works on: what was loaded, and what was computed so far, in rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from okapi.core.columns import Bools
from okapi.core.formulas.axes import Axis
from okapi.core.formulas.cells import KINDS, Cells, Why
from okapi.core.formulas.parts import Face, Read
from okapi.core.formulas.plans import Plan
from okapi.core.formulas.reach import Range, hull
from okapi.core.formulas.readings import Loaded, Readings, loaded
from okapi.core.frequencies import Frequency


class Stores:
    """One array of values and of kinds of reasons for each frequency and face."""

    def __init__(self, plan: Plan, readings: Readings) -> None:
        self.axes = _axes(plan)
        self._loaded: dict[Frequency, Loaded] = {
            frequency: loaded(
                readings, axis, [read for read in plan.loads if read.frequency is frequency]
            )
            for frequency, axis in self.axes.items()
        }

    def cells(self, reads: Sequence[Read], face: Face, source: int) -> Cells:
        """The rows of these series, which are of one frequency; ``source`` is told in reasons."""
        held = self._loaded[reads[0].frequency]
        rows = [held.row[read] for read in reads]
        values, kinds = held.faces[face]
        kind = kinds[rows].astype(np.int32)
        return Cells(values[rows], np.where(kind != 0, kind + KINDS * source, 0).astype(np.int32))

    def put(
        self, reads: Sequence[Read], wanted: Sequence[Range], found: Sequence[Cells], there: Bools
    ) -> None:
        """What was computed takes the place of what was loaded, in the periods that were wanted.

        Others read what will be stored: nothing in a period that is not `there`. That a KPI lacks
        is told of the KPI, whatever the reason.
        """
        frequency = reads[0].frequency
        held, axis = self._loaded[frequency], self.axes[frequency]
        rows = np.asarray([held.row[read] for read in reads])
        ranges = np.asarray(wanted) - axis.first
        whole = bool((ranges == ranges[0]).all())
        for face, made in zip(Face, found, strict=False):
            values, kinds = held.faces[face]
            lacks = made.lacks | np.isnan(made.values) | ~there
            kind = np.where(lacks, Why.MISSING, 0).astype(np.int8)
            if whole:
                first, last = ranges[0]
                values[rows, first : last + 1] = made.values[:, first : last + 1]
                kinds[rows, first : last + 1] = kind[:, first : last + 1]
                continue
            for at, (row, (first, last)) in enumerate(zip(rows, ranges, strict=True)):
                values[row, first : last + 1] = made.values[at, first : last + 1]
                kinds[row, first : last + 1] = kind[at, first : last + 1]


def _axes(plan: Plan) -> dict[Frequency, Axis]:
    """The axes on which a plan is computed: all that is loaded, and all that is looked at.

    What a formula looks at counts in its own periods too, also where shorter ones are loaded.
    """
    ranges = {(read.frequency, wanted) for read, wanted in plan.loads.items()}
    ranges |= {(one.read.frequency, look) for one in plan.tasks for look in one.looks}
    bounds: dict[Frequency, Range] = {}
    for frequency, found in ranges:
        bounds[frequency] = hull(bounds.get(frequency), found) or found
    return {
        frequency: Axis(plan.rhythm.of(frequency), *found) for frequency, found in bounds.items()
    }
