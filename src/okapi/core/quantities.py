"""Decimal values as they came in, good directions, bands, and means.

A value has at most 38 digits, before and after the point together. Sums and differences are exact
(``EXACT``); a quotient that does not end is rounded by ``divide``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from okapi.core.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_DIGITS = 38
_LONGEST_TEXT = 200  # characters; nobody writes a value of 38 digits with so many
# Wide enough for any product of two values of 38 digits, and for the sum of a billion of them.
EXACT = Context(prec=160, rounding=ROUND_HALF_EVEN)
_QUOTIENT = Context(prec=28, rounding=ROUND_HALF_EVEN)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)


class Direction(StrEnum):
    """Which way is better for a KPI."""

    UP = "up"
    DOWN = "down"
    BAND = "band"


@dataclass(frozen=True, slots=True)
class Band:
    """The values from ``low`` to ``high``, both included; None leaves that side open.

    Refused are ``band.empty`` (both sides open) and ``band.backwards`` (low above high).
    """

    low: Decimal | None
    high: Decimal | None

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise Refused("band.empty")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise Refused("band.backwards", low=self.low, high=self.high)

    def contains(self, value: Decimal) -> bool:
        """Whether the value lies in the band, limits included."""
        return not (
            (self.low is not None and value < self.low)
            or (self.high is not None and value > self.high)
        )

    def distance(self, value: Decimal) -> Decimal:
        """How far the value lies from the band, in its unit; 0 inside."""
        if self.low is not None and value < self.low:
            return EXACT.subtract(self.low, value)
        if self.high is not None and value > self.high:
            return EXACT.subtract(value, self.high)
        return Decimal(0)


def parse_decimal(value: str | float | Decimal) -> Decimal:
    """Read a number, keeping the precision that it came in.

    Text is an optional sign, digits with at most one point, and optionally an exponent; full-width
    digits and the minus sign U+2212 are read too. Separators of thousands are refused, since a
    comma means two things. Refused are ``number.unreadable`` and ``number.too_long``.
    """
    number = _decimal_of(value)
    if not number.is_finite():
        raise Refused("number.unreadable", found=str(value))
    if not _is_short(number) and digits_of(number) > MOST_DIGITS:
        raise Refused("number.too_long", found=str(value)[:60], most=MOST_DIGITS)
    return number


def _is_short(number: Decimal) -> bool:
    """Whether the number is surely short enough: most are, and to count digits takes longer."""
    text = str(number)
    return len(text) <= MOST_DIGITS and "E" not in text


def _decimal_of(value: str | float | Decimal) -> Decimal:
    match value:
        case Decimal():
            return value
        case str():
            return _decimal_of_text(value)
        case bool():
            raise Refused("number.unreadable", found=str(value))
        case int():
            # Told by its size: Python refuses to print integers of more than 4,300 digits.
            if abs(value) >= 10**MOST_DIGITS:
                size = int(value.bit_length() * math.log10(2))
                raise Refused("number.too_long", found=f"about 1e{size}", most=MOST_DIGITS)
            return Decimal(value)
        case _:
            return Decimal(repr(float(value)))  # a NumPy float has its own repr


def _decimal_of_text(value: str) -> Decimal:
    if len(value) > _LONGEST_TEXT:
        raise Refused("number.too_long", found=value[:60], most=MOST_DIGITS)
    text = unicodedata.normalize("NFKC", value).strip().replace("\N{MINUS SIGN}", "-")
    if not _NUMBER.fullmatch(text):
        raise Refused("number.unreadable", found=value[:60])
    return Decimal(text)


def digits_of(number: Decimal) -> int:
    """Digits needed to write a finite number plainly, without zeros that say nothing."""
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        raise TypeError(f"{number} is not finite")
    significant = len(digits)
    while significant and digits[significant - 1] == 0:
        significant -= 1
        exponent += 1
    leading = next((at for at, digit in enumerate(digits[:significant]) if digit), significant)
    significant -= leading
    if significant == 0:
        return 1
    whole = max(significant + exponent, 0)
    return max(whole + max(-exponent, 0), 1)


def places_of(number: Decimal) -> int:
    """Digits after the point, without trailing zeros."""
    _, _, fraction = canonical(number).partition(".")
    return len(fraction)


def canonical(number: Decimal) -> str:
    """The one way to write a value: no exponent, no trailing zeros after the point, no "-0"."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def exact_sum(values: Iterable[Decimal]) -> Decimal:
    """The sum without any rounding; 0 for nothing."""
    total = Decimal(0)
    for value in values:
        total = EXACT.add(total, value)
    return total


def divide(numerator: Decimal, denominator: Decimal) -> Decimal:
    """The quotient: exact if it fits a value, else rounded half-even to 28 digits or fewer.

    A denominator of 0 raises ZeroDivisionError: the caller knows what that means.
    """
    if denominator == 0:
        raise ZeroDivisionError("denominator is 0")
    quotient = EXACT.divide(numerator, denominator)
    if digits_of(quotient) <= MOST_DIGITS:
        return Decimal(canonical(quotient))
    rounded = _QUOTIENT.divide(numerator, denominator)
    whole = max(rounded.adjusted() + 1, 1)
    if digits_of(rounded) > MOST_DIGITS and whole < MOST_DIGITS:
        rounded = rounded.quantize(Decimal(1).scaleb(whole - MOST_DIGITS), context=EXACT)
    return Decimal(canonical(rounded))


def clip(share: float) -> float:
    """The share brought into [0, 1], as roll-ups read it; not-a-number stays."""
    if math.isnan(share):
        return share
    return min(max(share, 0.0), 1.0)


def weighted_mean(values: Sequence[float | None], weights: Sequence[float]) -> float | None:
    """The weighted mean; values that are None are left out with their weights.

    None when nothing is left or all weights are 0. A negative weight is refused
    (``weight.negative``); unequal lengths are a mistake of the caller (ValueError).
    """
    pairs = list(zip(values, weights, strict=True))
    if any(weight < 0 for weight in weights):
        raise Refused("weight.negative", found=min(weights))
    kept = [(float(value), float(weight)) for value, weight in pairs if value is not None]
    whole = math.fsum(weight for _, weight in kept)
    if whole == 0:
        return None
    return math.fsum(value * weight for value, weight in kept) / whole
