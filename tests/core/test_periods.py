from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.core.periods import (
    Frequency,
    Period,
    frequency_of,
    parse_period,
    parse_periods,
    period_of,
    written,
)

DAY = timedelta(days=1)
RHYTHMS = [frequency for frequency in Frequency if frequency is not Frequency.IRREGULAR]

days = st.dates(date(1900, 2, 1), date(2200, 1, 1))
near = st.dates(date(1990, 1, 1), date(2040, 12, 31))
rhythms = st.sampled_from(RHYTHMS)
years = st.fixed_dictionaries(
    {"fiscal_month": st.integers(1, 12), "first_weekday": st.integers(0, 6)}
)


def period(text, **how):
    return parse_period(text, **how).period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2013", "2013-01-01", "2013-12-31"),
        ("2013 Q1", "2013-01-01", "2013-03-31"),
        ("2025Q4", "2025-10-01", "2025-12-31"),
        ("2025-Q2", "2025-04-01", "2025-06-30"),
        ("Q3 2025", "2025-07-01", "2025-09-30"),
        ("2013-01", "2013-01-01", "2013-01-31"),
        ("1993 01", "1993-01-01", "1993-01-31"),
        ("2024 02", "2024-02-01", "2024-02-29"),
        ("2013M12", "2013-12-01", "2013-12-31"),
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2026H1", "2026-01-01", "2026-06-30"),
        ("2026 H2", "2026-07-01", "2026-12-31"),
        ("2026-11-23", "2026-11-23", "2026-11-23"),
        ("2026/11/23", "2026-11-23", "2026-11-23"),
        ("2025-W07", "2025-02-10", "2025-02-16"),
        ("2026-W14", "2026-03-30", "2026-04-05"),
        ("2026-W53", "2026-12-28", "2027-01-03"),
        ("2026-W01", "2025-12-29", "2026-01-04"),
        ("2025年", "2025-01-01", "2025-12-31"),
        ("2025年3月", "2025-03-01", "2025-03-31"),
        ("2025年12月份", "2025-12-01", "2025-12-31"),
        ("2025年3月5日", "2025-03-05", "2025-03-05"),
        ("2025年第1季度", "2025-01-01", "2025-03-31"),
        ("2025年四季度", "2025-10-01", "2025-12-31"),
        ("2025年下半年", "2025-07-01", "2025-12-31"),
        ("2025年第7周", "2025-02-10", "2025-02-16"),
        ("２０２５年３月", "2025-03-01", "2025-03-31"),
        ("1998/99", "1998-04-01", "1999-03-31"),
        ("1999/00", "1999-04-01", "2000-03-31"),
        ("2001/2002", "2001-04-01", "2002-03-31"),
        ("FY2025/26", "2025-04-01", "2026-03-31"),
        ("2025/26 Q4", "2026-01-01", "2026-03-31"),
        ("2018-20", "2018-01-01", "2020-12-31"),
        ("1985-87", "1985-01-01", "1987-12-31"),
        ("1998-00", "1998-01-01", "2000-12-31"),
        ("1991-1995", "1991-01-01", "1995-12-31"),
        ("1991–1995", "1991-01-01", "1995-12-31"),
        ("2001 to 2003", "2001-01-01", "2003-12-31"),
        ("2010 to 2011", "2010-01-01", "2011-12-31"),
        ("2010/11-2012/13", "2010-04-01", "2013-03-31"),
        ("2007/08 to 2008/09", "2007-04-01", "2009-03-31"),
        ("2018-03-05/2019-01-02", "2018-03-05", "2019-01-02"),
        ("2018-03-05..2019-01-02", "2018-03-05", "2019-01-02"),
        ("2018-03/2018-05", "2018-03-01", "2018-05-31"),
        ("2024年11月至2025年2月", "2024-11-01", "2025-02-28"),
        ("2025Q1 - 2025Q3", "2025-01-01", "2025-09-30"),
    ],
)
def test_reads_periods_as_people_write_them(text, first, last):
    found = period(text)
    assert (found.first.isoformat(), found.last.isoformat(), found.mark) == (first, last, "")


@pytest.mark.parametrize(
    ("text", "mark", "first"),
    [
        ("1974a", "a", 1974),
        ("1974b", "b", 1974),
        ("2013a", "a", 2013),
        ("1990-1994 (baseline)", "baseline", 1990),
        ("1990-1994 (Baseline)", "baseline", 1990),
    ],
)
def test_reads_marks(text, mark, first):
    found = period(text)
    assert (found.mark, found.first, found.label) == (mark, date(first, 1, 1), text)


def test_periods_of_the_same_days_are_told_apart_by_their_mark():
    assert period("1974a") != period("1974b")
    assert period("1974") < period("1974a") < period("1974b") < period("1975")


@pytest.mark.parametrize(
    ("text", "label", "notes"),
    [
        ("2019/20 [Note 5]", "2019/20", ("Note 5",)),
        ("  2019/20   [Note 5]  [p] ", "2019/20", ("Note 5", "p")),
        ("2019 []", "2019", ()),
        ("2013  Q1", "2013 Q1", ()),
    ],
)
def test_notes_are_told_and_labels_tidied(text, label, notes):
    reading = parse_period(text)
    assert (reading.period.label, reading.notes) == (label, notes)
    assert reading.period == period(label)


