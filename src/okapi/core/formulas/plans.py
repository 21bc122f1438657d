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
    """A task with the periods that are computed, and what is read in its slots.

    Where a slot reads several series, they are merged. ``looks`` are the task's own periods that
    each slot looks at. ``read`` is how others read it; ``depth`` counts the tasks of the plan on
    the longest way down, itself included.
    """

    task: Task
    slots: tuple[tuple[Read, ...], ...]
    wanted: Range
    looks: tuple[Range, ...]
    read: Read
    depth: int


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


def _slots(task: Task, slices: Mapping[str, Sequence[str]]) -> tuple[tuple[Read, ...], ...]:
    """What is read in the slots of a task."""
    formula = task.formula
    if not task.slice and formula.totals is not None:
        return formula.totals
    slots = zip(formula.slot_parts, formula.slots, formula.frequencies, strict=True)
    return tuple(
        tuple(Read(one, frequency) for one in _series_of(part, task, slices, of))
        for part, of, frequency in slots
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
    making = _Making(rhythm, touched or {}, everything)
    for task in tasks:
        making.add(task, _slots(task, slices))
    return making.plan


class _Making:
    """A plan that is being made, task by task."""

    def __init__(
        self, rhythm: Rhythm, touched: Mapping[Series, Range], everything: Range | None
    ) -> None:
        self.plan = Plan(rhythm)
        self._calendar = {frequency: rhythm.of(frequency) for frequency in Frequency}
        self._everything: dict[Frequency, Range] | None = everything and {
            frequency: own.index_range(everything)
            for frequency, own in self._calendar.items()
            if frequency is not Frequency.IRREGULAR
        }
        self._differing = dict(touched)
        self._depths: dict[Read, int] = {}

    def add(self, task: Task, slots: tuple[tuple[Read, ...], ...]) -> None:
        """One more task, if anything of it is computed."""
        formula = task.formula
        own = self._calendar[formula.measured.frequency]
        wanted = self._wanted(formula, slots, own)
        if wanted is None:
            return
        looks = looked_at(formula.tape, wanted, own)
        depth, read = 1 + self._load(slots, looks, own), Read(task.series, own.frequency)
        self.plan.tasks.append(Reading(task, slots, wanted, looks, read, depth))
        if task.serves:
            self._depths[read] = max(depth, self._depths.get(read, 0))
            self.plan.load(read, wanted)
            if self._everything is None:
                days = own.day_range(wanted)
                self._differing[read.series] = hull(self._differing.get(read.series), days) or days

    def _wanted(
        self, formula: Formula, slots: Sequence[Sequence[Read]], own: Rhythm
    ) -> Range | None:
        """The periods in which a formula can differ, or all."""
        if self._everything is not None:
            return self._everything[own.frequency]
        changed: list[Range | None] = []
        for reads in slots:
            days: Range | None = None
            for one in reads:
                days = hull(days, self._differing.get(one.series))
            changed.append(None if days is None else own.index_range(days))
        return moved(formula.tape, changed, own) if any(changed) else None

    def _load(self, slots: Sequence[Sequence[Read]], looks: Sequence[Range], own: Rhythm) -> int:
        """Have what stands in slots loaded, where they look; how deep the deepest of it is."""
        deepest = 0
        for reads, look in zip(slots, looks, strict=True):
            for one in reads:
                same = one.frequency is own.frequency
                periods = look if same else _shorter(look, self._calendar[one.frequency], own)
                self.plan.load(one, periods)
                deepest = max(deepest, self._depths.get(one, 0))
        return deepest


def _shorter(periods: Range, theirs: Rhythm, own: Rhythm) -> Range:
    """The periods of a shorter rhythm that belong to longer ones."""
    return theirs.within(periods[0], own)[0], theirs.within(periods[1], own)[1]
