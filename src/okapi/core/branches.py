"""Branches: how all objectives below something stand, each counted once however many paths.

Rules: product, §4 "Branch".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from okapi.core.columns import Codes, Floats, Ints, codes, divided, floats, maybe, total_by
from okapi.core.judging import NO_DATA, NONE, OFF, ON, RISK, Health

# Progress is summed in units of 2⁻³⁰: sums of up to 8 million are exact, so that the order in
# which objectives come makes no difference to the last bit.
_UNIT = 2.0**-30


@dataclass(frozen=True, slots=True)
class Branch:
    """How many objectives stand how, and the mean own progress of those that have one."""

    on_track: int = 0
    at_risk: int = 0
    off_track: int = 0
    no_data: int = 0
    none: int = 0
    progress: float | None = None

    @property
    def total(self) -> int:
        """All objectives of the branch."""
        return self.on_track + self.at_risk + self.off_track + self.no_data + self.none


@dataclass(frozen=True, slots=True)
class BranchColumns:
    """``Branch`` of many things."""

    on_track: Ints
    at_risk: Ints
    off_track: Ints
    no_data: Ints
    none: Ints
    progress: Floats


class _Above:
    """All that lies above each node seen so far: lists one after another in a growing array."""

    def __init__(self, n: int) -> None:
        self._nodes = np.empty(max(n, 16), dtype=np.int64)
        self._used = 0
        self._start = np.zeros(n, dtype=np.int64)
        self.size = np.zeros(n, dtype=np.int64)

    def of(self, nodes: Ints) -> Ints:
        """The lists of these nodes, one after another."""
        return self._nodes[_runs(self._start[nodes], self.size[nodes])]

    def put(self, owner: Ints, above: Ints) -> None:
        """Keep what is above: ``above[i]`` is above ``owner[i]``, sorted by owner."""
        while self._used + len(above) > len(self._nodes):
            self._nodes = np.concatenate([self._nodes, np.empty_like(self._nodes)])
        self._nodes[self._used : self._used + len(above)] = above
        owners, first, size = np.unique(owner, return_index=True, return_counts=True)
        self._start[owners] = self._used + first
        self.size[owners] = size
        self._used += len(above)


def _runs(start: Ints, size: Ints) -> Ints:
    """The numbers start, start + 1, … of each run, one after another."""
    begin = np.cumsum(size) - size
    return np.asarray(np.arange(size.sum()) + np.repeat(start - begin, size), dtype=np.int64)


def pairs_below(child: Ints, parent: Ints, n: int) -> tuple[Ints, Ints]:
    """All (above, below) pairs of a graph of ``n`` nodes, each once, in the order of ``below``.

    ``child[i]`` contributes to ``parent[i]``. What contributes to a key result is given with that
    one's objective as its parent. A circle is a mistake of the caller (ValueError).
    """
    up, up_start = _by_node(child, parent, n)
    down, down_start = _by_node(parent, child, n)
    missing = np.diff(up_start)
    above = _Above(n)
    ready = np.flatnonzero(missing == 0)
    seen = len(ready)
    # Level by level downwards: a node's turn comes when all its parents had theirs.
    while len(ready):
        below = down[_runs(down_start[ready], np.diff(down_start)[ready])]
        np.subtract.at(missing, below, 1)
        ready = np.unique(below[missing[below] == 0])
        seen += len(ready)
        owner = np.repeat(ready, np.diff(up_start)[ready])
        parents = up[_runs(up_start[ready], np.diff(up_start)[ready])]
        higher = np.repeat(owner, above.size[parents])
        keys = np.concatenate([owner * n + parents, higher * n + above.of(parents)])
        keys.sort()
        keys = keys[np.diff(keys, prepend=-1) != 0]
        above.put(keys // n, keys % n)
    if seen < n:
        raise ValueError("the graph has a circle")
    nodes = np.arange(n, dtype=np.int64)
    return above.of(nodes), np.repeat(nodes, above.size)


def _by_node(node: Ints, other: Ints, n: int) -> tuple[Ints, Ints]:
    """The others of each node one after another, and where those of each node begin."""
    order = np.argsort(node, kind="stable")
    starts = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(node, minlength=n), out=starts[1:])
    return other[order], starts


def branch_columns(
    above: Ints, below: Ints, n: int, health: Codes, progress: Floats
) -> BranchColumns:
    """The branches of ``n`` things: objectives, teams or the organisation.

    ``above[i]`` counts the objective ``below[i]``, each pair once; ``health`` and ``progress``
    (NaN: no own progress) are the objectives'.
    """
    stands = health[below]
    own = progress[below]
    has = ~np.isnan(own)
    units = np.round(np.clip(own[has], 0.0, 1.0) / _UNIT)
    sums = total_by(above[has], units, n)
    sizes = np.bincount(above[has], minlength=n).astype(np.float64)
    return BranchColumns(
        on_track=np.bincount(above[stands == ON], minlength=n),
        at_risk=np.bincount(above[stands == RISK], minlength=n),
        off_track=np.bincount(above[stands == OFF], minlength=n),
        no_data=np.bincount(above[stands == NO_DATA], minlength=n),
        none=np.bincount(above[stands == NONE], minlength=n),
        progress=divided(sums, sizes) * _UNIT,
    )


def branch(health: Sequence[Health], progress: Sequence[float | None]) -> Branch:
    """One branch: of these objectives, each given once."""
    rows = np.arange(len(health), dtype=np.int64)
    found = branch_columns(np.zeros_like(rows), rows, 1, codes(health), floats(progress))
    return branch_at(found, 0)


def branch_at(columns: BranchColumns, row: int) -> Branch:
    """One row as a ``Branch``."""
    return Branch(
        on_track=int(columns.on_track[row]),
        at_risk=int(columns.at_risk[row]),
        off_track=int(columns.off_track[row]),
        no_data=int(columns.no_data[row]),
        none=int(columns.none[row]),
        progress=maybe(columns.progress[row]),
    )
