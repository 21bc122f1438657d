"""What cells say, as texts of one form: keys, codes, exact decimals, days as ISO writes them.

In this form what a file says, what it said when it was written and what is stored are compared.
`show` writes a value into a cell, `read` is the way back.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from okapi.core.errors import OkapiError, Refused
from okapi.core.quantities import canonical
from okapi.exchange.goal_files import words
from okapi.exchange.goal_files.columns import Thing
from okapi.exchange.goal_files.entries import Entry, Found
from okapi.exchange.goal_files.known import Known, Names
from okapi.exchange.tables import days
from okapi.exchange.tables.cells import Kind, Typed, plain
from okapi.exchange.tables.numbers import read_number

NUMBERS = frozenset({"weight", "start", "target", "low", "high"})
DAYS = frozenset({"due"})
_OF_KPI = frozenset({"start", "target", "low", "high"})
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_SERIAL = re.compile(r"[2-7]\d{4}")
_BETWEEN = re.compile(r"[,;，；、\n|]+")
_AUTOMATIC = frozenset({"auto", "automatic", "自动"})


def tidy(text: str) -> str:
    """A text without blanks around it, its lines ended in one way."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def one_line(text: str) -> str:
    """A text as titles are kept."""
    return " ".join(text.split())


def several(text: str) -> tuple[str, ...]:
    """The parts of a cell that names several things."""
    return tuple(part for one in _BETWEEN.split(text) if (part := one.strip()))


def show(known: Known, column: str, value: str) -> str:
    """How a value stands in a cell."""
    names = _names(known, column)
    if names is not None and column != "owner":
        return names.shown(value)
    if column in ("kind", "measured"):
        return words.shown(column, value)
    return value


def read(known: Known, entry: Entry, column: str, *, kpi: str = "") -> str:
    """What the cell of a column says; empty for an empty one. `Refused` without its place.

    `kpi` is the one that the numbers of a row are of.
    """
    found = entry.cells[column]
    if not found.text:
        return ""
    names = _names(known, column)
    if names is not None:
        return person(names, found.text) if column == "owner" else names.key_of(found.text)
    if column in ("kind", "measured"):
        return words.code_of(column, found.text)
    if column in NUMBERS:
        return _number(found, known.units.get(kpi, "") if column in _OF_KPI else "")
    if column in DAYS:
        return day_of(found).isoformat()
    is_title = column in ("title", "title_other") and entry.thing is not Thing.LEVEL
    return one_line(found.text) if is_title else tidy(found.text)


def _names(known: Known, column: str) -> Names | None:
    return {
        "cycle": known.cycles,
        "team": known.teams,
        "owner": known.people,
        "pillar": known.pillars,
        "kpi": known.kpis,
    }.get(column)


def person(people: Names, text: str) -> str:
    """A person by e-mail address, with a name before it or alone; else by a name of one person."""
    address = re.search(r"[^\s<>,;()]+@[^\s<>,;()]+", text)
    email = (address[0] if address else text).lower()
    if email in people.names:
        return email
    try:
        return people.key_of(text)
    except Refused as unknown:
        if unknown.code == "goalfile.ambiguous":
            raise
        raise Refused("goalfile.no_person", found=text[:80]) from None


def _number(found: Found, unit: str) -> str:
    if found.text.casefold() in _AUTOMATIC:
        return ""
    value = read_number(found.raw, unit=unit).value
    return "" if value is None else canonical(value)


def day_of(found: Found) -> date:
    """The day in a cell. `Refused`: `value.day`, `goalfile.two_days` where it may be two."""
    raw = found.raw
    if isinstance(raw, Typed) and raw.kind is Kind.DAY and raw.day is not None:
        return raw.day
    text = plain(found.text)
    try:
        if parts := _DAY.match(text):
            return date(int(parts[1]), int(parts[2]), int(parts[3]))
        if isinstance(raw, Typed) and raw.kind is Kind.NUMBER and raw.number is not None:
            return _serial(raw.number)
        if _SERIAL.fullmatch(text):  # as CSV keeps the days of a spreadsheet
            return _serial(Decimal(text))
    except (ValueError, OkapiError):
        raise Refused("value.day", found=text[:40], expected="2026-11-23") from None
    readings = sorted(set(days.ways(text).values()))
    if len(readings) == 1:
        return readings[0]
    if readings:
        expected = ", ".join(day.isoformat() for day in readings)
        raise Refused("goalfile.two_days", found=text[:40], expected=expected)
    raise Refused("value.day", found=text[:40], expected="2026-11-23")


def _serial(number: Decimal) -> date:
    if number != number.to_integral_value() or int(number) not in days.SERIALS:
        raise ValueError(number)
    return days.of_serial(int(number))
