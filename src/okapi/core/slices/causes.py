"""Which of the best combinations are causes, and which are chance: on both sides.

The best combination of all tells the side on which most happened: its causes come first, then those
that pull to the other side, and so in turn until there are none. Noise has no side: what a name on
one side gains by chance is seen in the best that is left on the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from okapi.core.slices.leaves import Leaves
from okapi.core.slices.search import Cause, Search

# A cause has to differ from all the rest: the first by this share of the price of its name, each
# further one by the price and, in counts, by so many nats more: there a second is seldom.
_FIRST, _FURTHER = 0.5, 2.0
# Forecasts are off to either side; so a cause on the other side has to gain, net, this many times
# the price of its name, and to be of this share of the first one's strength (its amount by its
# size), or, of figures, of its amount.
_CLEAR, _AS_STRONG, _AS_MUCH = 1.0, 0.5, 0.75


@dataclass(frozen=True, slots=True)
class _Judge:
    """Whether a cause on the other side is comparable to the first, by the figures as they came."""

    search: Search
    leaves: Leaves
    first: Cause
    side: int

    def takes(self, cause: Cause) -> bool:
        """Whether a cause is on the first one's side, or on the other and comparable."""
        if self.search.side(cause.rows) == self.side:
            return True
        if cause.score < _CLEAR * self.search.price(cause):
            return False
        (size, amount), (its_size, its_amount) = map(self._figures, (cause, self.first))
        if amount * self.side >= 0:
            return False
        if abs(amount) * its_size >= _AS_STRONG * abs(its_amount) * size:
            return True
        return not self.search.is_counts and abs(amount) >= _AS_MUCH * abs(its_amount)

    def _figures(self, cause: Cause) -> tuple[float, float]:
        """Its size, the mean of what was expected and what came; and by how much that was more."""
        expected, actual = self.leaves.expected[cause.rows], self.leaves.actual[cause.rows]
        size = np.abs(expected).sum() + np.abs(actual).sum()
        return float(size) / 2, float(actual.sum() - expected.sum())


def causes(search: Search, leaves: Leaves) -> Iterator[Cause]:
    """The causes, in the order in which they are found; ``leaves`` are the cells as they came."""
    cause = search.next_cause(0)
    if cause is None:
        return
    side = search.side(cause.rows)
    judge = _Judge(search, leaves, cause, side)
    needed = _FIRST * search.price(cause)
    while True:
        found = False
        for one in _on_side(search, judge, side, cause, needed):
            found = True
            yield one
        if not found:
            return
        side = -side
        search.turn_to(side)
        cause = search.next_cause(side)
        needed = _further(search, cause)


def _on_side(
    search: Search, judge: _Judge, side: int, cause: Cause | None, needed: float
) -> Iterator[Cause]:
    """Causes on one side, as long as they are better than any that is left on the other."""
    by_chance = search.best_gain(-side)
    while cause is not None and cause.score > by_chance and search.apart(cause) > needed:
        if not judge.takes(cause):
            return
        yield cause
        search.take(cause)
        cause = search.next_cause(side)
        needed = _further(search, cause)


def _further(search: Search, cause: Cause | None) -> float:
    """By how many nats a further cause has to differ from the rest."""
    return 0.0 if cause is None else search.price(cause) + (_FURTHER if search.is_counts else 0.0)
