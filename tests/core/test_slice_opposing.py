"""Causes that pull to opposite sides, and the share that each explains."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from okapi.core.slices import Change, Finding, by_cause, explain, localise
from okapi.core.slices.localising import shares_of

REGIONS, PRODUCTS = "news", "abcd"
ROWS = list(itertools.product(REGIONS + "c", PRODUCTS))
CELLS = {"region": [row[0] for row in ROWS], "product": [row[1] for row in ROWS]}
BASE = np.full(20, 200.0)
Where = dict[str, str]


def inside(where: Where) -> np.ndarray:
    """The cells of a combination."""
    like = [np.array([one == value for one in CELLS[name]]) for name, value in where.items()]
    return np.logical_and.reduce(like)


def day(changes: list[tuple[Where, float]], base: np.ndarray = BASE, noise: float = 1.0):
    """What came, when so much more or less came in each of some combinations."""
    rng = np.random.default_rng(4)
    actual = base + rng.normal(0, noise, len(base))
    for where, amount in changes:
        rows = inside(where)
        actual[rows] += amount * base[rows] / base[rows].sum()
    return actual


def named(found: list[Finding]) -> dict[tuple[tuple[str, str], ...], float]:
    """By name what each is above or below."""
    return {tuple(sorted(one.where.items())): one.excess for one in found}


SMALL_EAST = np.where(inside({"region": "e"}), 40.0, 200.0)


@pytest.mark.parametrize(
    ("changes", "base", "noise"),
    [
        # A whole region up, another down: the total hardly moves.
        ([({"region": "e"}, 300), ({"region": "w"}, -280)], BASE, 1.0),
        ([({"region": "e"}, 300), ({"region": "w"}, -280)], BASE, 5.0),
        ([({"region": "e"}, 300), ({"region": "w"}, -300)], BASE, 1.0),
        # The larger one is below.
        ([({"region": "e"}, 250), ({"region": "w"}, -320)], BASE, 1.0),
        # Single cells; cells of one attribute against those of another.
        (
            [
                ({"region": "e", "product": "a"}, 150),
                ({"region": "w", "product": "b"}, -140),
            ],
            BASE,
            1.0,
        ),
        # As much, though for its size the one moved far less than the other.
        ([({"region": "e"}, 300), ({"region": "w"}, -280)], SMALL_EAST, 1.0),
        # Three, of which two pull to the side of the lesser.
        (
            [
                ({"region": "e"}, 300),
                ({"region": "w", "product": "a"}, -80),
                ({"region": "n", "product": "b"}, -90),
            ],
            BASE,
            1.0,
        ),
    ],
)
def test_causes_on_both_sides_are_named(changes, base, noise) -> None:
    found = named(localise(CELLS, base, day(changes, base, noise), top=5))
    assert found.keys() == {tuple(sorted(where.items())) for where, _ in changes}
    for where, amount in changes:
        assert found[tuple(sorted(where.items()))] == pytest.approx(amount, abs=5 * noise + 5)


def test_what_is_small_beside_the_first_is_not_named_on_the_other_side() -> None:
    """Forecasts are off to either side, and by slice: a tenth of the cause is no answer to it."""
    actual = day([({"region": "e"}, 300), ({"region": "w"}, -30)])
    assert list(named(localise(CELLS, BASE, actual, top=5))) == [(("region", "e"),)]


def test_counts_have_causes_on_both_sides() -> None:
    rng = np.random.default_rng(5)
    sizes = {"a": 6, "b": 5, "c": 4}
    codes = np.indices(tuple(sizes.values())).reshape(3, -1)
    cells = {name: codes[at] for at, name in enumerate(sizes)}
    mean = np.exp(rng.normal(2.5, 1, codes.shape[1]))
    factor = np.where(codes[0] == 2, 2.0, np.where((codes[0] != 2) & (codes[1] == 1), 0.35, 1.0))
    found = localise(cells, mean, rng.poisson(mean * factor), top=9)
    assert {tuple(one.where.items()) for one in found} == {(("a", 2),), (("b", 1),)}


def test_noise_is_seldom_named_on_both_sides() -> None:
    """Twenty cells tell little of their noise; that it has two causes is said of it seldom."""
    rng = np.random.default_rng(100)
    both = 0
    for _ in range(100):
        found = localise(CELLS, BASE, BASE + rng.normal(0, 15, 20), top=9)
        both += len({one.excess > 0 for one in found}) == 2
    assert both <= 3


def test_a_cause_on_the_other_side_of_what_all_did() -> None:
    """All a fifth up, one up three times, one down: both differ from the rest."""
    rng = np.random.default_rng(7)
    factor = np.where(inside({"region": "e"}), 3.0, np.where(inside({"region": "w"}), 0.3, 1.2))
    explained = explain(CELLS, BASE * 5, rng.poisson(BASE * 5 * factor), top=9)
    found = named(list(explained.findings))
    assert found[(("region", "e"),)] > 0 > found[(("region", "w"),)]
    assert len(found) == 2


# Shares -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("excess", "total", "shares"),
    [
        ([600, 300], 1000, [0.6, 0.3]),
        ([-600, -300], -1000, [0.6, 0.3]),
        ([1000], 1000, [1.0]),
        # Beyond the whole: what is not named pulled back.
        ([1200], 1000, [1.0]),
        # Opposite ones: 300 + 280 were moved, though only 20 are left of it.
        ([300, -280], 20, [300 / 580, 280 / 580]),
        ([-280, 300], 20, [280 / 580, 300 / 580]),
        ([300, -280], -20, [300 / 620, 280 / 620]),
        # The total stayed as it was.
        ([300, -300], 0, [0.5, 0.5]),
        ([300, -200, -100], 0, [0.5, 1 / 3, 1 / 6]),
        ([300], 0, [1.0]),
        ([0.0], 0, [0.0]),
        # Only the one against the total is named.
        ([-280], 20, [280 / 580]),
        ([], 5, []),
    ],
)
def test_shares(excess, total, shares) -> None:
    assert shares_of(excess, total) == pytest.approx(shares)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("is_rate", [False, True])
def test_shares_as_computed_from_the_cells_by_hand(seed, is_rate) -> None:
    """From what comes back alone: the cells inside, summed anew."""
    rng = np.random.default_rng(seed)
    codes = np.indices((6, 5, 4)).reshape(3, -1)
    cells = {name: codes[at] for at, name in enumerate("abc")}
    weights = rng.integers(200, 900, 120).astype(float)
    expected = np.round(weights * 0.1)
    second = 0.3 if seed % 2 else 2.0
    risk = 0.1 * np.where(
        codes[0] == 1, 2.2, np.where((codes[0] == 4) & (codes[1] == 3), second, 1.0)
    )
    actual = rng.binomial(weights.astype(int), risk).astype(float)
    explained = explain(cells, expected, actual, weights if is_rate else None, top=5)
    found = explained.findings
    assert [dict(one.where) for one in found[:2]] == [{"a": 1}, {"a": 4, "b": 3}]
    amounts = []
    for one in found:
        rows = np.all([cells[name] == value for name, value in one.where.items()], axis=0)
        drifted = explained.drift * (sum(actual[rows]) + sum(expected[rows])) / 2
        amounts.append(sum(actual[rows]) - sum(expected[rows]) - drifted)
    total = sum(actual) - sum(expected)
    against = sum(abs(amount) for amount in amounts if amount * total < 0)
    assert [one.share for one in found] == pytest.approx(
        [min(1.0, abs(amount) / (abs(total) + 2 * against)) for amount in amounts]
    )
    assert math.fsum(one.share for one in found) <= 1.1


def test_the_cells_of_a_part_that_was_found_first_are_its_own() -> None:
    """A cell that moved by itself within a region that moved too: both have their amounts."""
    changes = [({"region": "e"}, 160), ({"region": "e", "product": "a"}, 400)]
    split = by_cause(Change(CELLS, BASE, day(changes)), 5)
    amounts = {tuple(sorted(part.where.items())): part.amount for part in split.parts}
    assert amounts[(("product", "a"), ("region", "e"))] == pytest.approx(440, abs=10)
    assert amounts[(("region", "e"),)] == pytest.approx(120, abs=10)
    assert split.change == pytest.approx(560, abs=20)
