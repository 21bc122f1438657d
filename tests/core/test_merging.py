"""Three-way merge: one of both, both alike, both differently, and what belongs together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from okapi.core.merging import Clash, merge

BASE = {"title": "Faster", "owner": "mia", "weight": "1"}


def test_what_only_one_of_both_changed_is_kept() -> None:
    found = merge(BASE, {**BASE, "title": "Quicker"}, {**BASE, "owner": "rob"})
    assert found.values == {"title": "Quicker", "owner": "rob", "weight": "1"}
    assert (found.clashes, found.mine, found.theirs) == ((), {"title"}, {"owner"})


def test_what_both_changed_alike_is_no_question() -> None:
    found = merge(BASE, {**BASE, "title": "Quicker"}, {**BASE, "title": "Quicker"})
    assert found.clashes == ()
    assert found.values["title"] == "Quicker"


def test_what_both_changed_differently_is_left_to_people() -> None:
    found = merge(BASE, {**BASE, "title": "Quicker"}, {**BASE, "title": "Swifter"})
    assert found.clashes == (Clash("title", "Faster", "Quicker", "Swifter"),)
    assert found.values["title"] == "Quicker"


def test_what_is_not_sent_was_not_touched() -> None:
    found = merge(BASE, {"title": "Quicker"}, {**BASE, "weight": "2"})
    assert found.values == {"title": "Quicker", "owner": "mia", "weight": "2"}


def test_a_field_that_is_gone_cannot_be_changed() -> None:
    assert merge({"a": "1", "b": "1"}, {"a": "2", "b": "2"}, {"b": "1"}).values == {"b": "2"}


def test_a_target_goes_with_its_kpi() -> None:
    base = {"kpi": "visits", "target": "10", "weight": "1"}
    mine = {**base, "kpi": "sales"}
    theirs = {**base, "target": "12"}
    loose = merge(base, mine, theirs)
    assert loose.clashes == ()
    found = merge(base, mine, theirs, bound={"kpi": ("target",)})
    assert found.clashes == (Clash("target", "10", "10", "12"),)
    assert found.values == {"kpi": "sales", "target": "10", "weight": "1"}


FIELDS = st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz"), min_size=3, max_size=3)


@given(FIELDS, FIELDS, FIELDS)
def test_nothing_is_lost(
    base: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> None:
    found = merge(base, mine, theirs)
    asked = {clash.field for clash in found.clashes}
    for field, text in base.items():
        if mine[field] != text:
            assert found.values[field] == mine[field]
        else:
            assert found.values[field] == theirs[field]
        both = mine[field] != text and theirs[field] != text
        assert (field in asked) == (both and mine[field] != theirs[field])


@given(FIELDS, FIELDS)
def test_alone_one_gets_what_one_wrote(base: dict[str, str], mine: dict[str, str]) -> None:
    found = merge(base, mine, base)
    assert (found.values, found.clashes) == (mine, ())
