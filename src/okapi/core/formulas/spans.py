"""The operations of formulas along time: shifts, windows, and longer periods out of shorter ones.

Sums go in the order of time, so that a figure does not depend on how much of the time is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from okapi.core.columns import Floats, Ints
from okapi.core.formulas.cells import KINDS, Cells, Why
from okapi.core.formulas.functions import How


def shifted(one: Cells, by: int, before: int) -> Cells:
    """Each value ``by`` periods later; ``before`` is the reason before the axis begins."""
    n = one.values.shape[1]
    values = np.full_like(one.values, np.nan)
    why = np.full_like(one.why, before)
    if by < n:
        values[:, by:], why[:, by:] = one.values[:, : n - by], one.why[:, : n - by]
    return Cells(values, why)


def taken(one: Cells, places: Ints, before: int) -> Cells:
    """Each value at other places of the axis; negative ones lie before it."""
    inside = places >= 0
    at = np.where(inside, places, 0)
    values = np.where(inside, one.values[:, at], np.nan)
    return Cells(values, np.where(inside, one.why[:, at], before).astype(np.int32))


def rolling(one: Cells, n: int, how: How, not_full: int) -> Cells:
    """The newest ``n`` periods as one; a window with a gap has no value, for the reason told."""
    rows, periods = one.values.shape
    lacking: Ints = np.cumsum(one.lacks, axis=1, dtype=np.int64)
    lacking[:, n:] -= lacking[:, : max(periods - n, 0)].copy()
    full = lacking == 0
    full[:, : n - 1] = False
    so_far = start(how, (rows, periods))
    plain = np.where(one.lacks, 0.0, one.values)
    for back in range(min(n, periods) - 1, -1, -1):
        late = so_far[:, back:]
        so_far[:, back:] = take_in(how, late, plain[:, : periods - back])
    values = so_far / n if how is How.MEAN else so_far
    empty = np.where(one.lacks, one.why, not_full)
    return Cells(np.where(full, values, np.nan), np.where(full, 0, empty).astype(np.int32))


def to_date(one: Cells, begins: Ints, how: How) -> Cells:
    """What there is since the span began, as one; without a value of its own a period has none.

    A ratio that was measured without its sums is no gap: what would be without it is another
    figure. No later period of its span has a value. ``begins`` has each period's place at which its
    span begins.
    """
    values, counts = np.empty_like(one.values), np.empty(one.values.shape)
    why, no_sums = one.why.copy(), one.why % KINDS == Why.NO_SUMS
    so_far = start(how, one.values.shape[:1])
    count, lost = np.zeros(one.values.shape[0]), np.zeros(len(why), dtype=np.int32)
    for at, begin in enumerate(begins.tolist()):
        if begin == at:
            so_far, count, lost = (
                start(how, so_far.shape),
                np.zeros_like(count),
                np.zeros_like(lost),
            )
        lost = np.where((lost == 0) & no_sums[:, at], one.why[:, at], lost)
        has = one.why[:, at] == 0
        why[:, at] = np.where(has, lost, one.why[:, at])
        so_far = np.where(has, take_in(how, so_far, one.values[:, at]), so_far)
        count = count + has
        values[:, at], counts[:, at] = so_far, count
    if how is How.MEAN:
        with np.errstate(invalid="ignore"):
            values = values / counts
    return Cells(values, why)


def bucketed(one: Cells, places: Ints, n: int, how: How, empty: int) -> Cells:
    """The values of shorter periods as those of longer ones.

    ``places`` has each short period's place on the longer axis of ``n`` periods; ``empty`` is
    the reason for a period with nothing in it.
    """
    rows = one.values.shape[0]
    so_far, counts = start(how, (rows, n)), np.zeros((rows, n))
    for at, place in enumerate(places.tolist()):
        if 0 <= place < n:
            has = one.why[:, at] == 0
            values = take_in(how, so_far[:, place], one.values[:, at])
            so_far[:, place] = np.where(has, values, so_far[:, place])
            counts[:, place] += has
    return ended(how, so_far, counts, empty)


def merged(slices: Sequence[Cells], how: How, empty: int) -> Cells:
    """The values of slices as one, of those that have any; ``empty`` is the reason else."""
    shape = slices[0].values.shape
    so_far, counts = start(how, shape), np.zeros(shape)
    for one in slices:
        has = ~one.lacks
        so_far = np.where(has, take_in(how, so_far, one.values), so_far)
        counts += has
    return ended(how, so_far, counts, empty)


def start(how: How, shape: tuple[int, ...]) -> Floats:
    """What is combined with nothing yet."""
    return np.full(shape, {How.MIN: np.inf, How.MAX: -np.inf}.get(how, 0.0))


def take_in(how: How, so_far: Floats, values: Floats) -> Floats:
    """What is combined, and one more."""
    if how is How.MIN:
        return np.minimum(so_far, values)
    if how is How.MAX:
        return np.maximum(so_far, values)
    return values if how is How.LAST else np.asarray(so_far + values)


def ended(how: How, so_far: Floats, counts: Floats, empty: int) -> Cells:
    """What was combined of so many values; of none there is nothing."""
    there = counts > 0
    values = np.divide(so_far, np.where(there, counts, 1.0)) if how is How.MEAN else so_far
    why = np.where(there, 0, empty).astype(np.int32)
    return Cells(np.where(there, values, np.nan), why)
