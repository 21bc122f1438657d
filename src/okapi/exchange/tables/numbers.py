"""Numbers as people write them: separators, percent signs, brackets, 万 and k, units, nothing.

Which of comma and point parts the decimals is decided over a column (`Marks`), never by one cell
that could be both. What cannot be a number is refused at its cell.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from okapi.core.errors import Refused
from okapi.core.quantities import EXACT, canonical, divide, parse_decimal
from okapi.exchange.tables.cells import Kind, Note, Raw, Typed, folded, note, plain, shown
from okapi.exchange.tables.units import PERCENT, PERMILLE, POINTS, SHARE, Unit, is_known, unit_of
from okapi.exchange.tables.words import FAULTS, MISSING

LONGEST_NUMBER = 200
_SIMPLE = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,14})?", re.ASCII)
_WRITTEN = re.compile(
    r"(?P<sign>[-+]?) ?(?P<pre>[^\d.,+\-()<>~≈]*?) ?(?P<inner>[-+]?) ?"
    r"(?P<body>\d[\d.,' ]*|[.,]\d+)(?P<exp>[eE][+-]?\d{1,3})?(?P<post>[^\d]*)"
)
_MARK = re.compile("[,.，．]")
_BODY = re.compile(r"\d[\d.,' ]*|[.,]\d+")
_APPROXIMATE = re.compile(
    r"(约|大约|近|超|>|<|≥|≤|~|≈|about |approx|circa|ca\.).*|.*(\+|以上|左右|余)$"
    r"|.*\(?(预估|预计|估计|估|预测|estimated?|est\.?|forecast)\)?$"
)
_HASHES = re.compile(r"#{2,}")
_GROUPED = {
    ",": re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}|\d+"),
    ".": re.compile(r"\d{1,3}(?:\.\d{3})+|\d+"),
}
_SPACED = re.compile(r"\d{1,3}(?:[ ']\d{3})+(?=$|[.,])")
_MOST_NOISE = 12  # digits: what is shorter at 15 digits was meant to be that short


class Marks(StrEnum):
    """Which sign parts the decimals."""

    POINT = "point"
    COMMA = "comma"


@dataclass(frozen=True, slots=True)
class NumberRead:
    """A number in the KPI's unit, None for *no value*; and what was done to read it."""

    value: Decimal | None
    notes: tuple[Note, ...] = ()


_EMPTY = NumberRead(None)


def evidence(raw: Raw) -> str:
    """What a cell says about its column's marks: `point`, `comma`, `open` (could be both) or ``."""
    if not isinstance(raw, str) or len(raw) > LONGEST_NUMBER:
        return ""
    if _SIMPLE.fullmatch(raw):
        whole, point, after = raw.lstrip("+-").partition(".")
        if not point:
            return ""
        return "open" if len(after) == 3 >= len(whole) and whole.strip("0") else "point"
    return _evidence(plain(raw)) if _MARK.search(raw) else ""


def _evidence(text: str) -> str:
    found = _BODY.search(text)
    body = found[0].rstrip(",. ") if found else ""
    commas, points = body.count(","), body.count(".")
    if not commas and not points:
        return ""
    if commas and points:
        return "point" if body.rfind(".") > body.rfind(",") else "comma"
    if commas > 1 or points > 1:
        return "point" if commas else "comma"
    mark = "," if commas else "."
    before, _, after = re.sub("[ ']", "", body).partition(mark)
    if len(after) == 3 and 1 <= len(before) <= 3 and before.strip("0"):
        return "open"
    return "comma" if commas else "point"


def decide(found: Counter[str], *, comma_is_usual: bool) -> Marks | None:
    """The marks of a column by all of its cells; None where that stays open.

    Where nothing speaks, the point parts the decimals, unless the file is of a kind in which the
    comma usually does (semicolons between the cells): then the doubtful cells are refused.
    """
    point, comma = found["point"], found["comma"]
    if point == comma:
        return None if point or (comma_is_usual and found["open"]) else Marks.POINT
    return Marks.POINT if point > comma else Marks.COMMA


def read_number(
    raw: Raw, *, marks: Marks | None = Marks.POINT, unit: str = "", written_unit: str = ""
) -> NumberRead:
    """Read a cell as a number of a KPI's `unit`.

    `written_unit` is what a header, a unit column or a title says of the cell; what stands in the
    cell itself comes before it. Refused: `tables.number.*`, `number.too_long`.
    """
    if isinstance(raw, str):
        if len(raw) > LONGEST_NUMBER:
            raise Refused("tables.number.unreadable", found=raw.strip()[:60])
        if not written_unit and _SIMPLE.fullmatch(raw) and (marks is Marks.POINT or "." not in raw):
            return _told_share(Decimal(raw), unit, ())
        return _read_text(raw, marks, unit, written_unit)
    return _read_typed(raw, marks, unit, written_unit)


