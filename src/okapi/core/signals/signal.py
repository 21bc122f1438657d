"""What a signal is: a stretch of a series, the kind of change, its direction and its size."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What was seen.

    The first four are the rules of process charts (``okapi.core.xmr``): a point outside the
    limits; a run on one side of the mean; several points near one limit; a trend. The robust
    detector tells one or a few points far out (spike) from a lasting change of level (shift).
    """

    OUTSIDE = "outside"
    RUN = "run"
    NEAR_LIMIT = "near_limit"
    TREND = "trend"
    SPIKE = "spike"
    SHIFT = "shift"


class Side(StrEnum):
    """Where the values went; whether that is good is a matter of the KPI."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Signal:
    """A change that is not noise.

    ``start`` and ``end`` are positions in the values, from 0, both included. ``change`` is the mean
    distance of its values from what was expected, in the KPI's unit, below 0 for down;
    ``strength`` the same in standard deviations of the process, from 0, None where the process
    does not vary at all.
    """

    kind: Kind
    start: int
    end: int
    direction: Side
    change: float
    strength: float | None
