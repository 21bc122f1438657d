import pickle

import pytest

from okapi.core.errors import Conflict, NotFound, OkapiError, Place, Refusals, Refused


def test_says_its_code_and_then_its_data_in_order():
    assert str(Refused("period.unreadable", found="20x6", line=3)) == (
        "period.unreadable found=20x6 line=3"
    )
    assert str(NotFound("kpi.none")) == "kpi.none"


def test_knows_its_field_or_none():
    assert Refused("target.kind", field="target").field == "target"
    assert Refused("target.kind").field is None


def test_is_told_at_a_place_without_forgetting_what_it_knows():
    told = Refused("number.unreadable", found="x", field="value").at(
        Place(file="m.csv", line=7, field="other")
    )
    assert isinstance(told, Refused)
    assert told.data == {"file": "m.csv", "line": 7, "field": "value", "found": "x"}


def test_a_place_says_only_what_it_knows():
    assert Refused("a.b").at(Place(line=2)).data == {"line": 2}


def test_data_may_be_called_code():
    assert Refused("a.b", code="x").data == {"code": "x"}


def test_equality_needs_kind_code_and_data():
    assert Refused("a.b", n=1) == Refused("a.b", n=1)
    assert Refused("a.b", n=1) != Refused("a.b", n=2)
    assert Refused("a.b") != Conflict("a.b")
    assert len({Refused("a.b", n=[1]), Refused("a.b", n=[1])}) == 1


def test_many_are_told_together_each_at_its_place():
    many = Refusals([Refused("a.b", line=1), Conflict("c.d")]).at(Place(file="f.csv"))
    assert str(many) == "a.b file=f.csv line=1; c.d file=f.csv"
    assert many.data == {"count": 2}
    assert isinstance(many, OkapiError)


def test_none_is_not_many():
    with pytest.raises(ValueError, match="at least one"):
        Refusals([])


@pytest.mark.parametrize("error", [Refused("a.b", n=1), Refusals([Refused("a.b"), NotFound("c")])])
def test_errors_travel_between_processes(error):
    assert pickle.loads(pickle.dumps(error)) == error
