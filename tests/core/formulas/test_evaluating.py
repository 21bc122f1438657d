import numpy as np
import pytest

from okapi.core.formulas.cells import Why
from okapi.core.formulas.evaluating import evaluate
from okapi.core.formulas.parts import Measured, Series
from okapi.core.formulas.plans import plan
from okapi.core.frequencies import Frequency
from okapi.core.series import Aggregation
from tests.core.formulas.world import World, computed, month, monthly

X = [1, 2, None, 4, 5, 6]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("x + y", [11, 22, None, None, 55, 66]),
        ("x - y", [-9, -18, None, None, -45, -54]),
        ("x * 2", [2, 4, None, 8, 10, 12]),
        ("-x", [-1, -2, None, -4, -5, -6]),
        ("y / x", [10, 10, None, None, 10, 10]),
        ("min(x, 3)", [1, 2, None, 3, 3, 3]),
        ("max(x, 3)", [3, 3, None, 4, 5, 6]),
        ("abs(x - 3)", [2, 1, None, 1, 2, 3]),
        ("round(x / 4, 1)", [0.3, 0.5, None, 1, 1.3, 1.5]),
        ("round(y, -2)", [0, 0, 0, None, 100, 100]),
        ("coalesce(x, y)", [1, 2, 30, 4, 5, 6]),
        ("coalesce(x, 0)", [1, 2, None, 4, 5, 6]),
        ("coalesce(x, 0) + y", [11, 22, 30, None, 55, 66]),
        ("if(x > 3, x, 0)", [0, 0, None, 4, 5, 6]),
        ("if(x > 3, x)", [None, None, None, 4, 5, 6]),
        ("if(x > 1 and not x = 5, 1, 0) + x - x", [0, 1, None, 1, 0, 1]),
        ("if(x >= 2 or y > 0, x, 0)", [1, 2, None, 4, 5, 6]),
        ("previous(x)", [None, 1, None, None, 4, 5]),
        ("previous(x, 3)", [None, None, None, 1, 2, None]),
        ("x - previous(x)", [None, 1, None, None, 1, 1]),
        ("rolling(x, 2, sum)", [None, 3, None, None, 9, 11]),
        ("rolling(x, 2, mean)", [None, 1.5, None, None, 4.5, 5.5]),
        ("rolling(x, 3, max)", [None, None, None, None, None, 6]),
        ("rolling(x, 2)", [None, 2, None, None, 5, 6]),
        ("year_to_date(x, sum)", [1, 3, None, 7, 12, 18]),
        ("quarter_to_date(x, sum)", [1, 3, None, 4, 9, 15]),
        ("year_to_date(x, mean)", [1, 1.5, None, 7 / 3, 3, 3.6]),
        ("year_to_date(x, min)", [1, 1, None, 1, 1, 1]),
    ],
)  # fmt: skip
def test_operations(formula: str, expected: list[float | None]) -> None:
    found = computed(formula, x=X, y=[10, 20, 30, None, 50, 60])
    if "y" not in formula:
        found = computed(formula, x=X)
    assert found == pytest.approx(expected, nan_ok=True)


def test_the_same_period_last_year() -> None:
    found = computed("x / last_year(x) - 1", x=[*range(1, 13), 2, 4])
    assert found[:12] == [None] * 12
    assert found[12:] == [1, 1]


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    assert computed("x + y", x=[0.1], y=[0.2]) == [0.3]
    assert computed("if(x + y = 0.3, 1, 0) * x / x", x=[0.1], y=[0.2]) == [1]
    assert computed("round(x, 2)", x=[1.005]) == [1.01]


ADDED = Measured("it", "", Frequency.QUARTER, Aggregation.SUM)


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [
        (Aggregation.SUM, [3, 15]),
        (Aggregation.MEAN, [1.5, 5]),
        (Aggregation.MIN, [1, 4]),
        (Aggregation.MAX, [2, 6]),
        (Aggregation.LAST, [2, 6]),
    ],
)
def test_parts_of_a_shorter_frequency_are_first_aggregated_their_own_way(
    aggregation: Aggregation, expected: list[float]
) -> None:
    part = Measured("x", "", Frequency.MONTH, aggregation)
    assert computed("x * 1", ADDED, x=(part, monthly(X))) == expected


