"""Columns of headers: joined from two rows, years and units, each role once, numbers below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from okapi.exchange.tables.cells import Grid, Kind, Raw, Typed, folded, plain, shown
from okapi.exchange.tables.days import MONTHS
from okapi.exchange.tables.forms import Near, canonical_text, needs_year
from okapi.exchange.tables.layouts import Column
from okapi.exchange.tables.units import is_unit
from okapi.exchange.tables.words import Role, role_of

Rows = Sequence[tuple[int, Grid]]

PARTS = (Role.VALUE, Role.NUMERATOR, Role.DENOMINATOR)
_OWN_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_ASPECT = re.compile(
    r"(.*[^\s(\[_-]) ?[-_(\[]? ?"
    r"(实际值?|实绩|完成值|目标值?|计划值?|预算值?|actuals?|targets?|plan|budget) ?[)\]]?",
    re.IGNORECASE,
)
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
    digits = re.search(r"(?:19|20)\d{2}", text) or re.match(r"\d{2}(?=年)", text)
    if digits is None and re.search("[季半QqHh]", text):
        return part  # a quarter above its months: the year stands elsewhere
    base = digits[0] if digits else text
    base = f"20{base}" if len(base) == 2 else base
    if folded(part).rstrip(".") in MONTHS:
        return f"{part} {base}"
    return f"{base}年{part}" if re.search("[月季半周]", part) else f"{base} {part}"


def without_aspect(text: str) -> tuple[str, Role | None]:
    """What `实际` or `目标` behind a name says of its column: `2025年1月实际`, `Revenue (plan)`."""
    found = _ASPECT.fullmatch(plain(text))
    return (found[1], role_of(found[2])) if found else (text, None)


def with_years(labels: dict[int, Raw]) -> dict[int, Raw]:
    """Headers without a year have that of the one before: `2025年1月`, `2月`, `3月`.

    Where the row goes back (`12月`, `1月`), the year is another, and it stays open which.
    """
    taken: dict[int, Raw] = {}
    year = ""
    before: dict[str, str] = {}
    for index, raw in sorted(labels.items()):
        text = plain(shown(raw))
        if found := _OWN_YEAR.search(text):
            year = found[0]
            told = canonical_text(text, Near(None)) or text
            before = {re.sub(r"\d", "0", told): told}
        taken[index] = raw
        read = canonical_text(text, Near(int(year))) if year and needs_year(text) else None
        if read is not None:
            form = re.sub(r"\d", "0", read)
            if read < before.get(form, ""):
                year = ""
                continue
            taken[index], before[form] = joined(year, text), read
    return taken


def parts_below(rows: Rows, at: int, columns: list[Column]) -> tuple[int, list[Column]]:
    """Value, numerator and denominator in a row below the merged name of a KPI."""
    number = rows[at][0]
    if at + 1 >= len(rows):
        return number, columns
    below, second = rows[at + 1]
    roles = {i: role_of(shown(raw)) for i, raw in enumerate(second) if shown(raw)}
    parts = {index: role for index, role in roles.items() if role in PARTS}
    if not parts or has_numbers(second):
        return number, columns
    by_index = {column.index: column for column in columns}
    current = ""
    found: list[Column] = []
    for index in range(max(len(second), max(by_index) + 1)):
        column = by_index.get(index, Column(index, "", Role.IGNORED))
        current = column.kpi if column.header else current
        if current and index in roles:
            role = roles[index] if index in parts else Role.IGNORED
            found.append(replace(column, role=role or Role.IGNORED, kpi=current))
        else:
            found.append(column)
    return below, found


def units_below(rows: Rows, at: int, columns: list[Column]) -> tuple[int, list[Column]]:
    """Units in a row below the names of KPIs, and nothing else in it but the word for units."""
    number = rows[at][0]
    if at + 1 >= len(rows):
        return number, columns
    below, second = rows[at + 1]
    valued = {column.index for column in columns if column.role is Role.VALUE}
    units = {i: shown(second[i]) for i in valued if i < len(second) and shown(second[i])}
    others = [shown(raw) for i, raw in enumerate(second) if i not in valued and shown(raw)]
    if not units or any(role_of(text) is not Role.UNIT for text in others):
        return number, columns
    if not all(is_unit(text.strip("()（）")) for text in units.values()):
        return number, columns
    return below, [
        replace(c, unit=units[c.index].strip("()（）")) if c.index in units else c for c in columns
    ]


def is_number(raw: Raw) -> bool:
    """Whether the cell looks like a number."""
    if isinstance(raw, Typed):
        return raw.kind is Kind.NUMBER
    return _NUMBER_LIKE.match(raw.strip()) is not None


def has_numbers(cells: Grid) -> bool:
    """Whether the file itself calls a cell of the row a number."""
    return any(isinstance(raw, Typed) and raw.kind is Kind.NUMBER for raw in cells)
