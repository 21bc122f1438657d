"""Readings of hours and minutes, put together into a KPI's periods; and which are unusual.

A KPI has days at the finest. What is measured more often comes in here: each period gets one value
by the KPI's own aggregation, and every reading a score (``core.signals.detect_stream``), so that
what happened within a day is not lost in its sum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from itertools import groupby
from typing import assert_never

import numpy as np

from okapi.core.columns import Floats
from okapi.core.errors import Refused
from okapi.core.periods import Period
from okapi.core.quantities import divide, exact_sum, places_of
from okapi.core.series import Aggregation
from okapi.core.signals.stream import ALARM, detect_stream
from okapi.core.years import check_years

MOST = 150_000
"""So many readings at once: a hundred days of minutes, seventeen years of hours."""

_PLACES_OF_MEANS = 3
"""A mean is told with so many places more than its readings have."""

_SHORTEST = len("2026-11-27 13")


@dataclass(frozen=True, slots=True)
class Reading:
    """A value at a moment, which has its time zone; ``score`` is from 0 to 1."""

    at: datetime
    value: Decimal
    score: float = 0.0

    @property
    def is_unusual(self) -> bool:
        """Whether it is unlike the days before it: worth telling somebody."""
        return self.score >= ALARM


@dataclass(frozen=True, slots=True)
class Bundle:
    """The readings of a period, in the order of time, and the one value that they make."""

    period: Period
    value: Decimal
    readings: tuple[Reading, ...]

    @property
    def unusual(self) -> tuple[Reading, ...]:
        """Those that are unlike the days before them."""
        return tuple(one for one in self.readings if one.is_unusual)


def moment_of(text: str, zone: tzinfo) -> datetime:
    """A moment as it is written: ``2026-11-27 13:05``, ISO 8601; without a zone in this one.

    Refused: ``moment.unreadable``, also for a day without a time; ``day.outside``.
    """
    plain = text.strip().replace("/", "-")
    unreadable = Refused("moment.unreadable", field="at", found=text[:60])
    if len(plain) < _SHORTEST:
        raise unreadable
    try:
        found = datetime.fromisoformat(plain)
        found = found if found.tzinfo else found.replace(tzinfo=zone)
        found.astimezone(UTC)  # beyond the calendar's ends there is none
    except (ValueError, OverflowError):
        raise unreadable from None
    check_years(found.date(), found.date(), field="at")
    return found


def put_together(
    readings: Sequence[Reading], how: Aggregation, zone: tzinfo, period_of: Callable[[date], Period]
) -> tuple[Bundle, ...]:
    """One value for each period in which readings lie, oldest first.

    A moment belongs to the day that it has in ``zone``. Readings may come in any order, and twice
    with the same value. Refused: ``moment.too_many``; ``moment.ratio`` for a KPI whose values are
    ratios, which need both parts; ``moment.twice`` for two values of one moment; and as
    ``detect_stream`` does.
    """
    if how is Aggregation.RATIO:
        raise Refused("moment.ratio")
    if len(readings) > MOST:
        raise Refused("moment.too_many", found=len(readings), most=MOST)
    ordered = _once(readings)
    scored = [
        Reading(one.at.astimezone(zone), one.value, score)
        for one, score in zip(ordered, _scores(ordered).tolist(), strict=True)
    ]
    by_day = [(day, list(some)) for day, some in groupby(scored, lambda one: one.at.date())]
    return tuple(
        _bundle(period, [one for _, day in days for one in day], how)
        for period, days in groupby(by_day, lambda pair: period_of(pair[0]))
    )


def _once(readings: Sequence[Reading]) -> list[Reading]:
    """In the order of time, each moment once."""
    ordered = sorted(readings, key=lambda one: one.at)
    found = ordered[:1]
    for one in ordered[1:]:
        if one.at != found[-1].at:
            found.append(one)
        elif one.value != found[-1].value:
            raise Refused("moment.twice", field="at", found=one.at.isoformat())
    return found


def _scores(readings: Sequence[Reading]) -> Floats:
    times = [one.at.astimezone(UTC).replace(tzinfo=None) for one in readings]
    return detect_stream(
        np.array(times, dtype="datetime64[us]"), [float(one.value) for one in readings]
    )


def _bundle(period: Period, readings: Sequence[Reading], how: Aggregation) -> Bundle:
    values = [one.value for one in readings]
    match how:
        case Aggregation.SUM:
            value = exact_sum(values)
        case Aggregation.MEAN:
            places = max(places_of(value) for value in values) + _PLACES_OF_MEANS
            value = round(divide(exact_sum(values), Decimal(len(values))), places)
        case Aggregation.MIN:
            value = min(values)
        case Aggregation.MAX:
            value = max(values)
        case Aggregation.LAST:
            value = values[-1]
        case Aggregation.RATIO:
            raise Refused("moment.ratio")
        case _:
            assert_never(how)
    return Bundle(period, value, tuple(readings))
