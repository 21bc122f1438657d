"""Scores for series of hours and minutes: how unlike anything comparable is the newest value?

Each step uses only what came before it:

1. *Distance*: how far a value is from the nearest comparable one. Comparable are the values at the
   same time of day on the last seven days, each with its two neighbours: whatever pattern a day or
   a week has is taken along, however it looks, and nothing has to be fitted. (Nearest neighbours
   as in Chandola, Banerjee and Kumar 2009, section 5; seasonal naive forecasts as in Hyndman and
   Athanasopoulos 2021, section 5.2.)
2. *Surprise*: how rare such a distance has been in this series so far, as −log10 of its chance.
   The largest distances decide: beyond the 98 % point they are taken as exponential, the simplest
   tail of the peaks-over-threshold method (Pickands 1975; Siffer and others 2017 for streams). It
   makes series of every kind comparable, so one threshold is enough. The mean distance of the last
   five values is judged in the same way with half the weight, so that a lasting deviation counts.
3. *News*: a surprise counts while it is larger by a tenth than any for a while (3 % of the values
   so far, 10 to 400), or else it is the echo of one already told: after a lasting change of level
   every value is as surprising as the first, until the day after.

The score is 1 − 2^−surprise: one half for what happens once in ten values, 0.9 for once in 2,100;
0 for what is ordinary, an echo, or cannot be judged.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from math import log, log10

import numpy as np
from numpy.typing import NDArray

from okapi.core.columns import Floats, Ints
from okapi.core.errors import Refused
from okapi.core.signals.readings import Values, readings

# From here on a score is worth telling somebody: once in 200 values, echoes not counted.
ALARM = 0.8

_DAY = 86_400_000_000  # microseconds
_DAYS = 7
# A row so much older than the same time of day (two hours) is not comparable.
_TOO_OLD = _DAY // 12
_LATELY = 5
_LATELY_WEIGHT = 0.5
# Rows in one pass: bounds the memory.
_AT_ONCE = 65_536
# Tails are learned anew every so many rows, from so many distances at most and at least.
_BLOCK = 64
_MEMORY, _LEAST = 6000, 64
_TAIL, _TAIL_LEAST = 0.02, 10
# The tail is at least so wide: a share of the bulk, and a share of the values' size (rounding).
_BULK_SHARE, _ROUNDING = 0.02, 1e-9
# After nothing but zeros any change is without example.
_NO_WIDTH = float(np.finfo(np.float64).tiny)
_ECHO, _ECHO_LEAST, _ECHO_MOST = 0.03, 10, 400
_LARGER = 1.1
_LN10 = log(10)

Times = Sequence[datetime] | NDArray[np.datetime64]


def detect_stream(timestamps: Times, values: Values) -> Floats:
    """A score from 0 to 1 for each value; a longer series does not change earlier scores.

    Args:
        timestamps: In the order of time, all with a time zone or all without; gaps, irregular steps
            and repeated times are no trouble.
        values: One for each; None and NaN are gaps and score 0.

    The first day and the 64 values after it cannot be judged, nor can values without any from the
    same time of day in the last week. Cost: some microseconds for each value.

    Refused: ``signals.lengths``; ``signals.not_a_time`` for what is no date and time, or one
    without a time zone among others with one; ``signals.not_in_order``; ``signals.not_a_number``.
    """
    x, times = readings(values), _microseconds(timestamps)
    if x.size != times.size:
        raise Refused("signals.lengths", found=times.size, expected=x.size)
    distance = _distances(x, times)
    size = np.abs(x)
    told = _surprise(distance, size)
    lately = _surprise(_recent_mean(distance), size)
    surprise = (told + _LATELY_WEIGHT * lately) / (1 + _LATELY_WEIGHT)
    surprise[np.isnan(distance)] = 0.0
    return np.asarray(1 - 2.0 ** -_news(surprise), dtype=np.float64)


def _microseconds(timestamps: Times) -> Ints:
    """Times as whole microseconds; with a time zone they are those of UTC."""
    if isinstance(timestamps, np.ndarray) and timestamps.dtype.kind == "M":
        times = timestamps.astype("datetime64[us]")
    else:
        times = np.array([*_naive(timestamps)], dtype="datetime64[us]")
    unknown = np.flatnonzero(np.isnat(times))
    if unknown.size:
        raise Refused("signals.not_a_time", found="NaT", position=int(unknown[0]) + 1)
    whole = times.astype(np.int64)
    back = np.flatnonzero(np.diff(whole) < 0)
    if back.size:
        at = int(back[0]) + 1
        raise Refused("signals.not_in_order", found=str(times[at]), position=at + 1)
    return whole


def _naive(timestamps: Sequence[datetime] | NDArray[np.datetime64]) -> Iterator[datetime]:
    is_zoned = None
    for at, time in enumerate(timestamps):
        if not isinstance(time, datetime) or is_zoned not in (None, time.tzinfo is not None):
            raise Refused("signals.not_a_time", found=str(time)[:60], position=at + 1)
        is_zoned = time.tzinfo is not None
        yield time.astimezone(UTC).replace(tzinfo=None) if is_zoned else time


def _distances(values: Floats, times: Ints) -> Floats:
    """The distance to the nearest comparable value; NaN without one."""
    nearest = np.full(values.size, np.nan)
    for start in range(0, values.size, _AT_ONCE):
        rows = np.arange(start, min(start + _AT_ONCE, values.size))
        for days in range(1, _DAYS + 1):
            _nearer(nearest, values, times, rows, days)
    return nearest


def _nearer(nearest: Floats, values: Floats, times: Ints, rows: Ints, days: int) -> None:
    """Bring rows' nearest distances down to those of the values so many days before."""
    then = times[rows] - days * _DAY
    found = np.searchsorted(times, then, side="right") - 1
    known = (found >= 0) & (then - times[np.maximum(found, 0)] <= _TOO_OLD)
    rows, found = rows[known], found[known]
    for neighbour in (-1, 0, 1):
        other = np.clip(found + neighbour, 0, rows - 1)
        nearest[rows] = np.fmin(nearest[rows], np.abs(values[rows] - values[other]))


