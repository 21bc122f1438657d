from datetime import date
from decimal import Decimal

import pytest

from okapi.core.errors import Refused
from okapi.core.periods import Frequency, parse_period
from okapi.core.progress import Reading
from okapi.core.series import Aggregation, Point
from okapi.core.spans import (
    Rhythm,
    Span,
    baseline,
    baseline_periods,
    check_summed_period,
    covered_date,
    current,
    default_reading,
    first_end,
    is_complete,
    last_end,
    period_count_in,
    points_in,
    span_of,
)

D = Decimal
SUM, LAST, RATIO = Aggregation.SUM, Aggregation.LAST, Aggregation.RATIO
LATEST, WHOLE = Reading.LATEST, Reading.SPAN
Q2 = Span(date(2026, 4, 1), date(2026, 6, 30))
WEEKS, MONTHS, DAYS = (Rhythm(f) for f in (Frequency.WEEK, Frequency.MONTH, Frequency.DAY))
IRREGULAR = Rhythm(Frequency.IRREGULAR)


def period(text):
    return parse_period(text).period


def points(**values):
    return [point(text.replace("_", "-").lstrip("p"), value) for text, value in values.items()]


def point(text, value, numerator=None, denominator=None):
    parts = (None if part is None else D(part) for part in (numerator, denominator))
    return Point(period(text), D(value), *parts)


def test_the_span_begins_at_the_later_of_agreement_and_cycle():
    cycle = (date(2026, 4, 1), date(2026, 6, 30))
    assert span_of(*cycle) == Q2
    assert span_of(*cycle, agreed_on=date(2026, 3, 20)).first == date(2026, 4, 1)
    assert span_of(*cycle, agreed_on=date(2026, 4, 9)).first == date(2026, 4, 9)
    assert span_of(*cycle, due=date(2026, 5, 31)).last == date(2026, 5, 31)
    assert span_of(*cycle, due=date(2026, 7, 31)).last == date(2026, 7, 31)


def test_a_due_date_before_the_span_is_refused():
    with pytest.raises(Refused) as refused:
        span_of(date(2026, 4, 1), date(2026, 6, 30), due=date(2026, 3, 31))
    assert (refused.value.code, refused.value.field) == ("span.backwards", "due")


@pytest.mark.parametrize(
    ("text", "belongs"),
    [
        ("2026-W14", True),  # 30 March to 5 April
        ("2026-W13", False),
        ("2026-W26", True),  # ends on 28 June
        ("2026-W27", False),  # ends on 5 July
        ("2026-06", True),
        ("2026", False),
    ],
)
def test_a_period_belongs_to_the_span_of_its_last_day(text, belongs):
    assert Q2.holds(period(text)) is belongs


@pytest.mark.parametrize(
    ("rhythm", "count"), [(WEEKS, 13), (MONTHS, 3), (DAYS, 91), (IRREGULAR, 0)]
)
def test_periods_of_a_span(rhythm, count):
    assert period_count_in(Q2, rhythm) == count


def test_first_and_last_end():
    assert first_end(Q2, WEEKS) == date(2026, 4, 5)
    assert last_end(Q2, WEEKS) == date(2026, 6, 28)
    assert last_end(Q2, MONTHS) == date(2026, 6, 30)
    fortnight = Span(date(2026, 4, 5), date(2026, 4, 18))
    assert first_end(fortnight, MONTHS) is None
    assert last_end(fortnight, MONTHS) is None
    assert last_end(Q2, IRREGULAR) is None


def test_nothing_is_read_before_a_period_of_the_span_has_ended():
    april = points(p2026_03="1", p2026_04="2")
    assert points_in(april, Q2, date(2026, 4, 29)) == ()
    assert points_in(april, Q2, date(2026, 4, 30)) == (april[1],)


def test_the_value_of_a_running_period_is_read_too_but_covers_only_until_today():
    values = points(p2026_05="3", p2026_04="2")
    today = date(2026, 5, 10)
    inside = points_in(values, Q2, today)
    assert [p.value for p in inside] == [D(2), D(3)]
    assert covered_date(inside, Q2, today) == today


def test_the_covered_date_is_the_end_of_the_newest_period():
    inside = points_in(points(p2026_04="2"), Q2, date(2026, 6, 15))
    assert covered_date(inside, Q2, date(2026, 6, 15)) == date(2026, 4, 30)
    assert covered_date((), Q2, date(2026, 6, 15)) is None


