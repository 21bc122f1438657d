"""The limits that a KPI should keep in a period, and where a value stands against them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from okapi.core.errors import Refused
from okapi.core.freshness import Freshness
from okapi.core.quantities import EXACT, Band, Direction

if TYPE_CHECKING:
    from decimal import Decimal


class Status(StrEnum):
    """Where a KPI stands against its target in one period.

    Three states are never mixed up: *no target* is a gap in coverage and never green, *no data* is
    neither zero nor fine, and *stale* (``Freshness``) outranks any colour (see ``shown``).
    """

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NO_TARGET = "no_target"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class TargetLimits:
    """A target with its amber limit: two numbers for up and down, two bands for a band.

    ``amber`` is where amber ends and red begins; None means that everything short of the target is
    red. Refused are ``target.kind`` (numbers for a band, or the other way round),
    ``target.amber_alone`` and ``target.amber_side`` (an amber limit better than the target).
    """

    direction: Direction
    target: Decimal | None = None
    amber: Decimal | None = None
    band: Band | None = None
    amber_band: Band | None = None

    def __post_init__(self) -> None:
        numbers = self.target is not None or self.amber is not None
        bands = self.band is not None or self.amber_band is not None
        if bands if self.direction is not Direction.BAND else numbers:
            raise Refused("target.kind", field="target", direction=self.direction)
        if self.is_empty and (numbers or bands):
            raise Refused("target.amber_alone", field="amber")
        if not self._amber_is_no_better():
            raise Refused("target.amber_side", field="amber", direction=self.direction)

    @classmethod
    def of(
        cls,
        direction: Direction,
        *,
        value: Decimal | None = None,
        amber: Decimal | None = None,
        low: Decimal | None = None,
        high: Decimal | None = None,
        amber_low: Decimal | None = None,
        amber_high: Decimal | None = None,
    ) -> TargetLimits:
        """The limits from single numbers, as tables and forms hold them."""
        band = None if low is None and high is None else Band(low, high)
        no_amber = amber_low is None and amber_high is None
        return cls(direction, value, amber, band, None if no_amber else Band(amber_low, amber_high))

    @property
    def is_empty(self) -> bool:
        """Whether there is no target at all."""
        return self.target is None and self.band is None

    def _amber_is_no_better(self) -> bool:
        if self.target is not None and self.amber is not None:
            rising = self.direction is Direction.UP
            return self.amber <= self.target if rising else self.amber >= self.target
        if self.band is not None and self.amber_band is not None:
            low, high = self.amber_band.low, self.amber_band.high
            low_fits = low is None or (self.band.low is not None and low <= self.band.low)
            return low_fits and (
                high is None or (self.band.high is not None and high >= self.band.high)
            )
        return True


def status(value: Decimal | None, limits: TargetLimits | None) -> Status:
    """Green at or better than the target, amber at or better than the amber limit, red otherwise.

    Limits are inclusive and compared in decimals. Without a value it is no data, whatever else.
    """
    if value is None:
        return Status.NO_DATA
    if limits is None or limits.is_empty:
        return Status.NO_TARGET
    if _meets(value, limits.direction, limits.target, limits.band):
        return Status.GREEN
    if _meets(value, limits.direction, limits.amber, limits.amber_band):
        return Status.AMBER
    return Status.RED


def _meets(value: Decimal, direction: Direction, limit: Decimal | None, band: Band | None) -> bool:
    match direction:
        case Direction.UP:
            return limit is not None and value >= limit
        case Direction.DOWN:
            return limit is not None and value <= limit
        case Direction.BAND:
            return band is not None and band.contains(value)
        case _:
            assert_never(direction)


def shown(found: Status, fresh: Freshness) -> Status | Freshness:
    """What is said of a KPI: stale outranks any colour and a missing target."""
    if fresh is Freshness.STALE:
        return Freshness.STALE
    return Status.NO_DATA if fresh is Freshness.EMPTY else found


def relative_limit(target: Decimal, share: Decimal, direction: Direction) -> Decimal:
    """The limit that lies ``share`` of the target's size on its worse side: target ∓ r·|target|.

    Refused: ``target.relative_zero`` (there is no share of 0), ``target.relative_negative``,
    ``target.relative_band`` (see ``relative_band``).
    """
    if share < 0:
        raise Refused("target.relative_negative", field="amber", found=share)
    if target == 0:
        raise Refused("target.relative_zero", field="amber")
    gap = EXACT.multiply(share, abs(target))
    match direction:
        case Direction.UP:
            return EXACT.subtract(target, gap)
        case Direction.DOWN:
            return EXACT.add(target, gap)
        case Direction.BAND:
            raise Refused("target.relative_band", field="amber")
        case _:
            assert_never(direction)


def relative_band(band: Band, share: Decimal) -> Band:
    """The band widened on each closed side by ``share`` of that limit's size; as relative_limit."""
    low, high = band.low, band.high
    return Band(
        None if low is None else relative_limit(low, share, Direction.UP),
        None if high is None else relative_limit(high, share, Direction.DOWN),
    )