def _recent_mean(distance: Floats) -> Floats:
    """The mean of the known ones among the last five; NaN without any."""
    total, count = np.zeros(distance.size), np.zeros(distance.size)
    for back in range(_LATELY):
        earlier = distance[: max(distance.size - back, 0)]
        total[back:] += np.nan_to_num(earlier)
        count[back:] += ~np.isnan(earlier)
    mean = np.full(distance.size, np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    return mean


def _surprise(distance: Floats, size: Floats) -> Floats:
    """−log10 of the chance of a distance at least as large, by those before its block.

    0 below the 98 % point, and where too few are known.
    """
    surprise = np.zeros(distance.size)
    known = distance[~np.isnan(distance)]
    counts = np.concatenate([[0], np.cumsum(~np.isnan(distance))])[::_BLOCK].tolist()
    largest = np.concatenate([[0.0], np.maximum.accumulate(np.nan_to_num(size))])[::_BLOCK].tolist()
    past, first, end = np.zeros(0), 0, 0
    for start, count, most in zip(range(0, distance.size, _BLOCK), counts, largest, strict=False):
        oldest = max(0, count - _MEMORY)
        past = _moved_on(past, known[first:oldest], known[end:count])
        first, end = oldest, count
        if count >= _LEAST:
            block = slice(start, start + _BLOCK)
            surprise[block] = _beyond(past, distance[block], most)
    return surprise


def _moved_on(ordered: Floats, gone: Floats, new: Floats) -> Floats:
    """An ordered window of values, without some that it holds and with others."""
    new = np.sort(new)
    ordered = np.insert(ordered, np.searchsorted(ordered, new), new)
    # Of equal values each is another one.
    gone = np.sort(gone)
    nth = np.arange(gone.size) - np.searchsorted(gone, gone)
    return np.delete(ordered, np.searchsorted(ordered, gone) + nth)


def _beyond(ordered: Floats, distance: Floats, largest: float) -> Floats:
    """The surprise at distances, by past ones: exponential beyond the largest of these."""
    size = ordered.size
    beyond = min(max(_TAIL_LEAST, int(_TAIL * size)), size // 3)
    low, high, limit = ordered[[size // 10, size - size // 10 - 1, size - beyond - 1]].tolist()
    excess = float((ordered[size - beyond :] - limit).mean())
    width = max(excess, _BULK_SHARE * (high - low), _ROUNDING * largest, _NO_WIDTH)
    with np.errstate(over="ignore", invalid="ignore"):
        further = np.where(distance > limit, (distance - limit) / width, 0.0)
    return np.where(further > 0, log10(size / beyond) + further / _LN10, 0.0)


def _news(surprise: Floats) -> Floats:
    """Surprises larger by a tenth than others within the memory of their row; the rest are 0."""
    news = np.zeros(surprise.size)
    larger: deque[int] = deque()  # rows of falling surprise, the largest first
    for row in np.flatnonzero(surprise).tolist():
        memory = max(_ECHO_LEAST, min(_ECHO * row, _ECHO_MOST))
        while larger and larger[0] < row - memory:
            larger.popleft()
        if not larger or surprise[row] > _LARGER * surprise[larger[0]]:
            news[row] = surprise[row]
        while larger and surprise[larger[-1]] <= surprise[row]:
            larger.pop()
        larger.append(row)
    return news
