"""One way to write numbers: thousands, units, money, percent, and short forms for large ones."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache

from okapi.wording.catalogue import codes, phrase
from okapi.wording.languages import current_language

MINUS = "\u2212"
NOTHING = "—"

# Money by its sign or its ISO code stands before the number and touches it.
_MONEY = {"¥": "¥", "CNY": "¥", "$": "$", "USD": "$", "£": "£", "GBP": "£", "€": "€", "EUR": "€"}
_TOUCHING = frozenset({"%", "％", "‰", "°", "°C"})
# Percentage points are not percent.
_POINTS = {"en": " pp", "zh": " 个百分点"}
_STEPS = {
    "en": (
        (Decimal(10) ** 12, "T"),
        (Decimal(10) ** 9, "B"),
        (Decimal(10) ** 6, "M"),
        (Decimal(10) ** 3, "k"),
    ),
    "zh": ((Decimal(10) ** 12, "万亿"), (Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万")),
}
_SHORT_FROM = Decimal(10_000)
_HUNDRED = Decimal(100)
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)


def number(
    value: Decimal | float | None,
    unit: str = "",
    *,
    language: str | None = None,
    compact: bool = False,
    digits: int | None = None,
    readable: bool = False,
    sign: bool = False,
) -> str:
    """A number with its unit, as people of the language write it.

    Args:
        value: what to write; None is a dash.
        unit: `%` and money touch the number, `pp` is percentage points, others follow a space.
        language: the context's unless given.
        compact: from 10,000 on in k, M, B, T or 万, 亿, 万亿 with three leading digits.
        digits: places after the point. Unless given, a decimal keeps the precision that it came
            with (zeros at the end included), and a float has as many as tell something: two, or
            three leading digits below 1.
        readable: with the places of `readable_digits`, where neither `digits` nor `compact` is
            given.
        sign: write a plus before what is above zero.
    """
    if value is None:
        return NOTHING
    spoken = current_language(language)
    exact = _exact(value)
    step = ""
    if digits is None and readable and not compact:
        digits = _readable(exact)
    if compact and digits is None:
        exact, step = _shorten(exact, spoken)
    elif digits is not None:
        exact = _round(exact, digits)
    elif isinstance(value, float):
        exact = _tidy(exact)
    return _written(exact, step, unit, spoken, sign=sign)


def rough(value: Decimal | float) -> Decimal | float:
    """A figure for a sentence: below 1 two leading digits tell enough, 0.0875 is 0.088."""
    exact = _exact(value)
    if exact == 0 or abs(exact) >= 1:
        return value
    return float(_round(exact, 1 - exact.adjusted()))


def readable_digits(value: Decimal | float | None) -> int | None:
    """How many places a figure is shown with where no KPI says it: None for as many as came.

    More than two places tell something only below the third leading digit: 2.2599465 is 2.26,
    0.57348814 is 0.573. The exact value stands in files, tables of origin and tooltips.
    """
    return None if value is None else _readable(_exact(value))


def _readable(exact: Decimal) -> int | None:
    places = -int(exact.as_tuple().exponent)
    if places <= 2 or exact == 0:
        return None
    return min(places, max(2, 2 - exact.adjusted()))


def percent(
    share: Decimal | float | None,
    *,
    language: str | None = None,
    digits: int = 0,
    sign: bool = False,
) -> str:
    """A share as a percentage: 0.47 is `47%`.

    What falls short of the whole is never rounded up to 100%, however little is missing.
    """
    if share is None:
        return NOTHING
    exact = _WIDE.multiply(_exact(share), _HUNDRED)
    rounded = _round(exact, digits)
    if exact < 100 <= rounded:
        rounded = 100 - _place(digits)
    return _written(rounded, "", "%", current_language(language), sign=sign)


def _written(exact: Decimal, step: str, unit: str, language: str, *, sign: bool) -> str:
    """With its sign and unit, and the step that it is told in (`k`, `万`)."""
    mark = MINUS if exact < 0 else "+" if sign and exact > 0 else ""
    return _with_unit(mark, f"{exact.copy_abs():,f}{step}", unit, language)


def _exact(value: Decimal | float) -> Decimal:
    # By its shortest text, so that the float 0.1 is 0.1 and not 0.1000000000000000055.
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not exact.is_finite():
        raise ValueError(f"{value} is not a number that can be written")
    return exact


def _round(value: Decimal, digits: int) -> Decimal:
    return value.quantize(_place(digits), context=_WIDE)


@lru_cache(maxsize=128)
def _place(digits: int) -> Decimal:
    """One in the last of so many places after the point."""
    return Decimal(1).scaleb(-digits)


def _tidy(value: Decimal) -> Decimal:
    """A float has as many digits as tell something, and no zeros at its end."""
    if value == 0:
        return Decimal(0)
    return _bare(_round(value, 2 if abs(value) >= 1 else 2 - value.adjusted()))


def _bare(value: Decimal) -> Decimal:
    bare = value.normalize(_WIDE)
    return bare.quantize(Decimal(1), context=_WIDE) if bare.as_tuple().exponent > 0 else bare  # type: ignore[operator]  # finite: the exponent is a number


def _shorten(value: Decimal, language: str) -> tuple[Decimal, str]:
    """Three leading digits and the step they stand for; small values stay whole."""
    if abs(value) < _SHORT_FROM:
        return _tidy(value), ""
    for size, name in _STEPS[language]:
        # 999,950 becomes 1M, not 1000k: the step is chosen after rounding.
        leading = _three_digits(_WIDE.divide(value, size))
        if abs(leading) >= 1:
            return leading, name
    raise AssertionError("the smallest step is below the first number that is shortened")


def _three_digits(value: Decimal) -> Decimal:
    return _bare(_round(value, max(0, 2 - value.adjusted())))


def _with_unit(mark: str, figure: str, unit: str, language: str) -> str:
    if not unit or unit in _TOUCHING:
        return f"{mark}{figure}{unit}"
    money, per, thing = unit.partition("/")
    if money in _MONEY:
        return f"{mark}{_MONEY[money]}{figure}{per}{thing}"
    if unit == "pp":
        return f"{mark}{figure}{_POINTS[language]}"
    known = _units().get(unit)
    if known is not None:
        unit = phrase(f"{known}.one" if figure == "1" else known).in_language(language)
    return f"{mark}{figure} {unit}" if unit else f"{mark}{figure}"


@cache
def _units() -> dict[str, str]:
    """The codes of common units by each of their words: 天, day and days are all `unit.day`."""
    named = [phrase(code) for code in codes() if code.startswith("unit.")]
    return {word: each.code.removesuffix(".one") for each in named for word in (each.zh, each.en)}
