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


def shapley(before, after, weights_before, weights_after):
    """Rate and mix effect, from the definition: the mean of both orders of rates and shares."""
    shares = [[w / sum(ws) for w in ws] for ws in (weights_before, weights_after)]
    rates = [
        [part / w if w else None for part, w in zip(*pair, strict=True)]
        for pair in ((before, weights_before), (after, weights_after))
    ]
    old = [b if b is not None else a for b, a in zip(*rates, strict=True)]
    new = [a if a is not None else b for b, a in zip(*rates, strict=True)]

    def whole(which, rate):
        return sum(s * r for s, r in zip(shares[which], rate, strict=True))

    rate = (whole(0, new) - whole(0, old) + whole(1, new) - whole(1, old)) / 2
    mix = (whole(1, old) - whole(0, old) + whole(1, new) - whole(0, new)) / 2
    return rate, mix


@pytest.mark.parametrize(
    ("name", "before", "after", "weights_before", "weights_after", "most"),
    [
        # Both parts rose, the whole fell by 40 points: Simpson's paradox.
        ("simpson", [900, 30], [190, 300], [1000, 100], [200, 900], "B"),
        ("pure mix", [100, 300], [50, 450], [1000, 1000], [500, 1500], "A"),
        ("pure rate", [100, 300], [200, 300], [1000, 1000], [1000, 1000], None),
        ("both", [100, 300], [100, 450], [1000, 1000], [500, 1500], "A"),
        ("one appears", [100, 0], [100, 300], [1000, 0], [1000, 600], "B"),
        ("one goes", [100, 300], [100, 0], [1000, 600], [1000, 0], "B"),
    ],
)
def test_mix_and_rate_of_a_whole(name, before, after, weights_before, weights_after, most):
    weights = np.array(weights_before, float), np.array(weights_after, float)
    moved = Change({"part": ["A", "B"]}, np.array(before, float), np.array(after, float), weights)
    rate, mix = shapley(before, after, weights_before, weights_after)
    split = by_value(moved, "part")
    assert split.mix == pytest.approx(mix, abs=1e-12)
    assert split.change - split.mix == pytest.approx(rate, abs=1e-12)
    assert split.change == pytest.approx(
        sum(after) / sum(weights_after) - sum(before) / sum(weights_before)
    )
    if most:
        at = "AB".index(most)
        assert split.mixed.where == {"part": most}
        assert split.mixed.before == pytest.approx(weights_before[at] / sum(weights_before))
        assert split.mixed.after == pytest.approx(weights_after[at] / sum(weights_after))
    by_causes = by_cause(moved)
    assert by_causes.mix == pytest.approx(mix, abs=1e-12)
    # Only what has a rate of its own, which moved, is named.
    assert [part.where for part in by_causes.parts] == (
        [{"part": "A"}] if name in ("pure rate", "both") else []
    )
