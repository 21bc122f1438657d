"""How far a change reaches, and how far back an expression looks: ranges of period numbers.

A range is a first and a last number, both included. Reaches may be told a little too wide (a year
of weeks has 52 or 53), never too narrow.
"""

from __future__ import annotations

from collections.abc import Callable

from okapi.core.formulas.axes import NOWHERE, Rhythm
from okapi.core.formulas.parts import Expression, Op, PartOf
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


def moved(
    expression: Expression, changed: Callable[[PartOf], Range | None], rhythm: Rhythm
) -> Range | None:
    """The periods in which an expression can differ when its parts differ in theirs.

    With them those in which a part differs itself: whether a formula has a period at all depends
    on them.
    """
    if expression.op is Op.PART:
        return changed(expression.setting)
    found: Range | None = None
    for arg in expression.args:
        found = hull(found, moved(arg, changed, rhythm))
    return None if found is None else hull(found, _later(expression, found, rhythm))


def _later(expression: Expression, found: Range, rhythm: Rhythm) -> Range:
    first, last = found
    match expression.op:
        case Op.PREVIOUS:
            return first + expression.setting, last + expression.setting
        case Op.LAST_YEAR:
            least, most = _A_YEAR[rhythm.frequency]
            return first + least, last + most
        case Op.ROLLING:
            return first, last + expression.setting[0] - 1
        case Op.TO_DATE:
            return first, rhythm.ends(last, expression.setting[0])
        case _:
            return found


def looked_at(
    expression: Expression, wanted: Range, rhythm: Rhythm, tell: Callable[[PartOf, Range], None]
) -> None:
    """Tell the periods of each part that an expression looks at to be known in those wanted.

    A part is looked at in the wanted periods themselves, too.
    """
    if expression.op is Op.PART:
        tell(expression.setting, wanted)
        return
    earlier = hull(wanted, _earlier(expression, wanted, rhythm)) or wanted
    for arg in expression.args:
        looked_at(arg, earlier, rhythm, tell)


def _earlier(expression: Expression, wanted: Range, rhythm: Rhythm) -> Range:
    first, last = wanted
    match expression.op:
        case Op.PREVIOUS:
            return first - expression.setting, last
        case Op.LAST_YEAR:
            before = rhythm.year_before(first)
            return (first if before == NOWHERE else before), last
        case Op.ROLLING:
            return first - expression.setting[0] + 1, last
        case Op.TO_DATE:
            return rhythm.begins(first, expression.setting[0]), last
        case _:
            return wanted