def _read_typed(raw: Typed, marks: Marks | None, unit: str, written_unit: str) -> NumberRead:
    if raw.is_copy:
        raise Refused("tables.number.merged", found=raw.text[:60])
    match raw.kind:
        case Kind.TEXT:
            return _read_text(raw.text, marks, unit, written_unit)
        case Kind.NUMBER if raw.number is not None:
            parse_decimal(raw.number)
            own = Unit(-2, "") if raw.is_percent else unit_of(raw.unit)
            if raw.is_percent:
                value = EXACT.multiply(raw.number, Decimal(100))
                return _in_unit(value, unit_of(PERCENT), unit, (), raw.text)
            if own.is_told:
                return _in_unit(raw.number, own, unit, (), raw.text)
            return _by_written(raw.number, unit, written_unit, (), raw.text)
        case Kind.DAY:
            raise Refused("tables.number.is_date", found=raw.text[:60])
        case Kind.TIME:
            raise Refused("tables.number.is_time", found=raw.text[:60])
        case Kind.BOOLEAN:
            raise Refused("tables.number.is_boolean", found=raw.text[:60])
        case Kind.FAULT if raw.text == "=":
            raise Refused("tables.number.not_computed")
        case _:
            raise Refused("tables.number.is_fault", found=raw.text[:60])


@lru_cache(maxsize=32768)
def _read_text(raw: str, marks: Marks | None, unit: str, written_unit: str) -> NumberRead:
    text = plain(raw).lstrip("'\N{RIGHT SINGLE QUOTATION MARK}").strip()
    if not text:
        return _EMPTY
    word = folded(text)
    if word in MISSING or text in MISSING:
        return NumberRead(None, (note("tables.number.no_value", found=text),))
    if word in FAULTS or _HASHES.fullmatch(text):
        raise Refused("tables.number.is_fault", found=text[:60])
    if word in ("true", "false", "yes", "no", "是", "否", "真", "假"):
        raise Refused("tables.number.is_boolean", found=text)
    body, power, negative, own_unit = _parts(text, unit)
    number, notes = _decimal(body, marks, text)
    number = number.scaleb(power, EXACT)
    number = number.copy_negate() if negative else number
    parse_decimal(number)
    if own_unit:
        return _in_unit(number, unit_of(own_unit), unit, notes, text)
    return _by_written(number, unit, written_unit, notes, text)


def _parts(text: str, unit: str) -> tuple[str, int, bool, str]:
    """The digits with their separators, the exponent, whether it is negative, and the unit."""
    negative = False
    inner = text
    if text.startswith("负") and text[1:2].isdigit():
        negative, inner = True, text[1:]
    elif text.startswith("(") and text.endswith(")"):
        negative, inner = True, text[1:-1].strip()
    elif text.endswith("-") and text[:1].isdigit():
        negative, inner = True, text[:-1].strip()
    tail = plain(unit)
    suffix = ""
    if tail and len(tail) > 1 and inner.casefold().endswith(tail.casefold()):
        inner, suffix = inner[: -len(tail)].strip(), tail
    found = _WRITTEN.fullmatch(inner)
    if found is None or (found["sign"] and found["inner"]) or (_is_signed(found) and negative):
        code = "not_exact" if _APPROXIMATE.fullmatch(text.casefold()) else "unreadable"
        raise Refused(f"tables.number.{code}", found=text[:60])
    minus = "-" in (found["sign"], found["inner"])
    written = f"{found['pre'].strip()} {found['post'].strip()} {suffix}".split()
    power = int(found["exp"][1:]) if found["exp"] else 0
    own = "".join(written)
    if own in ("+", "~") or _APPROXIMATE.fullmatch(own.casefold()):
        raise Refused("tables.number.not_exact", found=text[:60])
    return found["body"].strip(), power, minus or negative, own


def _is_signed(found: re.Match[str]) -> bool:
    return bool(found["sign"] or found["inner"])


