import pytest

from okapi.core.errors import Refused
from okapi.core.formulas.checking import check, near
from okapi.core.formulas.parsing import parse
from okapi.core.formulas.parts import Measured
from okapi.core.frequencies import Frequency
from okapi.core.series import Aggregation

RATIO, SUM, MEAN, MAX = Aggregation.RATIO, Aggregation.SUM, Aggregation.MEAN, Aggregation.MAX
PARTS = {
    one.key: one
    for one in (
        Measured("revenue", "¥", aggregation=SUM, dimensions=("region",)),
        Measured("cost", "元", aggregation=SUM, dimensions=("region", "product")),
        Measured("sales", "$", aggregation=SUM),
        Measured("scaled", "万元", aggregation=SUM),
        Measured("people", "人"),
        Measured("orders", "单", aggregation=SUM),
        Measured("visits", "次", aggregation=SUM),
        Measured("rate", "%", aggregation=RATIO),
        Measured("share", "%"),
        Measured("peak", "次", aggregation=MAX),
        Measured("index", ""),
        Measured("daily", "次", Frequency.DAY, SUM),
        Measured("yearly", "人", Frequency.YEAR),
        Measured("parts", "次", dimensions=("region",), has_total=False),
    )
}  # fmt: skip


def checked(text: str, unit: str = "", how: Aggregation = Aggregation.LAST, **more: object):
    return check(parse(text), Measured("it", unit, aggregation=how, **more), PARTS)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("revenue - cost", "¥"),
        ("revenue / people", "¥/人"),
        ("revenue / people", "元/人"),
        ("orders / visits", "%"),
        ("orders / visits", ""),
        ("orders / visits", "单/次"),
        ("revenue / previous(revenue) - 1", "%"),
        ("revenue / last_year(revenue)", "倍"),
        ("revenue * rate", "¥"),
        ("revenue * 5%", "¥"),
        ("100% - rate", "%"),
        ("rate - share", "%"),
        ("rate / share", ""),
        ("2 * rate", "%"),
        ("rate * share", "%"),
        ("max(revenue - cost, 0)", "¥"),
        ("max(0, rate)", "%"),
        ("if(rate > 5%, revenue, cost)", "¥"),
        ("if(revenue > 0, 1, 0)", "分"),
        ('as(revenue / 10000, "万元") + scaled', "万元"),
        ('as(orders / visits, "%") + rate', "%"),
        ('as(rate, "") * index', ""),
        ("coalesce(revenue, 0) + 100", "¥"),
        ("daily + visits", "次"),
    ],
)
def test_what_fits(text: str, unit: str) -> None:
    assert not checked(text, unit).is_ratio


