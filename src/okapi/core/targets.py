"""Targets: which one holds in a period, what a longer one means for shorter ones, and to date."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from okapi.core.breakdowns import BreakdownMethod, break_down, respread, typed_shares
from okapi.core.errors import Refused
from okapi.core.limits import Status, TargetLimits, relative_band, relative_limit, shown, status
from okapi.core.quantities import EXACT, Direction, divide, exact_sum
from okapi.core.series import Aggregation, Point, aggregate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from okapi.core.periods import Frequency, Period

__all__ = [
    "BreakdownMethod",
    "Status",
    "Target",
    "TargetLimits",
    "ToDate",
    "break_down",
    "break_down_limits",
    "relative_band",
    "relative_limit",
    "respread",
    "shown",
    "status",
    "target_for",
    "targets_holding",
    "to_date",
    "typed_shares",
]


@dataclass(frozen=True, slots=True)
class Target:
    """A target as agreed: for a period of this frequency, until the next one of the frequency."""

    period: Period
    frequency: Frequency
    limits: TargetLimits


def targets_holding(
    targets: Iterable[Target], period: Period, frequency: Frequency
) -> list[Target]:
    """The targets that hold for a period of a KPI of this frequency, at most one per frequency.

    Own frequency first, then longer ones. Of each frequency it is the newest that has begun by the
    period's last day. Targets of a shorter frequency than the KPI's are never read.
    """
    held: dict[Frequency, Target] = {}
    for target in targets:
        if target.period.first > period.last or not _reaches(target.frequency, frequency):
            continue
        known = held.get(target.frequency)
        if known is None or known.period < target.period:
            held[target.frequency] = target
    own_first = sorted(held.items(), key=lambda item: _length(item[0], frequency))
    return [target for _, target in own_first]


def target_for(targets: Iterable[Target], period: Period, frequency: Frequency) -> Target | None:
    """The target that the period's own status is judged by: of the shortest frequency that holds.

    If its frequency is longer than the KPI's and the KPI adds up, it must be broken down first.
    """
    return next(iter(targets_holding(targets, period, frequency)), None)


def _reaches(target: Frequency, own: Frequency) -> bool:
    return target is own or target.typical_days >= own.typical_days > 0 or not own.typical_days


def _length(target: Frequency, own: Frequency) -> int:
    return 0 if target is own else target.typical_days or 1_000_000


def break_down_limits(
    limits: TargetLimits,
    n: int,
    how: Aggregation,
    *,
    shape: Sequence[Decimal] | None = None,
    places: int | None = None,
) -> tuple[TargetLimits, ...]:
    """The limits of a longer target spread over ``n`` periods, every number by the same shape.

    A sum is broken down so that the parts sum exactly to it; a mean so that they have it as mean.
    Last, min, max and ratio have the same limits in every period; a shape is refused for them
    (``breakdown.not_additive``). An amber limit that rounding would put on the better side of its
    part is that part.
    """
    if how not in (Aggregation.SUM, Aggregation.MEAN):
        if shape is not None:
            raise Refused("breakdown.not_additive", field="method", how=how)
        return (limits,) * n
    times = Decimal(n if how is Aggregation.MEAN else 1)

    def parts(number: Decimal | None) -> Sequence[Decimal | None]:
        if number is None:
            return (None,) * n
        return break_down(EXACT.multiply(number, times), n, shape=shape, places=places)

    band, amber_band = limits.band, limits.amber_band
    columns = (
        parts(limits.target),
        parts(limits.amber),
        parts(band.low if band else None),
        parts(band.high if band else None),
        parts(amber_band.low if amber_band else None),
        parts(amber_band.high if amber_band else None),
    )
    return tuple(_part(limits.direction, *row) for row in zip(*columns, strict=True))


def _part(
    direction: Direction,
    value: Decimal | None,
    amber: Decimal | None,
    low: Decimal | None,
    high: Decimal | None,
    amber_low: Decimal | None,
    amber_high: Decimal | None,
) -> TargetLimits:
    worse = max if direction is Direction.DOWN else min
    return TargetLimits.of(
        direction,
        value=value,
        amber=None if value is None or amber is None else worse(amber, value),
        low=low,
        high=high,
        amber_low=None if low is None or amber_low is None else min(amber_low, low),
        amber_high=None if high is None or amber_high is None else max(amber_high, high),
    )


@dataclass(frozen=True, slots=True)
class ToDate:
    """A KPI so far against its plan so far (累计).

    ``missing`` counts the periods with a plan but no value; they are in neither side.
    """

    value: Decimal | None
    limits: TargetLimits | None
    status: Status
    missing: int


def to_date(
    points: Sequence[Point | None],
    plan: Sequence[TargetLimits],
    how: Aggregation,
    *,
    scale: Decimal = Decimal(1),
) -> ToDate:
    """The status of all periods so far together; both lists have one place per ended period.

    Like is compared with like: only periods that have a value count, on both sides. The plan of a
    sum is the sum of the parts, of a mean their mean, else the newest part. ValueError if the
    lists differ in length.
    """
    measured = [(point, part) for point, part in zip(points, plan, strict=True) if point]
    missing = len(plan) - len(measured)
    if not measured:
        return ToDate(None, None, Status.NO_DATA, missing)
    value = aggregate([point for point, _ in measured], how, scale=scale)
    _, newest = max(measured, key=lambda pair: pair[0].period)
    limits = newest
    if how in (Aggregation.SUM, Aggregation.MEAN):
        limits = _together([part for _, part in measured], how)
    return ToDate(value, limits, status(value, limits), missing)


def _together(parts: Sequence[TargetLimits], how: Aggregation) -> TargetLimits:
    """The limits of all parts; a number that any part lacks is lacking."""

    def whole(read: Callable[[TargetLimits], Decimal | None]) -> Decimal | None:
        numbers = [number for number in map(read, parts) if number is not None]
        if len(numbers) < len(parts):
            return None
        total = exact_sum(numbers)
        return total if how is Aggregation.SUM else divide(total, Decimal(len(numbers)))

    return _part(
        parts[0].direction,
        whole(lambda part: part.target),
        whole(lambda part: part.amber),
        whole(lambda part: part.band.low if part.band else None),
        whole(lambda part: part.band.high if part.band else None),
        whole(lambda part: part.amber_band.low if part.amber_band else None),
        whole(lambda part: part.amber_band.high if part.amber_band else None),
    )