@pytest.mark.parametrize(
    "text",
    ["", " ", "x", "20x6", "13", "0000", "99999", "2025-13", "2025-13-01",
     "2025-02-29", "2025-W53", "2025-W00", "2025Q5", "2025Q0", "2026H3", "2025年13月", "1998/00",
     "2013/15", "2026/11", "2018-17", "2013p", "2013 (revised)", "2013 (Q1)", "2013 [Note 5",
     "to", "2001 to", "to 2003", "2001 to x", "..", "2018-03-05/", "1998/99 to", "2001-2002-2003",
     "9" * 5000, "2025\x00", "9999/00", "2025年第54周", "1974a to 1975"],
)  # fmt: skip
def test_refuses_what_it_would_have_to_guess(text):
    with pytest.raises(Refused) as refused:
        parse_period(text)
    assert refused.value.code == "period.unreadable"
    assert len(refused.value.data["found"]) <= 80


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0206-11", date(206, 11, 1)),
        ("1899", date(1899, 1, 1)),
        ("2201-01", date(2201, 1, 1)),
        ("9999-12-31", date(9999, 12, 31)),
        ("2026 to 9999", date(9999, 12, 31)),
        ("2026-01-01/1026-01-01", date(1026, 1, 1)),
    ],
)
def test_tells_a_year_that_is_not_of_our_times(text, found):
    with pytest.raises(Refused) as refused:
        parse_period(text)
    assert refused.value == Refused(
        "day.outside", field="period", found=found, first=1900, last=2200
    )


@pytest.mark.parametrize("text", ["1900", "2200", "1900-01-01", "2200-12-31"])
def test_reads_the_years_at_both_ends(text):
    assert parse_period(text).period.label == text


def test_refuses_a_range_that_runs_backwards():
    with pytest.raises(Refused) as refused:
        parse_period("2003 to 2001")
    assert refused.value.code == "period.backwards"
    assert refused.value.data["found"] == "2003 to 2001"


@given(st.text(max_size=30) | st.from_regex(r"[0-9QWHto/. ab()\[\]年月-]{1,24}", fullmatch=True))
def test_reads_or_refuses_any_text(text):
    [found] = parse_periods([text])
    if isinstance(found, Refused):
        assert found.code in ("period.unreadable", "period.backwards", "day.outside")
    else:
        assert found.period.first <= found.period.last


@pytest.mark.parametrize(
    ("how", "first"),
    [
        ({}, date(1998, 4, 1)),
        ({"fiscal_month": 7}, date(1998, 7, 1)),
        ({"slash_month": 1}, date(1998, 1, 1)),
        ({"fiscal_month": 7, "slash_month": 9}, date(1998, 9, 1)),
    ],
)
def test_slash_years_start_in_april_unless_told(how, first):
    found = period("1998/99", **how)
    assert found.first == first
    assert found.last == first.replace(year=1999) - DAY


@pytest.mark.parametrize("text", ["2026", "2026Q1", "2026H1"])
def test_plain_years_are_calendar_years_everywhere(text):
    assert period(text, fiscal_month=4) == period(text)


def test_weeks_may_start_on_sunday():
    found = period("2026-W01", first_weekday=6)
    assert (found.first, found.last) == (date(2026, 1, 4), date(2026, 1, 10))


@pytest.mark.parametrize("how", [{"fiscal_month": 13}, {"fiscal_month": 0}, {"first_weekday": 7}])
def test_settings_that_cannot_be_are_a_mistake_of_the_caller(how):
    with pytest.raises(ValueError, match="no such month or weekday"):
        period_of(date(2026, 1, 1), Frequency.QUARTER, **how)


def test_a_text_with_two_meanings_says_so():
    assert parse_period("2003-05").ambiguous
    assert parse_period("2003-05").period == period("2003年5月")
    assert parse_period("1999-01").ambiguous
    assert not parse_period("2018-20").ambiguous
    assert not parse_period("2026-11").ambiguous


def test_neighbours_settle_what_one_text_leaves_open():
    texts = ["1985-87", "1997-99", "2003-05", "2009-11", "2018-20"]
    found = [
        (reading.period.first.year, reading.period.last.year) for reading in parse_periods(texts)
    ]
    assert found == [(1985, 1987), (1997, 1999), (2003, 2005), (2009, 2011), (2018, 2020)]


def test_neighbours_that_are_all_months_stay_months():
    found = [frequency_of(reading.period) for reading in parse_periods(["2003-05", "2003-06"])]
    assert found == [Frequency.MONTH, Frequency.MONTH]


def test_one_sure_month_keeps_the_series_from_being_years():
    readings = parse_periods(["2018-20", "2003-05", "2003-02"])
    assert [frequency_of(reading.period) for reading in readings][1:] == [Frequency.MONTH] * 2


