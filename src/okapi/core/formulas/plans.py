"""What has to be computed after a change: which formulas, in which periods, and what is looked at.

A *task* is one formula at one slice. Only the periods that can change are computed; of everything
that is read, only those that these look at are loaded.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from okapi.core.formulas.axes import Rhythm
from okapi.core.formulas.formula import Formula
from okapi.core.formulas.parts import Measured, PartOf, Read, Series
from okapi.core.formulas.reach import Range, hull, looked_at, moved
from okapi.core.frequencies import Frequency
from okapi.core.slices import read_slice_key, slice_key


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


@dataclass(frozen=True, slots=True)
class Reading:
    """A task with the periods that are computed, and the series that stand in its slots.

    Where a slot has several series, they are merged.
    """

    task: Task
    series: tuple[tuple[Series, ...], ...]
    wanted: Range


@dataclass(slots=True)
class Plan:
    """Tasks in the order of computing, and what has to be loaded for them.

    ``loads`` are the periods of all series that are read, those that are computed too.
    """

    rhythm: Rhythm
    tasks: list[Reading] = field(default_factory=list)
    loads: dict[Read, Range] = field(default_factory=dict)

    def load(self, read: Read, wanted: Range) -> None:
        """Have these periods loaded, too."""
        known = self.loads.get(read)
        if known != wanted:
            self.loads[read] = hull(known, wanted) or wanted


def _series(task: Task, slices: Mapping[str, Sequence[str]]) -> tuple[tuple[Series, ...], ...]:
    """The series in the slots of a task."""
    formula = task.formula
    if not task.slice and formula.totals is not None:
        return formula.totals
    return tuple(
        _series_of(part, task, slices, of)
        for part, of in zip(formula.slot_parts, formula.slots, strict=True)
    )


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
    read = {of.key for of in formula.slots if not of.in_total}
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
    calendar = {frequency: rhythm.of(frequency) for frequency in Frequency}
    found = Plan(rhythm)
    for task in tasks:
        series = _series(task, slices)
        own = calendar[task.formula.measured.frequency]
        if everything is not None:
            wanted: Range | None = own.index_range(everything)
        else:
            wanted = differing.of_formula(task.formula, series, own)
        if wanted is None:
            continue
        found.tasks.append(Reading(task, series, wanted))
        if task.serves:
            differing.add(task.series, own.day_range(wanted))
            found.load(Read(task.series, own.frequency), wanted)
        _load(found, found.tasks[-1], calendar)
    return found


class _Differing:
    """Which series differ, in periods that end on which days."""

    def __init__(self, touched: Mapping[Series, Range], rhythm: Rhythm) -> None:
        self._days = dict(touched)
        self._rhythm = rhythm

    def add(self, series: Series, days: Range) -> None:
        """A series differs, too."""
        self._days[series] = hull(self._days.get(series), days) or days

    def of_formula(
        self, formula: Formula, slots: Sequence[Sequence[Series]], own: Rhythm
    ) -> Range | None:
        """The periods in which a formula can differ."""
        changed: list[Range | None] = []
        for series in slots:
            days: Range | None = None
            for one in series:
                days = hull(days, self._days.get(one))
            changed.append(None if days is None else own.index_range(days))
        return moved(formula.tape, changed, own) if any(changed) else None


def _load(found: Plan, reading: Reading, calendar: Mapping[Frequency, Rhythm]) -> None:
    formula = reading.task.formula
    own = calendar[formula.measured.frequency]
    looks = looked_at(formula.tape, reading.wanted, own)
    for series, frequency, look in zip(reading.series, formula.frequencies, looks, strict=True):
        theirs = calendar[frequency]
        periods = look if theirs is own else _shorter(look, theirs, own)
        for one in series:
            found.load(Read(one, frequency), periods)


def _shorter(periods: Range, theirs: Rhythm, own: Rhythm) -> Range:
    """The periods of a shorter rhythm that belong to longer ones."""
    return theirs.within(periods[0], own)[0], theirs.within(periods[1], own)[1]
