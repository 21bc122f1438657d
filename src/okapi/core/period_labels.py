"""Texts of periods: the forms in which people and statistics write them, as first and last days.

A text means the same for everybody: ``2026`` and ``2026Q1`` are always of the calendar year, a
slash year (``1998/99``) starts with the slash month. Forms that could mean two things are refused
or told, never guessed; a seam for 4-4-5 calendars would be one more entry in ``_FORMS``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from okapi.core.years import check_years

if TYPE_CHECKING:
    from collections.abc import Callable

MARKS = ("a", "b", "c", "d", "baseline")
LONGEST_TEXT = 120
_LONGEST_SHORT_RANGE = 40  # years: "2018-17" is a slip, not a century less one

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_MARKED = re.compile(rf"(.*\S) ?\((?P<mark>{'|'.join(MARKS)})\)", re.IGNORECASE)
_YEAR_MARK = re.compile(r"(\d{4})([a-d])")
_SHORT_RANGE = re.compile(r"(\d{4})-(\d{2})")
_PAIRS = (
    re.compile(r"(.+?) ?(?:(?<= )to(?= )|\.\.|至|到|~) ?(.+)"),
    re.compile(r"(.+?) - (.+)"),
    re.compile(r"(\d{4}(?:/\d{2,4})?)-(\d{4}(?:/\d{2,4})?)"),
    re.compile(r"(\d{4}-\d{2}(?:-\d{2})?)/(\d{4}-\d{2}(?:-\d{2})?)"),
)
_CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Naming:
    """How an organisation names its periods.

    ``slash_month`` is the first month of ``1998/99``; ``fiscal`` says that quarters and halves are
    called by the fiscal year; ``first_weekday`` is 0 for Monday; ``short_ranges`` reads
    ``2003-05`` as 2003 to 2005 instead of May 2003.
    """

    slash_month: int = 4
    fiscal: bool = False
    first_weekday: int = 0
    short_ranges: bool = False


def span_of(text: str, naming: Naming) -> tuple[date, date, str] | None:
    """The first day, last day and mark that the text means; None if it cannot be read.

    The last day may lie before the first, if the text says so. Refused: ``day.outside``.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())
    mark = ""
    if found := _MARKED.fullmatch(plain):
        plain, mark = found[1], found["mark"].lower()
    elif found := _YEAR_MARK.fullmatch(plain):
        plain, mark = found[1], found[2]
    try:
        span = _simple(plain, naming) or _pair(plain, naming)
    except (ValueError, OverflowError):  # no such day: 2025-02-30, 2025-W53, 0000
        return None
    if span is None:
        return None
    check_years(min(span), max(span), field="period")
    return (*span, mark)


def is_ambiguous(text: str) -> bool:
    """Whether the text is a month or a range of years: ``2003-05``, ``1999-01``."""
    found = _SHORT_RANGE.fullmatch(text)
    return found is not None and 1 <= int(found[2]) <= 12 and _short_years(found) is not None


def _short_years(found: re.Match[str]) -> int | None:
    """The years from start to end of ``2018-20``; None if that makes no sense."""
    years = (int(found[2]) - int(found[1])) % 100
    return years if 1 <= years <= _LONGEST_SHORT_RANGE else None


def _simple(text: str, naming: Naming) -> Span | None:
    for pattern, build in _FORMS:
        if found := pattern.fullmatch(text):
            return build(found, naming)
    return None


def _pair(text: str, naming: Naming) -> Span | None:
    for pattern in _PAIRS:
        if found := pattern.fullmatch(text):
            start, end = _simple(found[1], naming), _simple(found[2], naming)
            if start and end:
                return start[0], end[1]
    return None


def months_span(year: int, month: int, months: int) -> Span:
    """The days of ``months`` whole months from the given one; month may run over the year."""
    return _month_first(year * 12 + month - 1), _month_last(year * 12 + month - 2 + months)


