"""The change of a formula, split over the KPIs that it names."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.formulas.checking import check
from okapi.core.formulas.explaining import Shape, effects
from okapi.core.formulas.parsing import parse
from okapi.core.formulas.parts import Measured
from okapi.core.series import Aggregation

FORMULAS = (
    "x * y",
    "x / y",
    "100 * x / y",
    "x + y - z",
    "x * y + z",
    "(x - y) / z",
    "max(x, y) - min(y, z)",
    "if(x > y, x, z)",
    "x * previous(x) / y",
    "rolling(x, 3, sum) / rolling(y, 3, sum)",
    "x * y * z / (x + y)",
)


def shape_of(text: str) -> Shape:
    """A formula's shape; its parts are plain sums."""
    parts = {key: Measured(key, aggregation=Aggregation.SUM) for key in "xyz"}
    declared = Measured("f", aggregation=Aggregation.LAST, is_formula=True)
    return Shape.of(check(parse(text), declared, parts).expressions[0])


@pytest.mark.parametrize(
    ("text", "before", "after", "expected"),
    [
        # Differences of sums are exact, each its own.
        ("x + y - z", (1, 2, 3), (2, 4, 8), {"x": 1, "y": 2, "z": -5}),
        # Only what changed has a part.
        ("x * y", (2, 3), (2, 5), {"x": 0, "y": 4}),
        # There was nothing of x, and y did not change.
        ("x * y", (0, 4), (3, 4), {"x": 12, "y": 0}),
        # LMDI of a product: log mean of 6 and 20, times the logarithms' differences.
        (
            "x * y",
            (2, 3),
            (4, 5),
            {
                "x": 14 / math.log(20 / 6) * math.log(2),
                "y": 14 / math.log(20 / 6) * math.log(5 / 3),
            },
        ),
        ("x / y", (6, 2), (8, 4), {"x": -1 / math.log(2 / 3) * math.log(8 / 6),
                                   "y": -1 / math.log(2 / 3) * math.log(2 / 4)}),
        # Both orders count alike: 3 * 0 → 5 * 2 and back.
        ("x * y", (3, 0), (5, 2), {"x": 2, "y": 8}),
    ],
)  # fmt: skip
def test_what_each_adds(
    text: str, before: tuple[float, ...], after: tuple[float, ...], expected: dict[str, float]
) -> None:
    found = effects(shape_of(text), before, after)
    assert found is not None
    assert {"".join(keys): amount for keys, amount in found.items()} == pytest.approx(expected)


@given(
    text=st.sampled_from(FORMULAS),
    values=st.lists(st.floats(-1e6, 1e6).map(lambda one: round(one, 3)), min_size=16, max_size=16),
)
def test_the_parts_add_up_to_the_change(text: str, values: list[float]) -> None:
    shape = shape_of(text)
    n = len(shape.leaves)
    before, after = values[:n], values[8 : 8 + n]
    found = effects(shape, before, after)
    if found is None:  # somewhere in between a denominator is 0
        assert "/" in text
        return
    whole = shape.value(after) - shape.value(before)
    size = sum(map(abs, found.values())) + abs(shape.value(after)) + abs(shape.value(before))
    assert sum(found.values()) == pytest.approx(whole, abs=1e-9 * max(size, 1))


def test_a_kpi_read_in_several_ways_is_one_part() -> None:
    found = effects(shape_of("x - previous(x) + y"), [5, 3, 1], [9, 5, 2])
    assert found is not None
    assert found == {("x",): pytest.approx(2), ("y",): pytest.approx(1)}


def test_without_a_value_in_between_there_is_no_split() -> None:
    assert effects(shape_of("x / (y - z)"), [1, 2, 1], [1, 3, 2]) is None


def test_what_stands_in_for_a_missing_value_counts() -> None:
    shape = shape_of("coalesce(x, y) + z")
    found = effects(shape, [math.nan, 4, 1], [6, 4, 1])
    assert found is not None
    assert found["x",] == pytest.approx(2)
