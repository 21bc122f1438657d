"""What the number formats of a workbook say: percentages, dates with or without a day, units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from okapi.exchange.tables.units import Unit, is_known, unit_of


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What a format shows: `days`, `times`, both, or a number with a percent sign or a unit."""

    is_percent: bool = False
    is_date: bool = False
    is_time: bool = False
    shows_day: bool = False
    unit: str = ""


GENERAL = NumberFormat()
_DATE = NumberFormat(is_date=True, shows_day=True)
_MONTH = NumberFormat(is_date=True)
_TIME = NumberFormat(is_time=True)
# The formats that a workbook need not spell out; 27 to 36 and 50 to 58 are the Chinese dates.
BUILT_IN: dict[int, NumberFormat] = {
    **dict.fromkeys((9, 10), NumberFormat(is_percent=True)),
    **dict.fromkeys((14, 15, 16, 22, 28, 29, 30, 31, 51, 53, 54, 58), _DATE),
    **dict.fromkeys((17, 27, 36, 50, 52, 57), _MONTH),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), _TIME),
}
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|!(.)')
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_BRACKET = re.compile(r"\[(?!h|m|s)[^\]]*\]", re.IGNORECASE)


@lru_cache(maxsize=4096)
def number_format(code: str) -> NumberFormat:
    """What a format's code says; of its sections the first counts."""
    if code.strip().casefold() in ("general", "g/通用格式", "@", ""):
        return GENERAL
    literals = [next((part for part in found if part), "") for found in _LITERAL.findall(code)]
    bare = _LITERAL.sub(" ", code)
    currency = [found.strip() for found in _CURRENCY.findall(bare)]
    bare = _BRACKET.sub("", _CURRENCY.sub(" ", bare)).split(";")[0]
    letters = re.sub(r"e[+-]|general|am/pm|a/p|上午/下午", "", bare.casefold())
    has_date = re.search("[yde]", letters) is not None
    has_time = re.search("[hs]", letters) is not None
    if has_date or (re.search("m", letters) and not has_time):
        return NumberFormat(is_date=True, is_time=has_time, shows_day="d" in letters)
    if has_time:
        return _TIME
    return NumberFormat(is_percent="%" in bare, unit=_unit(bare, literals, currency))


def _unit(bare: str, literals: list[str], currency: list[str]) -> str:
    """A unit that the format writes beside the number; one that also scales it says nothing new."""
    scales = re.search(r"[0#?],+\s*(?:$|[^0#?,.])", bare) is not None
    told = [text.strip() for text in (*currency, *literals) if text.strip()]
    told += re.findall("[¥$€£]", bare)
    if scales or len(told) != 1:
        return ""
    unit: Unit = unit_of(told[0])
    return told[0] if unit.power or is_known(unit.base) else ""
