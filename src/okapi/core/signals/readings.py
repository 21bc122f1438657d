"""Values in the order of time as floats, with NaN for a gap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

import numpy as np

from okapi.core.columns import Floats
from okapi.core.errors import Refused

# One for each period; None and NaN are gaps.
Values: TypeAlias = Sequence[Decimal | float | None] | Floats

# Squares of larger ones, and their sums, are no floats any more.
LARGEST = 1e150


def readings(values: Values) -> Floats:
    """The values as an array of floats; None and NaN are NaN.

    Refused: ``signals.not_a_number`` for what is no number, an infinity, or beyond 1e150 in size,
    with its position from 1.
    """
    if isinstance(values, np.ndarray) and (values.ndim != 1 or values.dtype.kind == "c"):
        _refuse(f"{values.dtype} {values.shape}", 0)
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiu":
        found = values.astype(np.float64)
    else:
        found = np.array([_number(value, at) for at, value in enumerate(values)], dtype=np.float64)
    wild = np.flatnonzero(np.abs(found) > LARGEST)
    if wild.size:
        _refuse(values[int(wild[0])], int(wild[0]))
    return found


def noise_of(values: Floats) -> float:
    """The largest difference that may be rounding alone, for values of this size."""
    known = values[~np.isnan(values)]
    return float(np.abs(known).max(initial=0.0)) * 1e-12


def _number(value: Decimal | float | None, at: int) -> float:
    if value is None:
        return math.nan
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        _refuse(value, at)
        raise


def _refuse(value: object, at: int) -> None:
    raise Refused("signals.not_a_number", found=str(value)[:60], position=at + 1)
