"""Numbers alone: every one that was written by us is read back, and nothing crashes."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.core.quantities import canonical
from okapi.exchange.tables.numbers import Marks, decide, evidence, excel_number, read_number

# With more than 15 digits, 100000000000.0001 is the noise of a float, and read without it.
decimals = st.decimals(-(10**10), 10**10, places=4, allow_nan=False)


def grouped(value: Decimal, thousands: str, point: str) -> str:
    text = f"{value:,.4f}"
    return text.replace(",", "\0").replace(".", point).replace("\0", thousands)


@given(decimals, st.sampled_from([",", " ", "'", "\u00a0", "\u202f"]))
def test_points(value, thousands):
    assert read_number(grouped(value, thousands, ".")).value == value


@given(decimals, st.sampled_from([".", " ", "'"]))
def test_commas(value, thousands):
    written = grouped(value, thousands, ",")
    assert read_number(written, marks=Marks.COMMA).value == value


@given(decimals)
def test_brackets_full_width_and_currencies(value):
    plain = canonical(abs(value))
    wide = "".join(chr(ord(c) + 0xFEE0) for c in plain)
    assert read_number(f"（{wide}）").value == -abs(value)
    assert read_number(f"¥{plain}", unit="¥").value == abs(value)
    assert read_number(f"{plain} 元", unit="¥").value == abs(value)


@given(decimals)
def test_percent_by_unit(value):
    text = f"{canonical(value)}%"
    assert read_number(text, unit="%").value == value
    assert read_number(text, unit="share").value == value / 100


@given(st.floats(-1e300, 1e300))
def test_stored_floats_have_at_most_15_digits(value):
    try:
        read = excel_number(repr(value))
    except (ValueError, ArithmeticError):
        return
    assert float(read) == pytest.approx(value, rel=1e-14, abs=1e-300)


@given(st.text(max_size=40), st.sampled_from(["", "%", "¥", "万元", "h"]))
def test_any_text_is_read_or_refused(text, unit):
    for marks in (Marks.POINT, Marks.COMMA, None):
        assert code(text, marks, unit).startswith(("tables.number.", "number."))


def code(text, marks, unit):
    try:
        read_number(text, marks=marks, unit=unit)
    except Refused as refused:
        return refused.code
    return "number.read"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,234.5", "point"),
        ("1.234,5", "comma"),
        ("1,234", "open"),
        ("1.234", "open"),
        ("0.125", "point"),
        ("0,125", "comma"),
        ("1234.567", "point"),
        ("1,234,567", "point"),
        ("1.234.567", "comma"),
        ("12,5 %", "comma"),
        ("１，５", "comma"),
        ("7", ""),
        ("n/a", ""),
    ],
)
def test_what_a_cell_says_of_its_column(text, said):
    assert evidence(text) == said


def test_a_column_decides():
    usual = {"comma_is_usual": False}
    assert decide(Counter(point=3), **usual) is Marks.POINT
    assert decide(Counter(comma=1, open=9), **usual) is Marks.COMMA
    assert decide(Counter(open=9), **usual) is Marks.POINT
    assert decide(Counter(open=9), comma_is_usual=True) is None
    assert decide(Counter(point=1, comma=1), **usual) is None
