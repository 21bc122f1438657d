"""Values by period: aggregation over time, gaps and overlaps, freshness, and changes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from okapi.core.periods import Period


class Aggregation(StrEnum):
    """How the values of shorter periods make the value of a longer one."""

    LAST = "last"
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    RATIO = "ratio"


class Freshness(StrEnum):
    """How old the newest period covered is (see ``freshness``)."""

    FRESH = "fresh"
    DUE = "due"
    STALE = "stale"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Point:
    """One value of one KPI for one period; a ratio also brings its two parts."""

    period: Period
    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None
