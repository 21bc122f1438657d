"""Values of one rhythm, seen in the periods of another."""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal
from typing import TYPE_CHECKING

from okapi.core.errors import Refused
from okapi.core.series import Aggregation, Point, aggregate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from okapi.core.periods import Period


def gathered(
    points: Iterable[Point],
    periods: Sequence[Period],
    how: Aggregation,
    *,
    scale: Decimal = Decimal(1),
) -> tuple[Decimal | None, ...]:
    """The value of each of the periods, which follow one another in time without sharing a day.

    A point belongs to the period that holds its last day, as periods belong to spans. A single one
    is that period's value as it is; several are put together as the KPI says. None where there is
    nothing, and where they cannot be put together (a sum of periods that share days, a ratio that
    lacks its parts).
    """
    ends = [period.last for period in periods]
    held: list[list[Point]] = [[] for _ in periods]
    for point in points:
        at = bisect_left(ends, point.period.last)
        if at < len(periods) and periods[at].first <= point.period.last:
            held[at].append(point)
    return tuple(_value(inside, how, scale) for inside in held)


def _value(points: Sequence[Point], how: Aggregation, scale: Decimal) -> Decimal | None:
    if len(points) == 1:
        return points[0].value
    try:
        return aggregate(points, how, scale=scale)
    except Refused:
        return None
