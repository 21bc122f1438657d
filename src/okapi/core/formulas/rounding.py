"""The figures that formulas keep: 12 significant digits, so that 0.1 + 0.2 is 0.3.

Formulas compute in floats. What a formula stores, hands on to another, compares or rounds has been
brought to 12 digits first; a float of 12 digits and its decimal are then one and the same.
"""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np

from okapi.core.columns import Floats

DIGITS = 12
# A power of ten up to this one is exact as a float, so that one division rounds correctly.
_MOST_EXACT = 22
_POWERS = np.asarray([float(10**at) for at in range(_MOST_EXACT + 1)])


def rounded(values: Floats) -> Floats:
    """Each value as the float nearest to its 12 significant digits; NaN and 0 stay."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        places = DIGITS - 1 - np.floor(np.log10(np.abs(values)))
        fits = np.abs(places) <= _MOST_EXACT
        power = _POWERS[np.where(fits, np.abs(places), 0).astype(np.int64)]
        up = np.where(places >= 0, np.rint(values * power) / power, np.rint(values / power) * power)
    result = np.where(fits, up, values)
    odd = ~fits & np.isfinite(values) & (values != 0)
    if odd.any():
        result[odd] = [float(f"{one:.{DIGITS - 1}e}") for one in values[odd].tolist()]
    return result + 0.0  # no minus zero


def half_up(values: Floats, places: int) -> Floats:
    """Rounded to places after the point (before it, if negative), halves away from zero."""
    power = float(10 ** abs(places))
    raised = values * power if places >= 0 else values / power
    near = np.floor(np.abs(rounded(raised)) + 0.5) * np.sign(raised)
    return near / power if places >= 0 else near * power


def decimal_of(value: float) -> Decimal:
    """The decimal of a value that was ``rounded``; a value that is none is a ValueError."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is not finite")
    return Decimal(f"{value:.{DIGITS}g}")
