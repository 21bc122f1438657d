"""Made-up incidents with known causes, to measure `okapi.core.slices.localise` on.

Three families. *Figures* are as the paper on RiskLoc (Kalander, 2022) describes its synthetic data:
every combination of the dimensions' values is there, sizes are Weibull, some are zero, forecasts
are off by a share of the size, and up to three causes with up to three elements each scale what
they cover. *Counts* are what operations really count: four to eight attributes of very unequal
values, some of them implied by others, few combinations in use, Poisson noise and more. *Rates*
are counts out of a known number of attempts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Cause = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Case:
    """One incident: leaf cells, what was expected, what came, and what is behind it."""

    cells: Mapping[str, Sequence[str]]
    expected: Floats
    actual: Floats
    causes: frozenset[Cause]
    weights: Floats | None = None


def figures(
    rng: np.random.Generator,
    sizes: Sequence[int] = (8, 6, 5, 4),
    noise: tuple[float, float] = (0.0, 0.25),
    severity: tuple[float, float] = (0.2, 1.0),
    scatter: tuple[float, float] = (0.0, 0.1),
    groups: tuple[int, int] = (1, 3),
    elements: tuple[int, int] = (1, 3),
    deepest_only: bool = False,
) -> Case:
    """A case of figures. ``sizes`` are the dimensions' numbers of values."""
    codes = np.indices(sizes).reshape(len(sizes), -1)
    n = codes.shape[1]
    level = rng.uniform(*noise)
    size = 100 * rng.weibull(rng.uniform(0.5, 1.0), n) * (rng.random(n) > rng.uniform(0, 0.25))
    off = np.maximum(size * (1 + rng.normal(0, level, n)), 0)
    swapped = rng.random(n) < 0.5
    expected, actual = np.where(swapped, size, off), np.where(swapped, off, size)
    rising = bool(actual.sum() > expected.sum())
    causes: list[tuple[tuple[int, int], ...]] = []
    for _ in range(int(rng.integers(*groups, endpoint=True))):
        depth = len(sizes) if deepest_only else int(rng.integers(1, len(sizes), endpoint=True))
        found = _elements(
            rng, sizes, depth, int(rng.integers(*elements, endpoint=True)), causes, codes, size > 0
        )
        scale, spread = rng.uniform(*severity) + level, rng.uniform(*scatter)
        for cause in found:
            inside = inside_of(codes, cause)
            source, hit = (actual, expected) if rising else (expected, actual)
            left = 1 - rng.normal(scale, spread, int(inside.sum()))
            hit[inside] = np.maximum(source[inside] * left, 0)
        causes += found
    names = "abcdefghijklmnop"[: len(sizes)]
    return Case(cells_of(names, codes), expected, actual, named_of(names, causes))


def _elements(
    rng: np.random.Generator,
    sizes: Sequence[int],
    depth: int,
    n: int,
    taken: Sequence[tuple[tuple[int, int], ...]],
    codes: Ints,
    alive: Bools,
) -> list[tuple[tuple[int, int], ...]]:
    """``n`` different elements of one set of dimensions, which share no value with those taken."""
    used = {pair for cause in taken for pair in cause}
    sets = {tuple(dimension for dimension, _ in cause) for cause in taken}
    for _ in range(1_000):
        chosen = tuple(sorted(rng.choice(len(sizes), depth, replace=False).tolist()))
        free = [[v for v in range(sizes[d]) if (d, v) not in used] for d in chosen]
        if (chosen in sets and depth < len(sizes)) or not all(free):
            continue
        found = {
            tuple((d, int(rng.choice(values))) for d, values in zip(chosen, free, strict=True))
            for _ in range(n)
        }
        if len(found) == n and all(alive[inside_of(codes, cause)].any() for cause in found):
            return sorted(found)
    return []


