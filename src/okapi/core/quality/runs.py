"""Runs: neighbouring positions at which the same holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def runs_of(holds: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The first and last position of each run of true, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], holds, [False])).astype(np.int8)))
    return [(int(start), int(stop) - 1) for start, stop in edges.reshape(-1, 2)]
