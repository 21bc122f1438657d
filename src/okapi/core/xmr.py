"""Process-behaviour (XmR) charts: natural limits and the rules that read them.

Limits: Wheeler, Understanding Variation (1993): mean ± 2.66 × mean moving range, and 3.27 × mean
moving range for the ranges themselves. 2.66 is 3 / 1.128, and 1.128 the mean range of two normal
values of standard deviation 1. Rules: Wheeler's three, or the four that the NHS uses (Making Data
Count; NHSRplotthedots, whose published examples are tests of this file).

The rules are for independent, roughly normal values. What the product calls a signal is
``okapi.core.signals.detect``, which is not misled by seasons, autocorrelation and skewness.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from operator import index
from typing import Literal, SupportsIndex, TypeAlias

import numpy as np

from okapi.core.columns import Floats, Ints
from okapi.core.errors import Refused
from okapi.core.quantities import Direction
from okapi.core.signals.readings import Values, noise_of, readings
from okapi.core.signals.signal import Kind, Side, Signal

LIMIT_FACTOR = 2.66
RANGE_FACTOR = 3.27
# The same figure with one more digit: what the NHS tools screen moving ranges with.
SCREEN_FACTOR = 3.267
RANGE_OF_TWO = 1.128
# So many points make limits that may be shown, and limits that stand.
PROVISIONAL_FROM, FIRM_FROM = 8, 20

# Kind, first and last position, and 1 for up or −1 for down.
Span: TypeAlias = tuple[Kind, int, int, int]
# How many of the first known values, or the positions from the first to before the second.
Baseline: TypeAlias = SupportsIndex | tuple[int, int] | slice | range


class Standing(StrEnum):
    """How far limits can be relied on, by the number of points behind them."""

    TOO_FEW = "too_few"
    PROVISIONAL = "provisional"
    FIRM = "firm"


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """The natural process limits of a baseline, in the KPI's unit.

    ``points`` is the number of known values in the baseline: fewer than 8 are too few to be shown
    to anybody, from 20 the limits are firm.
    """

    mean: float
    lower: float
    upper: float
    mean_moving_range: float
    range_limit: float
    points: int

    @property
    def standing(self) -> Standing:
        """How far the limits can be relied on."""
        if self.points < PROVISIONAL_FROM:
            return Standing.TOO_FEW
        return Standing.PROVISIONAL if self.points < FIRM_FROM else Standing.FIRM


def process_limits(
    values: Values, baseline: Baseline | None = None, screen: bool = False
) -> ProcessLimits:
    """The limits that the baseline gives: mean ± 2.66 × mean moving range.

    Args:
        values: One for each period; None or NaN is a gap, and a gap breaks the moving range.
        baseline: How many known values from the first on; or positions ``(start, stop)``, stop not
            included, as a tuple, slice or range of step 1. Without it every value.
        screen: Leave out, once, moving ranges of 3.267 × their mean and more. The mean keeps every
            point.

    Refused: ``xmr.too_few`` without two known values side by side; ``xmr.baseline`` for a baseline
    that is no such thing; ``signals.not_a_number``.
    """
    chosen = _chosen(readings(values), baseline)
    known = chosen[~np.isnan(chosen)]
    ranges = np.abs(np.diff(chosen))
    ranges = ranges[~np.isnan(ranges)]
    if ranges.size == 0:
        raise Refused("xmr.too_few", found=known.size, expected=2)
    moving = float(ranges.mean())
    if screen and moving > 0:
        moving = float(ranges[ranges < SCREEN_FACTOR * moving].mean())
    mean = float(known.mean())
    return ProcessLimits(
        mean=mean,
        lower=mean - LIMIT_FACTOR * moving,
        upper=mean + LIMIT_FACTOR * moving,
        mean_moving_range=moving,
        range_limit=RANGE_FACTOR * moving,
        points=known.size,
    )


def _chosen(values: Floats, baseline: Baseline | None) -> Floats:
    match baseline:
        case None:
            return values
        case slice(start=start, stop=stop, step=None | 1) | range(start=start, stop=stop, step=1):
            return values[start:stop]
        case (int(start), int(stop)) if 0 <= start < stop:
            return values[start:stop]
        case SupportsIndex() if index(baseline) > 0:
            known = np.flatnonzero(~np.isnan(values))[: index(baseline)]
            return values[: int(known[-1]) + 1] if known.size else values[:0]
        case _:
            raise Refused("xmr.baseline", found=str(baseline)[:60])


def signals(
    values: Values, limits: ProcessLimits, rules: Literal["wheeler", "nhs"] = "wheeler"
) -> list[Signal]:
    """What the rules find in all the values, in the order of their starts.

    ``wheeler``: a point outside the limits; eight in a row on one side of the mean; three of four
    in a row nearer to one limit than to the mean. ``nhs``: a point outside; seven in a row rising
    or falling; two of three in a row beyond two thirds of the way to one limit and not outside, the
    three on one side of the mean; seven in a row on one side.

    A run goes from its first point to its last, however long it is; points near a limit from the
    first of them to the last. A gap ends whatever was going on, and so does a value on the mean.
    Differences that can only be rounding are none. Refused: ``signals.not_a_number``, and
    ``xmr.rules`` for other rules.
    """
    x = readings(values)
    chart = _Chart(x, limits)
    match rules:
        case "wheeler":
            spans = [*chart.one_side(8), *chart.three_of_four()]
        case "nhs":
            spans = [*chart.one_side(7), *chart.two_of_three(), *chart.trends(7)]
        case _:
            raise Refused("xmr.rules", found=str(rules)[:60])
    found = [chart.signal(*span) for span in (*chart.points_outside(), *spans)]
    return sorted(found, key=lambda one: (one.start, PRECEDENCE.index(one.kind), one.end))


# What a point belongs to when several rules name it.
PRECEDENCE = (Kind.OUTSIDE, Kind.TREND, Kind.NEAR_LIMIT, Kind.RUN, Kind.SPIKE, Kind.SHIFT)


def mark_points(found: Iterable[Signal], count: int) -> list[Kind | None]:
    """The one kind that each of so many points is drawn as, by the NHS's order of precedence."""
    marks: list[Kind | None] = [None] * count
    for one in sorted(found, key=lambda one: PRECEDENCE.index(one.kind), reverse=True):
        marks[one.start : one.end + 1] = [one.kind] * (one.end + 1 - one.start)
    return marks


