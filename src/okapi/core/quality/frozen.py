"""The same value for much longer than a series' own history of repeats would give.

A run of L equal values is L − 1 repeats. How often a value is repeated, and how often a repeat goes
on, is counted outside the run (with one more repeat than was seen, so that a short history claims
little). The run is told when so many repeats in a row are to be expected less than once in
1 / `CHANCE` series as long as this one, and it is `TIMES` as long as any other run. Runs under a
geometric law: W. Feller, An Introduction to Probability Theory I, XIII.7. A series that is constant
throughout has no history to judge by: no remark.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from okapi.core.quality.remark import Remark, RemarkKind, Severity
from okapi.core.quality.runs import runs_of

if TYPE_CHECKING:
    from okapi.core.columns import Floats

CHANCE = 0.001
TIMES = 3
LEAST_RUN = 4
LEAST_OTHERS = 8
"""So many values there must be outside the run."""


def frozen(values: Floats, bounds: Collection[float] = (0.0,)) -> list[Remark]:
    """Frozen runs, oldest first. `bounds` are values at which a series may honestly rest.

    At a bound (no accidents, 100 %) a run is told only where that value never stood before and the
    values beside it are far away.
    Missing values neither break a run nor count.
    """
    places = np.flatnonzero(~np.isnan(values))
    known = values[places]
    if known.size < LEAST_RUN + LEAST_OTHERS:
        return []
    same = known[1:] == known[:-1]
    runs = [(start, end + 1) for start, end in runs_of(same)]
    found = []
    for start, end in runs:
        length = end - start + 1
        longest = max((b - a + 1 for a, b in runs if (a, b) != (start, end)), default=1)
        if length < LEAST_RUN or length < TIMES * longest or known.size - length < LEAST_OTHERS:
            continue
        value = float(known[start])
        others = np.concatenate((known[:start], known[end + 1 :]))
        if value in bounds and _is_reached(known, others, start, end):
            continue
        outside = np.concatenate((same[: max(start, 0)], same[end:]))
        again = _again(outside)
        if known.size * again ** (length - 1) < CHANCE:
            numbers = {"value": value, "longest": float(longest)}
            is_on = end == known.size - 1
            severity = Severity.MEDIUM if is_on and value not in bounds else Severity.LOW
            begin, stop = int(places[start]), int(places[end])
            found.append(Remark(RemarkKind.FROZEN, severity, begin, stop, length, numbers))
    return found


def _is_reached(known: Floats, others: Floats, start: int, end: int) -> bool:
    """Whether a bound was ever touched before, or is only a usual step away from the run."""
    if (others == known[start]).any():
        return True
    usual = float(np.median(np.abs(np.diff(others))))
    beside = [known[at] for at in (start - 1, end + 1) if 0 <= at < known.size]
    return all(abs(value - known[start]) <= 3 * usual for value in beside)


def _again(same: np.typing.NDArray[np.bool_]) -> float:
    """How likely a value is repeated, or a repeat goes on: the larger of the two."""
    repeats = (np.count_nonzero(same) + 1) / (same.size + 2)
    after = same[1:][same[:-1]]
    # The prior of one repeat goes to a run as well only where runs were seen.
    going_on = (np.count_nonzero(after) + 0.5) / (after.size + 3) if after.size > 1 else 0.0
    return float(max(repeats, going_on))
