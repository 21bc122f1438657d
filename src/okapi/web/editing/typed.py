"""Reading a number as people type it: thousands, full-width digits, %, money, 万 and k."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

from okapi.core.errors import Refused
from okapi.core.quantities import EXACT, parse_decimal

_MOST = 60
_SPACE = re.compile(r"[\s'’_]+")
_SIGNS = "¥$£€"
_STEPS = {"万": 4, "亿": 8, "k": 3, "K": 3, "M": 6, "B": 9}
"""Powers of ten; a small m is a unit of length, not a million."""
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")


def read_number(text: str, unit: str = "", *, said: str = "") -> Decimal:
    """The number that somebody typed for a value in this unit (`said` is how the page writes it).

    `1,234.5`, `1.234,5`, `1 234,5`, `１２．５`, `12.5%` and `12.5` (in %), `¥1,200`, `22.5万`,
    `217k`. One comma before exactly three digits stands between thousands (`1,234`), any other
    is a decimal comma. `Refused`: `number.unreadable`, `number.too_long`.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("\N{MINUS SIGN}", "-")
    if not plain or len(plain) > _MOST:
        raise Refused("number.unreadable", field="value", found=text[:_MOST])
    bare = _without_unit(_without_unit(_SPACE.sub("", plain), said), unit)
    power = _STEPS.get(bare[-1:], 0)
    try:
        number = parse_decimal(_with_point(bare[:-1] if power else bare))
        return parse_decimal(EXACT.scaleb(number, power))
    except Refused as refused:
        told = {**refused.data, "field": "value", "found": text[:_MOST]}
        raise Refused(refused.code, **told) from None


def _without_unit(text: str, unit: str) -> str:
    """Without the KPI's own unit; a sign of money stands before or behind."""
    own = _SPACE.sub("", unicodedata.normalize("NFKC", unit))
    if own and text.lower().endswith(own.lower()):
        text = text[: -len(own)]
    sign = text[:1] if text[:1] in ("+", "-") else ""
    body = text[len(sign) :]
    if own not in ("", "%") and body.lower().startswith(own.lower()):
        body = body[len(own) :]
    return sign + body.strip(_SIGNS if own != "%" else "")


def _with_point(text: str) -> str:
    """Separators of thousands taken out, and the decimal separator a point."""
    last_point, last_comma = text.rfind("."), text.rfind(",")
    if last_point >= 0 and last_comma >= 0:
        decimal, other = (".", ",") if last_point > last_comma else (",", ".")
        whole, _, fraction = text.rpartition(decimal)
        if not _THOUSANDS.fullmatch(whole) or decimal in whole or other in fraction:
            return text
        return f"{whole.replace(other, '')}.{fraction}"
    if last_comma >= 0:
        return text.replace(",", "" if _THOUSANDS.fullmatch(text) else ".")
    if text.count(".") > 1 and _THOUSANDS.fullmatch(text):
        return text.replace(".", "")
    return text


def number_at(text: str, field: str, unit: str = "") -> Decimal | None:
    """The number in a field of a form, None where it is empty; `Refused` at that field."""
    if not text.strip():
        return None
    try:
        return read_number(text, unit)
    except Refused as refused:
        told = {**refused.data, "field": field}
        code = "editing.no_number" if refused.code == "number.unreadable" else refused.code
        raise Refused(code, **told) from None


def day_at(text: str, field: str) -> date | None:
    """The day in a field of a form (`2026-12-31`), None where it is empty; `Refused` at it."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(unicodedata.normalize("NFKC", text).strip())
    except ValueError:
        raise Refused("editing.no_day", field=field, found=text[:_MOST]) from None


def number_words(value: Decimal | None) -> str:
    """A number as a form begins with it: plain digits, as they were typed once."""
    return "" if value is None else f"{value:f}"
