"""Columns: how one pass computes for 300,000 rows what it also computes for one.

A column is a NumPy array with one place per row. Numbers are floats (NaN = none), days are
ordinals (``NEVER`` = none), members of an enumeration are their position in it. The scalar forms
of the core call the column forms with one row, so both give exactly the same figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Codes: TypeAlias = npt.NDArray[np.int8]

# A day that does not come, or has not been: no date has the ordinal 0.
NEVER = 0
# Later than any date; for minima over days that may be NEVER.
FAR = 10_000_000

E = TypeVar("E", bound=StrEnum)


@cache
def _members(kind: type[E]) -> tuple[E, ...]:
    return tuple(kind)


# By identity: equal texts of two enumerations are equal members to Python.
_positions: dict[int, int] = {}


def code_of(member: StrEnum) -> int:
    """The position of a member in its enumeration."""
    found = _positions.get(id(member))
    if found is None:
        _positions.update((id(one), at) for at, one in enumerate(_members(type(member))))
        found = _positions[id(member)]
    return found


def member_of(kind: type[E], code: int) -> E:
    """The member at a position of an enumeration; the opposite of ``code_of``."""
    found: E = _members(kind)[code]
    return found


def codes(members: Iterable[StrEnum]) -> Codes:
    """A column of members."""
    return np.fromiter((code_of(member) for member in members), dtype=np.int8)


def ordinal(day: date | None) -> int:
    """A day as a number; None is ``NEVER``."""
    return NEVER if day is None else day.toordinal()


def day_of(number: int) -> date | None:
    """The day of a number; ``NEVER`` is None."""
    return None if number == NEVER else date.fromordinal(number)


def days(of: Iterable[date | None]) -> Ints:
    """A column of days."""
    return np.fromiter((ordinal(day) for day in of), dtype=np.int64)


def number(value: Decimal | float | None) -> float:
    """A value as a float; None is NaN."""
    return float("nan") if value is None else float(value)


def floats(values: Iterable[Decimal | float | None]) -> Floats:
    """A column of values."""
    return np.fromiter((number(value) for value in values), dtype=np.float64)


def maybe(value: float) -> float | None:
    """A float as a value; NaN is None, and minus zero is zero."""
    return None if np.isnan(value) else float(value) + 0.0


def real_numbers(values: npt.ArrayLike) -> Floats:
    """What was handed in as an array of floats; None is NaN.

    TypeError or ValueError for what are no numbers, complex ones included; OverflowError for whole
    numbers that no float can hold.
    """
    if np.iscomplexobj(values):
        raise TypeError("complex numbers have no order")
    return np.asarray(values, dtype=np.float64)


def clipped(shares: Floats) -> Floats:
    """Shares brought into [0, 1], as roll-ups read them; NaN stays."""
    return np.asarray(np.clip(shares, 0.0, 1.0), dtype=np.float64)


def total_by(group: Ints, values: Floats, n: int) -> Floats:
    """The sum of the values of each of ``n`` groups; ``group`` has each row's group.

    Summed in the order of the rows: rows in the same order give the same figure to the last bit.
    """
    return np.asarray(np.bincount(group, weights=values, minlength=n), dtype=np.float64)


def means_by(group: Ints, values: Floats, weights: Floats, n: int) -> Floats:
    """The weighted mean of each of ``n`` groups; rows that are NaN are left out.

    NaN for a group with nothing left or with no weight.
    """
    known = ~np.isnan(values)
    weight = np.where(known, weights, 0.0)
    sums = total_by(group, np.where(known, values, 0.0) * weight, n)
    wholes = total_by(group, weight, n)
    return divided(sums, wholes)


def divided(numerator: Floats, denominator: Floats) -> Floats:
    """The quotient; NaN where the denominator is 0 or either is NaN."""
    result = np.full(np.broadcast(numerator, denominator).shape, np.nan)
    np.divide(numerator, denominator, out=result, where=denominator != 0)
    return result
