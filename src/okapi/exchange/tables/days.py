"""Days: Excel's serial numbers, names of months, and which of day and month comes first.

`03/04/2025` is two days. Which one a column means is decided by all of its cells: by those that
can be read in one way only, else by the way in which all of them begin or end a month.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from okapi.core.errors import Refused
from okapi.exchange.tables.cells import plain

_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_EARLIEST_YEAR = 1950  # of a date whose order is to be found
SERIALS = range(20_000, 80_000)  # 1954 to 2119: other whole numbers are no days
_THREE = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janv janvier enero januar jän jänner",
            "feb february febr février févr februar",
            "mar march mars märz mär mrz",
            "apr april avr avril",
            "may mai",
            "jun june juin juni",
            "jul july juil juillet juli",
            "aug august août",
            "sep sept september septembre",
            "oct october octobre okt oktober",
            "nov november novembre",
            "dec december déc décembre dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}
HAN = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
HAN |= {"十": 10, "十一": 11, "十二": 12}


class DayOrder(StrEnum):
    """The order in which a day is written."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    YEAR_FIRST = "year_first"


def of_serial(serial: int, *, is_1904: bool = False) -> date:
    """The day of an Excel serial number. Refused: `tables.period.no_such_day`.

    The 1900 system has a 29 February 1900 that never was; its serial number is no day.
    """
    try:
        if is_1904:
            return _EPOCH_1904 + timedelta(days=serial)
        if serial < 1 or serial == 60:
            raise Refused("tables.period.no_such_day", found=str(serial))
        return _EPOCH_1900 + timedelta(days=serial + (serial < 60))
    except OverflowError:
        raise Refused("tables.period.no_such_day", found=str(serial)) from None


def has_three_parts(text: str) -> bool:
    """Whether the text is a day whose order is not told by a year of four digits in front."""
    return _THREE.fullmatch(plain(text)) is not None


def ways(text: str, *, today: date | None = None) -> dict[DayOrder, date]:
    """Every day that the text can mean, by the order; empty for another form."""
    found = _THREE.fullmatch(plain(text))
    if found is None:
        return {}
    first, second, third = int(found[1]), int(found[3]), int(found[4])
    tried = {
        DayOrder.DAY_FIRST: (third, second, first),
        DayOrder.MONTH_FIRST: (third, first, second),
    }
    if len(found[4]) == 2:
        tried = {order: (2000 + year, *rest) for order, (year, *rest) in tried.items()}  # type: ignore[misc]  # three parts
        tried[DayOrder.YEAR_FIRST] = (2000 + first, second, third)
    latest = 9998 if today is None else today.year + 1
    read: dict[DayOrder, date] = {}
    for order, (year, month, day) in tried.items():
        if _EARLIEST_YEAR <= year <= latest:
            try:
                read[order] = date(year, month, day)
            except ValueError:
                continue
    return read


def decide(
    texts: Iterable[str], *, is_daily: bool, today: date | None = None
) -> tuple[DayOrder | None, str]:
    """The order of a column, and how it was found: `proof`, `ends`, `one`, or `` if it stays open.

    `is_daily` says that KPIs of days or weeks are in the file: then days that all begin a month
    prove nothing.
    """
    read = [found for text in texts if (found := ways(text, today=today))]
    if not read:
        return None, ""
    possible = [order for order in DayOrder if all(order in found for found in read)]
    if len(possible) == 1:
        return possible[0], "proof"
    same = [order for order in possible if all(len(set(found.values())) == 1 for found in read)]
    if same:
        return same[0], "one"
    if not is_daily:
        ends = [order for order in possible if all(_is_end(found[order]) for found in read)]
        if len(ends) == 1:
            return ends[0], "ends"
    return None, ""


def _is_end(day: date) -> bool:
    return day.day == 1 or (day + timedelta(days=1)).day == 1