def test_a_series_returns_what_it_refuses_in_its_place():
    good, bad = parse_periods(["2013", "x"])
    assert good.period == period("2013")
    assert bad == Refused("period.unreadable", found="x")


def test_a_period_is_its_days_and_its_mark_not_its_label():
    assert period("2013 Q1") == period("2013Q1") == period("2013-01/2013-03")
    assert len({period("2013 Q1"), period("2013Q1")}) == 1
    assert period("2012-14") < period("2014/15")


def test_ranges_are_ordered_by_their_last_day():
    texts = ["2013-2015", "2014", "2012-2014", "2013", "2015"]
    ordered = sorted(map(period, texts))
    assert [each.label for each in ordered] == ["2013", "2012-2014", "2014", "2013-2015", "2015"]


def test_periods_that_cannot_be():
    with pytest.raises(Refused, match=r"period\.backwards"):
        Period(date(2026, 1, 2), date(2026, 1, 1), "x")
    with pytest.raises(Refused, match=r"period\.mark"):
        Period(date(2026, 1, 1), date(2026, 1, 1), "x", "z")


@pytest.mark.parametrize(
    ("day", "frequency", "label"),
    [
        ("2026-11-23", "day", "2026-11-23"),
        ("2026-11-23", "week", "2026-W48"),
        ("2027-01-03", "week", "2026-W53"),
        ("2024-12-30", "week", "2025-W01"),
        ("2026-11-23", "month", "2026-11"),
        ("2026-11-23", "quarter", "2026Q4"),
        ("2026-06-30", "half", "2026H1"),
        ("2026-12-31", "year", "2026"),
    ],
)
def test_canonical_labels(day, frequency, label):
    assert period_of(date.fromisoformat(day), Frequency(frequency)).label == label


@pytest.mark.parametrize(
    ("day", "frequency", "label", "first"),
    [
        ("2027-02-01", "year", "2026/27", "2026-04-01"),
        ("2027-02-01", "quarter", "2026/27Q4", "2027-01-01"),
        ("2026-09-30", "half", "2026/27H1", "2026-04-01"),
        ("2027-02-01", "month", "2027-02", "2027-02-01"),
    ],
)
def test_fiscal_labels(day, frequency, label, first):
    found = period_of(date.fromisoformat(day), Frequency(frequency), fiscal_month=4)
    assert (found.label, found.first.isoformat()) == (label, first)


@pytest.mark.parametrize(
    ("text", "frequency"),
    [("2026-11-23", "day"), ("2026-W53", "week"), ("2024-02", "month"), ("2026Q4", "quarter"),
     ("2026-02/2026-04", "quarter"), ("2026H1", "half"), ("1998/99", "year"), ("1974a", "year"),
     ("2018-20", "irregular"), ("2018-03-05/2019-01-02", "irregular"),
     ("2026-01/2026-02", "irregular"),
     ("2027-02-01/2027-02-28", "month"), ("2027-02-02/2027-03-01", "irregular")],
)  # fmt: skip
def test_the_frequency_of_a_period(text, frequency):
    assert frequency_of(period(text)) is Frequency(frequency)


@given(near, rhythms, years)
def test_a_period_holds_its_day_and_reads_back(day, frequency, how):
    found = period_of(day, frequency, **how)
    assert found.first <= day <= found.last
    assert frequency_of(found) is frequency
    read = parse_period(found.label, **how)
    assert (read.period, read.notes) == (found, ())
    assert read.period.label == found.label


@pytest.mark.parametrize(
    ("text", "kept"),
    [("2018-20", "2018-20"), ("1974b", "1974b"), ("1990-1994 (baseline)", "1990-1994 (baseline)"),
     ("2019/20 [Note 5]", "2019/20"), ("2013 Q1", "2013 Q1")],
)  # fmt: skip
def test_files_keep_a_label_that_reads_back(text, kept):
    assert written(period(text)) == kept


def test_files_say_which_days_a_label_means_that_would_be_read_otherwise():
    years_read = period("2003-05", short_ranges=True)
    assert (years_read.label, written(years_read)) == ("2003-05", "2003-05 = 2003 to 2005")
    assert written(period("1998/99", slash_month=9)) == "1998/99 = 1998-09/1999-08"
    january = Period(date(2026, 1, 1), date(2026, 1, 31), "January", "a")
    assert written(january) == "January = 2026-01 (a)"
    assert written(Period(january.first, january.last, "", "a")) == "2026-01 (a)"


def test_reads_a_label_whose_days_are_told():
    found = period("2003-05 = 2003 to 2005")
    assert (found.label, found.first, found.last) == (
        "2003-05",
        date(2003, 1, 1),
        date(2005, 12, 31),
    )
    assert parse_period("Advent = 2026-11-29..2026-12-24 [early]").notes == ("early",)


marked = st.sampled_from(["", "a", "baseline"])


@given(near, near, marked, years)
def test_what_is_written_reads_back(a, b, mark, how):
    found = Period(min(a, b), max(a, b), "no such label", mark)
    assert parse_period(written(found, **how), **how).period == found
