import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.core.quantities import (
    Band,
    canonical,
    clip,
    digits_of,
    divide,
    exact_sum,
    parse_decimal,
    places_of,
    weighted_mean,
)

D = Decimal
LONG = "12345678901234567.89"
NINES = "9" * 38
values = st.decimals(
    allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20
)


@pytest.mark.parametrize(
    ("given_value", "text"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("-0.000", "0"),
        ("1.50", "1.5"),
        ("100", "100"),
        ("1E+2", "100"),
        ("1e-3", "0.001"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+7", "7"),
        (" -12.5 ", "-12.5"),
        ("−3", "-3"),
        ("１２.５", "12.5"),
        (LONG, LONG),
        (NINES, NINES),
        ("0." + "1" * 37, "0." + "1" * 37),
        (0.1, "0.1"),
        (np.float64(0.1), "0.1"),
        (-2, "-2"),
        (D("2.10"), "2.1"),
    ],
)
def test_reads_numbers_and_writes_them_one_way(given_value, text):
    assert canonical(parse_decimal(given_value)) == text


@pytest.mark.parametrize(
    "found",
    ["", " ", "x", "1,234", "1_000", "1 000", "12%", "nan", "inf", "-Infinity", "1e", "--1",
     "1.2.3", "0x10", float("nan"), float("inf"), D("NaN"), D("-Infinity"), True],
)  # fmt: skip
def test_refuses_what_is_no_number(found):
    with pytest.raises(Refused) as refused:
        parse_decimal(found)
    assert refused.value.code == "number.unreadable"


@pytest.mark.parametrize(
    "found",
    ["9" * 39, "0." + "0" * 38 + "1", "1e38", "1e-39", "1e9999", 10**38, 1e300, D("1e999999"),
     "1" + "0" * 5000],
)  # fmt: skip
def test_refuses_more_than_38_digits_without_writing_them_out(found):
    with pytest.raises(Refused) as refused:
        parse_decimal(found)
    assert refused.value.code == "number.too_long"
    assert len(str(refused.value.data["found"])) <= 60


def test_refuses_an_integer_too_long_to_print():
    with pytest.raises(Refused) as refused:
        parse_decimal(10**5000)
    assert refused.value.data["found"] == "about 1e5000"


def test_keeps_the_precision_that_came_in():
    assert str(parse_decimal("1.50")) == "1.50"


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("0", 1),
        ("0e50", 1),
        ("7", 1),
        ("700", 3),
        ("7e2", 3),
        ("0.001", 3),
        ("1.0010", 4),
        ("12.5", 3),
    ],
)
def test_counts_digits_before_and_after_the_point(text, digits):
    assert digits_of(D(text)) == digits


@given(values)
def test_canonical_reads_back(value):
    assert parse_decimal(canonical(value)) == value
    assert canonical(parse_decimal(canonical(value))) == canonical(value)


@pytest.mark.parametrize(("text", "places"), [("1", 0), ("1.50", 1), ("0.001", 3), ("1E+3", 0)])
def test_places_after_the_point(text, places):
    assert places_of(D(text)) == places


def test_sums_of_decimals_are_exact():
    assert exact_sum([D("0.1"), D("0.2")]) == D("0.3")
    assert exact_sum([D(NINES), D("0." + "1" * 37), D(NINES).copy_negate()]) == D("0." + "1" * 37)
    assert exact_sum([]) == 0


@pytest.mark.parametrize(
    ("a", "b", "text"),
    [
        ("1", "4", "0.25"),
        ("100", "400", "0.25"),
        ("-1", "8", "-0.125"),
        ("0", "3", "0"),
        ("1", "3", "0.3333333333333333333333333333"),
        ("2", "3", "0.6666666666666666666666666667"),
        (NINES, "1", NINES),
    ],
)
def test_quotients(a, b, text):
    assert canonical(divide(D(a), D(b))) == text


@given(values, values.filter(bool))
def test_quotients_always_fit_a_value(a, b):
    assert digits_of(divide(a, b)) <= 38


def test_a_quotient_by_zero_is_for_the_caller():
    with pytest.raises(ZeroDivisionError):
        divide(D(1), D(0))


@pytest.mark.parametrize(
    ("low", "high", "value", "inside", "distance"),
    [
        ("1", "3", "1", True, "0"),
        ("1", "3", "3", True, "0"),
        ("1", "3", "0.9", False, "0.1"),
        ("1", "3", "3.5", False, "0.5"),
        (None, "0", "-5", True, "0"),
        (None, "0", "0.3", False, "0.3"),
        ("-2", None, "-2.1", False, "0.1"),
        ("0.3", None, "0.3", True, "0"),
        ("2", "2", "2", True, "0"),
    ],
)
def test_bands_include_their_limits(low, high, value, inside, distance):
    band = Band(low and D(low), high and D(high))
    assert band.contains(D(value)) is inside
    assert band.distance(D(value)) == D(distance)


def test_a_band_includes_its_limit_in_decimals_not_floats():
    assert Band(None, D("0.3")).contains(D("0.1") + D("0.2"))


@pytest.mark.parametrize(
    ("low", "high", "code"), [(None, None, "band.empty"), ("2", "1", "band.backwards")]
)
def test_bands_that_cannot_be(low, high, code):
    with pytest.raises(Refused) as refused:
        Band(low and D(low), high and D(high))
    assert refused.value.code == code


@pytest.mark.parametrize(("p", "clipped"), [(-0.2, 0), (0, 0), (0.5, 0.5), (1, 1), (1.75, 1)])
def test_clip(p, clipped):
    assert clip(p) == clipped


def test_clip_keeps_not_a_number():
    assert math.isnan(clip(math.nan))


@pytest.mark.parametrize(
    ("numbers", "weights", "mean"),
    [
        ([], [], None),
        ([0.5], [0], None),
        ([None, None], [1, 2], None),
        ([0.4, None], [1, 5], 0.4),
        ([0.0, 1.0], [1, 3], 0.75),
        ([0.0, 0.0], [1, 1], 0.0),
        ([0.1] * 10, [1] * 10, 0.1),
        ([1.0, None], [0, 1], None),
    ],
)
def test_weighted_means_leave_out_what_is_not_there(numbers, weights, mean):
    assert weighted_mean(numbers, weights) == mean


def test_weights_are_not_negative():
    with pytest.raises(Refused) as refused:
        weighted_mean([1, 1], [2, -1])
    assert refused.value.code == "weight.negative"
