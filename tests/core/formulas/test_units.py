import pytest

from okapi.core.formulas.units import (
    LITERAL,
    PERCENT,
    PLAIN,
    named,
    over,
    scale_to,
    times,
    together,
    unit_of,
)


def test_one_unit_has_several_names() -> None:
    assert unit_of("元") == unit_of("CNY") == unit_of("¥") == unit_of(" rmb ")
    assert unit_of("小时") == unit_of("h") != unit_of("min")
    assert unit_of("Orders") == unit_of("orders")
    assert unit_of("万元") != unit_of("元")
    assert unit_of("") == PLAIN
    assert unit_of("%") == unit_of("％") == PERCENT


@pytest.mark.parametrize(
    ("text", "expected"),
    [("¥/人", "¥/人"), ("元/小时", "¥/h"), ("Rate per 1,000 (x)", "rate per 1,000 (x)"), ("", "")],
)
def test_units_are_written_as_people_do(text: str, expected: str) -> None:
    assert named(unit_of(text)) == expected


def test_products_and_quotients() -> None:
    money, people, hours = unit_of("¥"), unit_of("人"), unit_of("h")
    assert over(money, people) == unit_of("¥/人")
    assert times(over(money, hours), hours) == money
    assert over(money, money) == PLAIN
    assert named(times(money, money)) == "¥^2"
    assert named(over(LITERAL, hours)) == "1/h"
    assert times(LITERAL, PERCENT) == PERCENT
    assert times(money, PERCENT) == money
    assert times(PERCENT, PERCENT) == over(PERCENT, PERCENT) == over(LITERAL, PERCENT) == PLAIN
    assert over(money, LITERAL) == money


def test_what_may_be_added() -> None:
    assert together(unit_of("元"), unit_of("¥")) == unit_of("¥")
    assert together(unit_of("¥"), unit_of("$")) is None
    assert together(unit_of("¥"), PLAIN) is None
    assert together(unit_of("¥"), LITERAL) == together(LITERAL, unit_of("¥")) == unit_of("¥")
    assert together(PERCENT, LITERAL) is together(LITERAL, PERCENT) is None
    assert together(PERCENT, PERCENT) == PERCENT
    assert together(LITERAL, LITERAL) == LITERAL


@pytest.mark.parametrize(
    ("computed", "declared", "scale"),
    [
        (PLAIN, "%", 100),
        (PERCENT, "%", 1),
        (PERCENT, "", None),
        (over(unit_of("单"), unit_of("次")), "%", 100),
        (over(unit_of("单"), unit_of("次")), "", 1),
        (over(unit_of("单"), unit_of("次")), "单/次", 1),
        (over(unit_of("¥"), unit_of("人")), "%", None),
        (over(unit_of("$"), unit_of("¥")), "%", None),
        (over(unit_of("h"), unit_of("次")), "%", None),
        (over(unit_of("¥"), unit_of("人")), "元/人", 1),
        (unit_of("¥"), "万元", None),
        (PLAIN, "倍", 1),
        (PLAIN, "分", None),
        (LITERAL, "分", 1),
    ],
)
def test_what_fits_a_declared_unit(computed, declared: str, scale: float | None) -> None:
    assert scale_to(computed, unit_of(declared), declared) == scale


def test_money_is_known_by_its_scale_too() -> None:
    assert unit_of("万元").currency == "万元"
    assert unit_of("¥").currency == "¥"
    assert unit_of("人").currency == unit_of("¥/人").currency == ""
