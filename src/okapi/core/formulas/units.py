"""The algebra of units: what may be added, what a product or a quotient is measured in.

A unit is a product of names with exponents: ``¥/人`` is ¥ to the 1 and 人 to the -1. What has no
name is a plain number; ``%`` is a plain number times 100. A literal (a number in the text) has no
unit of its own and takes that of its neighbour, but never %, where 1 and 1 % would be confused.
Currencies and times have more than one name each; everything else counts something, and a ratio of
two counts may be told in %.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

PERCENT_SIGN = "%"

_FAMILIES = {
    "¥": "¥|￥|cny|rmb|元|人民币|cn¥",
    "$": "$|usd|us$|美元",
    "€": "€|eur|欧元",
    "£": "£|gbp|英镑",
    "HK$": "hk$|hkd|港元|港币",
    "JP¥": "jp¥|jpy|日元",
    "h": "h|hr|hour|hours|小时",
    "min": "min|minute|minutes|分钟",
    "s": "s|sec|second|seconds|秒",
    "d": "d|day|days|天|日",
}
_BASES = {word: base for base, words in _FAMILIES.items() for word in words.split("|")}
_CURRENCIES = ("¥", "$", "€", "£", "HK$", "JP¥")
_TIMES = ("h", "min", "s", "d")
# In what money is counted: 万元, k$, million USD. Such a unit is a currency of its own.
_SCALES = (
    "万亿",
    "十亿",
    "百万",
    "千万",
    "万",
    "亿",
    "千",
    "k",
    "m",
    "bn",
    "thousand ",
    "million ",
)
_PLAIN = re.compile(r"[^\s/()]+(/[^\s/()]+)*")
# A plain number may be told in these.
_TIMES_AS_MUCH = frozenset({"倍", "x", "×"})


class NoUnit(StrEnum):
    """How a unit is told that is none."""

    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Unit:
    """Names with their exponents, sorted; ``is_percent`` and ``is_literal`` only without names."""

    factors: tuple[tuple[str, int], ...] = ()
    is_percent: bool = False
    is_literal: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is a plain number, no literal and no %."""
        return not (self.factors or self.is_percent or self.is_literal)

    @property
    def currency(self) -> str:
        """The currency that it is an amount of, as it is scaled; empty for anything else."""
        if len(self.factors) != 1 or self.factors[0][1] != 1:
            return ""
        return self.factors[0][0] if _currency_of(self.factors[0][0]) else ""

    @property
    def is_share(self) -> bool:
        """Whether it may be told in %: a plain number, or as many counts above as below."""
        if self.is_percent or self.is_literal:
            return False
        counts = all(not _currency_of(name) and name not in _TIMES for name, _ in self.factors)
        return counts and sum(exponent for _, exponent in self.factors) == 0


LITERAL = Unit(is_literal=True)
PLAIN = Unit()
PERCENT = Unit(is_percent=True)


@lru_cache(maxsize=8192)
def unit_of(text: str) -> Unit:
    """The unit that a definition names. What is not known is a name of its own."""
    tidy = " ".join(text.split())
    if not tidy:
        return PLAIN
    if tidy in (PERCENT_SIGN, "％"):
        return PERCENT
    if not _PLAIN.fullmatch(tidy):
        return Unit(((tidy.casefold(), 1),))
    first, *others = tidy.split("/")
    return _of([(_base(first), 1), *((_base(one), -1) for one in others)])


def _base(name: str) -> str:
    return _BASES.get(name.casefold(), name.casefold())


def _currency_of(name: str) -> str:
    """The currency in a name: that of ``万元`` is ¥."""
    if name in _CURRENCIES:
        return name
    for scale in _SCALES:
        if name.startswith(scale) and _BASES.get(name[len(scale) :]) in _CURRENCIES:
            return _BASES[name[len(scale) :]]
    return ""


def _of(factors: list[tuple[str, int]]) -> Unit:
    sums: dict[str, int] = {}
    for name, exponent in factors:
        sums[name] = sums.get(name, 0) + exponent
    return Unit(tuple(sorted((name, exponent) for name, exponent in sums.items() if exponent)))


def times(one: Unit, other: Unit) -> Unit:
    """The unit of a product; % counts as the plain number that it is the hundredfold of.

    A literal times % stays %: twice 5 % is 10 %.
    """
    if one.is_literal:
        return other
    if other.is_literal:
        return one
    return _of([*one.factors, *other.factors])


def over(one: Unit, other: Unit) -> Unit:
    """The unit of a quotient."""
    if other.is_literal:
        return one
    if one.is_literal and other.is_percent:
        return PLAIN
    return _of([*one.factors, *((name, -exponent) for name, exponent in other.factors)])


def together(one: Unit, other: Unit) -> Unit | None:
    """The unit of two values that are added or compared; None where they must not be."""
    if one.is_literal:
        return None if other.is_percent else other
    if other.is_literal:
        return None if one.is_percent else one
    return one if one == other else None


def scale_to(computed: Unit, declared: Unit, text: str) -> float | None:
    """By what a computed value is multiplied to be in the declared unit; None if it does not fit.

    ``text`` is the declared unit as it is written.
    """
    if computed.is_literal:
        return 1.0
    if declared.is_percent:
        if computed.is_percent:
            return 1.0
        return 100.0 if computed.is_share else None
    if computed == declared:
        return 1.0
    if computed.is_share and (declared.is_plain or text.strip() in _TIMES_AS_MUCH):
        return 1.0
    return None


def named(unit: Unit) -> str:
    """The unit as people write it: ``¥/人``; empty for a plain number."""
    if unit.is_percent:
        return PERCENT_SIGN
    above = [_power(name, exponent) for name, exponent in unit.factors if exponent > 0]
    below = [_power(name, -exponent) for name, exponent in unit.factors if exponent < 0]
    if not above and not below:
        return ""
    return "/".join(["·".join(above) or "1", *below])


def told(unit: Unit) -> str:
    """The unit in a refusal."""
    return named(unit) or NoUnit.NUMBER


def _power(name: str, exponent: int) -> str:
    return name if exponent == 1 else f"{name}^{exponent}"
