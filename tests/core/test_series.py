from decimal import Decimal

import pytest

from okapi.core.errors import Refused
from okapi.core.periods import Frequency, parse_period
from okapi.core.series import (
    Aggregation,
    Comparison,
    Point,
    aggregate,
    changes,
    gaps,
    newest,
    overlap,
)

D = Decimal
SUM, MEAN, LAST, RATIO = Aggregation.SUM, Aggregation.MEAN, Aggregation.LAST, Aggregation.RATIO


def period(text):
    return parse_period(text).period


def point(text, value, numerator=None, denominator=None):
    parts = (None if part is None else D(part) for part in (numerator, denominator))
    return Point(period(text), D(value), *parts)


def series(**values):
    """Points by label; ``m2026_03=1`` is March 2026."""
    return [point(label[1:].replace("_", "-"), value) for label, value in values.items()]


THREE = [point("2026-02", "-2.5"), point("2026-03", "0"), point("2026-01", "4")]


@pytest.mark.parametrize(
    ("how", "value"),
    [("last", "0"), ("sum", "1.5"), ("mean", "0.5"), ("min", "-2.5"), ("max", "4")],
)
def test_aggregates_negative_and_zero_values_in_any_order(how, value):
    assert aggregate(THREE, Aggregation(how)) == D(value)


@pytest.mark.parametrize("how", list(Aggregation))
def test_an_aggregate_of_nothing_is_no_data_not_zero(how):
    assert aggregate([], how) is None


@pytest.mark.parametrize(("how", "value"), [("min", "3"), ("max", "-3")])
def test_extremes_are_not_seeded_with_zero(how, value):
    assert aggregate([point("2026-01", value)], Aggregation(how)) == D(value)


def test_sums_are_decimal_to_the_end():
    tenths = [point(f"2026-01-{day:02}", "0.1") for day in range(1, 11)]
    assert aggregate(tenths, SUM) == 1
    assert aggregate(
        [point("2026-01", "12345678901234567.89"), point("2026-02", "0.01")], SUM
    ) == D("12345678901234567.90")


def test_a_ratio_is_the_ratio_of_sums():
    parts = [point("2026-01", "0.1", "10", "100"), point("2026-02", "0.3", "90", "300")]
    assert aggregate(parts, RATIO) == D("0.25")
    assert aggregate(parts, RATIO, scale=D(100)) == 25
    assert aggregate(parts, MEAN) == D("0.2")


def test_a_ratio_of_nothing_to_nothing_is_no_data():
    assert aggregate([point("2026-01", "0", "0", "0")], RATIO) is None


@pytest.mark.parametrize("parts", [(None, None), ("1", None), (None, "2")])
def test_a_ratio_needs_its_parts(parts):
    points = [point("2026-01", "0.5", "1", "2"), point("2026-02", "0.5", *parts)]
    with pytest.raises(Refused, match=r"series\.parts_missing period=2026-02"):
        aggregate(points, RATIO)


@pytest.mark.parametrize(
    "labels",
    [("2015-17", "2016-18"), ("2026-01", "2026-01"), ("1974a", "1974b"), ("2026", "2026-05"),
     ("2025/26", "2026")],
)  # fmt: skip
def test_periods_that_overlap_are_never_summed(labels):
    points = [point(label, 1, 1, 1) for label in labels]
    for how in (SUM, RATIO):
        with pytest.raises(Refused, match=r"series\.overlap"):
            aggregate(points, how)
    assert aggregate(points, LAST) == 1


def test_neighbours_do_not_overlap():
    assert overlap([period("2026-02"), period("2025"), period("2026-01")]) is None
    assert overlap([period("2026-02"), period("2026Q1"), period("2025")]) == (
        period("2026Q1"),
        period("2026-02"),
    )


def test_the_newest_ends_last():
    assert newest([]) is None
    assert newest([point("2016-18", 1), point("2017", 2), point("2018", 3)]).value == 3


def test_last_of_ranges_is_the_one_that_ends_last():
    assert aggregate([point("2018-20", 7), point("2019", 8)], LAST) == 7


@pytest.mark.parametrize(
    ("labels", "frequency", "missing"),
    [
        (["2025-11", "2026-02"], "month", ["2025-12", "2026-01"]),
        (["2026-02", "2025-12", "2026-01"], "month", []),
        (["2026-W52", "2027-W02"], "week", ["2026-W53", "2027-W01"]),
        (["2024-02-28", "2024-03-01"], "day", ["2024-02-29"]),
        (["1998/99", "2000/01"], "year", ["1999/00"]),
        (["2026H1"], "half", []),
        ([], "month", []),
        (["2014-16", "2015-17", "2016-18"], "year", []),
        (["2003-2005", "2009-2011"], "year", ["2006", "2007", "2008"]),
        (["1974a", "1979"], "irregular", []),
    ],
)
def test_gaps(labels, frequency, missing):
    found = gaps(map(period, labels), Frequency(frequency))
    assert [each.label for each in found] == missing