def counts(
    rng: np.random.Generator,
    *,
    rates: bool = False,
    rough: bool = False,
    sparse: bool = False,
    draws: tuple[int, int] = (300, 6_000),
) -> Case:
    """A case of noisy counts, of few or many; with ``rates`` out of known numbers of attempts.

    ``rough``: the forecast is off by slices too and as a whole, and what happens comes in bursts.
    ``sparse``: single events, compared with those of one earlier period. ``draws``: how many
    events are drawn to see which combinations are in use.
    """
    names, codes = _combinations(rng, draws)
    n = codes.shape[1]
    attempts = np.ceil(np.exp(rng.normal(3.5, 1.4, n)))
    level = np.exp(rng.normal(np.log(rng.choice([0.02, 0.1, 0.4])), 0.3, n)).clip(0, 0.9)
    middle = rng.uniform(-2.5, 0) if sparse else rng.uniform(0, 3)
    mean = attempts * level if rates else np.exp(rng.normal(middle, 1.3, n))
    causes: list[tuple[tuple[int, int], ...]] = []
    factor = np.ones(n)
    rising = rng.random() < 0.75
    for _ in range(1 if rng.random() < 0.7 else 2):
        cause = visible_cause(rng, codes, mean, causes)
        if cause is not None:
            change = rng.uniform(1.8, 6.0) if rising else rng.uniform(0.0, 0.5)
            factor[inside_of(codes, cause)] = change
            causes.append(cause)
    spread = rng.uniform(0, 0.25)
    forecast = mean * np.exp(rng.normal(0, spread, n))
    if rough:
        forecast *= np.exp(rng.normal(0, 0.1))
        for column in codes:
            forecast *= np.exp(rng.normal(0, rng.uniform(0, 0.15), int(column.max()) + 1))[column]
    burst = rng.uniform(0.02, 0.5) if rough else 0.02
    weeks = 1 if sparse else int(rng.choice([0, 4, 8]))
    expected = rng.poisson(weeks * forecast) / weeks if weeks else forecast
    happens = mean * factor * rng.gamma(1 / burst, burst, n)
    if rates:
        actual = rng.binomial(attempts.astype(np.int64), (happens / attempts).clip(0, 1))
        expected = np.minimum(expected, attempts)
    else:
        actual = rng.poisson(happens)
    weights = attempts if rates else None
    return Case(
        cells_of(names, codes), expected, actual.astype(float), named_of(names, causes), weights
    )


def _combinations(rng: np.random.Generator, most: tuple[int, int]) -> tuple[str, Ints]:
    """Which combinations are in use: 4 to 8 attributes of 2 to 40 values."""
    k = int(rng.integers(4, 8, endpoint=True))
    draws = int(np.exp(rng.uniform(*np.log(most))))
    columns: list[Ints] = []
    for at in range(k):
        size = int(np.exp(rng.uniform(np.log(2), np.log(40))))
        if at and rng.random() < 0.25:
            # Implied by an earlier one, as the region is by the city.
            source = columns[int(rng.integers(at))]
            columns.append(rng.integers(0, max(size // 3, 2), int(source.max()) + 1)[source])
        else:
            share = 1 / np.arange(1, size + 1) ** rng.uniform(0.3, 1.2)
            columns.append(rng.choice(size, draws, p=share / share.sum()))
    rows = np.unique(np.array(columns), axis=1)
    return "abcdefgh"[:k], rows


def visible_cause(
    rng: np.random.Generator,
    codes: Ints,
    mean: Floats,
    taken: Sequence[tuple[tuple[int, int], ...]],
) -> tuple[tuple[int, int], ...] | None:
    """A combination that is worth finding: neither nearly nothing nor nearly everything."""
    whole = mean.sum()
    used = {dimension for cause in taken for dimension, _ in cause}
    for _ in range(300):
        depth = int(rng.choice([1, 2, 3], p=[0.5, 0.4, 0.1]))
        row = int(rng.integers(codes.shape[1]))
        chosen = sorted(rng.choice(len(codes), depth, replace=False).tolist())
        if used & set(chosen):
            continue
        cause = tuple((d, int(codes[d, row])) for d in chosen)
        inside = inside_of(codes, cause)
        covered = mean[inside].sum()
        if covered < max(25, 0.01 * whole) or covered > 0.5 * whole or inside.sum() < 2:
            continue
        if not _has_another_name(codes, cause, inside):
            return cause
    return None


def _has_another_name(codes: Ints, cause: Sequence[tuple[int, int]], inside: Bools) -> bool:
    """Whether fewer values name the same rows, or as many with one value that all of them share."""
    own = dict(cause)
    for dimension, column in enumerate(codes):
        values = column[inside]
        if dimension in own or (values != values[0]).any():
            continue
        shared = (dimension, int(values[0]))
        for pair in cause:
            named = [shared, *(other for other in cause if other != pair)]
            if inside_of(codes, named).sum() == inside.sum():
                return True
    return any(
        inside_of(codes, [other for other in cause if other != pair]).sum() == inside.sum()
        for pair in cause
    )


def inside_of(codes: Ints, cause: Sequence[tuple[int, int]]) -> Bools:
    """The cells that a cause covers."""
    inside = np.ones(codes.shape[1], dtype=np.bool_)
    for dimension, value in cause:
        inside &= codes[dimension] == value
    return inside


def cells_of(names: str, codes: Ints) -> dict[str, Sequence[str]]:
    """By attribute the value of each cell."""
    cells: dict[str, Sequence[str]] = {}
    for name, column in zip(names, codes, strict=True):
        values = np.array([f"{name}{at + 1}" for at in range(int(column.max()) + 1)])
        cells[name] = values[column].tolist()
    return cells


def named_of(names: str, causes: Sequence[tuple[tuple[int, int], ...]]) -> frozenset[Cause]:
    """Causes by the names of attributes and values."""
    return frozenset(
        frozenset((names[d], f"{names[d]}{value + 1}") for d, value in cause) for cause in causes
    )
