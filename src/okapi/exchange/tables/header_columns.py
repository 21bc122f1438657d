"""Columns of headers: joined from two rows, each role once, what looks like a number below."""

from __future__ import annotations

import re
from dataclasses import replace

from okapi.exchange.tables.cells import Grid, Kind, Raw, Typed, folded, shown
from okapi.exchange.tables.days import MONTHS
from okapi.exchange.tables.layouts import Column
from okapi.exchange.tables.words import Role

PARTS = (Role.VALUE, Role.NUMERATOR, Role.DENOMINATOR)
_NUMBER_LIKE = re.compile(r"[\s(¥$€£+-]*\d[\d.,' ]*")


def beside(column: Column) -> Column:
    """A column beside those of KPIs: it has a meaning of its own, or none."""
    keeps = column.role in (Role.DIMENSION, Role.NOTE, Role.SLICE, Role.YEAR)
    return column if keeps else replace(column, role=Role.IGNORED)


def merged(first: list[Column], second: list[Column]) -> list[Column]:
    """Two rows of headers as one: the lower names what the upper leaves open."""
    named = {column.index: column for column in first if column.role is not Role.IGNORED}
    lower = {column.index: column for column in second}
    upper = {column.index: column for column in first}
    kept = []
    for index in sorted({*upper, *lower}):
        column = named.get(index) or lower.get(index) or upper[index]
        kept.append(column)
    return kept


def once(columns: list[Column]) -> list[Column]:
    """Of a role that a row has once, the first column; columns of values may be many."""
    seen: set[tuple[Role, str, str]] = set()
    kept = []
    for column in columns:
        many = column.role in (Role.IGNORED, Role.VALUE, Role.NUMERATOR, Role.DENOMINATOR)
        what = (column.role, column.dimension, column.kpi)
        if not many and what in seen:
            column = replace(column, role=Role.IGNORED)  # noqa: PLW2901 - the same column, ignored
        seen.add(what)
        kept.append(column)
    return kept


def without_second_values(columns: list[Column]) -> list[Column]:
    """Of several columns that could hold the value, the first."""
    kept, seen = [], set()
    for column in columns:
        if column.role in PARTS and column.role in seen:
            kept.append(replace(column, role=Role.IGNORED))
        else:
            kept.append(column)
        seen.add(column.role)
    return kept


def joined(year: Raw, part: str) -> str:
    """`2025年` above `3月` → `2025年3月`; `2025` above `Mar` → `Mar 2025`."""
    text = shown(year)
    digits = re.search(r"(?:19|20)\d{2}", text)
    base = digits[0] if digits else text
    if folded(part).rstrip(".") in MONTHS:
        return f"{part} {base}"
    return f"{base}年{part}" if re.search("[月季半周]", part) else f"{base} {part}"


def is_number(raw: Raw) -> bool:
    """Whether the cell looks like a number."""
    if isinstance(raw, Typed):
        return raw.kind is Kind.NUMBER
    return _NUMBER_LIKE.match(raw.strip()) is not None


def has_numbers(cells: Grid) -> bool:
    """Whether the file itself calls a cell of the row a number."""
    return any(isinstance(raw, Typed) and raw.kind is Kind.NUMBER for raw in cells)
