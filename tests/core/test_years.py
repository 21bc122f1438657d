"""The years in which days may lie."""

from datetime import date

import pytest

from okapi.core.errors import Refused
from okapi.core.years import check_years


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(2200, 12, 31)])
def test_both_ends_are_of_our_times(day: date) -> None:
    check_years(day, day)


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (date.min, date(2026, 1, 1), date.min),
        (date(1899, 12, 31), date(1900, 1, 1), date(1899, 12, 31)),
        (date(2200, 12, 31), date(2201, 1, 1), date(2201, 1, 1)),
        (date(2026, 1, 1), date.max, date.max),
    ],
)
def test_the_day_outside_is_told_at_its_place(first: date, last: date, found: date) -> None:
    with pytest.raises(Refused) as refused:
        check_years(first, last, field="due", line=3)
    assert refused.value == Refused(
        "day.outside", field="due", line=3, found=found, first=1900, last=2200
    )
