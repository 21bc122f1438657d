"""Periods alone: what was written is read back, and nothing crashes."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency
from okapi.exchange.tables.cells import Kind, Typed
from okapi.exchange.tables.days import DayOrder, decide, of_serial
from okapi.exchange.tables.known import Setting
from okapi.exchange.tables.periods import PeriodReader
from tests.exchange.tables.known import SETTING

READER = PeriodReader(SETTING)
days = st.dates(date(1990, 1, 1), date(2026, 11, 1))
FORMS = (
    "{0:%Y-%m-%d}",
    "{0:%Y/%m/%d}",
    "{0:%Y%m%d}",
    "{0.year}年{0.month}月{0.day}日",
    "{0:%d-%b-%Y}",
)
MONTHS = (
    "{0:%Y-%m}",
    "{0:%Y%m}",
    "{0.year}年{0.month}月",
    "{0:%b %Y}",
    "{0:%B-%Y}",
    "{0.month}/{0.year}",
)


@given(days, st.sampled_from(FORMS))
def test_days(day, form):
    period = READER.read(form.format(day), Frequency.DAY).period
    assert (period.first, period.last) == (day, day)


@given(days, st.sampled_from(MONTHS))
def test_months(day, form):
    period = READER.read(form.format(day), Frequency.MONTH).period
    assert (period.first.year, period.first.month) == (day.year, day.month)


@given(days, st.booleans())
def test_serial_numbers(day, since_1904):
    epoch = date(1904, 1, 1) if since_1904 else date(1899, 12, 30)
    serial = (day - epoch).days
    assert of_serial(serial, is_1904=since_1904) == day
    reader = PeriodReader(SETTING, is_1904=since_1904)
    cell = Typed(Kind.NUMBER, str(serial), number=Decimal(serial))
    assert reader.read(cell, Frequency.DAY).period.first == day


def test_the_day_that_never_was():
    assert of_serial(59) == date(1900, 2, 28)
    assert of_serial(61) == date(1900, 3, 1)
    with pytest.raises(Refused, match=r"tables\.period\.no_such_day"):
        of_serial(60)


@given(st.text(max_size=30), st.sampled_from(Frequency))
def test_any_text_is_read_or_refused(text, frequency):
    assert code(text, frequency).startswith(("tables.period.", "period."))


def code(text, frequency):
    try:
        READER.read(text, frequency)
    except Refused as refused:
        return refused.code
    return "period.read"


@given(st.lists(days, min_size=1, max_size=40), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_a_decided_order_is_the_one_it_was_written_in(written, form):
    order, how = decide({day.strftime(form) for day in written}, is_daily=True)
    wanted = DayOrder.DAY_FIRST if form.startswith("%d") else DayOrder.MONTH_FIRST
    assert order in (wanted, None) or how == "one"


@pytest.mark.parametrize(
    ("text", "frequency", "first"),
    [
        ("25-Mar", Frequency.MONTH, date(2025, 3, 1)),
        ("Mar-25", Frequency.MONTH, date(2025, 3, 1)),
        ("25-Mar", Frequency.DAY, date(2024, 3, 25)),
        ("3月", Frequency.MONTH, date(2024, 3, 1)),
        ("一季度", Frequency.QUARTER, date(2024, 1, 1)),
        ("下半年", Frequency.HALF, date(2024, 7, 1)),
        ("W07", Frequency.WEEK, date(2024, 2, 12)),
        ("3月5日", Frequency.DAY, date(2024, 3, 5)),
    ],
)
def test_years_from_elsewhere(text, frequency, first):
    reader = PeriodReader(SETTING, year=2024)
    assert reader.read(text, frequency).period.first == first


def test_fiscal_years_named_by_one_year_are_refused_where_they_are_not_the_calendar_year():
    reader = PeriodReader(Setting(fiscal_month=4, today=SETTING.today))
    with pytest.raises(Refused, match=r"period\.unreadable"):
        reader.read("FY25", Frequency.YEAR)


def test_a_month_that_begins_tomorrow():
    tomorrow = date(2026, 11, 30) + timedelta(days=1)
    with pytest.raises(Refused, match=r"period\.future"):
        READER.read(f"{tomorrow:%Y-%m}", Frequency.MONTH)