def test_a_part_with_no_value_in_the_whole_period_is_no_data_and_not_zero() -> None:
    part = Measured("x", "", Frequency.MONTH, Aggregation.SUM)
    other = Measured("y", "", Frequency.MONTH, Aggregation.SUM)
    values = monthly([1, 2, 3, None, None, None, 7])
    found = computed("x + y", ADDED, x=(part, values), y=(other, monthly([1] * 9)))
    assert found == [9, None, 10]


RATE = Measured("rate", "%", Frequency.MONTH, Aggregation.RATIO)


def ratio(pairs: list[tuple[float, float]]) -> list[tuple]:
    return [
        (*month(at), above / below * 100, above, below) for at, (above, below) in enumerate(pairs)
    ]


def test_ratios_aggregate_as_the_ratio_of_sums_over_time() -> None:
    declared = Measured("it", "%", Frequency.QUARTER, Aggregation.RATIO)
    rate = (RATE, ratio([(10, 100), (90, 300)]))
    assert computed("rate", declared, rate=rate) == [25]
    monthly_ = Measured("it", "%", Frequency.MONTH, Aggregation.RATIO)
    assert computed("rate", monthly_, rate=rate) == [10, 30]
    last = Measured("it", "%")
    assert computed("year_to_date(rate)", last, rate=rate) == [10, 25]
    assert computed("rolling(rate, 2)", last, rate=rate) == [None, 25]
    adds = {
        key: (Measured(key, "", Frequency.MONTH, Aggregation.SUM), monthly(values))
        for key, values in {"a": [10, 90], "b": [100, 300]}.items()
    }
    assert computed("a / b", declared, **adds) == [25]
    assert computed("a / b", monthly_, **adds) == [10, 30]
    assert computed("year_to_date(a / b)", last, **adds) == [10, 25]
    assert computed("rolling(2 * a / b, 2)", last, **adds) == [None, 50]


def test_a_ratio_to_date_has_no_value_while_one_of_its_span_has_no_sums() -> None:
    sums = ratio([(10, 100), (90, 300), (2, 100), (30, 100), (30, 300)])
    sums[1] = (*month(1), 30.0, np.nan, np.nan)  # the quotient alone was measured
    rate, last = (RATE, sums), Measured("it", "%")
    assert computed("quarter_to_date(rate)", last, rate=rate) == [10, None, None, 30, 15]
    gap = RATE, [*sums[:1], *sums[2:]]
    assert computed("quarter_to_date(rate)", last, rate=gap) == [10, None, 6, 30, 15]


def test_a_ratio_of_a_formula_is_aggregated_by_its_sums_too() -> None:
    parts = {key: Measured(key, "", Frequency.MONTH, Aggregation.SUM) for key in "ab"}
    world = World(
        parts,
        {
            "rate": ("a / b", Measured("rate", "%", Frequency.MONTH, Aggregation.RATIO)),
            "quarterly": ("rate", Measured("quarterly", "%", Frequency.QUARTER, Aggregation.RATIO)),
            "half": ("-2 * quarterly", Measured("half", "%", Frequency.HALF, Aggregation.RATIO)),
        },
        {
            Series("a"): monthly([10, 90, None, 1]),
            Series("b"): monthly([100, 300, None, 4]),
        },
    )
    found = world.from_scratch()
    assert [one[0] for one in found[Series("rate")].values()] == [10, 30, 25]
    assert list(found[Series("quarterly")].values()) == [(25, 100, 400), (25, 1, 4)]
    assert list(found[Series("half")].values()) == [(-50, -202, 404)]


def sliced(
    key: str, *dimensions: str, total: bool = True, how: Aggregation | None = None
) -> Measured:
    return Measured(key, "", Frequency.MONTH, Aggregation.SUM, how, dimensions, total)


def test_slices_are_those_that_the_parts_share() -> None:
    world = World(
        {"a": sliced("a", "region"), "b": sliced("b", "region", "product", total=False)},
        {
            "it": ("a / b", Measured("it", "%", Frequency.MONTH, Aggregation.RATIO)),
            "of": ("share(a)", Measured("of", "%", Frequency.MONTH, Aggregation.RATIO)),
            "all": ("a / total(b)", Measured("all", "%", Frequency.MONTH, Aggregation.RATIO)),
        },
        {
            Series("a"): monthly([100]),
            Series("a", "region=N"): monthly([30]),
            Series("a", "region=S"): monthly([60]),
            Series("a", "region=W"): monthly([10]),
            Series("b", "product=1|region=N"): monthly([40]),
            Series("b", "product=2|region=N"): monthly([60]),
            Series("b", "product=1|region=S"): monthly([120]),
        },
    )  # fmt: skip
    found = {
        (series.kpi, series.slice): [one[0] for one in rows.values()]
        for series, rows in world.from_scratch().items()
    }
    assert found["it", ""] == [pytest.approx(100 / 220 * 100)]
    assert found["it", "region=N"] == [30]
    assert found["it", "region=S"] == [50]
    assert ("it", "region=W") not in found
    assert found["of", "region=N"] == [30]
    assert found["of", ""] == [100]
    assert found["all", "region=W"] == [pytest.approx(10 / 220 * 100)]


