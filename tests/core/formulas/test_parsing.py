import pytest

from okapi.core.errors import Refused
from okapi.core.formulas.parsing import LONGEST, MOST_DEPTH, MOST_NESTED, parse
from okapi.core.formulas.tree import Kind, keys_of, written


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("[gross-profit]/revenue", "[gross-profit] / revenue"),
        ("【毛利】÷【营业收入】", "毛利 / 营业收入"),
        ("订单 × 2 − 退货", "订单 * 2 - 退货"),
        ("[1.1.1] + sdg.2", "[1.1.1] + sdg.2"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a - b) - c", "a - b - c"),
        ("a * (b + c) / (d * e)", "a * (b + c) / (d * e)"),
        ("-(a + b)", "-(a + b)"),
        ("- -a", "-(-a)"),
        ("+a", "a"),
        ("a * -2", "a * -2"),
        ("100 % - a", "100% - a"),
        ("如果（a≥5％，a，0）", "if(a >= 5%, a, 0)"),
        ("IF(a == 1 AND NOT b != 2 OR c > 3, a)", "if(a = 1 and not b <> 2 or c > 3, a)"),
        ("if((a > 1 or b > 2) and c > 3, a)", "if((a > 1 or b > 2) and c > 3, a)"),
        ("滚动(x, 3, 平均) + ytd(y)", "rolling(x, 3, mean) + year_to_date(y)"),
        ("占比(x)", "share(x)"),
        ('as(x / 10000, "万元")', 'as(x / 10000, "万元")'),
        ("sum + share", "sum + share"),
        ("[and] + [or]", "[and] + [or]"),
        ("a\n  + b", "a + b"),
        (".5 * a + 5. + 1e3", "0.5 * a + 5 + 1e3"),
    ],
)
def test_texts_are_read(text: str, tidy: str) -> None:
    tree = parse(text)
    assert written(tree) == tidy
    assert written(parse(tidy)) == tidy


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "formula.empty", None),
        ("  ", "formula.empty", None),
        ("a +", "formula.ends", 4),
        ("a b", "formula.unexpected", 3),
        ("a, b", "formula.unexpected", 2),
        ("a )", "formula.unexpected", 3),
        ("(a + b", "formula.not_closed", 1),
        ("min(a, (b", "formula.not_closed", 8),
        ("a + [b", "formula.not_closed", 5),
        ("a ^ 2", "formula.character", 3),
        ("__import__('os')", "formula.function", 1),
        ("a + average(b)", "formula.function", 5),
        ("min(a)", "formula.arguments", 1),
        ("abs(a, b)", "formula.arguments", 1),
        ("rolling(a, 3, often)", "formula.how", 15),
        ("rolling(a, 3, [sum])", "formula.how", 15),
        ("1e999 * a", "formula.number", 1),
        ("a < b < c", "formula.unexpected", 7),
    ],
)
def test_what_cannot_be_read_is_told_at_its_place(text: str, code: str, at: int | None) -> None:
    with pytest.raises(Refused) as refused:
        parse(text)
    assert (refused.value.code, refused.value.data.get("at")) == (code, at)
    assert refused.value.field == "formula"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a" * 1_000_000, "formula.too_long"),
        ("(" * 1_000 + "a" + ")" * 1_000, "formula.too_deep"),
        ("abs(" * 700 + "a" + ")" * 700, "formula.too_deep"),
        ("-" * (LONGEST - 1) + "a", "formula.too_deep"),
        ("not " * 900 + "a", "formula.too_deep"),
        ("+" * (LONGEST - 1) + "a", ""),
        ("+".join(["a"] * (MOST_DEPTH + 1)), "formula.too_deep"),
        ("a-" * 1_000 + "a", "formula.too_deep"),
        ("[" * LONGEST, "formula.not_closed"),
        ("1" * LONGEST, "formula.number"),
        ('"' * LONGEST, "formula.unexpected"),
        ("\x00", "formula.character"),
        ("a" * LONGEST, ""),
    ],
)
def test_hostile_texts_are_refused_with_a_word(text: str, code: str) -> None:
    found = ""
    try:
        parse(text)
    except Refused as refused:
        found = refused.code
    assert found == code


def test_as_deep_as_allowed_is_read() -> None:
    assert parse("(" * MOST_NESTED + "a" + ")" * MOST_NESTED).kind is Kind.KPI
    assert parse("+".join(["a"] * MOST_DEPTH)).depth == MOST_DEPTH


def test_the_kpis_are_told_once_each_and_in_order() -> None:
    tree = parse("[b-1] / max([a], [b-1]) + rolling(c, 3, sum)")
    assert keys_of(tree) == ("b-1", "a", "c")


def test_people_read_names() -> None:
    tree = parse("[gp] / ([rev] - [cost of sales]) * rolling([rev], 3, mean)")
    names = {"gp": "毛利", "rev": "Revenue", "cost of sales": "Cost of sales"}
    assert written(tree, names) == "毛利 ÷ (Revenue − “Cost of sales”) × rolling(Revenue, 3, mean)"
    called = {"rolling": "滚动"}.get
    assert written(tree, names, lambda name: called(name, name)).endswith("滚动(Revenue, 3, mean)")
