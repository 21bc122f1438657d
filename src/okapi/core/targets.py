"""What a KPI should be in a period, whether it is, and how a longer target is broken down."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from okapi.core.errors import Refused
from okapi.core.quantities import Band, Direction


class Status(StrEnum):
    """Where a KPI stands against its target in one period.

    Three states are never mixed up: *no target* is a gap in coverage and never green, *no data* is
    neither zero nor fine, and *stale* (``series.Freshness``) outranks any colour.
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