@pytest.mark.parametrize(
    ("text", "unit", "code", "at", "told"),
    [
        ("revenue + sales", "¥", "formula.currencies", 11, {"found": "$", "expected": "¥"}),
        ("revenue + scaled", "¥", "formula.currencies", 11, {"found": "万元", "expected": "¥"}),
        ("revenue + people", "¥", "formula.units", 11, {"found": "人", "expected": "¥"}),
        ("1 - rate", "%", "formula.percent", 5, {"found": "%", "expected": "number"}),
        ("rate + index", "%", "formula.percent", 8, {"found": "number", "expected": "%"}),
        ("if(rate > 5, rate, 0)", "%", "formula.percent", 11, {"expected": "%"}),
        ("if(revenue > cost, revenue, people)", "¥", "formula.units", 29, {}),
        ("min(revenue, people)", "¥", "formula.units", 14, {}),
        ("revenue / people", "¥", "formula.unit", 1, {"found": "¥", "expected": "¥/人"}),
        ("revenue / people", "%", "formula.unit", 1, {"found": "%", "expected": "¥/人"}),
        ("rate", "", "formula.unit", 1, {"found": "number", "expected": "%"}),
        ("orders / visits * 100", "%", "formula.times_hundred", 1, {}),
        ('as(revenue, "%")', "%", "formula.units", 1, {}),
        ("revenue + profit", "¥", "formula.unknown", 11, {"found": "profit"}),
        ("2 + 3", "", "formula.no_parts", 1, {}),
        ("index + previous(5)", "", "formula.no_parts", 18, {}),
        ("rolling(1 + 2, 3)", "", "formula.no_parts", 1, {}),
        ("revenue > cost", "", "formula.condition", 1, {}),
        ("(revenue > cost) * index", "", "formula.condition", 1, {}),
        ("if(index, 1, 0)", "", "formula.no_condition", 4, {}),
        ("if(index and index > 1, index, 0)", "", "formula.no_condition", 4, {}),
        ("index / 0", "", "formula.by_zero", 9, {}),
        ("previous(index, 0)", "", "formula.count", 17, {}),
        ("previous(index, -1)", "", "formula.count", 17, {}),
        ("previous(index, index)", "", "formula.count", 17, {}),
        ("rolling(index, 1.5)", "", "formula.count", 16, {}),
        ("round(index, 99)", "", "formula.count", 14, {}),
        ("yearly + people", "人", "formula.longer", 1, {"found": Frequency.YEAR}),
        ('index + "x"', "", "formula.unexpected", 9, {}),
        ("as(index, index)", "", "formula.text", 11, {}),
        ("year_to_date(abs(index))", "", "formula.say_how", 14, {}),
        ("rolling(previous(index), 3)", "", "formula.say_how", 9, {}),
        ("rolling(revenue * people, 3)", "", "formula.say_how", 9, {}),
        ("year_to_date(peak + visits)", "次", "formula.say_how", 14, {}),
        ("year_to_date(revenue + 100)", "¥", "formula.say_how", 24, {}),
        ("rolling(rate, 3, mean)", "%", "formula.ratio_window", 18, {}),
        ("year_to_date(orders / visits, sum)", "%", "formula.ratio_window", 31, {}),
        ("total(parts) + visits", "次", "formula.no_total", 7, {"kpi": "parts"}),
        ("parts + visits", "次", "formula.no_total", 1, {"kpi": "parts"}),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_at_its_place(
    text: str, unit: str, code: str, at: int, told: dict[str, object]
) -> None:
    with pytest.raises(Refused) as refused:
        checked(text, unit)
    assert (refused.value.code, refused.value.data["at"]) == (code, at)
    assert {name: refused.value.data[name] for name in told} == told


def test_a_window_must_not_be_shorter_than_the_period() -> None:
    with pytest.raises(Refused, match=r"formula\.to_date"):
        checked("month_to_date(visits)", "次", frequency=Frequency.QUARTER)
    assert checked("quarter_to_date(visits)", "次", frequency=Frequency.QUARTER)
    with pytest.raises(Refused, match=r"formula\.irregular"):
        checked("visits", "次", frequency=Frequency.IRREGULAR)


def test_a_ratio_has_its_two_sums() -> None:
    for text, unit in [
        ("orders / visits", "%"),
        ("-2 * orders / (visits - 3)", "%"),
        ("share(revenue)", "%"),
        ("rate", "%"),
        ("revenue / people / 12", "¥/人"),
        ("previous(orders / visits)", "%"),
        ("total(revenue / cost)", ""),
        ('as(orders / visits, "%")', "%"),
    ]:
        formula = checked(text, unit, RATIO)
        assert formula.is_ratio, text
    for text, unit in [("orders", "单"), ("orders / visits - 1", "%"), ("1 / index", "")]:
        with pytest.raises(Refused, match=r"formula\.no_ratio"):
            checked(text, unit, RATIO)


def test_a_ratio_is_neither_added_up_nor_averaged() -> None:
    for how in (SUM, MEAN):
        with pytest.raises(Refused, match=r"formula\.mean_of_ratios"):
            checked("orders / visits", "%", how)
    assert checked("orders / visits", "%", MAX)
    assert checked("revenue / 12", "¥", SUM)


def test_slices_are_those_that_the_parts_share() -> None:
    assert checked("revenue - cost", "¥").measured.dimensions == ("region",)
    assert checked("revenue / people", "¥/人").measured.dimensions == ()
    assert checked("revenue / total(people)", "¥/人").measured.dimensions == ("region",)
    assert checked("share(cost)", "%").measured.dimensions == ("region", "product")
    narrow = checked("cost * 2", "¥", dimensions=("product",)).measured
    assert narrow.dimensions == ("product",)
    assert narrow.has_total
    assert not checked("parts * 2", "次").measured.has_total
    with pytest.raises(Refused) as refused:
        checked("revenue - cost", "¥", dimensions=("product",))
    assert refused.value.code == "formula.dimensions"
    assert refused.value.data["expected"] == "region"


def test_what_somebody_may_have_meant() -> None:
    known = ["gross-profit", "gross-margin", "revenue", "Orders"]
    assert near("gross", known)[:2] == ["gross-margin", "gross-profit"]
    assert near("revenu", known) == ["revenue"]
    assert near("orders", known)[0] == "Orders"
    assert near("zzz", known) == []
