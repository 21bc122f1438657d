"""Readings of hours and minutes: read, put together into periods, unusual ones told."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency
from okapi.core.moments import MOST, Reading, moment_of, put_together
from okapi.core.periods import Period, period_of
from okapi.core.series import Aggregation

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
FIRST = datetime(2026, 11, 2, tzinfo=SHANGHAI)


def days(day: date) -> Period:
    return period_of(day, Frequency.DAY)


def weeks(day: date) -> Period:
    return period_of(day, Frequency.WEEK)


def hourly(n: int, *, first: datetime = FIRST) -> list[Reading]:
    """A day's pattern with a little unrest."""
    return [
        Reading(
            first + timedelta(hours=at),
            Decimal(f"{100 + 40 * math.sin(at / 24 * math.tau) + (at * 7919 % 13) / 4:.2f}"),
        )
        for at in range(n)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-27 13:05", datetime(2026, 11, 27, 13, 5, tzinfo=SHANGHAI)),
        (" 2026/11/27 13:05:09 ", datetime(2026, 11, 27, 13, 5, 9, tzinfo=SHANGHAI)),
        ("2026-11-27T13:05Z", datetime(2026, 11, 27, 13, 5, tzinfo=UTC)),
        ("2026-11-27T13:05+01:00", datetime(2026, 11, 27, 12, 5, tzinfo=UTC)),
        ("2026-11-27 13", datetime(2026, 11, 27, 13, tzinfo=SHANGHAI)),
    ],
)
def test_moments_are_read(text: str, expected: datetime) -> None:
    assert moment_of(text, SHANGHAI) == expected


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-27", "noon", "2026-13-01 10:00", "2026-11-27 25:00", "0001-01-01T00:00+08:00"],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        moment_of(text, SHANGHAI)
    assert refused.value.code == "moment.unreadable"


@pytest.mark.parametrize("text", ["0206-11-27 13:00", "9998-11-27T13:00Z"])
def test_a_moment_of_another_age_is_told(text: str) -> None:
    with pytest.raises(Refused) as refused:
        moment_of(text, SHANGHAI)
    assert (refused.value.code, refused.value.field) == ("day.outside", "at")


@pytest.mark.parametrize(
    ("how", "expected"),
    [("sum", "6.5"), ("mean", "2.1667"), ("min", "0.5"), ("max", "4"), ("last", "2")],
)
def test_a_day_has_one_value(how: str, expected: str) -> None:
    values = ["0.5", "4", "2"]
    readings = [
        Reading(FIRST + timedelta(hours=at), Decimal(value)) for at, value in enumerate(values)
    ]
    (found,) = put_together(readings, Aggregation(how), SHANGHAI, days)
    assert (found.period.label, found.value) == ("2026-11-02", Decimal(expected))
    assert len(found.readings) == 3


def test_a_moment_belongs_to_the_day_where_the_organisation_is() -> None:
    late = Reading(datetime(2026, 11, 2, 17, tzinfo=UTC), Decimal(1))
    (found,) = put_together([late], Aggregation.SUM, SHANGHAI, days)
    assert found.period.label == "2026-11-03"
    (found,) = put_together([late], Aggregation.SUM, BERLIN, days)
    assert found.period.label == "2026-11-02"


def test_the_hour_that_a_change_of_clocks_repeats_counts_twice() -> None:
    first = datetime(2026, 10, 24, 22, tzinfo=UTC)  # midnight in Berlin
    readings = [Reading(first + timedelta(hours=at), Decimal(1)) for at in range(25)]
    (found,) = put_together(readings, Aggregation.SUM, BERLIN, days)
    assert (found.period.label, found.value) == ("2026-10-25", 25)


def test_longer_periods_have_one_value_too() -> None:
    found = put_together(hourly(24 * 14), Aggregation.MAX, SHANGHAI, weeks)
    assert [one.period.label for one in found] == ["2026-W45", "2026-W46"]
    assert [len(one.readings) for one in found] == [168, 168]


def test_the_unusual_one_is_told_in_its_day() -> None:
    readings = hourly(24 * 20)
    readings[24 * 18 + 5] = Reading(readings[24 * 18 + 5].at, Decimal(300))
    found = put_together(readings, Aggregation.SUM, SHANGHAI, days)
    told = [(bundle.period.label, one.value) for bundle in found for one in bundle.unusual]
    assert told == [("2026-11-20", 300)]


@given(st.permutations(range(40)))
def test_the_order_in_which_they_come_does_not_matter(order: list[int]) -> None:
    readings = hourly(40)
    mixed = [readings[at] for at in order]
    expected = put_together(readings, Aggregation.SUM, SHANGHAI, days)
    assert put_together(mixed, Aggregation.SUM, SHANGHAI, days) == expected


def test_the_same_reading_twice_is_one() -> None:
    readings = hourly(3)
    once = put_together(readings, Aggregation.SUM, SHANGHAI, days)
    assert put_together(readings * 2, Aggregation.SUM, SHANGHAI, days) == once
    other = Reading(readings[0].at, Decimal(1))
    with pytest.raises(Refused) as refused:
        put_together([*readings, other], Aggregation.SUM, SHANGHAI, days)
    assert refused.value.code == "moment.twice"


def test_ratios_and_too_many_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        put_together(hourly(2), Aggregation.RATIO, SHANGHAI, days)
    assert refused.value.code == "moment.ratio"
    with pytest.raises(Refused) as refused:
        put_together(hourly(1) * (MOST + 1), Aggregation.SUM, SHANGHAI, days)
    assert refused.value.code == "moment.too_many"


def test_without_readings_there_is_nothing() -> None:
    assert put_together([], Aggregation.SUM, SHANGHAI, days) == ()
