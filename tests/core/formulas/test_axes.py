from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.formulas.axes import NOWHERE, Axis, Rhythm, index_column
from okapi.core.frequencies import Frequency
from okapi.core.periods import a_year_before, period_of

RHYTHMIC = [one for one in Frequency if one is not Frequency.IRREGULAR]


def rhythms() -> st.SearchStrategy[Rhythm]:
    return st.builds(Rhythm, st.sampled_from(RHYTHMIC), st.integers(1, 12), st.integers(0, 6))


@given(rhythms(), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_numbers_are_those_of_periods(rhythm: Rhythm, day: date) -> None:
    names = {"fiscal_month": rhythm.fiscal_month, "first_weekday": rhythm.first_weekday}
    period = period_of(day, rhythm.frequency, **names)
    index = rhythm.index(day)
    assert rhythm.span(index) == (period.first, period.last)
    assert index_column(rhythm, np.asarray([day.toordinal()]))[0] == index
    before = a_year_before(period, rhythm.frequency, **names)
    assert rhythm.last(rhythm.year_before(index)) >= before.last
    for span in (Frequency.MONTH, Frequency.QUARTER, Frequency.YEAR):
        if span.typical_days >= rhythm.frequency.typical_days:
            begins, ends = rhythm.begins(index, span), rhythm.ends(index, span)
            longer = rhythm.of(span)
            inside = {longer.index(rhythm.last(at)) for at in range(begins, ends + 1)}
            assert inside == {longer.index(rhythm.last(index))}
            assert longer.index(rhythm.last(begins - 1)) < longer.index(rhythm.last(begins))
            assert longer.index(rhythm.last(ends + 1)) > longer.index(rhythm.last(ends))


def test_before_the_first_year_there_is_nothing() -> None:
    rhythm = Rhythm(Frequency.YEAR)
    assert rhythm.year_before(rhythm.index(date(1, 6, 1))) == NOWHERE


def test_an_axis_has_the_same_as_columns() -> None:
    months, quarters = Rhythm(Frequency.MONTH), Rhythm(Frequency.QUARTER)
    axis = Axis(
        months, *months.index_range((date(2025, 2, 1).toordinal(), date(2026, 3, 1).toordinal()))
    )
    assert len(axis) == 14
    assert axis.year_before.tolist()[-2:] == [0, 1]
    assert axis.begins(Frequency.QUARTER).tolist()[:4] == [-1, -1, 2, 2]
    longer = Axis(quarters, quarters.index(date(2025, 1, 1)), quarters.index(date(2026, 3, 1)))
    assert axis.places_in(longer).tolist() == [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    assert len(Axis(months, 5, 4)) == 0


@pytest.mark.parametrize("frequency", RHYTHMIC)
def test_days_and_periods_lead_back(frequency: Frequency) -> None:
    rhythm = Rhythm(frequency)
    for index in range(rhythm.index(date(2024, 1, 1)), rhythm.index(date(2026, 1, 1)) + 1):
        assert rhythm.index_range(rhythm.day_range((index, index))) == (index, index)
