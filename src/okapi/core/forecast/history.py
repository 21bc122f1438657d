"""What a forecast is made from: values in the order of time, cleaned; what cannot be used, refused.

Gaps stay gaps in what is measured against; models, which need a value everywhere, see them filled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from okapi.core.columns import Bools, Floats
from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency

# Two changes are the least that says anything about how far a value moves.
FEWEST = 3
# What is older than so many periods, or so many seasons, says little about the next ones, and to
# fit models to it takes long: of 10 years of days the newest 28 weeks are read.
MOST_VALUES = 144
MOST_SEASONS = 6
# Of ten years of minutes so many are looked at, to find those.
MOST_READ = 20_000
# After how many periods a pattern repeats, by how often a KPI has a value.
SEASONS = {
    Frequency.DAY: 7,
    Frequency.WEEK: 52,
    Frequency.MONTH: 12,
    Frequency.QUARTER: 4,
    Frequency.HALF: 2,
}
# Beyond this no float is left for what may come; nearer to 0 than that is 0.
LARGEST, SMALLEST = 1e300, 1e-290
# So far ahead, and so long a season, at the most.
MOST_STEPS = 1_000
LONGEST_SEASON = 1_000


@dataclass(frozen=True, slots=True)
class History:
    """Cleaned values.

    ``values`` end with the newest one that is known and have no gaps; ``is_known`` are those that
    were measured. ``late`` periods after the newest have no value: the first steps of a forecast
    stand for them. ``season`` is 1 where there are too few values to know a season.
    """

    values: Floats
    is_known: Bools
    late: int
    season: int

    def __len__(self) -> int:
        return len(self.values)

    @property
    def known(self) -> Floats:
        """The measured values alone."""
        return self.values[self.is_known]


def read(values: Sequence[float | Decimal | None] | Floats, season: int | None) -> History:
    """Clean the values: None and NaN are gaps. Only the newest are looked at.

    Refused are ``forecast.unreadable`` (something that is no number), ``forecast.infinite``,
    ``forecast.too_large`` (beyond 1e300 in size), ``forecast.too_few`` (fewer than three values)
    and ``forecast.season``.
    """
    season = whole_number("forecast.season", 1 if season is None else season, LONGEST_SEASON)
    row = _row(values)
    known = np.flatnonzero(~np.isnan(row))
    if len(known) < FEWEST:
        raise Refused("forecast.too_few", found=len(known), fewest=FEWEST)
    late = len(row) - 1 - int(known[-1])
    row = row[known[0] : known[-1] + 1]
    kept = max(MOST_VALUES, MOST_SEASONS * season)
    row = _enough(row, kept)
    is_known = ~np.isnan(row)
    if len(row) < 2 * season + 1:
        season = 1
    return History(_filled(row, is_known, season), is_known, late, season)


def whole_number(code: str, found: object, most: int) -> int:
    """A whole number from 1 to ``most``, else refused with the code."""
    is_number = isinstance(found, int | np.integer) and not isinstance(found, bool)
    number = int(str(found)) if is_number else 0
    if not 1 <= number <= most:
        raise Refused(code, found=str(found)[:40], most=most)
    return number


def _row(values: Sequence[float | Decimal | None] | Floats) -> Floats:
    try:
        newest = values[-MOST_READ:]
        if isinstance(newest, np.ndarray) and newest.dtype.kind != "O":
            row = _floats(newest)
        else:
            row = np.asarray([math.nan if one is None else float(one) for one in newest])
    except OverflowError:
        raise Refused("forecast.too_large", most=LARGEST) from None
    except (TypeError, ValueError, IndexError):
        raise Refused("forecast.unreadable") from None
    if np.isinf(row).any():
        raise Refused("forecast.infinite", position=int(np.flatnonzero(np.isinf(row))[0]) + 1)
    if (np.abs(row) > LARGEST).any():
        raise Refused("forecast.too_large", most=LARGEST)
    return np.where(np.abs(row) < SMALLEST, 0.0, row)


def _floats(values: Floats) -> Floats:
    """Real numbers in one row; a ValueError for anything else."""
    if values.ndim != 1 or values.dtype.kind == "c":
        raise ValueError(values.dtype)
    return values.astype(np.float64)


def _enough(row: Floats, kept: int) -> Floats:
    """The newest values, so many that not too few are known; without a gap at their start."""
    known = np.flatnonzero(~np.isnan(row))
    first = max(len(row) - kept, 0)
    fewest = known[max(len(known) - FEWEST, 0)]
    first = min(first, int(fewest))
    return row[known[np.searchsorted(known, first)] :]


def _filled(row: Floats, is_known: Bools, season: int) -> Floats:
    """The values with gaps filled: straight between neighbours, on top of the season's shape."""
    if is_known.all():
        return row
    places = np.arange(len(row))
    straight = np.interp(places, places[is_known], row[is_known])
    if season == 1:
        return straight
    off = np.where(is_known, row - _level(straight, season), np.nan)
    shape = np.asarray([_mean(off[place::season]) for place in range(season)])
    seasonal = shape[places % season]
    rest = np.interp(places, places[is_known], (row - seasonal)[is_known])
    return np.where(is_known, row, rest + seasonal)


def _level(row: Floats, season: int) -> Floats:
    """The mean of a season around each place."""
    width = min(season, len(row))
    sums = np.convolve(row, np.ones(width), mode="same")
    return np.asarray(sums / np.convolve(np.ones(len(row)), np.ones(width), mode="same"))


def _mean(row: Floats) -> float:
    known = row[~np.isnan(row)]
    return float(known.mean()) if len(known) else 0.0
