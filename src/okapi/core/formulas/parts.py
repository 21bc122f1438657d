"""What a formula is about: the KPIs that it names, how it is declared itself, and what it becomes.

An *expression* is the formula as it is computed: windows pushed down to the KPIs, percentages
scaled, units forgotten. Expressions are values, so that equal ones are one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from okapi.core.frequencies import Frequency
from okapi.core.series import Aggregation


@dataclass(frozen=True, slots=True)
class Measured:
    """How a KPI is measured, as far as a formula must know: a part of it, or the formula itself.

    ``dimensions`` of a formula may be empty: then they are those that its parts share.
    ``is_formula`` tells that its values are computed, one for each period of its frequency.
    """

    key: str
    unit: str = ""
    frequency: Frequency = Frequency.MONTH
    aggregation: Aggregation = Aggregation.LAST
    over_slices: Aggregation | None = None
    dimensions: tuple[str, ...] = ()
    has_total: bool = True
    is_formula: bool = False

    @property
    def merging(self) -> Aggregation | None:
        """How slices make a total: as told, or as periods do where that says it (sum, ratio)."""
        if self.over_slices is not None:
            return self.over_slices
        adds = self.aggregation in (Aggregation.SUM, Aggregation.RATIO)
        return self.aggregation if adds else None

    @property
    def scale(self) -> float:
        """By what a ratio's quotient is multiplied to be in the unit: 100 for %."""
        return 100.0 if self.unit == "%" else 1.0


class Op(StrEnum):
    """What an expression does with its arguments."""

    PART = "part"
    CONSTANT = "constant"
    NEGATIVE = "negative"
    ADD = "add"
    SUBTRACT = "subtract"
    MULTIPLY = "multiply"
    DIVIDE = "divide"
    SCALE = "scale"
    MIN = "min"
    MAX = "max"
    ABS = "abs"
    ROUND = "round"
    COALESCE = "coalesce"
    CHOOSE = "choose"
    COMPARE = "compare"
    AND = "and"
    OR = "or"
    NOT = "not"
    PREVIOUS = "previous"
    LAST_YEAR = "last_year"
    ROLLING = "rolling"
    TO_DATE = "to_date"
    GIVEN = "given"


class Face(StrEnum):
    """What is read of a KPI: its value, or a part of its ratio."""

    VALUE = "value"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


@dataclass(frozen=True, slots=True)
class PartOf:
    """A KPI as an expression reads it: a face of it, at the formula's slice or in total."""

    key: str
    face: Face = Face.VALUE
    in_total: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """One operation. ``setting`` is a ``PartOf``, a number, places, or what a window is."""

    op: Op
    args: tuple[Expression, ...] = ()
    setting: Any = None

    def parts(self) -> Iterator[PartOf]:
        """Every KPI that is read, as often as it is read."""
        stack = [self]
        while stack:
            one = stack.pop()
            if one.op is Op.PART:
                yield one.setting
            stack.extend(one.args)


class Series(NamedTuple):
    """One slice of one KPI, by its keys; "" is the total."""

    kpi: str
    slice: str = ""


class Read(NamedTuple):
    """A series as a formula reads it: in periods of which frequency."""

    series: Series
    frequency: Frequency