def reasons(
    formula: str, declared: Measured | None = None, **values: list[float | None]
) -> list[object]:
    world = World(
        {key: Measured(key) for key in values},
        {"it": (formula, declared or Measured("it"))},
        {Series(key): monthly(given) for key, given in values.items()},
    )
    whole = plan(world.tasks(), None, world.slices(), world.rhythm, world.days())
    [one] = evaluate(whole, world.readings(whole.loads))
    return [
        (None if one.why[at] == 0 else one.reason(at)) if one.is_there[at] else "nothing"
        for at in range(len(one.values))
    ]


def test_why_there_is_no_value() -> None:
    assert reasons("x / (y - 1)", x=[1, 2, None], y=[2, 1, 3]) == [
        None,
        (Why.BY_ZERO, ("y",)),
        (Why.MISSING, ("x",)),
    ]
    assert reasons("x + y", x=[1, None], y=[None, None, 1]) == [
        (Why.MISSING, ("y",)),
        "nothing",
        (Why.MISSING, ("x",)),
    ]
    assert reasons("rolling(x, 2)", x=[1, 2, None, 4]) == [
        (Why.NOT_FULL, ("x",)), None, "nothing", (Why.NOT_FULL, ("x",)),
    ]  # fmt: skip
    assert reasons("if(x > 1, x)", x=[1]) == [(Why.NO_BRANCH, ())]
    assert reasons("previous(x)", x=[1]) == [(Why.MISSING, ("x",))]
    assert reasons("x * x * x", x=[1e12]) == [(Why.TOO_LARGE, ())]
    assert reasons("0 * x / x", x=[0, 5]) == [(Why.BY_ZERO, ("x",)), None]


def test_periods_that_share_days_are_not_added_up() -> None:
    part = Measured("x", "", Frequency.IRREGULAR, Aggregation.SUM)
    long, short = month(0), month(1)
    rolling = [(long[0], short[1], 5.0, np.nan, np.nan), (*short, 3.0, np.nan, np.nan)]
    assert computed("x * 1", ADDED, x=(part, rolling)) == [None]
    mean = Measured("x", "", Frequency.IRREGULAR, Aggregation.MEAN)
    assert computed("x * 1", ADDED, x=(mean, rolling)) == [4]


def test_nothing_to_do_gives_nothing() -> None:
    world = World({"x": Measured("x")}, {"it": ("x", Measured("it"))}, {Series("x"): monthly([1])})
    assert world.after({}, {}) == ({}, [])


def test_what_looks_back_over_a_shorter_part_is_the_same_when_renewed() -> None:
    measured = {"a": Measured("a")}
    formulas = {
        "p": ("a", Measured("p")),
        "q": ("previous(p)", Measured("q", "", Frequency.QUARTER)),
    }
    world = World(measured, formulas, {Series("a"): monthly([7], begin=2)})
    before = world.from_scratch()
    world.values[Series("a")] += monthly([8], begin=3)
    april = month(3)[1].toordinal()
    after, _ = world.after(before, {Series("a"): (april, april)})
    assert [one[0] for one in after[Series("q")].values()] == [None, 7]
    assert after == world.from_scratch()


def test_a_period_that_a_formula_does_not_have_is_not_read_by_others() -> None:
    formulas = {"p": ("coalesce(a, 0)", Measured("p")), "q": ("previous(p)", Measured("q"))}
    world = World({"a": Measured("a")}, formulas, {Series("a"): monthly([1, None, 3, 4])})
    found = world.from_scratch()
    assert [one[0] for one in found[Series("p")].values()] == [1, 3, 4]
    assert [one[0] for one in found[Series("q")].values()] == [None, None, 3]
