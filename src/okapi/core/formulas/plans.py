"""What has to be computed after a change: which formulas, in which periods, and what is looked at.

A *task* is one formula at one slice. Only the periods that can change are computed; of everything
that is read, only those that these look at are loaded.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from okapi.core.formulas.axes import Rhythm
from okapi.core.formulas.parts import Formula, Measured, PartOf
from okapi.core.formulas.reach import Range, hull, looked_at, moved
from okapi.core.frequencies import Frequency
from okapi.core.slices import read_slice_key, slice_key


class Series(NamedTuple):
    """One slice of one KPI, by its keys; "" is the total."""

    kpi: str
    slice: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A formula at one slice.

    ``name`` is the caller's own. ``serves`` tells that other formulas read it under its key: an
    earlier definition version is computed, but not read by others.
    """

    name: Hashable
    formula: Formula
    slice: str = ""
    serves: bool = True

    @property
    def series(self) -> Series:
        """As others call it."""
        return Series(self.formula.measured.key, self.slice)


class Read(NamedTuple):
    """A series as a formula reads it: in periods of which frequency."""

    series: Series
    frequency: Frequency


@dataclass(slots=True)
class Plan:
    """Tasks in order with the periods that are computed, and what has to be loaded for them.

    ``loads`` are all series that are read, those that are computed too; in periods of theirs.
    """

    rhythm: Rhythm
    tasks: list[tuple[Reading, Range]] = field(default_factory=list)
    loads: dict[Read, Range] = field(default_factory=dict)

    def load(self, read: Read, wanted: Range) -> None:
        """Have these periods loaded, too."""
        self.loads[read] = hull(self.loads.get(read), wanted) or wanted


@dataclass(frozen=True, slots=True)
class Reading:
    """A task with the series that it reads; where a part has several, they are merged."""

    task: Task
    parts: Mapping[str, Measured]
    series: Mapping[PartOf, tuple[Series, ...]]

    @classmethod
    def of(cls, task: Task, slices: Mapping[str, Sequence[str]]) -> Reading:
        """Look up the series of a task; ``slices`` has the keys of every KPI's slices."""
        parts = {part.key: part for part in task.formula.parts}
        found = {
            part: _series_of(parts[part.key], task, slices, part)
            for expression in task.formula.expressions
            for part in expression.parts()
        }
        return cls(task, parts, found)

    def frequency_of(self, of: PartOf) -> Frequency:
        """In which periods a part is loaded: measured values at once in the formula's.

        Each belongs to the period in which its last day lies, whatever its own shape.
        """
        part = self.parts[of.key]
        return part.frequency if part.is_formula else self.task.formula.measured.frequency


def _series_of(
    part: Measured, task: Task, slices: Mapping[str, Sequence[str]], of: PartOf
) -> tuple[Series, ...]:
    wanted = "" if of.in_total else task.slice
    if not wanted and part.has_total:
        return (Series(part.key),)
    dimensions = task.formula.measured.dimensions if wanted else ()
    if wanted and set(part.dimensions) == set(dimensions):
        return (Series(part.key, wanted),)
    return tuple(
        Series(part.key, key)
        for key in slices.get(part.key, ())
        if key and projected(key, dimensions) == wanted
    )


@lru_cache(maxsize=65_536)
def projected(key: str, dimensions: tuple[str, ...]) -> str:
    """The slice of fewer dimensions that a slice belongs to."""
    values = read_slice_key(key)
    return slice_key({name: values[name] for name in dimensions if name in values})


def slices_of(formula: Formula, slices: Mapping[str, Sequence[str]]) -> list[str]:
    """The slices at which a formula is computed: those that its parts share, and its total."""
    dimensions = formula.measured.dimensions
    found = [""] if formula.measured.has_total else []
    if not dimensions:
        return found
    read = {of.key for of in formula.value.parts() if not of.in_total}
    shared: set[str] | None = None
    for part in formula.parts:
        if part.key in read:
            keys = {projected(key, dimensions) for key in slices.get(part.key, ()) if key}
            shared = keys if shared is None else shared & keys
    whole = (key for key in shared or () if len(read_slice_key(key)) == len(dimensions))
    return found + sorted(whole)


def plan(
    tasks: Iterable[Task],
    touched: Mapping[Series, Range] | None,
    slices: Mapping[str, Sequence[str]],
    rhythm: Rhythm,
    everything: Range | None = None,
) -> Plan:
    """What is computed after a change.

    Args:
        tasks: in the order of computing.
        touched: the first and last day (as ordinals) on which periods of series end that differ.
        slices: the keys of every KPI's slices.
        rhythm: the organisation's calendar, of any frequency.
        everything: days, as of ``touched``: compute all tasks over all of them instead.
    """
    differing = _Differing(touched or {}, rhythm)
    found = Plan(rhythm)
    for task in tasks:
        reading = Reading.of(task, slices)
        own = rhythm.of(task.formula.measured.frequency)
        if everything is not None:
            wanted: Range | None = own.index_range(everything)
        else:
            wanted = differing.of_formula(reading, own)
        if wanted is None:
            continue
        found.tasks.append((reading, wanted))
        if task.serves:
            differing.add(task.series, own.day_range(wanted))
        _load(found, reading, wanted, own)
    return found


class _Differing:
    """Which series differ, in periods that end on which days."""

    def __init__(self, touched: Mapping[Series, Range], rhythm: Rhythm) -> None:
        self._days = dict(touched)
        self._rhythm = rhythm

    def add(self, series: Series, days: Range) -> None:
        self._days[series] = hull(self._days.get(series), days) or days

    def of_formula(self, reading: Reading, own: Rhythm) -> Range | None:
        def changed(of: PartOf) -> Range | None:
            days: Range | None = None
            for series in reading.series[of]:
                days = hull(days, self._days.get(series))
            return None if days is None else own.index_range(days)

        found: Range | None = None
        for expression in reading.task.formula.expressions:
            found = hull(found, moved(expression, changed, own))
        return found


def _load(found: Plan, reading: Reading, wanted: Range, own: Rhythm) -> None:
    def tell(of: PartOf, periods: Range) -> None:
        frequency = reading.frequency_of(of)
        theirs = found.rhythm.of(frequency)
        first, last = periods
        if theirs != own:
            first, last = theirs.within(first, own)[0], theirs.within(last, own)[1]
        for series in reading.series[of]:
            found.load(Read(series, frequency), (first, last))

    for expression in reading.task.formula.expressions:
        looked_at(expression, wanted, own, tell)
    if reading.task.serves:
        found.load(Read(reading.task.series, own.frequency), wanted)
