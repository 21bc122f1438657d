"""What a KPI is judged by, and how what was found today is joined to what was told before.

A KPI's *baseline* is chosen once and then stays: the values before the newest ones, which are
judged by it. While there are too few values it grows with them and is provisional. Whoever says
that the process changed begins another one. ``watch`` judges by a baseline; ``reconcile`` tells
what is new, what goes on, and what is no signal any more because values were corrected.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from okapi.core.columns import Floats
from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency
from okapi.core.quantities import Band, Direction
from okapi.core.signals import Side, Signal, detect
from okapi.core.signals.evidence import LONGEST
from okapi.core.signals.robust import LEAST_BASELINE
from okapi.core.xmr import ProcessLimits, process_limits

# A baseline of so many values does not grow any more.
FIRM = 24
# After how many periods the pattern of a KPI repeats.
SEASONS = {Frequency.DAY: 7, Frequency.MONTH: 12, Frequency.QUARTER: 4}
# So many of the newest values are judged when a KPI with a long past is looked at first.
LOOKED_AT = {
    Frequency.DAY: 56,
    Frequency.WEEK: 16,
    Frequency.MONTH: 6,
    Frequency.QUARTER: 4,
    Frequency.HALF: 2,
    Frequency.YEAR: 2,
    Frequency.IRREGULAR: 12,
}
# What was judged so long ago is history and not judged again.
JUDGED = 96
# A level that has held for so many values is the usual one by now, whatever the baseline says.
NEWS_FOR = LONGEST


@dataclass(frozen=True, slots=True)
class Baseline:
    """Positions from ``start`` to before ``stop`` with so many known values among them."""

    start: int
    stop: int
    points: int

    @property
    def is_firm(self) -> bool:
        """Whether it has all the values that it needs."""
        return self.points >= FIRM


@dataclass(frozen=True, slots=True)
class Watched:
    """What a baseline tells: the limits (None without neighbouring values), and signals after it.

    ``since`` is the first position that was judged; ``season`` what was allowed for.
    """

    limits: ProcessLimits | None
    signals: tuple[Signal, ...]
    since: int
    season: int | None


def first_baseline(known: Sequence[int], frequency: Frequency) -> Baseline | None:
    """The baseline of a KPI that nobody has set one for; None with fewer than 8 values.

    ``known``: the positions that have a value, in their order. Two thirds of a short past, 24
    values of a longer one, those before the newest ones (``LOOKED_AT``).
    """
    count = len(known)
    points = _points(count, frequency)
    if points is None:
        return None
    begin = max(0, count - LOOKED_AT[frequency] - points) if points >= FIRM else 0
    return Baseline(known[begin], known[begin + points - 1] + 1, points)


def baseline_from(known: Sequence[int], since: int, frequency: Frequency) -> Baseline | None:
    """The baseline of a process that begins at a position; None as long as it has too few."""
    begin = bisect_left(known, since)
    points = _points(len(known) - begin, frequency)
    if points is None:
        return None
    return Baseline(known[begin], known[begin + points - 1] + 1, points)


def baseline_between(known: Sequence[int], start: int, stop: int) -> Baseline | None:
    """The baseline that somebody has set, without its last position; None with too few values."""
    points = bisect_left(known, stop) - bisect_left(known, start)
    return Baseline(start, stop, points) if points >= LEAST_BASELINE else None


def _points(count: int, frequency: Frequency) -> int | None:
    """How many of so many values make the baseline."""
    if count < LEAST_BASELINE:
        return None
    points = min(max(2 * count // 3, LEAST_BASELINE), FIRM)
    twice = 2 * SEASONS.get(frequency, 0)
    return max(points, twice) if count > twice else points


def watch(
    values: Floats,
    baseline: Baseline,
    frequency: Frequency,
    *,
    screen: bool = False,
    since: int = 0,
) -> Watched:
    """The limits of a baseline, and the signals among the values after it.

    Args:
        values: One for each position, NaN for a gap.
        baseline: What they are judged by.
        frequency: How often there is a value: it has the season.
        screen: Leave wild moving ranges out of the limits.
        since: What lies before this position is not judged again; it is at most ``JUDGED`` known
            values back where that is more.

    Refused: ``signals.not_a_number`` for values beyond 1e150.
    """
    season = SEASONS.get(frequency)
    if season is not None and baseline.points < 2 * season:
        season = None
    known = np.flatnonzero(~np.isnan(values))
    after = known[known >= baseline.stop]
    first = int(after[-JUDGED]) if after.size > JUDGED else baseline.stop
    first = max(baseline.stop, min(first, since) if since else first)
    seen = values[baseline.start :].copy()
    seen[baseline.stop - baseline.start : first - baseline.start] = np.nan
    found = detect(seen, season, baseline.points)
    moved = (
        replace(one, start=one.start + baseline.start, end=one.end + baseline.start)
        for one in found
    )
    return Watched(_limits(values, baseline, screen), tuple(moved), first, season)


def _limits(values: Floats, baseline: Baseline, screen: bool) -> ProcessLimits | None:
    try:
        return process_limits(values, (baseline.start, baseline.stop), screen)
    except Refused as refused:
        if refused.code == "xmr.too_few":
            return None
        raise


@dataclass(frozen=True, slots=True)
class Told:
    """A signal that was told before: what it is known by, and where it lies today."""

    id: UUID
    start: int
    end: int
    direction: Side


@dataclass(frozen=True, slots=True)
class Joined:
    """A signal of today; ``told`` is what it was told as before, None for a new one."""

    signal: Signal
    told: UUID | None


def reconcile(
    told: Sequence[Told], found: Sequence[Signal], since: int
) -> tuple[list[Joined], list[UUID]]:
    """Today's signals joined to those that were told, and which of these are none any more.

    They are the same where they touch and go the same way: a spike may have become a shift. What
    was told and began before ``since``, the first position that was judged, stays as it is.
    """
    left = sorted(told, key=lambda one: one.start)
    joined: list[Joined] = []
    for one in found:
        same = next((was for was in left if _touch(was, one)), None)
        if same is None:
            joined.append(Joined(one, None))
            continue
        left.remove(same)
        start = min(one.start, same.start) if same.start < since else one.start
        joined.append(Joined(replace(one, start=start), same.id))
    return joined, [one.id for one in left if one.start >= since]


def _touch(told: Told, found: Signal) -> bool:
    is_near = told.start <= found.end + 1 and found.start <= told.end + 1
    return is_near and told.direction is found.direction


def is_bad(
    signal: Signal, values: Floats, better: Direction, band: Band | None = None
) -> bool | None:
    """Whether the KPI became worse; None where it cannot be told.

    For a KPI that belongs into a band: whether its values lie farther from it than what was
    expected; None as well where both lie in it.
    """
    if better is not Direction.BAND:
        return (signal.direction is Side.UP) is (better is Direction.DOWN)
    if band is None:
        return None
    reached = float(np.nanmean(values[signal.start : signal.end + 1]))
    now, before = (_outside(at, band) for at in (reached, reached - signal.change))
    return None if now == before else now > before


def _outside(value: float, band: Band) -> float:
    below = 0.0 if band.low is None else float(band.low) - value
    above = 0.0 if band.high is None else value - float(band.high)
    return max(below, above, 0.0)
