"""A remark on data: what kind, over which values, which numbers show it, how much it matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class RemarkKind(StrEnum):
    """What a remark says of the values that it is about.

    Missing: no value, though later periods have one. Sparse: so many are missing that the
    frequency itself may be wrong. Twice: one value stands under two labels of the same period.
    Repeated: a whole stretch of values stood earlier already. Scale: too large or too small by
    100, 1,000 or 10,000. Sign: the size fits, the sign does not. Frozen: the same value for much
    longer than is usual for this series.
    """

    MISSING = "missing"
    SPARSE = "sparse"
    TWICE = "twice"
    REPEATED = "repeated"
    SCALE = "scale"
    SIGN = "sign"
    FROZEN = "frozen"


class Severity(IntEnum):
    """How much a remark matters: high makes every figure wrong that holds the value."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark on the values from position `start` to `end`, both included.

    `points` are the values (or missing periods) concerned. `numbers` show it, by kind: `factor`
    (100 for a value 100 times too large, 0.01 for one too small), `value`, `usual` (what its
    neighbours are like), `back` (so many periods earlier the same stretch stood), `longest` (the
    longest other run of one value), `of` (so many periods could have a value).
    """

    kind: RemarkKind
    severity: Severity
    start: int
    end: int
    points: int
    numbers: Mapping[str, float] = field(default_factory=dict)
