import pytest

from okapi.core.errors import Refused
from okapi.core.formulas.ordering import levels


def test_parts_come_before_what_is_made_of_them() -> None:
    found = levels({"c": ["b", "x"], "b": ["a"], "a": ["x", "y"], "d": ["x"]})
    assert found == {"a": 1, "d": 1, "b": 2, "c": 3}
    order = list(found)
    assert order.index("a") < order.index("b") < order.index("c")
    assert levels({}) == {}


def test_a_circle_is_named_in_order() -> None:
    with pytest.raises(Refused) as refused:
        levels({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]})
    circle = refused.value.data["circle"]
    assert refused.value.code == "formula.circle"
    assert circle[0] == circle[-1]
    assert set(circle) == {"a", "b", "c"}
    with pytest.raises(Refused, match=r"formula\.circle"):
        levels({"a": ["a"]})


def test_depth_is_no_trouble() -> None:
    assert levels({at: [at + 1] for at in range(20_000)})[0] == 20_000
