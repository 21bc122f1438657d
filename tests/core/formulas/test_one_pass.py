"""One pass over all formulas gives what each cell computed by itself gives; so does only what
changed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.core.formulas.axes import Rhythm
from okapi.core.formulas.parts import Measured, Series
from okapi.core.frequencies import Frequency
from okapi.core.series import Aggregation
from tests.core.formulas.naive import Naive
from tests.core.formulas.world import Value, World

BASE = ("a", "b", "c")
DERIVED = ("p", "q", "r", "s")
REGIONS = ("", "region=N", "region=S")
BEGIN = date(2024, 1, 15)
HOWS = ("", ", sum", ", mean", ", min", ", max", ", last")


def formulas(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Texts of formulas over these names, of all functions; some do not fit."""
    leaf = st.one_of(
        st.sampled_from(names), st.sampled_from(names), st.sampled_from(["0", "1", "2", "0.5"])
    )

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        one = st.one_of(
            st.sampled_from(["previous({})", "last_year({})", "total({})", "share({})", "abs({})",
                             "round({}, 1)", "-{}", "previous({}, 3)"]),
            st.builds("rolling({{}}, {}{})".format, st.integers(1, 4), st.sampled_from(HOWS)),
            st.builds("{}_to_date({{}}{})".format, st.sampled_from(["quarter", "year"]),
                      st.sampled_from(HOWS)),
        )  # fmt: skip
        two = st.sampled_from(
            ["({} + {})", "({} - {})", "{} * {}", "({}) / ({})", "min({}, {})", "max({}, {})",
             "coalesce({}, {})", "if({0} > {1}, {0}, {1})", "if({0} = 1 and {1} > 0, {1}, {0})",
             "if(not {0} < 2 or {1} <= 1, {0})"]
        )  # fmt: skip
        return st.one_of(
            st.builds(str.format, one, inner), st.builds(str.format, two, inner, inner)
        )

    return st.recursive(leaf, larger, max_leaves=5)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Three measured KPIs of any aggregation, some in slices, and up to four formulas."""
    in_slices = draw(st.booleans())
    dimensions = ("region",) if in_slices else ()
    measured, values = {}, {}
    for key in BASE:
        frequency = draw(st.sampled_from([Frequency.MONTH, Frequency.MONTH, Frequency.WEEK]))
        how = draw(st.sampled_from(list(Aggregation)))
        merging = draw(st.sampled_from([Aggregation.SUM, Aggregation.MEAN, Aggregation.MAX]))
        has_total = not in_slices or draw(st.booleans())
        measured[key] = Measured(key, "", frequency, how, merging, dimensions, has_total)
        for one in REGIONS if in_slices else REGIONS[:1]:
            if one or has_total:
                values[Series(key, one)] = draw(rows(frequency, how))
    if not any(values.values()):
        values[next(iter(values))] = [(date(2025, 1, 1), date(2025, 1, 31), 1.0, 1.0, 1.0)]
    fiscal_month = draw(st.sampled_from([1, 4]))
    world = World(measured, {}, values, Rhythm(Frequency.MONTH, fiscal_month))
    names = list(BASE)
    for key in DERIVED[: draw(st.integers(1, 4))]:
        text = draw(formulas(tuple(names)))
        frequency = draw(st.sampled_from([Frequency.MONTH, Frequency.MONTH, Frequency.QUARTER]))
        how = draw(st.sampled_from(list(Aggregation)))
        world.formulas[key] = text, Measured(key, "", frequency, how, Aggregation.SUM)
        try:
            world.checked()
            names.append(key)
        except Refused:
            del world.formulas[key]
    return world


NUMBERS = (None, 0.0, 1.0, 2.0, 3.0, 7.0, -3.0, 0.5)


def rows(frequency: Frequency, how: Aggregation) -> st.SearchStrategy[list[Value]]:
    """Values of one period after the other, with gaps; of a ratio, most with their sums."""
    rhythm = Rhythm(frequency)
    begin = rhythm.index(BEGIN)

    def told(numbers: list[float | None]) -> list[Value]:
        found: list[Value] = []
        for at, one in enumerate(numbers):
            if one is not None:
                below = at % 4 if how is Aggregation.RATIO else 0
                value, sums = (one / below, (one, below)) if below else (one, (np.nan, np.nan))
                found.append((*rhythm.span(begin + at), value, *sums))
        return found

    return st.lists(st.sampled_from(NUMBERS), min_size=3, max_size=16).map(told)


@settings(deadline=None, max_examples=60)
@given(worlds())
def test_one_pass_is_what_each_cell_is_by_itself(world: World) -> None:
    note(f"{world.measured} {world.formulas} {world.values}")
    whole, alone = world.from_scratch(), Naive(world).cells()
    assert whole.keys() == alone.keys()
    for series, cells in alone.items():
        assert whole[series].keys() == cells.keys(), series
        for at, cell in cells.items():
            for found, expected in zip(whole[series][at], cell, strict=True):
                near = expected and pytest.approx(expected, rel=1e-9, abs=1e-9)
                assert found == near, (series, at)


@settings(deadline=None, max_examples=60)
@given(worlds(), st.data())
def test_only_what_changed_is_as_if_all_were_new(world: World, data: st.DataObject) -> None:
    note(f"{world.measured} {world.formulas} {world.values}")
    before = world.from_scratch()
    series = data.draw(st.sampled_from(sorted(world.values)))
    kept = list(world.values[series])
    part = world.measured[series.kpi]
    changed = data.draw(rows(part.frequency, part.aggregation))
    window = sorted(data.draw(st.tuples(st.integers(0, 15), st.integers(0, 15))))
    rhythm = Rhythm(part.frequency)
    begin = rhythm.index(BEGIN)
    inside = {rhythm.span(begin + at) for at in range(window[0], window[1] + 1)}
    world.values[series] = [row for row in kept if row[:2] not in inside] + [
        row for row in changed if row[:2] in inside
    ]
    days = tuple(rhythm.last(begin + at).toordinal() for at in window)
    if not any(world.values.values()):
        return
    after, _ = world.after(before, {series: days})
    anew = world.from_scratch()
    assert {one: cells for one, cells in after.items() if cells} == {
        one: cells for one, cells in anew.items() if cells
    }
