"""Cuboids: for a set of attributes, the sums of evidence of each combination of their values.

Only combinations that could still be a cause are kept. No part of a group can gain more than half
the group's sum of squares; where that is below the price of naming it, neither the group nor
anything within it is looked at again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from okapi.core.columns import Floats, Ints, total_by
from okapi.core.slices.evidence import Evidence
from okapi.core.slices.leaves import Leaves

# Row visits that a search may cost: some for every cell, and more where there are few.
_VISITS, _VISITS_A_ROW, _MOST_CUBOIDS = 20_000_000, 120, 2_000
DEEPEST = 6
# The price of any name, and of each attribute in it, in nats.
_NAME, _ATTRIBUTE = 1.0, 1.0
_LARGEST_KEY = 2**62


@dataclass(slots=True)
class Cuboid:
    """Sums of evidence by combination of these attributes' values.

    ``keys`` ascend; ``row`` is one cell of each combination. ``taken`` counts the parts that are
    taken out already.
    """

    attributes: tuple[int, ...]
    keys: Ints
    precision: Floats
    pull: Floats
    row: Ints
    taken: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Which attributes are combined, how many at once, and what a name costs."""

    attributes: tuple[int, ...]
    depth: int
    sizes: tuple[int, ...]
    cells: int

    def price(self, attributes: Sequence[int]) -> float:
        """Nats to name one combination: which attributes, which of their values."""
        k = len(attributes)
        values = math.prod(self.sizes[at] for at in attributes)
        among = math.comb(len(self.sizes), k)
        return _NAME + _ATTRIBUTE * k + math.log(among) + math.log(max(min(values, self.cells), 1))


def plan_of(leaves: Leaves, evidence: Evidence) -> Plan:
    """As deep as the budget of row visits allows.

    Where there are too many attributes for combinations of three, those are combined whose values
    alone gain most.
    """
    n = len(evidence.pull)
    allowed = min((_VISITS + _VISITS_A_ROW * n) // max(n, 1), _MOST_CUBOIDS)
    sizes = leaves.sizes
    useful = [at for at, size in enumerate(sizes) if size > 1]
    wanted = min(3, len(useful))
    if _cuboids(len(useful), wanted) > allowed:
        most = max(k for k in range(len(useful)) if _cuboids(k, wanted) <= allowed or k <= wanted)
        useful = sorted(sorted(useful, key=lambda at: -_alone(leaves, evidence, at))[:most])
    depths = range(1, min(len(useful), DEEPEST) + 1)
    depth = max((d for d in depths if _cuboids(len(useful), d) <= allowed), default=wanted)
    return Plan(tuple(useful), depth, sizes, n)


def _cuboids(attributes: int, depth: int) -> int:
    return sum(math.comb(attributes, k) for k in range(1, depth + 1))


def _alone(leaves: Leaves, evidence: Evidence, at: int) -> float:
    n = leaves.sizes[at]
    precision = total_by(leaves.codes[at], evidence.precision, n)
    pull = total_by(leaves.codes[at], evidence.pull, n)
    return float(evidence.gain.of(precision, pull).max())


def cuboids(leaves: Leaves, evidence: Evidence, plan: Plan) -> Iterator[Cuboid]:
    """All cuboids of the plan that keep any combination, each after those it continues."""
    rows = np.arange(len(evidence.pull))
    nothing = np.zeros(len(rows), dtype=np.int64)
    yield from _below(leaves, evidence, plan, (), rows, nothing, np.zeros(1, dtype=np.int64))


def _below(
    leaves: Leaves,
    evidence: Evidence,
    plan: Plan,
    above: tuple[int, ...],
    rows: Ints,
    places: Ints,
    keys: Ints,
) -> Iterator[Cuboid]:
    """Cuboids that continue ``above``: ``places`` are the rows' combinations, with these keys."""
    first = plan.attributes.index(above[-1]) + 1 if above else 0
    for at in plan.attributes[first:]:
        attributes = (*above, at)
        size = plan.sizes[at]
        if len(keys) and int(keys.max() + 1) * size >= _LARGEST_KEY:
            continue
        local, known = _dense(places * size + leaves.codes[at][rows], len(keys) * size)
        known = keys[known // size] * size + known % size
        price = plan.price(attributes)
        cuboid, kept = _summed(evidence, attributes, rows, local, known, price)
        if not len(cuboid.keys):
            continue
        yield cuboid
        if len(attributes) < plan.depth:
            place = kept[local]
            inside = place >= 0
            below = (rows, place) if inside.all() else (rows[inside], place[inside])
            yield from _below(leaves, evidence, plan, attributes, *below, cuboid.keys)


def _dense(codes: Ints, n: int) -> tuple[Ints, Ints]:
    """Codes below ``n`` as positions among the known codes, ascending."""
    if n <= max(4 * len(codes), 65_536):
        return codes, np.arange(n)
    known, local = np.unique(codes, return_inverse=True)
    return local, known


def _summed(
    evidence: Evidence,
    attributes: tuple[int, ...],
    rows: Ints,
    local: Ints,
    known: Ints,
    price: float,
) -> tuple[Cuboid, Ints]:
    """The cuboid, and by local position the place among the combinations kept, or -1."""
    whole, n = len(rows) == len(evidence.pull), len(known)
    precision, pull, most = (
        total_by(local, column if whole else column[rows], n)
        for column in (evidence.precision, evidence.pull, evidence.most)
    )
    kept = most > price
    row = np.zeros(n, dtype=np.int64)
    row[local] = rows
    places = np.where(kept, np.cumsum(kept) - 1, -1)
    return Cuboid(attributes, known[kept], precision[kept], pull[kept], row[kept]), places


def take_out(cuboid: Cuboid, leaves: Leaves, evidence: Evidence, rows: Ints, plan: Plan) -> None:
    """Take the evidence of some rows out of the sums: what they say is explained."""
    keys = np.zeros(len(rows), dtype=np.int64)
    for at in cuboid.attributes:
        keys = keys * plan.sizes[at] + leaves.codes[at][rows]
    place = np.searchsorted(cuboid.keys, keys)
    place[place == len(cuboid.keys)] = 0
    found = cuboid.keys[place] == keys
    place, rows, n = place[found], rows[found], len(cuboid.keys)
    cuboid.precision -= total_by(place, evidence.precision[rows], n)
    cuboid.pull -= total_by(place, evidence.pull[rows], n)
