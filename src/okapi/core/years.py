"""The years in which days and periods may lie, wherever one is typed, sent or read from a file.

Far enough from the ends of the calendar that stepping never leaves it, and near enough that a slip
(``0206``, ``9999``) is told and does not stretch a chart over a thousand years.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from okapi.core.errors import Refused

if TYPE_CHECKING:
    from datetime import date

FIRST_YEAR, LAST_YEAR = 1900, 2200


def check_years(first: date, last: date, **place: object) -> None:
    """`Refused` (`day.outside`) at the day that lies outside; `place` goes into the refusal."""
    for day in (first, last):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise Refused("day.outside", **place, found=day, first=FIRST_YEAR, last=LAST_YEAR)
