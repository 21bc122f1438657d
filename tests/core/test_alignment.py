import itertools

from hypothesis import given
from hypothesis import strategies as st

from okapi.core.alignment import (
    any_circle,
    find_circle,
    levels_up,
)

# A team's objective contributes to a key result of the company's, another to the objective.
EDGES = [("team", "kr1"), ("other", "company"), ("mine", "team"), ("kr1", "company")]


def test_a_circle_is_named_in_order():
    assert find_circle(EDGES, ("company", "mine")) == ["company", "mine", "team", "kr1", "company"]
    assert find_circle(EDGES, ("company", "company")) == ["company", "company"]
    assert find_circle(EDGES, ("mine", "other")) is None
    assert find_circle([], ("a", "b")) is None


def test_an_objective_cannot_contribute_to_its_own_key_result():
    assert find_circle(EDGES, ("company", "kr1")) == ["company", "kr1", "company"]


def test_depth_is_no_trouble():
    chain = [(at, at + 1) for at in range(20_000)]
    assert any_circle(chain) is None
    assert any_circle([*chain, (20_000, 0)]) is not None


edges = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=16)


def reaches(edges, start, goal):
    """Whether the goal is met on the way up, by trying all."""
    met = {parent for child, parent in edges if child == start}
    for _ in edges:
        met |= {parent for child, parent in edges if child in met}
    return goal in met


@given(edges)
def test_edges_that_close_no_circle_one_by_one_hold_none_together(edges):
    kept = []
    for edge in edges:
        circle = find_circle(kept, edge)
        closes = edge[0] == edge[1] or reaches(kept, edge[1], edge[0])
        assert (circle is not None) == closes
        if circle is None:
            kept.append(edge)
        else:
            steps = list(itertools.pairwise(circle))
            assert steps[0] == edge
            assert circle[0] == circle[-1]
            assert set(steps) <= {edge, *kept}
    assert any_circle(kept) is None


@given(edges)
def test_any_circle_finds_one_where_there_is_one(edges):
    circle = any_circle(edges)
    assert (circle is not None) == any(reaches(edges, node, node) for node in range(8))
    if circle is not None:
        assert set(itertools.pairwise(circle)) <= set(edges)
        assert circle[0] == circle[-1]


def test_levels_up_put_each_parent_above_all_that_lie_below_it() -> None:
    edges = [("a", "b"), ("a", "top"), ("b", "c"), ("c", "top"), ("x", "top")]
    assert levels_up(edges, "a") == [["a"], ["b"], ["c"], ["top"]]
    assert levels_up(edges, "top") == [["top"]]
    assert levels_up([("a", "l"), ("a", "r"), ("l", "t"), ("r", "t")], "a") == [
        ["a"],
        ["l", "r"],
        ["t"],
    ]


def test_levels_up_end_even_in_a_circle() -> None:
    found = levels_up([("a", "b"), ("b", "a")], "a", most=3)
    assert sorted(one for level in found for one in level) == ["a", "b"]