class _Chart:
    """The values as the rules see them: each one's side of the mean and of the limits."""

    def __init__(self, values: Floats, limits: ProcessLimits) -> None:
        self.values = values
        self.limits = limits
        ends = np.array([limits.mean, limits.lower, limits.upper])
        self.noise = noise_of(np.concatenate([values, ends]))
        self.side = self._signs(values - limits.mean)
        self.outside = self.beyond(1)

    def beyond(self, share: float) -> Ints:
        """1 above, −1 below so large a share of the way from the mean to the limit, 0 between."""
        mean, limits = self.limits.mean, self.limits
        above = self._signs(self.values - (mean + share * (limits.upper - mean))) > 0
        below = self._signs(self.values - (mean + share * (limits.lower - mean))) < 0
        return above.astype(np.int64) - below

    def one_side(self, least: int) -> Iterator[Span]:
        """At least so many points in a row on one side of the mean."""
        for start, end, side in _stretches(self.side):
            if end - start + 1 >= least:
                yield Kind.RUN, start, end, side

    def trends(self, least: int) -> Iterator[Span]:
        """At least so many points in a row, each above (or each below) the one before it."""
        for start, end, side in _stretches(self._signs(np.diff(self.values))):
            if end - start + 2 >= least:
                yield Kind.TREND, start, end + 1, side

    def three_of_four(self) -> Iterator[Span]:
        """At least three of four in a row nearer to one limit than to the mean."""
        near, gaps = self.beyond(1 / 2), np.cumsum(np.isnan(self.values))
        for side in (1, -1):
            places = np.flatnonzero(near == side)
            first, third = places[:-2], places[2:]
            found = (third - first <= 3) & (gaps[third] == gaps[first])
            kept = side * _covered(first[found], third[found], len(near))
            yield from ((Kind.NEAR_LIMIT, *stretch) for stretch in _stretches(kept))

    def two_of_three(self) -> Iterator[Span]:
        """At least two of three in a row near one limit, inside it; all three on that side."""
        near = np.where(self.outside == 0, self.beyond(2 / 3), 0)
        kept = np.zeros_like(near)
        for side in (1, -1):
            mine, same = near == side, self.side == side
            one, two, three = (mine[at : len(mine) - 2 + at] for at in range(3))
            alike = same[:-2] & same[1:-1] & same[2:]
            at = np.flatnonzero(alike & (one.astype(np.int8) + two + three >= 2))
            kept += side * _covered(at + ~one[at], at + 1 + three[at], len(near))
        yield from ((Kind.NEAR_LIMIT, *stretch) for stretch in _stretches(kept))

    def points_outside(self) -> Iterator[Span]:
        """Each point outside the limits."""
        for at in np.flatnonzero(self.outside):
            yield Kind.OUTSIDE, int(at), int(at), int(self.outside[at])

    def signal(self, kind: Kind, start: int, end: int, side: int) -> Signal:
        """The signal of a stretch; its change is from the mean, a trend's from its first point."""
        inside = self.values[start : end + 1]
        expected = inside[0] if kind is Kind.TREND else self.limits.mean
        reached = inside[-1] if kind is Kind.TREND else inside.mean()
        change = float(reached - expected)
        deviation = self.limits.mean_moving_range / RANGE_OF_TWO
        return Signal(
            kind=kind,
            start=start,
            end=end,
            direction=Side.UP if side > 0 else Side.DOWN,
            change=change,
            strength=abs(change) / deviation if deviation > self.noise else None,
        )

    def _signs(self, differences: Floats) -> Ints:
        """1, −1, or 0 for gaps and for what may be rounding."""
        signs = np.where(np.abs(differences) > self.noise, np.sign(differences), 0.0)
        return np.nan_to_num(signs).astype(np.int64)


