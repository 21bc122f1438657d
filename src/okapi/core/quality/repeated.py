"""A stretch of values that stood earlier already: last year's file loaded again.

For every distance the longest run of values equal to those so far back is found. It is told when
so long a run is to be expected by chance less than once in 1 / `CHANCE` such series: positions ×
distances × (chance that two values are equal) × (chance that equal pairs go on)^(length − 1), both
counted outside the run. A series whose pattern repeats anyway (a timetable) thus gives none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from okapi.core.quality.remark import Remark, RemarkKind, Severity
from okapi.core.quality.runs import runs_of

if TYPE_CHECKING:
    from okapi.core.columns import Floats

CHANCE = 0.001
LEAST_RUN = 4
LEAST_DISTINCT = 3
MOST = 1_000
"""So many of the newest positions are compared with each other."""


def repeated(values: Floats) -> list[Remark]:
    """The longest repeated stretch, as a list of one; nothing where there is none.

    Its numbers say how many periods `back` the same values stood.
    """
    offset = max(values.size - MOST, 0)
    recent = values[offset:]
    known = recent[~np.isnan(recent)]
    if np.unique(known).size > known.size - LEAST_RUN:
        return []  # too few values stand twice
    best: tuple[int, int, int] = (0, 0, 0)  # length, start, distance
    matches = {}
    for back in range(LEAST_RUN, recent.size - LEAST_RUN + 1):
        equal = recent[back:] == recent[:-back]
        if np.count_nonzero(equal) < LEAST_RUN:
            continue
        matches[back] = equal
        for start, end in runs_of(equal):
            length = min(end - start + 1, back)
            stretch = recent[back + start : back + start + length]
            if length > best[0] and np.unique(stretch).size >= LEAST_DISTINCT:
                best = (length, back + start, back)
    length, start, back = best
    if length < LEAST_RUN or not _is_unlikely(recent, matches[back], length, start, back):
        return []
    begin = offset + start
    numbers = {"back": float(back)}
    end = begin + length - 1
    return [Remark(RemarkKind.REPEATED, Severity.HIGH, begin, end, length, numbers)]


def _is_unlikely(
    values: Floats, equal: np.typing.NDArray[np.bool_], length: int, start: int, back: int
) -> bool:
    rest = np.concatenate((values[:start], values[start + length :]))
    rest = rest[~np.isnan(rest)]
    if rest.size < 2 * LEAST_RUN:
        return False
    counts = np.unique(rest, return_counts=True)[1].astype(float)
    pairs = rest.size * (rest.size - 1)
    collides = (float((counts * (counts - 1)).sum()) + 2.0) / (pairs + 2.0)
    at = start - back
    beside = np.concatenate((equal[:at], equal[at + length :]))
    at_distance = (np.count_nonzero(beside) + 0.5) / (beside.size + 1.0) if beside.size else 0.0
    goes_on = max(collides, _goes_on(rest), at_distance if np.count_nonzero(beside) else 0.0)
    return bool(values.size**2 / 2 * collides * goes_on ** (length - 1) < CHANCE)


def _goes_on(rest: Floats) -> float:
    """How often the values after two equal ones are equal too, over all pairs of neighbours."""
    here, after = rest[:-1], rest[1:]
    singles = np.unique(here, return_counts=True)[1].astype(float)
    both = np.unique(np.stack((here, after)), axis=1, return_counts=True)[1].astype(float)
    pairs = float((singles * (singles - 1)).sum())
    # One pair more than was seen, so that a short history claims little.
    return (float((both * (both - 1)).sum()) + 1.0) / (pairs + 10.0)
