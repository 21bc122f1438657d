"""Periods without a value between those that have one, told apart from those never measured.

A shop that is closed on Sundays has no gap there: a place in the rhythm (a weekday, a month) that
is empty nearly always is a habit. What comes after the newest value is no gap but late, which
`core.freshness` tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from okapi.core.quality.remark import Remark, RemarkKind, Severity
from okapi.core.quality.runs import runs_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from okapi.core.columns import Floats

HABIT = 0.8
"""A place in the rhythm that is empty in so many of its turns is left out by habit."""
LEAST_TURNS = 4
SPARSE = 0.4
"""With a larger share missing it is the frequency that is to be looked at: one remark, not many."""
LEAST_SPARSE = 8
MOST_GAPS = 5
"""So are more gaps than that: nobody fills them one by one."""


def missing(values: Floats, season: int) -> list[Remark]:
    """Runs of missing values, oldest first, each one remark; or one remark for a sparse series.

    `season` is after how many periods the rhythm repeats (days 7, months 12); 0 or 1 for none.
    """
    known = np.flatnonzero(~np.isnan(values))
    if known.size < 2:
        return []
    first, last = int(known[0]), int(known[-1])
    lacking = np.isnan(values) & ~_habitual(values, season)
    lacking[:first] = False
    lacking[last:] = False
    count = int(np.count_nonzero(lacking))
    if count == 0:
        return []
    wanted = count + known.size
    stretches = _stretches(values, lacking)
    if wanted >= LEAST_SPARSE and (count > SPARSE * wanted or len(stretches) > MOST_GAPS):
        numbers = {"of": float(wanted)}
        return [Remark(RemarkKind.SPARSE, Severity.LOW, first, last, count, numbers)]
    return [
        Remark(RemarkKind.MISSING, _severity(stop, last), begin, stop, points)
        for begin, stop, points in stretches
    ]


def _stretches(values: Floats, lacking: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """First and last position of each gap and how many are missing.

    A habit within a gap (a Sunday) does not cut it in two.
    """
    found = []
    for start, end in runs_of(np.isnan(values)):
        inside = np.flatnonzero(lacking[start : end + 1]) + start
        if inside.size:
            found.append((int(inside[0]), int(inside[-1]), int(inside.size)))
    return found


def _severity(stop: int, last: int) -> Severity:
    return Severity.MEDIUM if stop >= last - _RECENT else Severity.LOW


_RECENT = 13
"""A gap within so many of the newest periods is in the charts that people look at."""


def _habitual(values: Floats, season: int) -> NDArray[np.bool_]:
    """Where a place in the rhythm is left out nearly always."""
    empty = np.isnan(values)
    habitual = np.zeros(values.size, dtype=bool)
    if season < 2:
        return habitual
    for place in range(season):
        turns = empty[place::season]
        if turns.size >= LEAST_TURNS and turns.mean() >= HABIT:
            habitual[place::season] = True
    return habitual
