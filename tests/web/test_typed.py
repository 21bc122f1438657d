"""Numbers as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from okapi.core.errors import Refused
from okapi.web.editing.typed import read_number


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("3.4", "", "3.4"),
        ("3.40", "", "3.40"),
        (" 12 ", "", "12"),
        ("-5", "", "-5"),
        ("−5.5", "", "-5.5"),
        ("+2", "", "2"),
        ("1,234", "", "1234"),
        ("1,234,567.8", "", "1234567.8"),
        ("1.234.567", "", "1234567"),
        ("1.234,5", "", "1234.5"),
        ("1 234,5", "", "1234.5"),
        ("1\u202f234\u00a0567", "", "1234567"),
        ("1'234.5", "", "1234.5"),
        ("3,4", "", "3.4"),
        ("0,25", "", "0.25"),
        ("1,2345", "", "1.2345"),
        ("１２．５", "", "12.5"),
        ("１，２３４", "", "1234"),
        ("12.5%", "%", "12.5"),
        ("12.5 ％", "%", "12.5"),
        ("12.5", "%", "12.5"),
        ("¥1,200", "CNY", "1200"),
        ("￥1,200.50", "CNY", "1200.50"),
        ("-¥3", "CNY", "-3"),
        ("1200 CNY", "CNY", "1200"),
        ("£5", "GBP", "5"),
        ("22.5万", "", "225000"),
        ("1.2亿", "CNY", "120000000"),
        ("217k", "", "217000"),
        ("1.5M", "", "1500000"),
        ("216 单", "单", "216"),
        ("23.1 °C", "°C", "23.1"),
        ("12345678901234567.89", "", "12345678901234567.89"),
    ],
)
def test_reads(text: str, unit: str, number: str) -> None:
    found = read_number(text, unit)
    assert found == Decimal(number)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", ""),
        ("  ", ""),
        ("abc", ""),
        ("12.5%", "kg"),
        ("1,23,4", ""),
        ("1.2.3", ""),
        ("1,2.3,4", ""),
        ("12 kg", "t"),
        ("NaN", ""),
        ("5m", ""),
        ("--3", ""),
        ("1" * 61, ""),
        ("万", ""),
        ("<script>", ""),
    ],
)
def test_refuses_what_is_no_number(text: str, unit: str) -> None:
    with pytest.raises(Refused) as refused:
        read_number(text, unit)
    assert refused.value.field == "value"


def test_the_unit_may_be_typed_as_the_page_says_it() -> None:
    assert read_number("216 orders", "单", said="orders") == 216
    assert read_number("216 单", "单", said="orders") == 216


def test_precision_stays_as_typed() -> None:
    assert str(read_number("3.40")) == "3.40"


def test_a_number_of_too_many_digits_is_told() -> None:
    with pytest.raises(Refused, match=r"number\.too_long"):
        read_number("9" * 39)
