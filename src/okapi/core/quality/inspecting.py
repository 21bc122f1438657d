"""All remarks on one series of values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np

from okapi.core.frequencies import Frequency
from okapi.core.quality.frozen import frozen
from okapi.core.quality.missing import missing
from okapi.core.quality.remark import Remark, RemarkKind, Severity
from okapi.core.quality.repeated import repeated
from okapi.core.quality.slips import signs, slips

if TYPE_CHECKING:
    from okapi.core.columns import Floats

_SEASONS = {
    Frequency.DAY: 7,
    Frequency.WEEK: 52,
    Frequency.MONTH: 12,
    Frequency.QUARTER: 4,
    Frequency.HALF: 2,
}


def inspect(
    values: Floats,
    frequency: Frequency,
    *,
    twice: Mapping[int, float] | None = None,
    bounds: Collection[float] = (0.0,),
) -> tuple[Remark, ...]:
    """What is to be said of a series, in the order of time; nothing for an empty one.

    `values` has one position for each period from the oldest to the newest that has a value; NaN
    where there is none. `twice` has the second value of positions at which two labels of the same
    period stand. `bounds` are values at which the series may honestly rest (0; 100 for a share).
    Infinite values count as missing. A series without a rhythm has no gaps.
    """
    values = np.where(np.isfinite(values), values, np.nan)
    season = _SEASONS.get(frequency, 0)
    found = [] if frequency is Frequency.IRREGULAR else missing(values, season)
    found += _twice(values, twice or {})
    again = repeated(values)
    found += again
    found += slips(values, season)
    found += signs(values, season)
    found += frozen(values, bounds)
    return tuple(sorted(found, key=lambda one: (one.start, one.end, one.kind)))


def _twice(values: Floats, twice: Mapping[int, float]) -> list[Remark]:
    """The same value under two labels of one period; two different ones may be meant so."""
    return [
        Remark(RemarkKind.TWICE, Severity.MEDIUM, at, at, 1, {"value": other})
        for at, other in sorted(twice.items())
        if 0 <= at < values.size and values[at] == other
    ]
