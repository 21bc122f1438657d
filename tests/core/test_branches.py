import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.branches import Branch, branch, branch_at, branch_columns, pairs_below
from okapi.core.columns import codes, floats
from okapi.core.health import Health

ON, RISK, OFF = Health.ON_TRACK, Health.AT_RISK, Health.OFF_TRACK
NO_DATA, NONE = Health.NO_DATA, Health.NONE


def descendants(edges, node):
    """All that lies below a node, by walking down from it."""
    found, queue = set(), [node]
    for at in queue:
        below = {child for child, parent in edges if parent == at} - found - {node}
        found |= below
        queue += below
    return found


def test_a_branch_counts_and_means():
    found = branch([ON, ON, OFF, NO_DATA, RISK, NONE], [0.5, 1.0, 0.0, None, None, None])
    assert found == Branch(2, 1, 1, 1, 1, 0.5)
    assert found.total == 6


def test_an_empty_branch_has_no_progress():
    assert branch([], []) == Branch()
    assert branch([NO_DATA], [None]) == Branch(no_data=1)


def test_each_objective_is_counted_once_however_many_paths():
    # 3 contributes to 1 and 2, both to 0; and to 0 directly.
    above, below = pairs_below(np.array([1, 2, 3, 3, 3]), np.array([0, 0, 1, 2, 0]), 4)
    found = branch_columns(above, below, 4, codes([ON, ON, RISK, OFF]), floats([0, 1, 0.5, 0.0]))
    assert branch_at(found, 0) == Branch(1, 1, 1, progress=0.5)
    assert branch_at(found, 1) == Branch(off_track=1, progress=0.0)
    assert branch_at(found, 3) == Branch()


def test_a_circle_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="circle"):
        pairs_below(np.array([1, 0]), np.array([0, 1]), 3)


@st.composite
def graphs(draw):
    """Acyclic: parents have smaller numbers. The numbers are then mixed."""
    n = draw(st.integers(1, 9))
    pairs = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda p: p[0] > p[1])
    edges = draw(st.lists(pairs, max_size=20)) if n > 1 else []
    name = draw(st.permutations(range(n)))
    return n, [(name[child], name[parent]) for child, parent in edges]


standings = st.tuples(st.sampled_from(Health), st.none() | st.floats(-0.5, 1.5))


@given(graphs(), st.data())
def test_branches_in_columns_are_what_walking_down_finds(graph, data):
    n, edges = graph
    stands = data.draw(st.lists(standings, min_size=n, max_size=n))
    child, parent = (np.array([edge[side] for edge in edges], dtype=np.int64) for side in (0, 1))
    above, below = pairs_below(child, parent, n)
    assert len(set(zip(above.tolist(), below.tolist(), strict=True))) == len(above)
    found = branch_columns(
        above, below, n, codes(h for h, _ in stands), floats(p for _, p in stands)
    )
    for node in range(n):
        walked = descendants(edges, node)
        # The order in which objectives come makes no difference, to the last bit.
        assert branch_at(found, node) == branch(
            [stands[at][0] for at in walked], [stands[at][1] for at in walked]
        )
        shares = [min(max(p, 0), 1) for at in walked if (p := stands[at][1]) is not None]
        mean = sum(shares) / len(shares) if shares else None
        assert branch_at(found, node).progress == (
            None if mean is None else pytest.approx(mean, abs=1e-8)
        )
        assert branch_at(found, node).total == len(walked)