def _decimal(body: str, marks: Marks | None, text: str) -> tuple[Decimal, tuple[Note, ...]]:
    said = _evidence(body)
    if said == "open" and marks is None:
        raise Refused(
            "tables.number.two_ways",
            found=text[:60],
            first=_as_marks(body, Marks.POINT),
            second=_as_marks(body, Marks.COMMA),
        )
    used = Marks(said) if marks is None and said else marks or Marks.POINT
    number = _as_marks(body, used)
    if number is None:
        other = Marks.COMMA if used is Marks.POINT else Marks.POINT
        if _as_marks(body, other) is not None:
            raise Refused(f"tables.number.not_by_{used.value}", found=text[:60])
        raise Refused("tables.number.unreadable", found=text[:60])
    notes: list[Note] = []
    if said == "open":
        notes.append(note(f"tables.number.by_{used.value}", found=body, number=number))
    value = parse_decimal(number)
    short = _without_noise(value)
    if short is not None:
        notes.append(note("tables.number.float_noise", found=canonical(value), number=short))
        value = short
    return value, tuple(notes)


def _as_marks(body: str, marks: Marks) -> Decimal | None:
    thousands, decimals = (",", ".") if marks is Marks.POINT else (".", ",")
    if " " in body or "'" in body:
        found = _SPACED.match(body)
        if found is None or thousands in body:
            return None
        body = re.sub("[ ']", "", body)
    whole, _, fraction = body.partition(decimals)
    if fraction and not fraction.isdigit():
        return None
    if whole and not _GROUPED[thousands].fullmatch(whole):
        return None
    text = f"{whole.replace(thousands, '') or '0'}.{fraction or '0'}"
    return Decimal(canonical(Decimal(text)))


def _without_noise(value: Decimal) -> Decimal | None:
    """What a binary fraction was meant to be: 0.30000000000000004 → 0.3; None for no noise."""
    digits = len(value.as_tuple().digits)
    if digits < 16 or digits > 17 or value == value.to_integral_value():
        return None
    short = Decimal(format(float(value), ".15g"))
    short = Decimal(canonical(short))
    is_float = Decimal(repr(float(value))) == value
    return short if is_float and len(short.as_tuple().digits) <= _MOST_NOISE else None


def _by_written(
    number: Decimal, unit: str, written_unit: str, notes: tuple[Note, ...], text: str
) -> NumberRead:
    if written_unit and written_unit != unit:
        return _in_unit(number, unit_of(written_unit), unit, notes, text)
    return _told_share(number, unit, notes)


def _in_unit(
    number: Decimal, own: Unit, unit: str, notes: tuple[Note, ...], text: str
) -> NumberRead:
    """The number in the KPI's unit, from the one in which it was written."""
    wanted = unit_of(unit)
    power = own.power - (wanted.power if own.is_told else 0)
    if own.base in (PERCENT, PERMILLE, POINTS):
        power += _percent_power(own, wanted, unit, text)
    elif own.base and wanted.base and own.base != wanted.base:
        raise Refused("tables.number.other_unit", found=text[:60], expected=unit)
    elif own.base and not wanted.base and not is_known(own.base):
        raise Refused("tables.number.unreadable", found=text[:60])
    elif own.base and not wanted.base:
        notes = (*notes, note("tables.number.unit_dropped", found=text))
    value = number.scaleb(power, EXACT) if power else number
    value = Decimal(canonical(value))
    if power:
        notes = (*notes, note("tables.number.scaled", found=text, number=value, unit=unit))
    return NumberRead(parse_decimal(value), notes)


def _percent_power(own: Unit, wanted: Unit, unit: str, text: str) -> int:
    if wanted.base in (PERCENT, POINTS):
        return -1 if own.base == PERMILLE else 0
    if wanted.base == PERMILLE:
        return 0 if own.base == PERMILLE else 1
    if wanted.base in ("", SHARE) and own.base != POINTS:
        return -3 if own.base == PERMILLE else -2
    raise Refused("tables.number.other_unit", found=text[:60], expected=unit)


def _told_share(number: Decimal, unit: str, notes: tuple[Note, ...]) -> NumberRead:
    """0.125 of a KPI in % is 0.125 %: what came in, but worth a look."""
    if unit == PERCENT and number and abs(number) < 1:
        notes = (*notes, note("tables.number.small_percent", number=number))
    return NumberRead(number, notes)


def excel_number(text: str) -> Decimal:
    """A number as a workbook stores it: whole ones exactly, others by their first 15 digits.

    What is no finite number is a ValueError or an ArithmeticError.
    """
    if text.isascii() and text.lstrip("-").isdigit():
        return Decimal(text)
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return Decimal(canonical(Decimal(format(value, ".15g"))))


def quotient(numerator: Decimal, denominator: Decimal, scale: int) -> Decimal:
    """A ratio's value from its parts."""
    return divide(EXACT.multiply(numerator, Decimal(scale)), denominator)


def seen(raw: Raw) -> str:
    """The cell as told in messages."""
    return shown(raw)[:60]
