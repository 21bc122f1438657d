"""Numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.wording import number, percent, readable_digits

D = Decimal


@pytest.mark.parametrize(
    ("value", "unit", "english", "chinese"),
    [
        (D("1234567.80"), "", "1,234,567.80", "1,234,567.80"),
        (D("0"), "", "0", "0"),
        (D("-0"), "", "0", "0"),
        (-0.0, "", "0", "0"),
        (-3, "", "−3", "−3"),
        (D("12.5"), "%", "12.5%", "12.5%"),
        (D("-12.5"), "%", "−12.5%", "−12.5%"),
        (D("118"), "¥", "¥118", "¥118"),
        (D("-118"), "CNY", "−¥118", "−¥118"),
        (D("667"), "¥/单", "¥667/单", "¥667/单"),
        (D("-1.5"), "USD/h", "−$1.5/h", "−$1.5/h"),
        (D("9.99"), "USD", "$9.99", "$9.99"),
        (D("2"), "pp", "2 pp", "2 个百分点"),
        (D("8"), "h", "8 h", "8 h"),
        (0.1, "", "0.1", "0.1"),
        (1 / 3, "", "0.333", "0.333"),
        (12345.678, "", "12,345.68", "12,345.68"),
        (100.0, "", "100", "100"),
        (None, "%", "—", "—"),
        (D("1E+3"), "", "1,000", "1,000"),
        (D("12345678901234567.89"), "", "12,345,678,901,234,567.89", "12,345,678,901,234,567.89"),
    ],
)
def test_number(value: Decimal | float | None, unit: str, english: str, chinese: str) -> None:
    assert number(value, unit, language="en") == english
    assert number(value, unit, language="zh") == chinese


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (D("9999"), "9,999", "9,999"),
        (D("9999.995"), "10,000", "10,000"),
        (D("10000"), "10k", "1万"),
        (D("12345"), "12.3k", "1.23万"),
        (D("999950"), "1M", "100万"),
        (D("1234567"), "1.23M", "123万"),
        (D("99999999"), "100M", "1亿"),
        (D("123456789"), "123M", "1.23亿"),
        (D("-123456789"), "−123M", "−1.23亿"),
        (D("12345678901"), "12.3B", "123亿"),
        (D("0.012345"), "0.0123", "0.0123"),
        (D("1e12"), "1T", "1万亿"),
        (D("1e15"), "1,000T", "1,000万亿"),
    ],
)
def test_short_number(value: Decimal, english: str, chinese: str) -> None:
    assert number(value, language="en", compact=True) == english
    assert number(value, language="zh", compact=True) == chinese


def test_sign_and_digits_are_asked_for() -> None:
    assert number(D("1.25"), digits=1, sign=True) == "+1.3"
    assert number(D("0.04"), digits=1, sign=True) == "0.0"
    assert number(D("0"), sign=True) == "0"
    assert number(D("-0.04"), digits=1) == "0.0"


@pytest.mark.parametrize(
    ("share", "digits", "expected"),
    [
        (0.47, 0, "47%"),
        (D("-0.2771"), 0, "−28%"),
        (0.0, 0, "0%"),
        (1, 0, "100%"),
        (1.2, 0, "120%"),
        (0.999, 0, "99%"),
        (D("0.9999999999999999999999"), 0, "99%"),
        (0.99999, 1, "99.9%"),
        (None, 0, "—"),
    ],
)
def test_percent(share: Decimal | float | None, digits: int, expected: str) -> None:
    assert percent(share, digits=digits, language="en") == expected


@pytest.mark.parametrize("value", [float("nan"), float("inf"), D("NaN")])
def test_what_is_no_number_is_not_written(value: Decimal | float) -> None:
    with pytest.raises(ValueError, match="not a number"):
        number(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20)))
def test_a_decimal_is_written_digit_by_digit(value: Decimal) -> None:
    written = number(value, language="en")
    assert D(written.replace(",", "").replace("−", "-")) == value


@given(st.decimals(min_value=-(10**15), max_value=10**15, allow_nan=False, places=6))
def test_a_short_number_is_short_and_near(value: Decimal) -> None:
    for language, steps in (("en", ("k", "M", "B", "T")), ("zh", ("万亿", "万", "亿"))):
        written = number(value, language=language, compact=True)
        factors = {"": 1, "k": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
        factors |= {"万": 10**4, "亿": 10**8, "万亿": 10**12}
        step = next((each for each in steps if written.endswith(each)), "")
        read = D(written.removesuffix(step).replace(",", "").replace("−", "-")) * factors[step]
        assert abs(read - value) <= max(abs(value) * D("0.005"), D("0.000005"))


@given(st.floats(max_value=1, exclude_max=True, min_value=-10))
def test_what_falls_short_is_never_100_percent(share: float) -> None:
    assert percent(share) != "100%"


@pytest.mark.parametrize(
    ("value", "unit", "language", "text"),
    [
        (Decimal("6.1"), "天", "en", "6.1 days"),
        (Decimal("6.1"), "days", "zh", "6.1 天"),
        (Decimal(1), "天", "en", "1 day"),
        (Decimal(3), "PPM", "zh", "3 PPM"),
    ],
)
def test_common_units_are_read_in_the_readers_language(
    value: Decimal, unit: str, language: str, text: str
) -> None:
    assert number(value, unit, language=language) == text


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        ("2.2599465", 2),
        ("0.57348814", 3),
        ("83.9", None),
        ("12", None),
        ("797637.865", 2),
        ("0", None),
    ],
)
def test_a_figure_has_as_many_places_as_tell_something(value: str, digits: int | None) -> None:
    assert readable_digits(Decimal(value)) == digits
