"""Periods: a first and a last day with a label; reading them, and stepping from one to the next.

Frequencies follow an organisation's first fiscal month (1 to 12) and first weekday (0 = Monday).
A period belongs to the span in which its last day lies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache, total_ordering
from typing import TYPE_CHECKING

from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency, index_of, shape_of, shifted, span_at, year_earlier
from okapi.core.period_labels import LONGEST_TEXT, MARKS, Naming, is_ambiguous, label_of, span_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from okapi.core.period_labels import Span

__all__ = [
    "Frequency",
    "Period",
    "Reading",
    "a_year_before",
    "frequency_of",
    "next_period",
    "parse_period",
    "parse_periods",
    "period_count",
    "period_of",
    "periods_between",
    "previous_period",
    "written",
]

_NOTE = re.compile(r"\[([^\[\]]*)\]")
# Slash years start in April where the organisation's own year says nothing (see parse_period).
_USUAL_SLASH_MONTH = 4


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both ends included, as somebody named it.

    The label names but does not identify: two periods are one when first day, last day and mark
    agree. The mark tells two periods of the same days apart (``1974a``, ``1974b``). Periods are
    ordered by last day, then first day. Refused: ``period.backwards``, ``period.mark``.
    """

    first: date
    last: date
    label: str = field(compare=False)
    mark: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Refused("period.backwards", first=self.first, last=self.last, found=self.label)
        if self.mark and self.mark not in MARKS:
            raise Refused("period.mark", found=self.mark, expected=MARKS)

    def __lt__(self, other: Period) -> bool:
        return (self.last, self.first, self.mark) < (other.last, other.first, other.mark)

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.last - self.first).days + 1

    def overlaps(self, other: Period) -> bool:
        """Whether the two periods share a day."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Reading:
    """A period as read from a text, with the notes that stood beside it (``[Note 5]``).

    ``ambiguous`` tells that the text could also be read otherwise: ``2003-05`` was taken for a
    month (or, if asked, for the years 2003 to 2005).
    """

    period: Period
    notes: tuple[str, ...] = ()
    ambiguous: bool = False


def parse_period(
    text: str,
    *,
    fiscal_month: int = 1,
    slash_month: int | None = None,
    first_weekday: int = 0,
    short_ranges: bool = False,
) -> Reading:
    """Read a period in one of the forms of ``period_labels``; the label is the text, tidied.

    ``LABEL = TEXT`` is read by its text and called by its label (``2003-05 = 2003 to 2005``).
    ``1998/99`` starts in ``slash_month``; unless told it is the fiscal month, or April where the
    fiscal year is the calendar year. ``short_ranges`` reads ``2003-05`` as years (see
    ``parse_periods``). Refused: ``period.unreadable``, ``period.backwards``.
    """
    month = slash_month or (fiscal_month if fiscal_month != 1 else _USUAL_SLASH_MONTH)
    return _read(text, _checked(Naming(month, fiscal_month != 1, first_weekday, short_ranges)))


def parse_periods(
    texts: Sequence[str],
    *,
    fiscal_month: int = 1,
    slash_month: int | None = None,
    first_weekday: int = 0,
) -> list[Reading | Refused]:
    """Read the periods of one series, in order; what cannot be read is returned, not raised.

    Neighbours settle what one text leaves open: if ``2018-20`` stands in the series, then so does
    ``2003-05`` for years, provided that every text of this form can.
    """
    plain = [_NOTE.sub("", text).strip() for text in texts]
    dashed = [text for text in plain if re.fullmatch(r"\d{4}-\d{2}", text)]
    months = [text for text in dashed if "01" <= text[5:] <= "12"]
    ranges = len(months) < len(dashed) and all(is_ambiguous(text) for text in months)
    readings: list[Reading | Refused] = []
    for text in texts:
        try:
            readings.append(
                parse_period(
                    text,
                    fiscal_month=fiscal_month,
                    slash_month=slash_month,
                    first_weekday=first_weekday,
                    short_ranges=ranges,
                )
            )
        except Refused as refused:
            readings.append(refused)
    return readings


@lru_cache(maxsize=16384)
def _read(text: str, naming: Naming) -> Reading:
    if len(text) > LONGEST_TEXT:
        raise Refused("period.unreadable", found=text[:80])
    label = " ".join(_NOTE.sub(" ", text).split())
    # "2003-05 = 2003 to 2005": a label, and which days it means.
    label, _, meaning = label.rpartition(" = ") if " = " in label else (label, "", label)
    span = span_of(meaning, naming)
    if span is None:
        raise Refused("period.unreadable", found=text)
    first, last, mark = span
    notes = tuple(note.strip() for note in _NOTE.findall(text) if note.strip())
    return Reading(Period(first, last, label, mark), notes, is_ambiguous(meaning))


def written(period: Period, *, fiscal_month: int = 1, first_weekday: int = 0) -> str:
    """A text for files: the label if it reads back as this period, else with its days told.

    As in ``2003-05 = 2003 to 2005``; a period without a label is told by its days alone.
    """
    text = label_of(period.first, period.last, _naming(fiscal_month, first_weekday))
    text = f"{text} ({period.mark})" if period.mark else text
    for candidate in (period.label, f"{period.label} = {text}"):
        try:
            read = parse_period(candidate, fiscal_month=fiscal_month, first_weekday=first_weekday)
        except Refused:
            continue
        if read.period == period and read.period.label == period.label and not read.notes:
            return candidate
    return text


def frequency_of(period: Period) -> Frequency:
    """The frequency that the period has the shape of.

    Any 7 days are a week; any 1, 3, 6 or 12 whole months are a month, quarter, half or year; all
    else is irregular.
    """
    return shape_of(period.first, period.last)


def period_of(
    day: date, frequency: Frequency, *, fiscal_month: int = 1, first_weekday: int = 0
) -> Period:
    """The period of this frequency that holds the day, with its canonical label.

    Refused: ``period.irregular`` (no such period), ``period.out_of_range`` (before year 1, after
    year 9999).
    """
    at = index_of(day, frequency, fiscal_month, first_weekday)
    return _period_at(at, frequency, fiscal_month, first_weekday)


def next_period(
    period: Period, frequency: Frequency, *, fiscal_month: int = 1, first_weekday: int = 0
) -> Period:
    """The period after this one; for every rhythm the inverse of ``previous_period``.

    A period that has the frequency's shape is followed by one of the same shape, wherever it
    starts (a fiscal year by a fiscal year); an irregular one by as many whole months, or days.
    Otherwise it is the first period of the frequency that starts after this one.
    """
    if frequency in (frequency_of(period), Frequency.IRREGULAR):
        return _beside(period, 1, _naming(fiscal_month, first_weekday))
    at = index_of(period.last, frequency, fiscal_month, first_weekday)
    return _period_at(at + 1, frequency, fiscal_month, first_weekday)


def previous_period(
    period: Period, frequency: Frequency, *, fiscal_month: int = 1, first_weekday: int = 0
) -> Period:
    """The period before this one; see ``next_period``."""
    if frequency in (frequency_of(period), Frequency.IRREGULAR):
        return _beside(period, -1, _naming(fiscal_month, first_weekday))
    at = index_of(period.first, frequency, fiscal_month, first_weekday)
    return _period_at(at - 1, frequency, fiscal_month, first_weekday)


def a_year_before(
    period: Period,
    frequency: Frequency | None = None,
    *,
    fiscal_month: int = 1,
    first_weekday: int = 0,
) -> Period:
    """The same period last year.

    A week keeps its number (week 53 falls back to week 52 where last year has no 53rd); whole
    months move by twelve; other days keep their date, 29 February becoming the 28th. The
    frequency decides only for seven days that are not meant as a week.
    """
    as_week = period.days == 7 and frequency in (None, Frequency.WEEK)
    try:
        span = year_earlier(period.first, period.last, as_week=as_week)
    except (ValueError, OverflowError):
        raise Refused("period.out_of_range", found=period.label) from None
    return _named(span, _naming(fiscal_month, first_weekday), period.mark)


def periods_between(
    first: date, last: date, frequency: Frequency, *, fiscal_month: int = 1, first_weekday: int = 0
) -> list[Period]:
    """The periods whose last day lies from ``first`` to ``last``: those that belong to the span.

    Adjoining spans share no period and lose none.
    """
    start, end = _range(first, last, frequency, fiscal_month, first_weekday)
    return [_period_at(at, frequency, fiscal_month, first_weekday) for at in range(start, end)]


def period_count(
    first: date, last: date, frequency: Frequency, *, fiscal_month: int = 1, first_weekday: int = 0
) -> int:
    """How many periods ``periods_between`` gives, without making them."""
    start, end = _range(first, last, frequency, fiscal_month, first_weekday)
    return end - start


def _range(
    first: date, last: date, frequency: Frequency, fiscal_month: int, first_weekday: int
) -> tuple[int, int]:
    start = index_of(first, frequency, fiscal_month, first_weekday)
    end = index_of(last, frequency, fiscal_month, first_weekday)
    ended = _period_at(end, frequency, fiscal_month, first_weekday).last == last
    return start, max(end + ended, start)


@lru_cache(maxsize=65536)
def _period_at(index: int, frequency: Frequency, fiscal_month: int, first_weekday: int) -> Period:
    try:
        span = span_at(index, frequency, fiscal_month, first_weekday)
    except (ValueError, OverflowError):
        raise Refused("period.out_of_range", frequency=frequency) from None
    return _named(span, _naming(fiscal_month, first_weekday))


@lru_cache(maxsize=4096)
def _beside(period: Period, steps: int, naming: Naming) -> Period:
    try:
        span = shifted(period.first, period.last, steps)
    except (ValueError, OverflowError):
        raise Refused("period.out_of_range", found=period.label) from None
    return _named(span, naming)


def _named(span: Span, naming: Naming, mark: str = "") -> Period:
    return Period(*span, label_of(*span, naming), mark)


def _naming(fiscal_month: int, first_weekday: int) -> Naming:
    fiscal = fiscal_month != 1
    return _checked(Naming(fiscal_month if fiscal else _USUAL_SLASH_MONTH, fiscal, first_weekday))


def _checked(naming: Naming) -> Naming:
    if not (1 <= naming.slash_month <= 12 and 0 <= naming.first_weekday <= 6):
        raise ValueError(f"no such month or weekday: {naming}")
    return naming
