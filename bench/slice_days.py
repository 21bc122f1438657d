"""Made-up days of a business that is watched, to measure `okapi.core.slices.localise` on.

Made otherwise than `bench.slice_cases` and `bench.slice_incidents`, which constants were chosen on:
customers come in kinds, and a kind decides how likely each value of 4 to 8 attributes is (so that
attributes go together), few values have most of the traffic, and the sizes of leaf cells have a
heavy tail. What is expected is a forecast as one would make it: a level smoothed over 5 to 28
earlier days, which lags behind growth, and is wrong by value of one attribute. Counts are
overdispersed. One to three causes, which may share values but not cells, hit only a part of their
leaf cells, and each leaf otherwise; with ``opposing`` some raise and others lower.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.slice_cases import Bools, Case, Floats, Ints, cells_of, inside_of, named_of

_NAMES = "abcdefgh"
Cause = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Business:
    """Combinations in use (attributes x cells) and what each has on a usual day."""

    names: str
    codes: Ints
    level: Floats


def days(rng: np.random.Generator, *, rates: bool = False, opposing: bool = False) -> Case:
    """One day: counts, or with ``rates`` those of the attempts that failed."""
    business = _business(rng)
    n = business.codes.shape[1]
    risk = np.clip(rng.choice([0.01, 0.04, 0.15]) * rng.gamma(6, 1 / 6, n), 0, 0.6)
    usual = business.level * risk if rates else business.level
    causes = _causes(rng, business.codes, usual, opposing=opposing)
    factor, rising = np.ones(n), rng.random() < 0.6
    for at, cause in enumerate(causes):
        up = rising if not opposing else rising == (at % 2 == 0)
        _hit(rng, factor, inside_of(business.codes, cause), up=up)
    past, growth = int(rng.integers(5, 28, endpoint=True)), rng.normal(0, 0.01)
    burst = rng.uniform(0.005, 0.15)
    before = _counted(rng, usual * (1 + growth) ** (-past / 2) * past, burst / past)
    wrong = rng.normal(0, rng.uniform(0, 0.12), int(business.codes[0].max()) + 1)
    expected = before / past * np.exp(wrong[business.codes[0]])
    weights = np.maximum(rng.poisson(business.level), 0).astype(float) if rates else None
    if weights is None:
        actual = _counted(rng, usual * factor, burst)
    else:
        happens = np.clip(risk * factor * rng.gamma(1 / burst, burst, n), 0, 1)
        actual = rng.binomial(weights.astype(np.int64), happens).astype(float)
        rate = expected / np.maximum(business.level, 1e-9)
        expected = np.minimum(rate, 1) * weights
    kept = (expected > 0) | (actual > 0) if weights is None else weights > 0
    return Case(
        cells_of(business.names, business.codes[:, kept]),
        expected[kept],
        actual[kept],
        named_of(business.names, causes),
        None if weights is None else weights[kept],
    )


def opposing(rng: np.random.Generator) -> Case:
    """A day on which some causes raise and others lower."""
    return days(rng, opposing=True)


def _business(rng: np.random.Generator) -> _Business:
    """Kinds of customers, each with its own habits; the cells are what some of them use."""
    k, kinds = int(rng.integers(4, 8, endpoint=True)), int(rng.integers(2, 12, endpoint=True))
    draws = int(np.exp(rng.uniform(np.log(150), np.log(12_000))))
    kind = rng.choice(kinds, draws, p=rng.dirichlet(np.full(kinds, 0.7)))
    columns = []
    for _ in range(k):
        size = int(rng.choice([2, 3, 5, 8, 15, 30, 80], p=[0.1, 0.15, 0.2, 0.2, 0.2, 0.1, 0.05]))
        base = rng.dirichlet(np.full(size, 0.6)) + 1e-4
        habits = np.array([rng.dirichlet(base * rng.choice([3.0, 30.0])) for _ in range(kinds)])
        edges = np.cumsum(habits, axis=1)[kind]
        drawn = (rng.random(draws)[:, None] > edges).sum(axis=1)
        columns.append(np.minimum(drawn, size - 1))
    codes, often = np.unique(np.array(columns), axis=1, return_counts=True)
    heavy = 1 + rng.pareto(1.5, codes.shape[1])
    level = np.exp(rng.uniform(np.log(0.3), np.log(15))) * often * heavy
    return _Business(_NAMES[:k], codes, level)


def _causes(rng: np.random.Generator, codes: Ints, usual: Floats, *, opposing: bool) -> list[Cause]:
    """Causes that are worth finding, each by its shortest name; no two of them meet."""
    wanted = (
        int(rng.integers(2, 3, endpoint=True)) if opposing else int(rng.choice([1, 1, 1, 2, 3]))
    )
    found: list[Cause] = []
    taken = np.zeros(codes.shape[1], dtype=np.bool_)
    for _ in range(400):
        row = int(rng.choice(codes.shape[1], p=usual / usual.sum()))
        depth = int(rng.choice([1, 2, 3], p=[0.45, 0.4, 0.15]))
        chosen = sorted(rng.choice(len(codes), depth, replace=False).tolist())
        cause = tuple((at, int(codes[at, row])) for at in chosen)
        inside = inside_of(codes, cause)
        covered = usual[inside].sum()
        if covered < max(40, 0.01 * usual.sum()) or covered > 0.4 * usual.sum():
            continue
        if (inside & taken).any() or inside.sum() < 3 or not _is_shortest(codes, cause, inside):
            continue
        found.append(cause)
        taken |= inside
        if len(found) == wanted:
            break
    return found


def _is_shortest(codes: Ints, cause: Cause, inside: Bools) -> bool:
    """Whether no name as short has the same cells: then only one answer is right."""
    for at, column in enumerate(codes):
        if (at, int(column[inside][0])) in cause or np.ptp(column[inside]):
            continue
        shared = (at, int(column[inside][0]))
        for left_out in cause:
            named = [shared, *(pair for pair in cause if pair != left_out)]
            if inside_of(codes, named).sum() == inside.sum():
                return False
    shorter = ([pair for pair in cause if pair != left_out] for left_out in cause)
    return all(inside_of(codes, named).sum() > inside.sum() for named in shorter)


def _hit(rng: np.random.Generator, factor: Floats, inside: Bools, *, up: bool) -> None:
    """Most leaf cells of a cause are hit, not all, and none as the next."""
    rows = np.flatnonzero(inside)
    rows = rows[rng.random(len(rows)) < rng.uniform(0.7, 1.0)]
    strength = rng.uniform(0.4, 1.5) * rng.gamma(8, 1 / 8, len(rows))
    factor[rows] = np.exp(strength if up else -strength)


def _counted(rng: np.random.Generator, mean: Floats, burst: float) -> Floats:
    return rng.poisson(mean * rng.gamma(1 / burst, burst, len(mean))).astype(float)
