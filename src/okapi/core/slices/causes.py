"""Which of the best combinations are causes, and which are chance: on both sides.

The best combination of all tells the side on which most happened: its causes come first, then those
that pull to the other side, and so in turn until there are none. Noise has no side: what a name on
one side gains by chance is seen in the best that is left on the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from okapi.core.slices.search import Cause, Search

# A cause has to differ from all the rest: the first by this share of the price of its name, each
# further one by the price and, in counts, by so many nats more: there a second is seldom.
_FIRST, _FURTHER = 0.5, 2.0
# Forecasts are off to either side; so a cause on the other side has to be of this share of the
# first one's strength, or of its amount.
_AS_STRONG, _AS_MUCH = 0.5, 0.75


@dataclass(frozen=True, slots=True)
class _First:
    """The cause that was found first: its side, strength and amount, to judge others by."""

    side: int
    strength: float
    amount: float

    def answers(self, search: Search, cause: Cause) -> bool:
        """Whether a cause is on its side, or on the other and comparable."""
        if search.side(cause.rows) == self.side:
            return True
        if abs(search.strength(cause.rows)) >= _AS_STRONG * self.strength:
            return True
        return abs(search.amount(cause.rows)) >= _AS_MUCH * self.amount


def causes(search: Search) -> Iterator[Cause]:
    """The causes, in the order in which they are found."""
    cause = search.next_cause(0)
    if cause is None:
        return
    side = search.side(cause.rows)
    strength, amount = search.strength(cause.rows), search.amount(cause.rows)
    first = _First(side, abs(strength), abs(amount))
    needed = _FIRST * search.price(cause)
    while True:
        found = False
        for one in _on_side(search, first, side, cause, needed):
            found = True
            yield one
        if not found:
            return
        side = -side
        search.turn_to(side)
        cause = search.next_cause(side)
        needed = _further(search, cause)


def _on_side(
    search: Search, first: _First, side: int, cause: Cause | None, needed: float
) -> Iterator[Cause]:
    """Causes on one side, as long as they are better than any that is left on the other."""
    by_chance = search.best_gain(-side)
    while cause is not None and cause.score > by_chance and search.apart(cause) > needed:
        if not first.answers(search, cause):
            return
        yield cause
        search.take(cause)
        cause = search.next_cause(side)
        needed = _further(search, cause)


def _further(search: Search, cause: Cause | None) -> float:
    """By how many nats a further cause has to differ from the rest."""
    return 0.0 if cause is None else search.price(cause) + (_FURTHER if search.is_counts else 0.0)
