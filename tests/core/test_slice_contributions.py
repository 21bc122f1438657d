import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.slices import Change, by_cause, by_value


def change(rows, weights=None):
    """From rows (product, channel, before, after)."""
    products, channels, before, after = zip(*rows, strict=True)
    cells = {"product": list(products), "channel": list(channels)}
    return Change(cells, np.array(before, float), np.array(after, float), weights)


ROWS = [("A", "x", 10, 12), ("A", "y", 20, 30), ("B", "x", 40, 35), ("B", "y", 5, 5)]


def test_values_of_a_sum_add_what_they_moved():
    split = by_value(change(ROWS), "product")
    assert [(part.where["product"], part.amount) for part in split.parts] == [("A", 12), ("B", -5)]
    assert (split.parts[0].before, split.parts[0].after) == (30, 42)
    assert (split.mix, split.rest, split.change) == (0, 0, 7)


def test_values_of_a_rate_add_by_rate_and_the_mix_is_one_step():
    weights = np.array([100, 100, 100, 100.0]), np.array([100, 100, 300, 100.0])
    rows = [("A", "x", 10, 20), ("A", "y", 10, 20), ("B", "x", 30, 90), ("B", "y", 30, 30)]
    split = by_value(change(rows, weights), "product")
    assert [part.where["product"] for part in split.parts] == ["A", "B"]
    # A: 10 % to 20 % at a half and a third of all; B stays at 30 %.
    assert split.parts[0].amount == pytest.approx(0.1 * (1 / 2 + 1 / 3) / 2)
    assert (split.parts[0].before, split.parts[0].after) == (pytest.approx(0.1), pytest.approx(0.2))
    assert split.parts[1].amount == pytest.approx(0)
    assert split.mix > 0
    assert split.change == pytest.approx(160 / 600 - 80 / 400)


def test_a_value_without_a_denominator_has_no_rate():
    weights = np.array([100, 0.0]), np.array([100, 100.0])
    split = by_value(change([("A", "x", 10, 10), ("B", "x", 0, 50)], weights), "product")
    new = next(part for part in split.parts if part.where["product"] == "B")
    assert (new.before, new.after, new.amount) == (None, 0.5, 0)


def test_causes_add_up_with_the_rest():
    rng = np.random.default_rng(1)
    n = 400
    cells = {"a": rng.integers(0, 5, n).astype(str).tolist(), "b": ["x", "y"] * 200}
    before = np.full(n, 50.0)
    hit = np.array([a == "3" for a in cells["a"]])
    after = rng.poisson(np.where(hit, 150.0, 50.0)).astype(float)
    split = by_cause(Change(cells, before, after))
    assert [part.where for part in split.parts] == [{"a": "3"}]
    assert split.parts[0].amount == after[hit].sum() - before[hit].sum()
    assert split.change == pytest.approx(after.sum() - before.sum())


def test_noise_has_no_causes_and_all_of_it_is_rest():
    rng = np.random.default_rng(2)
    cells = {"a": rng.integers(0, 5, 300).astype(str).tolist()}
    after = rng.poisson(50, 300).astype(float)
    split = by_cause(Change(cells, np.full(300, 50.0), after))
    assert split.parts == ()
    assert split.rest == pytest.approx(after.sum() - 15_000)


figures = st.floats(0, 1_000)
rows = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from("xyz"), figures, figures, figures, figures),
    min_size=1,
    max_size=12,
)


@given(rows, st.booleans())
def test_every_split_adds_up(table, as_rate):
    before, after, one, other = (np.array(column) for column in list(zip(*table, strict=True))[2:])
    weights = (one + 1, other + 1) if as_rate else None
    moved = change([row[:4] for row in table], weights)
    wanted = after.sum() - before.sum()
    if weights is not None:
        wanted = after.sum() / weights[1].sum() - before.sum() / weights[0].sum()
    for split in (by_value(moved, "product"), by_value(moved, "channel"), by_cause(moved)):
        assert split.change == pytest.approx(wanted, abs=1e-6)
