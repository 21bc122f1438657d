"""Forms of periods beyond those of `core.periods`, as texts that it reads.

Each entry turns a match into a canonical text. Where the text lacks its year, the year comes from
elsewhere (`near`): a header above, the title, the sheet's or the file's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from okapi.exchange.tables.days import HAN, MONTHS

_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_HAN = "|".join(sorted(HAN, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Near:
    """What is known besides the text: a year, and whether the KPI is measured by day or week."""

    year: int | None
    by_day: bool = False
    fiscal: bool = False


Build = Callable[[re.Match[str], Near], str | None]


def canonical_text(text: str, near: Near) -> str | None:
    """The text that `core.periods` reads for this one; None for a form that is not known."""
    for pattern, build in _FORMS:
        found = pattern.fullmatch(text)
        if found is not None:
            read = build(found, near)
            if read is not None:
                return read
    return None


def needs_year(text: str) -> bool:
    """Whether the text is a period but for its year: `3月`, `Q1`, `Mar`."""
    return canonical_text(text, Near(None)) is None and canonical_text(text, Near(2000)) is not None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _month_number(text: str) -> int | None:
    number = int(text) if text.isdigit() else HAN.get(text) or MONTHS.get(text.casefold())
    return number if number is not None and 1 <= number <= 12 else None


def _month(year: int | None, month: str) -> str | None:
    number = _month_number(month)
    return None if year is None or number is None else f"{year:04}-{number:02}"


def _posting(near: Near, year: int | None, number: str) -> str | None:
    """The month of a posting period; which month it is stays open where years begin elsewhere."""
    return None if near.fiscal else _month(year, number)


def _days(first: str | None, last: str | None) -> str | None:
    return None if first is None or last is None else f"{first}/{last}"


def _day(year: int | None, month: str, day: str) -> str | None:
    start = _month(year, month)
    return None if start is None else f"{start}-{int(day):02}"


def _part(kind: str) -> Build:
    def build(found: re.Match[str], near: Near) -> str | None:
        groups = found.groupdict()
        year = _year(groups["year"]) if groups.get("year") else near.year
        number = {"上": 1, "下": 2}.get(groups["part"]) or HAN.get(groups["part"])
        return None if year is None else f"{year:04}{kind}{number or int(groups['part'])}"

    return build


def _week(found: re.Match[str], near: Near) -> str | None:
    groups = found.groupdict()
    year = _year(groups["year"]) if groups.get("year") else near.year
    return None if year is None else f"{year:04}-W{int(groups['part']):02}"


def _named_month(found: re.Match[str], near: Near) -> str | None:
    """`25-Mar`: the 25th for a KPI by day, else March 2025. `Mar-25` likewise."""
    number = found["number"]
    if len(number) == 4:
        return _month(int(number), found["month"])
    if near.by_day or len(number) == 1:
        return _day(near.year, found["month"], number)
    return _month(2000 + int(number), found["month"])


def _months(found: re.Match[str], near: Near) -> str | None:
    groups = found.groupdict()
    year = _year(groups["year"]) if groups.get("year") else near.year
    first, last = _month(year, groups["first"]), _month(year, groups["last"])
    return None if first is None or last is None else f"{first}/{last}"


def _fiscal_year(found: re.Match[str], near: Near) -> str | None:
    """Whether FY25 begins or ends in 2025 is only sure where it is the calendar year."""
    return None if near.fiscal else f"{_year(found['year']):04}{found['part'] or ''}".upper()


_Y = r"(?P<year>\d{4}|\d{2})"
_FORMS: tuple[tuple[re.Pattern[str], Build], ...] = tuple(
    (re.compile(pattern, re.ASCII | re.IGNORECASE), build)
    for pattern, build in (
        # 202503, 20250331, 2025.3, 2025/03, 2025-3, 03/2025
        (r"(\d{4})(\d{2})", lambda m, _: _month(int(m[1]), m[2])),
        (r"((?:19|20)\d{2})(\d{2})(\d{2})", lambda m, _: _day(int(m[1]), m[2], m[3])),
        (r"(\d{4})[./](\d{1,2})", lambda m, _: _month(int(m[1]), m[2])),
        (r"(\d{4})-(\d)", lambda m, _: _month(int(m[1]), m[2])),
        # 001.2025, 2025/001, 2025年1期, 第1期: posting periods, months where the year is one
        (r"0(\d{2})[-/.](\d{4})", lambda m, near: _posting(near, int(m[2]), m[1])),
        (r"(\d{4})[-/.]0(\d{2})", lambda m, near: _posting(near, int(m[1]), m[2])),
        (r"(\d{4})[年.]? ?第?(\d{1,2})期", lambda m, near: _posting(near, int(m[1]), m[2])),
        (r"第?(\d{1,2})期", lambda m, near: _posting(near, near.year, m[1])),
        (r"(\d{1,2})[-/.](\d{4})", lambda m, _: _month(int(m[2]), m[1])),
        (r"(\d{4})([-.])(\d{1,2})\2(\d{1,2})", lambda m, _: _day(int(m[1]), m[3], m[4])),
        # 25年3月, 3月, 三月份, 2025年三月, 3月5日
        (r"(\d{2})年 ?(\d{1,2})月份?", lambda m, _: _month(2000 + int(m[1]), m[2])),
        (r"(\d{4})年 ?(\d{1,2}) ?月份?", lambda m, _: _month(int(m[1]), m[2])),
        (r"(\d{4})([/.])(\d{1,2})\2(\d{1,2}) ?[-~—至到] ?(\d{4})\2(\d{1,2})\2(\d{1,2})",
         lambda m, _: _days(_day(int(m[1]), m[3], m[4]), _day(int(m[5]), m[6], m[7]))),
        (rf"(\d{{4}})年({_HAN})月份?", lambda m, _: _month(int(m[1]), m[2])),
        (rf"(\d{{1,2}}|{_HAN}) ?月份?", lambda m, near: _month(near.year, m[1])),
        (r"(\d{1,2})月(\d{1,2})[日号]", lambda m, near: _day(near.year, m[1], m[2])),
        (r"(\d{2})年(\d{1,2})月(\d{1,2})[日号]", lambda m, _: _day(2000 + int(m[1]), m[2], m[3])),
        (r"(?P<first>\d{1,2})月?[-~至到](?P<last>\d{1,2})月", _months),
        (r"(?P<year>\d{4})年(?P<first>\d{1,2})月?[-~至到](?P<last>\d{1,2})月", _months),
        # 25-Mar, Mar-25, Mar 2025, 31-Mar-2025, March 31, 2025, Mar
        (rf"(?P<number>\d{{1,2}}|\d{{4}})[-' /.]*(?P<month>{_NAMES})\.?", _named_month),
        (rf"(?P<month>{_NAMES})\.?[-' /.,]*(?P<number>\d{{1,2}}|\d{{4}})", _named_month),
        (rf"(\d{{1,2}})[-' /.]*({_NAMES})\.?[-' /.,]*(\d{{4}}|\d{{2}})",
         lambda m, _: _day(_year(m[3]), m[2], m[1])),
        (rf"({_NAMES})\.? ?(\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})",
         lambda m, _: _day(int(m[3]), m[1], m[2])),
        (rf"({_NAMES})\.?", lambda m, near: _month(near.year, m[1])),
        # 25Q1, 1Q25, Q1'25, Q1 25, 2025年Q1, 2025第1季度, Q1, 一季度, Quarter 1
        (rf"{_Y}年?[-' ]?Q(?P<part>[1-4])", _part("Q")),
        (rf"(?P<part>[1-4])Q[-' ]?{_Y}", _part("Q")),
        (rf"Q(?P<part>[1-4])[-'/ ]*{_Y}", _part("Q")),
        (rf"{_Y}年? ?第?(?P<part>[1-4一二三四])季度?", _part("Q")),
        (r"Q(?P<part>[1-4])", _part("Q")),
        (r"(?P<part>[1-4])Q", _part("Q")),
        (r"第?(?P<part>[1-4一二三四])季度?", _part("Q")),
        # H1, 上半年, 2025年上半年, H1 2025
        (rf"{_Y}年?[-' ]?(?:H(?P<part>[12]))", _part("H")),
        (rf"H(?P<part>[12])[-'/ ]*{_Y}", _part("H")),
        (r"H(?P<part>[12])", _part("H")),
        (r"(?P<part>[上下])半年", _part("H")),
        # W07, 第7周, Week 7 2025, 2025 week 7, 2025-W7, 2025年第07周
        (r"(?P<year>\d{4})年?[- ]?(?:W|WK|week) ?(?P<part>\d{1,2})", _week),
        (r"(?:W|WK|week) ?(?P<part>\d{1,2})[-,/ ]*(?P<year>\d{4})", _week),
        (r"(?P<year>\d{4})年? ?第?(?P<part>\d{1,2})周", _week),
        (r"(?:(?:W|WK|week) ?(?P<part>\d{1,2}))", _week),
        (r"第?(?P<part>\d{1,2})周", _week),
        (r"FY ?(?P<year>\d{4}|\d{2}) ?(?P<part>Q[1-4]|H[12])?", _fiscal_year),
        (r"(?P<part>Q[1-4]|H[12]) ?FY ?(?P<year>\d{4}|\d{2})", _fiscal_year),
    )
)  # fmt: skip