def _covered(first: Ints, last: Ints, size: int) -> Ints:
    """1 in the places from a first to its last one, 0 elsewhere."""
    edges = np.zeros(size + 1, dtype=np.int64)
    np.add.at(edges, first, 1)
    np.add.at(edges, last + 1, -1)
    return (np.cumsum(edges)[:size] > 0).astype(np.int64)


def _stretches(marks: Ints) -> Iterator[tuple[int, int, int]]:
    """Start, end and mark of each stretch of equal marks; 0 is no mark."""
    edges = np.flatnonzero(np.diff(marks, prepend=0, append=0))
    for first, after in pairwise(edges.tolist()):
        if marks[first]:
            yield first, after - 1, int(marks[first])


class Assurance(StrEnum):
    """Whether a process, as it runs now, reaches a target."""

    ALWAYS = "consistent_pass"
    NEVER = "consistent_fail"
    SOMETIMES = "inconsistent"


def assurance(limits: ProcessLimits, target: float, better: Direction) -> Assurance | None:
    """Whether values between the limits always, never or sometimes reach the target.

    A value on the target reaches it. None for a KPI that has no better direction (a band).
    """
    if better is Direction.BAND:
        return None
    worst, best = limits.lower, limits.upper
    if better is Direction.DOWN:
        worst, best, target = -limits.upper, -limits.lower, -target
    if worst >= target:
        return Assurance.ALWAYS
    return Assurance.NEVER if best < target else Assurance.SOMETIMES
