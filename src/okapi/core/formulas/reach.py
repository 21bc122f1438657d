"""How far a change reaches, and how far back a tape looks: ranges of period numbers.

A range is a first and a last number, both included. Reaches may be told a little too wide (a year
of weeks has 52 or 53), never too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from okapi.core.formulas.axes import NOWHERE, Rhythm
from okapi.core.formulas.parts import Op
from okapi.core.formulas.tapes import Move, Tape
from okapi.core.frequencies import Frequency

Range = tuple[int, int]

# How many periods later the same period is next year: at least, and at most.
_A_YEAR = {
    Frequency.DAY: (365, 366),
    Frequency.WEEK: (52, 53),
    Frequency.MONTH: (12, 12),
    Frequency.QUARTER: (4, 4),
    Frequency.HALF: (2, 2),
    Frequency.YEAR: (1, 1),
}


def hull(one: Range | None, other: Range | None) -> Range | None:
    """The range that holds both; None is nothing."""
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), max(one[1], other[1])


def moved(tape: Tape, changed: Sequence[Range | None], rhythm: Rhythm) -> Range | None:
    """The periods in which results can differ when slots differ in theirs.

    With them those in which a slot differs itself: whether a formula has a period at all depends
    on them.
    """
    found: Range | None = None
    for one in changed:
        found = hull(found, one)
    made: list[Range | None] = []
    for move in tape.moves:
        differs: Range | None = None
        for at in move.args:
            differs = hull(differs, made[at] if at >= 0 else changed[-1 - at])
        if differs is not None:
            differs = hull(differs, _later(move, differs, rhythm))
        made.append(differs)
        found = hull(found, differs)
    return found


def _later(move: Move, found: Range, rhythm: Rhythm) -> Range:
    first, last = found
    match move.op:
        case Op.PREVIOUS:
            return first + move.setting, last + move.setting
        case Op.LAST_YEAR:
            least, most = _A_YEAR[rhythm.frequency]
            return first + least, last + most
        case Op.ROLLING:
            return first, last + move.setting[0] - 1
        case Op.TO_DATE:
            return first, rhythm.ends(last, move.setting[0])
        case _:
            return found


@lru_cache(maxsize=8_192)
def looked_at(tape: Tape, wanted: Range, rhythm: Rhythm) -> tuple[Range, ...]:
    """The periods of each slot that a tape looks at for those wanted; these themselves, too."""
    slots = [wanted] * len(tape.slots)
    if not tape.looks_back:
        return tuple(slots)
    needed: list[Range | None] = [None] * len(tape.moves)

    def need(at: int, periods: Range) -> None:
        if at >= 0:
            needed[at] = hull(needed[at], periods)
        else:
            slots[-1 - at] = hull(slots[-1 - at], periods) or periods

    for at in tape.results:
        need(at, wanted)
    for place in range(len(tape.moves) - 1, -1, -1):
        move, periods = tape.moves[place], needed[place] or wanted
        earlier = hull(periods, _earlier(move, periods, rhythm)) or periods
        for at in move.args:
            need(at, earlier)
    return tuple(slots)


def _earlier(move: Move, wanted: Range, rhythm: Rhythm) -> Range:
    first, last = wanted
    match move.op:
        case Op.PREVIOUS:
            return first - move.setting, last
        case Op.LAST_YEAR:
            before = rhythm.year_before(first)
            return (first if before == NOWHERE else before), last
        case Op.ROLLING:
            return first - move.setting[0] + 1, last
        case Op.TO_DATE:
            return rhythm.begins(first, move.setting[0]), last
        case _:
            return wanted
