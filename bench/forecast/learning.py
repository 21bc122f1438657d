"""Learning the table of `okapi.core.forecast.table`, and trying it on what it was not learnt from.

Series of M1 and Tourism count most, those of M3 little; beside each stands the same series cut
short, since most KPIs are young. Half of the series (every other one) make one table, the others
another, and each is tried on the other half; the table that is written is learnt from all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from bench.forecast.series import Row, Series
from okapi.core.forecast import combining, models
from okapi.core.forecast.history import History, read
from okapi.core.forecast.table import HALF_SCORES, Calibration

COUNTS = {"M1": 2.0, "Tourism": 1.0, "M3": 0.25}
CUT_COUNTS = 0.1
# Errors beyond so many widths count as if they were so far out.
FARTHEST = 5.0
RIDGE = 0.002
# Public series grew, those of a company need not: of what is learnt of it so much is believed.
MOST_RISE = 0.06
MOST_LEAN = 0.1
# How much of a surprise stays: by trying which makes the sums over all steps cover (`--sums`).
STAYS = {"few": 0.6, "plain": 0.6, "short": 0.5, "long": 0.5}


@dataclass(frozen=True, slots=True)
class Case:
    """One series with all that the table has no part in; values are about 1 in size."""

    source: str
    kind: str
    number: int
    is_cut: bool
    history: History
    after: Row
    centre: Row
    figures: Row
    unit: float

    @property
    def row(self) -> str:
        """The row of the table that it belongs to."""
        if self.history.season == 1:
            return "few" if len(self.history) < combining.FEW_VALUES else "plain"
        return "short" if self.history.season <= combining.SHORT_SEASON else "long"

    @property
    def group(self) -> tuple[str, str, bool]:
        """What it is counted with."""
        return self.source, self.kind, self.is_cut


def case_of(series: Series, *, is_cut: bool = False) -> Case | None:
    """The case of a series; None if its values are all the same."""
    raw = read(series.values, series.season)
    if np.ptp(raw.values) == 0:
        return None
    size = float(np.abs(raw.values).mean())
    history = History(raw.values / size, raw.is_known, 0, raw.season)
    fitted = models.fit(history, len(series.after))
    centre = combining.combine_centre(history, fitted)
    return Case(
        source=series.source,
        kind=series.kind,
        number=series.number,
        is_cut=is_cut,
        history=history,
        after=series.after / size,
        centre=centre,
        figures=combining.figures_of_width(history, fitted, centre),
        unit=combining.unit_of(history, fitted),
    )


def learn(cases: Sequence[Case]) -> Calibration:
    """The row of the table that fits these cases, all of one row, best."""
    counts = _counts(cases)
    weights = _weights_of_width(cases, counts)
    off = np.concatenate([_off(case, weights) for case in cases])
    each = _by_step(cases, counts)
    trend = _repeated(cases, combining.trend_of)
    side = _repeated(cases, combining.side_of)
    lean, rise = _leaning(off, each, trend, side)
    shape = _quantiles(np.abs(off - lean * trend - rise * side), each)
    return Calibration(
        weights=tuple(round(one, 3) for one in weights.tolist()),
        shape=tuple(round(one, 3) for one in shape.tolist()),
        lean=lean,
        rise=rise,
        stays=STAYS[cases[0].row],
    )


def _counts(cases: Sequence[Case]) -> Row:
    """What each case counts: a set of n series counts as the root of n."""
    sizes = Counter(case.group for case in cases)
    return np.asarray(
        [
            COUNTS[case.source] * (CUT_COUNTS if case.is_cut else 1.0) / np.sqrt(sizes[case.group])
            for case in cases
        ]
    )


def _weights_of_width(cases: Sequence[Case], counts: Row) -> Row:
    """Those under which the errors are most likely to come from a Laplace distribution.

    Newton's method on the mean of ``log(width) + |error|/width`` with a small ridge.
    """
    figures = np.concatenate([case.figures for case in cases])
    errors = np.concatenate([np.abs(case.after - case.centre) / case.unit for case in cases])
    each = _by_step(cases, counts)
    each = each / each.mean()
    weights = np.zeros(figures.shape[1])
    weights[0] = np.log(np.average(errors, weights=each))
    for _ in range(200):
        ratio = np.minimum(errors * np.exp(-(figures @ weights)), FARTHEST)
        slope = figures.T @ (each * (1.0 - ratio)) / len(each)
        slope[1:] += RIDGE * weights[1:]
        curve = (figures * (each * np.maximum(ratio, 0.05))[:, None]).T @ figures / len(each)
        step = np.linalg.solve(curve + RIDGE * np.eye(len(weights)), slope)
        weights = weights - np.clip(step, -0.3, 0.3)
        if np.abs(step).max() < 1e-7:
            break
    return weights


def _off(case: Case, weights: Row) -> Row:
    """How many widths the values came off the centre, with the bend taken out."""
    width = np.maximum.accumulate(case.unit * np.exp(case.figures @ weights))
    bend = combining.bend_of(case.history, case.centre, width)
    ratio = (case.after - case.centre) / width
    small = np.abs(bend) < 1e-9
    bend = np.where(small, 1.0, bend)
    root = np.sqrt(np.maximum(1.0 + 4.0 * bend * ratio, 0.0))
    return np.where(small, ratio, (root - 1.0) / (2.0 * bend))


def _by_step(cases: Sequence[Case], counts: Row) -> Row:
    """What each step counts: all steps of a case together as much as the case."""
    return np.concatenate(
        [
            np.full(len(case.after), one / len(case.after))
            for case, one in zip(cases, counts, strict=True)
        ]
    )


def _repeated(cases: Sequence[Case], figure: Callable[[History], float]) -> Row:
    return np.concatenate([np.full(len(case.after), figure(case.history)) for case in cases])


def _leaning(off: Row, each: Row, trend: Row, side: Row) -> tuple[float, float]:
    """How much of the trend, and of the side of 0, takes the median to the middle."""
    best = (np.inf, 0.0, 0.0)
    for lean in np.arange(0.0, MOST_LEAN + 0.001, 0.05):
        for rise in np.arange(0.0, MOST_RISE + 0.001, 0.02):
            left = np.minimum(np.abs(off - lean * trend - rise * side), 2.0 * FARTHEST)
            best = min(best, (float(each @ left), float(lean), float(rise)))
    return round(best[1], 2), round(best[2], 2)


def _quantiles(values: Row, each: Row) -> Row:
    """The widths within which the shares of ``HALF_SCORES`` lie."""
    order = np.argsort(values)
    below = np.cumsum(each[order]) - each[order] / 2.0
    shares = [2.0 * NormalDist().cdf(score) - 1.0 for score in HALF_SCORES]
    found = np.interp(shares, below / each.sum(), values[order])
    found[0] = 0.0
    return found


def scores(case: Case, row: Calibration) -> Row:
    """The normal scores at which the values came, by this row of the table."""
    side = row.lean * combining.trend_of(case.history) + row.rise * combining.side_of(case.history)
    off = _off(case, np.asarray(row.weights)) - side
    half, shape = np.asarray(HALF_SCORES), np.asarray(row.shape)
    far = np.interp(np.abs(off), shape, half)
    slope = (half[-1] - half[-2]) / (shape[-1] - shape[-2])
    far += np.maximum(np.abs(off) - shape[-1], 0.0) * slope
    return np.sign(off) * far
