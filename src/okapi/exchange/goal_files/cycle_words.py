"""Spans of time as people call cycles: `2026 Q4`, `2026年Q4`, `2026年10月-12月`, `Q4`."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from okapi.core.errors import OkapiError
from okapi.core.periods import parse_period
from okapi.exchange.tables.cells import plain

_MONTHS = re.compile(
    r"(\d{4})[年/.-]?(\d{1,2})月?[-–—~至到](?:\1年)?(\d{1,2})月(?:okr)?", re.IGNORECASE
)
_MARKED = re.compile(r"(\d{4})年(?=[QH]\d)", re.IGNORECASE)


def span_of(word: str, *, year: int, fiscal_month: int) -> tuple[date, date] | None:
    """First and last day of what a word for a cycle means; `year` where it names none."""
    text = plain(word).strip()
    if found := _MONTHS.fullmatch("".join(text.split())):
        return _months(*(int(part) for part in found.groups()))
    for spelled in _ways(text, year):
        try:
            period = parse_period(spelled, fiscal_month=fiscal_month).period
        except OkapiError:
            continue
        return period.first, period.last
    return None


def _months(year: int, first: int, last: int) -> tuple[date, date] | None:
    if not 1 <= first <= last <= 12 or not year >= 1:
        return None
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _ways(text: str, year: int) -> Iterator[str]:
    if not text:
        return
    yield text
    bare = _MARKED.sub(r"\1", re.sub(r"\s*年\s*", "年", text))
    yield bare
    yield " ".join(reversed(bare.split()))  # `Q1 2026`
    yield f"{year} {bare}"
