"""Periods as cells write them, read for a KPI of a frequency: how, and what else was possible."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency
from okapi.core.period_labels import LONGEST_TEXT, is_ambiguous
from okapi.core.periods import Period, frequency_of, parse_period, period_of
from okapi.exchange.tables import days
from okapi.exchange.tables.cells import Kind, Note, Raw, Typed, note, plain, shown
from okapi.exchange.tables.days import DayOrder
from okapi.exchange.tables.forms import Near, canonical_text, needs_year
from okapi.exchange.tables.known import Setting

_MOMENT = re.compile(
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})[T ]"
    r"(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?) ?(Z|[+-]\d{2}:?\d{2}|AM|PM)?",
    re.ASCII | re.IGNORECASE,
)
_MIDNIGHT = re.compile(r"0{1,2}:00(:00([.,]0+)?)?")
_WITH_DAYS = re.compile(
    r"(.*(?:周|w\d{1,2}|week ?\d{1,2})) ?\([\d/.\-~至到月日号 ]+\)", re.IGNORECASE
)
_UP_TO = re.compile(r"(?:截至|截止到?|as of )? ?(.*?\d.*?)(?<=[年度月日\d])[末底]?")
_WEEKDAY = re.compile(r"(.*\d.*?)[ ,]*\(?(?:周|星期)[一二三四五六日天]\)?")
_OWN_YEAR = range(1900, 2200)
_DAY_FREQUENCIES = (Frequency.DAY, Frequency.WEEK)


@dataclass(frozen=True, slots=True)
class PeriodRead:
    """A period that a cell means, what was done to read it, and notes that stood beside it."""

    period: Period
    notes: tuple[Note, ...] = ()
    beside: tuple[str, ...] = ()


class PeriodReader:
    """Reads the periods of one column or header; every different text once.

    `order` is the column's (None: open), `year` the one that texts without a year mean, and
    `spans_of_years` says that the column has `2018-20`, so `2003-05` is no month in it either.
    """

    def __init__(
        self,
        setting: Setting,
        *,
        order: DayOrder | None = None,
        year: int | None = None,
        spans_of_years: bool = False,
        is_1904: bool = False,
    ) -> None:
        self._setting = setting
        self._order = order
        self._year = year
        self._spans = spans_of_years
        self._is_1904 = is_1904
        self._read: dict[tuple[Raw, Frequency, int | None], PeriodRead | Refused] = {}

    def read(self, raw: Raw, frequency: Frequency, *, year: int | None = None) -> PeriodRead:
        """The period of a KPI of this frequency; `year` where the row has it in another column.

        Refused: `tables.period.*`, `period.unreadable`, `period.other_frequency`,
        `period.future`.
        """
        if not shown(raw):
            raise Refused("tables.period.missing")
        if len(shown(raw)) > LONGEST_TEXT:
            raise Refused("period.unreadable", found=shown(raw)[:60])
        key = (raw, frequency, year)
        answer = self._read.get(key)
        if answer is None:
            try:
                answer = self._fitted(raw, frequency, year)
            except Refused as refused:
                told = {**refused.data, "found": shown(raw)[:60]}
                answer = Refused(refused.code, **told)
            if len(self._read) < 200_000:
                self._read[key] = answer
        if isinstance(answer, Refused):
            raise answer.again()
        return answer

    def _fitted(self, raw: Raw, frequency: Frequency, year: int | None) -> PeriodRead:
        read = self._meant(raw, frequency, year)
        own = frequency_of(read.period)
        if frequency not in (Frequency.IRREGULAR, own):
            read = self._holding(read, raw, frequency)
        today = self._setting.today
        if today is not None and read.period.first > today:
            raise Refused("period.future", expected=today)
        return read

    def _holding(self, read: PeriodRead, raw: Raw, frequency: Frequency) -> PeriodRead:
        """A day that stands for the week, month … that it begins or ends, as in Excel."""
        day = read.period.first
        if read.period.days == 1:
            held = period_of(
                day,
                frequency,
                fiscal_month=self._setting.fiscal_month,
                first_weekday=self._setting.first_weekday,
            )
            formatted = isinstance(raw, Typed) and not raw.shows_day
            if day in (held.first, held.last) or formatted or frequency is Frequency.WEEK:
                told = note("tables.period.day_for", found=shown(raw)[:60], period=held.label)
                return PeriodRead(held, (*read.notes, told), read.beside)
        raise Refused("period.other_frequency", expected=frequency)

    def _meant(self, raw: Raw, frequency: Frequency, year: int | None) -> PeriodRead:
        if isinstance(raw, Typed):
            if raw.kind is Kind.DAY and raw.day is not None:
                return self._of_day(raw.day, ())
            if raw.kind is Kind.NUMBER and raw.number is not None:
                return self._of_number(raw, frequency, year)
            if raw.kind is not Kind.TEXT:
                raise Refused("tables.period.no_period", found=shown(raw))
        return self._of_text(shown(raw), frequency, year)

    def _of_number(self, raw: Typed, frequency: Frequency, year: int | None) -> PeriodRead:
        """A whole number: a year, a month with its year in another column, or a serial number."""
        number = raw.number
        if _is_year_and_more(raw):
            raise Refused("tables.period.with_point", found=raw.text)
        if number is None or raw.is_percent or number != number.to_integral_value():
            if number is not None and int(number) in days.SERIALS:
                return self._of_serial(int(number))
            raise Refused("tables.period.no_period", found=raw.text)
        return self._of_text(str(int(number)), frequency, year)

    def _of_serial(self, serial: int) -> PeriodRead:
        day = days.of_serial(serial, is_1904=self._is_1904)
        return self._of_day(day, (note("tables.period.serial", found=str(serial), day=day),))

    def _of_text(self, text: str, frequency: Frequency, year: int | None) -> PeriodRead:
        cleaned = _bare(text)
        for form in (_WITH_DAYS, _UP_TO):
            if (found := form.fullmatch(cleaned)) and found[1] != cleaned:
                return self._without_rest(found, frequency, year)
        if found := _MOMENT.fullmatch(cleaned):
            return self._of_moment(found, frequency, year)
        if cleaned.isascii() and cleaned.isdigit():
            if len(cleaned) == 5 and int(cleaned) in days.SERIALS:
                return self._of_serial(int(cleaned))
            if year is not None and len(cleaned) <= 2:
                return self._of_text(f"{cleaned}月", frequency, year)
            if len(cleaned) == 4 and int(cleaned) not in _OWN_YEAR:
                raise Refused("period.unreadable", found=text)
        if is_ambiguous(cleaned) and (frequency is Frequency.IRREGULAR or self._spans):
            return self._of_two_ways(cleaned)
        by_order = self._of_day_order(cleaned)
        if by_order is not None:
            return by_order
        return self._of_form(cleaned, text, frequency, year)

    def _without_rest(
        self, found: re.Match[str], frequency: Frequency, year: int | None
    ) -> PeriodRead:
        """A week whose days stand behind it in brackets; the end of a period."""
        read = self._of_text(found[1], frequency, year)
        told = note("tables.period.read_as", found=found[0][:60], period=read.period.label)
        return PeriodRead(read.period, (told,), read.beside)

    def _of_moment(
        self, found: re.Match[str], frequency: Frequency, year: int | None
    ) -> PeriodRead:
        """The day of a moment, as it is written: no time zone is applied."""
        read = self._of_text(found[1], frequency, year)
        if _MIDNIGHT.fullmatch(found[2]) and found[3] in (None, "Z", "z", "AM"):
            return read
        told = note("tables.period.time_dropped", found=found[0][:60], day=read.period.first)
        return PeriodRead(read.period, (*read.notes, told), read.beside)

    def _of_two_ways(self, text: str) -> PeriodRead:
        """`2003-05` of a KPI without rhythm: by its column, else told both ways."""
        if self._spans:
            return self._of_core(text, short_ranges=True)
        month = self._of_core(text, short_ranges=False).period
        span = self._of_core(text, short_ranges=True).period
        raise Refused(
            "tables.period.two_ways",
            found=text,
            first=f"{month.first}/{month.last}",
            second=f"{span.first}/{span.last}",
        )

    def _of_day_order(self, text: str) -> PeriodRead | None:
        ways = days.ways(text, today=self._setting.today)
        if not ways:
            if days.has_three_parts(text):
                raise Refused("tables.period.no_such_day", found=text)
            return None
        if self._order is not None:
            if self._order not in ways:
                raise Refused("tables.period.other_order", found=text, expected=self._order)
            day = ways[self._order]
        elif len(set(ways.values())) == 1:
            day = next(iter(ways.values()))
        else:
            first, second, *_ = dict.fromkeys(ways.values())
            raise Refused("tables.period.two_ways", found=text, first=first, second=second)
        told = () if len(set(ways.values())) == 1 else (
            note("tables.period.by_order", found=text, day=day),
        )  # fmt: skip
        return self._of_day(day, told)

    def _of_form(
        self, cleaned: str, text: str, frequency: Frequency, year: int | None
    ) -> PeriodRead:
        near = Near(
            year=year or self._year,
            by_day=frequency in _DAY_FREQUENCIES,
            fiscal=self._setting.fiscal_month != 1,
        )
        for candidate in dict.fromkeys((text, cleaned)):
            try:
                return self._of_core(candidate, short_ranges=frequency is Frequency.YEAR)
            except Refused:
                continue
        found = canonical_text(cleaned, near)
        if found is None and near.by_day:
            # `Mar-25` of a KPI by day is a month: told as such, and refused for its frequency.
            found = canonical_text(cleaned, Near(near.year, by_day=False))
        if found is None:
            if needs_year(cleaned):
                raise Refused("tables.period.no_year", found=text)
            raise Refused("period.unreadable", found=text)
        read = self._of_core(found, short_ranges=False)
        told = note("tables.period.read_as", found=text[:60], period=found)
        return PeriodRead(read.period, (told,))

    def _of_core(self, text: str, *, short_ranges: bool) -> PeriodRead:
        reading = parse_period(
            text,
            fiscal_month=self._setting.fiscal_month,
            first_weekday=self._setting.first_weekday,
            short_ranges=short_ranges,
        )
        told: tuple[Note, ...] = ()
        if short_ranges and reading.ambiguous:
            span = f"{reading.period.first}/{reading.period.last}"
            told = (note("tables.period.read_as", found=text[:60], period=span),)
        return PeriodRead(reading.period, told, reading.notes)

    def _of_day(self, day: date, notes: tuple[Note, ...]) -> PeriodRead:
        return PeriodRead(Period(day, day, day.isoformat()), notes)

    def objection(self, raw: Raw) -> Refused | None:
        """Why no KPI of any frequency can have this period; None where one can."""
        refusals: list[Refused] = []
        for frequency in (Frequency.MONTH, Frequency.DAY):
            try:
                self._meant(raw, frequency, None)
            except Refused as refused:
                refusals.append(refused)
            else:
                return None
        first = refusals[0]
        return Refused(first.code, **{**first.data, "found": shown(raw)[:60]})

    def is_period(self, raw: Raw) -> bool:
        """Whether the cell can be read as a period of some frequency, as headers must be."""
        if _is_year_and_more(raw):
            return True
        if isinstance(raw, Typed) and raw.kind is Kind.NUMBER and raw.number is not None:
            whole = raw.number == raw.number.to_integral_value()
            if not whole or not (raw.number in _OWN_YEAR or int(raw.number) in days.SERIALS):
                return whole and 190_001 <= raw.number <= 219_912
        if not shown(raw) or len(shown(raw)) > 60:
            return False
        if days.ways(shown(raw), today=self._setting.today):
            return True
        against = self.objection(raw)
        open_codes = ("tables.period.no_year", "tables.period.two_ways")
        return against is None or against.code in open_codes


def _bare(text: str) -> str:
    """The text without its day of the week, marks of footnotes, and a spreadsheet's apostrophe."""
    cleaned = plain(text)
    if found := _WEEKDAY.fullmatch(cleaned):
        cleaned = found[1].strip()
    return cleaned.rstrip("*†‡").lstrip("'\N{RIGHT SINGLE QUOTATION MARK}").strip()


def _is_year_and_more(raw: Raw) -> bool:
    """Whether a cell is the number 2025.1: as months, January and October look the same."""
    if not isinstance(raw, Typed) or raw.kind is not Kind.NUMBER or raw.number is None:
        return False
    number = raw.number
    is_year = _OWN_YEAR.start <= number < _OWN_YEAR.stop
    return is_year and number % 1 != 0 and (number * 100) % 1 == 0 and not raw.is_percent
