"""Columns of numbers: any mixture of texts, floats, integers and decimals as canonical texts."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import orjson

from okapi.core.errors import Refused
from okapi.core.quantities import canonical, parse_decimal

# What is canonical already and within 38 digits: most values, and the only quick way.
_PATTERN = r"(?!-0$)-?(?:0|[1-9]\d{0,17})(?:\.\d{0,17}[1-9])?"
_PLAIN = re.compile(_PATTERN, re.ASCII)
# A line that is none. (Not asked by a possessive repetition: Python 3.11.2 takes "-0" for
# one there, see cpython#106052.)
_OTHER = re.compile(f"^(?!{_PATTERN}$)", re.ASCII | re.MULTILINE)
# Written with a fixed number of decimals: 12.50
_FIXED = re.compile(r"-?(?:0|[1-9]\d{0,17})\.\d{1,18}", re.ASCII)
_SMALL = 10**18


def canonical_texts(column: Sequence[Any]) -> list[str | None]:
    """Each number in its canonical form; None for what is no number (see `refusal`)."""
    kinds = set(map(type, column))
    if kinds == {float}:
        return _written(_told(column))
    if kinds == {str}:
        return _written(column)
    return [
        repr(entry) if type(entry) is int and -_SMALL < entry < _SMALL else canonical_text(entry)
        for entry in column
    ]


def _told(column: Sequence[float]) -> list[str]:
    """Floats with the fewest digits that tell them, whole numbers without a point, all at once."""
    lines = orjson.dumps(column).replace(b",", b"\n")[1:-1] + b"\n"
    return lines.replace(b".0\n", b"\n").decode().splitlines()


def _written(texts: Sequence[str]) -> list[str | None]:
    joined = "\n".join(texts)
    if joined.count("\n") == len(texts) - 1 and _OTHER.search(joined) is None:
        return list(texts)
    plain, fixed = _PLAIN.fullmatch, _FIXED.fullmatch
    return [
        text if plain(text) else _trimmed(text) if fixed(text) else canonical_text(text)
        for text in texts
    ]


def _trimmed(text: str) -> str:
    short = text.rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def optional_texts(column: Sequence[Any]) -> list[str | None]:
    """As `canonical_texts`, with "" for an entry that is empty."""
    return ["" if entry is None or entry == "" else canonical_text(entry) for entry in column]


def canonical_text(entry: Any) -> str | None:
    """One number in its canonical form; None where it is no number."""
    try:
        return canonical(parse_decimal(entry))
    except (Refused, TypeError):
        return None


def refusal(entry: Any) -> Refused:
    """Why an entry is no number; it comes from `canonical_texts` with None."""
    if entry is None or entry == "":
        return Refused("value.missing", found="")
    if isinstance(entry, str | int | float | Decimal) and not isinstance(entry, bool):
        try:
            parse_decimal(entry)
        except Refused as refused:
            return refused
    return Refused("number.unreadable", found=json.dumps(entry, default=str)[:60])