def _month_first(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


def _month_last(index: int) -> date:
    if index == 9999 * 12 + 11:
        return date.max
    return _month_first(index + 1) - timedelta(days=1)


def whole_months(first: date, last: date) -> int | None:
    """How many whole months the days make up; None if they do not."""
    ends_a_month = last == date.max or (last + timedelta(days=1)).day == 1
    if first.day != 1 or not ends_a_month or last < first:
        return None
    return (last.year - first.year) * 12 + last.month - first.month + 1


def week_span(year: int, number: int, first_weekday: int) -> Span:
    """The week with this number; a week belongs to the year that holds its fourth day.

    With Monday first this is ISO 8601. ValueError if the year has no such week.
    """
    fourth = date(year, 1, 1)
    fourth += timedelta(days=(first_weekday + 3 - fourth.weekday()) % 7 + (number - 1) * 7)
    if number < 1 or fourth.year != year:
        raise ValueError(f"{year} has no week {number}")
    return fourth - timedelta(days=3), fourth + timedelta(days=3)


def week_number(first: date) -> tuple[int, int]:
    """The year and the number of the week that starts on this day (see ``week_span``)."""
    fourth = first + timedelta(days=3)
    return fourth.year, (fourth.timetuple().tm_yday - 1) // 7 + 1


def label_of(first: date, last: date, naming: Naming) -> str:
    """The canonical label of a span; ``span_of`` with the same naming reads it back."""
    months = whole_months(first, last)
    if first == last:
        return first.isoformat()
    if months is not None:
        return _months_label(first, months, naming) or f"{first:%Y-%m}/{last:%Y-%m}"
    if (last - first).days == 6 and first.weekday() == naming.first_weekday:
        year, number = week_number(first)
        return f"{year:04}-W{number:02}"
    return f"{first.isoformat()}/{last.isoformat()}"


def _months_label(first: date, months: int, naming: Naming) -> str:
    if months == 1:
        return f"{first.year:04}-{first.month:02}"
    calendar, fiscal = (first.month - 1) % 12, (first.month - naming.slash_month) % 12
    year = first.year - (first.month < naming.slash_month)
    ways = [(f"{first.year:04}", calendar, first.year), (_slash(year), fiscal, year)]
    if naming.fiscal and months < 12:
        ways.reverse()
    for name, offset, start in ways:
        if months in (3, 6) and offset % months == 0:
            return f"{name}{'Q' if months == 3 else 'H'}{offset // months + 1}"
        if months % 12 == 0 and offset == 0:
            final = start + months // 12 - 1
            ending = _slash(final) if "/" in name else f"{final:04}"
            return name if months == 12 else f"{name} to {ending}"
    return ""


def _slash(year: int) -> str:
    return f"{year:04}/{(year + 1) % 100:02}"


def _day(found: re.Match[str], _: Naming) -> Span:
    day = date(int(found[1]), int(found[2]), int(found[3]))
    return day, day


def _month(found: re.Match[str], _: Naming) -> Span | None:
    month = int(found[2])
    return months_span(int(found[1]), month, 1) if 1 <= month <= 12 else None


def _dashed(found: re.Match[str], naming: Naming) -> Span | None:
    start, end = int(found[1]), int(found[2])
    if 1 <= end <= 12 and not (naming.short_ranges and is_ambiguous(found[0])):
        return months_span(start, end, 1)
    years = _short_years(found)
    if years is None:
        return None
    return date(start, 1, 1), date(start + years, 12, 31)


def _week(found: re.Match[str], naming: Naming) -> Span:
    return week_span(int(found[1]), int(found[2]), naming.first_weekday)


def _year(found: re.Match[str], _: Naming) -> Span:
    return months_span(int(found[1]), 1, 12)


def _part(months: int) -> Callable[[re.Match[str], Naming], Span]:
    def build(found: re.Match[str], _: Naming) -> Span:
        number = _CHINESE.get(found["part"]) or int(found["part"])
        return months_span(int(found["year"]), 1 + (number - 1) * months, months)

    return build


def _slash_year(found: re.Match[str], naming: Naming) -> Span | None:
    start = int(found[1])
    if f"{start + 1:04}"[-len(found[2]) :] != found[2]:
        return None
    part = found["part"]
    months = 12 if part is None else 3 if part[0] == "Q" else 6
    number = 1 if part is None else int(part[1])
    if (number - 1) * months >= 12:
        return None
    return months_span(start, naming.slash_month + (number - 1) * months, months)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Naming], Span | None]], ...] = tuple(
    (re.compile(pattern, re.ASCII), build)
    for pattern, build in (
        (r"(\d{4})(?:年|年度)?", _year),
        (r"(\d{4})-(\d{2})-(\d{2})", _day),
        (r"(\d{4})/(\d{1,2})/(\d{1,2})", _day),
        (r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]", _day),
        (r"(\d{4})-(\d{2})", _dashed),
        (r"(\d{4})[ M](\d{2})", _month),
        (r"(\d{4})年(\d{1,2})月份?", _month),
        (r"(\d{4})[- ]?W(\d{2})", _week),
        (r"(\d{4})年第?(\d{1,2})周", _week),
        (r"(?P<year>\d{4})[- ]?Q(?P<part>[1-4])", _part(3)),
        (r"Q(?P<part>[1-4])[- ](?P<year>\d{4})", _part(3)),
        (r"(?P<year>\d{4})年?第?(?P<part>[1-4一二三四])季度?", _part(3)),
        (r"(?P<year>\d{4})[- ]?H(?P<part>[12])", _part(6)),
        (r"(?P<year>\d{4})年?(?P<part>[上下])半年", _part(6)),
        (r"(?:FY ?)?(\d{4})/(\d{4}|\d{2})(?: ?(?P<part>Q[1-4]|H[12]))?", _slash_year),
    )
)
