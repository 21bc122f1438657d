"""The operations of formulas on cells: rows of values by period, and why a cell has none.

A cell is a float and a reason; 0 is no reason, and only then the float counts. A reason is ``kind +
KINDS · source``: what is wrong, and which KPIs it is about (their number among those that a tape
tells apart). Every operation takes the first reason that it meets, in the order of the text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from okapi.core.columns import Bools, Floats, Ints
from okapi.core.formulas.rounding import half_up, rounded
from okapi.core.formulas.tree import Kind

Reasons: TypeAlias = npt.NDArray[np.int32]


class Why(IntEnum):
    """Why a cell has no value."""

    MISSING = 1
    """The KPI has no value in the period."""
    BY_ZERO = 2
    """A denominator is 0."""
    TOO_LARGE = 3
    """The result is beyond what is kept."""
    OVERLAP = 4
    """The KPI's periods share days, so they are not added up."""
    NO_SUMS = 5
    """A ratio was measured without numerator and denominator, and cannot be combined."""
    NOT_FULL = 6
    """A rolling window reaches over periods without a value."""
    NO_BRANCH = 7
    """No branch of an ``if`` holds."""


KINDS = 8
_LARGEST = 1e30


def reason(why: Why, source: int) -> int:
    """A reason about a source."""
    return int(why) + KINDS * source


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows of cells; both arrays have the shape rows × periods."""

    values: Floats
    why: Reasons

    @property
    def lacks(self) -> Bools:
        """Where there is no value."""
        return np.not_equal(self.why, 0)

    def rows(self, at: Ints) -> Cells:
        """These rows."""
        return Cells(self.values[at], self.why[at])


def filled(n: int, periods: int, number: float) -> Cells:
    """Rows of one number."""
    return Cells(np.full((n, periods), number), np.zeros((n, periods), dtype=np.int32))


def unknown(n: int, periods: int, why: int) -> Cells:
    """Rows without a value, for one reason."""
    shape = (n, periods)
    return Cells(np.full(shape, np.nan), np.full(shape, why, dtype=np.int32))


def _first_reason(*cells: Cells) -> Reasons:
    why = cells[0].why
    for one in cells[1:]:
        if one.why.any():
            why = np.where(why != 0, why, one.why)
    return why


def _sized(values: Floats, why: Reasons, source: int) -> Cells:
    """Results that are no number, or too large to be kept, are told so."""
    with np.errstate(invalid="ignore"):
        wrong = (why == 0) & ~(np.abs(values) < _LARGEST)
    if wrong.any():
        why = np.where(wrong, reason(Why.TOO_LARGE, source), why)
        values = np.where(wrong, np.nan, values)
    return Cells(values, why.astype(np.int32, copy=False))


_BINARY: dict[str, Callable[[Floats, Floats], Floats]] = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "min": np.minimum,
    "max": np.maximum,
}


def binary(op: str, one: Cells, other: Cells, source: int) -> Cells:
    """A sum, difference, product, or the smaller or larger of two."""
    with np.errstate(over="ignore", invalid="ignore"):
        values = _BINARY[op](one.values, other.values)
    return _sized(values, _first_reason(one, other), source)


def divide(one: Cells, other: Cells, source: int) -> Cells:
    """Quotients; by 0 there is none. ``source`` names the denominator."""
    why = _first_reason(one, other)
    zero = (why == 0) & (other.values == 0)
    if zero.any():
        why = np.where(zero, reason(Why.BY_ZERO, source), why)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        values = one.values / other.values
    return _sized(values, why, source)


def scale(one: Cells, factor: float, source: int) -> Cells:
    """Values times a number. Hundredths and the like are divided by, which rounds once."""
    inverse = round(1 / factor) if factor and abs(factor) < 1 else 0
    with np.errstate(over="ignore", invalid="ignore"):
        exact = inverse != 0 and 1 / inverse == factor
        values = one.values / inverse if exact else one.values * factor
    return _sized(values, one.why, source)


def absolute(one: Cells) -> Cells:
    """Values without their sign."""
    return Cells(np.abs(one.values), one.why)


def round_to(one: Cells, places: int) -> Cells:
    """Values rounded to places after the point, halves away from zero."""
    return Cells(half_up(one.values, places), one.why)


def finished(one: Cells) -> Cells:
    """Values as they are kept."""
    return Cells(rounded(one.values), one.why)


def coalesce(one: Cells, other: Cells) -> Cells:
    """The first of two that there is."""
    lacks = one.lacks
    return Cells(
        np.where(lacks, other.values, one.values),
        np.where(lacks, np.where(other.lacks, one.why, 0), 0).astype(np.int32),
    )


def given(one: Cells, *others: Cells) -> Cells:
    """The values where all others have one too; what these lack is told first."""
    return Cells(one.values, _first_reason(*others, one))


_COMPARE: dict[str, Callable[[Floats, Floats], Bools]] = {
    Kind.LESS: np.less,
    Kind.LESS_EQUAL: np.less_equal,
    Kind.MORE: np.greater,
    Kind.MORE_EQUAL: np.greater_equal,
    Kind.EQUAL: np.equal,
    Kind.UNEQUAL: np.not_equal,
}


def compare(kind: str, one: Cells, other: Cells) -> Cells:
    """1 where the comparison holds of the values as they are kept, else 0."""
    holds = _COMPARE[kind](rounded(one.values), rounded(other.values))
    return Cells(holds.astype(np.float64), _first_reason(one, other))


def both(one: Cells, other: Cells) -> Cells:
    """Where both hold; where one does not, the other need not be known."""
    return _joined(one, other, decides=0.0)


def either(one: Cells, other: Cells) -> Cells:
    """Where one of them holds."""
    return _joined(one, other, decides=1.0)


def _joined(one: Cells, other: Cells, *, decides: float) -> Cells:
    decided = (~one.lacks & (one.values == decides)) | (~other.lacks & (other.values == decides))
    values = np.where(decided, decides, 1.0 - decides)
    return Cells(values, np.where(decided, 0, _first_reason(one, other)).astype(np.int32))


def negated(one: Cells) -> Cells:
    """Where it does not hold."""
    return Cells(1.0 - one.values, one.why)


def choose(condition: Cells, one: Cells, other: Cells | None, source: int) -> Cells:
    """The first where the condition holds, else the second, or none; what is not taken may lack."""
    holds = condition.values == 1.0
    if other is None:
        rows, periods = one.values.shape
        other = unknown(rows, periods, reason(Why.NO_BRANCH, source))
    why = np.where(condition.lacks, condition.why, np.where(holds, one.why, other.why))
    return Cells(np.where(holds, one.values, other.values), why.astype(np.int32))