def test_changes_against_last_month_and_the_same_month_last_year():
    points = series(m2025_02=80, m2026_01=-50, m2026_02=100)
    found = changes(points, period("2026-02"), Frequency.MONTH, how=LAST)
    assert found.current == 100
    assert found.previous == Comparison(D(-50), D(150), D(3))
    assert found.year_before == Comparison(D(80), D(20), D("0.25"))


def test_a_gap_is_not_skipped():
    points = series(m2025_12=10, m2026_02=20)
    assert changes(points, period("2026-02"), Frequency.MONTH, how=SUM).previous == Comparison()


def test_there_is_no_share_of_zero():
    points = series(m2026_01=0, m2026_02=5)
    assert changes(points, period("2026-02"), Frequency.MONTH, how=SUM).previous == Comparison(
        D(0), D(5), None
    )


def test_a_period_without_value_still_tells_what_it_is_compared_with():
    found = changes(series(m2026_01=7), period("2026-02"), Frequency.MONTH, how=SUM)
    assert (found.current, found.previous) == (None, Comparison(D(7)))
    assert (found.to_date, found.missing) == (7, 1)


def test_to_date_against_as_much_of_last_year():
    points = series(
        m2024_12=1000, m2025_01=10, m2025_02=20, m2025_03=30, m2025_04=999,
        m2026_01=11, m2026_02=22, m2026_03=33,
    )  # fmt: skip
    found = changes(points, period("2026-03"), Frequency.MONTH, how=SUM)
    assert found.to_date == 66
    assert found.to_date_year_before == Comparison(D(60), D(6), D("0.1"))
    assert (found.missing, found.missing_year_before) == (0, 0)


def test_to_date_tells_what_it_lacks():
    points = series(m2025_03=30, m2026_01=11, m2026_03=33)
    found = changes(points, period("2026-03"), Frequency.MONTH, how=SUM)
    assert (found.missing, found.missing_year_before) == (1, 2)


def test_without_last_year_there_is_nothing_to_compare():
    found = changes(series(m2026_01=1), period("2026-01"), Frequency.MONTH, how=SUM)
    assert found.to_date_year_before == Comparison()
    assert found.missing_year_before == 1


def test_to_date_starts_with_the_fiscal_year():
    points = series(m2026_03=100, m2026_04=1, m2026_05=2)
    found = changes(points, period("2026-05"), Frequency.MONTH, how=SUM, fiscal_month=4)
    assert found.to_date == 3


def test_to_date_of_a_ratio_is_the_ratio_of_sums():
    points = [point("2026-01", "10", 10, 100), point("2026-02", "30", 90, 300)]
    found = changes(points, period("2026-02"), Frequency.MONTH, how=RATIO, scale=D(100))
    assert found.to_date == 25


def test_to_date_of_weeks_takes_as_many_weeks_of_last_year():
    # 2026-W53 ends in 2027, so 2027 starts with it; 2026 starts with W01.
    labels = ["2026-W01", "2026-W02", "2026-W03", "2026-W53", "2027-W01", "2027-W02"]
    points = [point(label, 1) for label in labels]
    found = changes(points, period("2027-W02"), Frequency.WEEK, how=SUM)
    assert (found.to_date, found.to_date_year_before.value) == (3, 3)
    assert (found.missing, found.missing_year_before) == (0, 0)


def test_to_date_over_a_leap_day():
    points = [point(f"{year}-02-{day:02}", 1) for year in (2023, 2024) for day in range(1, 29)]
    points.append(point("2024-02-29", 1))
    found = changes(points, period("2024-02-29"), Frequency.DAY, how=SUM)
    assert (found.to_date, found.to_date_year_before.value) == (29, 28)
    assert (found.missing, found.missing_year_before) == (31, 31)


def test_fiscal_years_are_compared_with_fiscal_years():
    points = [point("2020/21", 10), point("2021/22", 12)]
    found = changes(points, period("2021/22"), Frequency.YEAR, how=SUM)
    assert found.previous == found.year_before == Comparison(D(10), D(2), D("0.2"))


def test_rolling_means_are_compared_with_their_predecessor_and_never_added_up():
    points = [point("2015-17", 4), point("2016-18", 5), point("2018-20", 6)]
    found = changes(points, period("2018-20"), Frequency.YEAR, how=SUM)
    assert found.previous == Comparison(D(5), D(1), D("0.2"))
    assert (found.to_date, found.missing) == (None, 0)


def test_what_overlaps_has_no_figure_to_date():
    points = [point("2026-01", 1), point("2026-01-31", 2), point("2026-02", 3)]
    assert changes(points, period("2026-02"), Frequency.MONTH, how=SUM).to_date is None