def test_once_over_and_measured_the_span_is_covered_to_its_end():
    inside = points_in([point("2026-W26", "1")], Q2, date(2026, 7, 3))
    ends = last_end(Q2, WEEKS)
    assert covered_date(inside, Q2, date(2026, 6, 30), last_end=ends) == date(2026, 6, 28)
    assert covered_date(inside, Q2, date(2026, 7, 1), last_end=ends) == date(2026, 6, 30)
    assert is_complete(inside, ends)
    assert not is_complete([point("2026-W25", "1")], ends)
    assert not is_complete(inside, None)


def test_what_a_key_result_reads_by_default():
    assert default_reading(LAST) is LATEST
    for how in (SUM, Aggregation.MEAN, Aggregation.MIN, Aggregation.MAX, RATIO):
        assert default_reading(how) is WHOLE


def test_current_reads_the_latest_or_the_whole_span_so_far():
    inside = points(p2026_04="2", p2026_05="5")
    assert current(inside, LAST, LATEST) == D(5)
    assert current(inside, SUM, WHOLE) == D(7)
    assert current(inside, SUM, LATEST) == D(5)
    assert current((), SUM, WHOLE) is None
    assert current((), LAST, LATEST) is None


def test_a_ratio_over_the_span_is_the_ratio_of_sums():
    inside = [point("2026-04", "0.1", 10, 100), point("2026-05", "0.3", 90, 300)]
    assert current(inside, RATIO, WHOLE) == D("0.25")


def test_the_start_is_the_value_of_the_last_period_before_the_span():
    values = points(p2026_02="1", p2026_03="2", p2026_04="3")
    assert baseline(values, Q2, MONTHS, LAST, LATEST) == D(2)
    assert baseline(values[:1], Q2, MONTHS, LAST, LATEST) is None
    assert baseline([], Q2, MONTHS, LAST, LATEST) is None
    assert [p.label for p in baseline_periods(Q2, MONTHS, LAST, LATEST)] == ["2026-03"]


def test_the_start_of_a_sum_covers_as_many_periods_as_the_span():
    values = points(p2025_12="100", p2026_01="7", p2026_02="8", p2026_03="9")
    assert baseline(values, Q2, MONTHS, SUM, WHOLE) == D(24)
    assert baseline(values[2:], Q2, MONTHS, SUM, WHOLE) is None
    assert baseline(values, Q2, MONTHS, SUM, LATEST) == D(9)
    weeks = baseline_periods(Q2, WEEKS, SUM, WHOLE)
    assert (len(weeks), weeks[0].label, weeks[-1].label) == (13, "2026-W01", "2026-W13")


def test_a_span_within_one_period_starts_from_the_one_before():
    middle = Span(date(2026, 4, 10), date(2026, 4, 20))
    assert baseline(points(p2026_03="2"), middle, MONTHS, SUM, WHOLE) == D(2)


def test_a_start_whose_years_begin_elsewhere_is_found():
    years = Rhythm(Frequency.YEAR)
    span = Span(date(2026, 1, 1), date(2026, 12, 31))
    assert baseline([point("2024/25", "5")], span, years, LAST, LATEST) == D(5)
    assert baseline([point("2023/24", "5")], span, years, LAST, LATEST) is None


def test_the_start_without_a_rhythm_is_the_newest_before_the_span():
    values = points(p2015_2017="4.1", p2026_04="9")
    assert baseline(values, Q2, IRREGULAR, LAST, LATEST) == D("4.1")
    assert baseline(values, Q2, IRREGULAR, SUM, WHOLE) is None
    assert baseline(points(p2026_02="4", p2026_03="5"), Q2, IRREGULAR, SUM, WHOLE) == D(9)
    assert baseline([], Q2, IRREGULAR, LAST, LATEST) is None


def test_a_sum_whose_period_is_longer_than_the_span_is_refused():
    check_summed_period(Q2, MONTHS, SUM)
    check_summed_period(Q2, Rhythm(Frequency.QUARTER), SUM)
    check_summed_period(Q2, Rhythm(Frequency.YEAR), LAST)
    check_summed_period(Q2, IRREGULAR, SUM)
    with pytest.raises(Refused) as refused:
        check_summed_period(Q2, Rhythm(Frequency.YEAR), SUM)
    assert refused.value.code == "key_result.period_too_long"
