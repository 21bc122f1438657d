"""Made-up incidents of a service that is watched, to measure `okapi.core.slices.localise` on.

Attempts and failures are counted each minute by 4 to 8 attributes of 2 to 60 very unequal values;
most combinations have less than one attempt a minute. What is expected is the mean of the last few
minutes, and only combinations that are in use in the minute of the incident are told: so some have
no expectation, and all of them together are a little above theirs. One cause, sometimes two, of
one to three values makes attempts fail (or, *calls*, takes them away or brings more), not in each
of its combinations by the same; failures come in bursts, and each value has a rate of its own.
"""

from __future__ import annotations

import numpy as np

from bench.slice_cases import (
    Bools,
    Case,
    Floats,
    Ints,
    cells_of,
    inside_of,
    named_of,
    visible_cause,
)


def failures(
    rng: np.random.Generator, *, rates: bool = False, minutes: tuple[int, ...] = (1, 4, 10)
) -> Case:
    """An incident that is seen in failures, with ``rates`` out of known numbers of attempts."""
    names, codes, traffic = _service(rng)
    failing = _failing(rng, codes)
    past = int(rng.choice(minutes))
    before = rng.poisson(traffic, (past, len(traffic)))
    after = rng.poisson(traffic)
    causes, worse = _causes(rng, codes, traffic * (failing + 0.2))
    risk = failing.copy()
    for inside, strength in worse:
        # What is not failing already fails by this share more.
        part = (strength * rng.gamma(4, 1 / 4, int(inside.sum()))).clip(0, 1)
        risk[inside] = 1 - (1 - risk[inside]) * (1 - part)
    burst = rng.uniform(0.02, 0.4)
    expected = rng.binomial(before, _bursts(rng, failing, burst, past)).mean(axis=0)
    actual = rng.binomial(after, _bursts(rng, risk, burst, 1)[0])
    kept = after > 0
    weights = after[kept].astype(float) if rates else None
    if rates:
        expected = np.minimum(expected, after)
    return Case(
        cells_of(names, codes[:, kept]),
        expected[kept],
        actual[kept].astype(float),
        named_of(names, causes),
        weights,
    )


def calls(rng: np.random.Generator, *, minutes: tuple[int, ...] = (1, 4, 10)) -> Case:
    """An incident that is seen in the number of attempts: less of them, or many more."""
    names, codes, traffic = _service(rng)
    past = int(rng.choice(minutes))
    burst = rng.uniform(0.02, 0.3)
    before = rng.poisson(traffic * rng.gamma(1 / burst, burst, (past, len(traffic))))
    causes, changed = _causes(rng, codes, traffic)
    now = traffic * rng.gamma(1 / burst, burst, len(traffic))
    rising = rng.random() < 0.5
    for inside, strength in changed:
        part = (strength * rng.gamma(4, 1 / 4, int(inside.sum()))).clip(0, 1)
        now[inside] *= 1 + 4 * part if rising else 1 - part
    actual = rng.poisson(now)
    kept = (actual > 0) | (before.sum(axis=0) > 0)
    return Case(
        cells_of(names, codes[:, kept]),
        before.mean(axis=0)[kept],
        actual[kept].astype(float),
        named_of(names, causes),
    )


def _service(rng: np.random.Generator) -> tuple[str, Ints, Floats]:
    """Names, combinations in use, and the attempts a minute of each."""
    k = int(rng.integers(4, 8, endpoint=True))
    draws = int(np.exp(rng.uniform(np.log(200), np.log(5_000))))
    columns: list[Ints] = []
    for _ in range(k):
        size = int(np.exp(rng.uniform(np.log(2), np.log(60))))
        share = 1 / np.arange(1, size + 1) ** rng.uniform(0.5, 1.6)
        columns.append(rng.choice(size, draws, p=share / share.sum()))
    codes, often = np.unique(np.array(columns), axis=1, return_counts=True)
    busy = np.exp(rng.uniform(np.log(0.2), np.log(20)))
    return "abcdefgh"[:k], codes, busy * often * rng.gamma(1, 1, len(often))


def _failing(rng: np.random.Generator, codes: Ints) -> Floats:
    """The share of attempts that fail anyhow: each value makes it a little more or less."""
    odds = np.full(codes.shape[1], np.log(rng.choice([0.01, 0.05, 0.2])))
    for column in codes:
        odds += rng.normal(0, rng.uniform(0, 0.4), int(column.max()) + 1)[column]
    return np.asarray(np.exp(odds).clip(0, 0.9))


def _causes(
    rng: np.random.Generator, codes: Ints, usual: Floats
) -> tuple[list[tuple[tuple[int, int], ...]], list[tuple[Bools, float]]]:
    """Causes that are worth finding by what is usual, the cells of each, and its strength."""
    causes: list[tuple[tuple[int, int], ...]] = []
    hit: list[tuple[Bools, float]] = []
    for _ in range(1 if rng.random() < 0.8 else 2):
        cause = visible_cause(rng, codes, usual, causes)
        if cause is not None:
            causes.append(cause)
            hit.append((inside_of(codes, cause), rng.uniform(0.15, 0.9)))
    return causes, hit


def _bursts(rng: np.random.Generator, risk: Floats, burst: float, minutes: int) -> Floats:
    """The risk in each of some minutes."""
    return (risk * rng.gamma(1 / burst, burst, (minutes, len(risk)))).clip(0, 1)
