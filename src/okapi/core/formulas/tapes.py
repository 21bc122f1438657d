"""Expressions written out as tapes: operations in order, each on the results of earlier ones.

Formulas that differ only in the KPIs that they name have the same tape and are computed together,
however many they are. What a tape reads stands in *slots*.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from okapi.core.formulas.parts import Expression, Face, Op, PartOf


class Slot(NamedTuple):
    """What is read: a face of the formula's ``kpi``-th KPI, at its slice or in total."""

    kpi: int
    face: Face
    in_total: bool


class Move(NamedTuple):
    """One operation on earlier results; ``about`` says which KPIs (by number) its reasons name."""

    op: Op
    setting: Any
    args: tuple[int, ...]
    about: int


@dataclass(frozen=True, slots=True, eq=False)
class Tape:
    """The moves of one or more expressions, and where their results stand.

    ``abouts`` are the sets of KPIs that reasons name; those of slots come first, in their order.
    Two equal tapes are one object.
    """

    slots: tuple[Slot, ...]
    moves: tuple[Move, ...]
    results: tuple[int, ...]
    abouts: tuple[tuple[int, ...], ...]
    looks_back: bool


# Operations that look at other periods than the one that they are computed for.
_IN_TIME = frozenset({Op.PREVIOUS, Op.LAST_YEAR, Op.ROLLING, Op.TO_DATE})
# Whose reasons are about their last argument: the denominator, or what is shifted or combined.
_ABOUT = frozenset({Op.DIVIDE, *_IN_TIME})


def tape_of(expressions: Iterable[Expression]) -> tuple[Tape, tuple[PartOf, ...]]:
    """The tape of expressions, and what stands in its slots."""
    writer = _Writer()
    results = tuple(writer.write(one) for one in expressions)
    for one in tuple(writer.slots):  # whether there is a period at all is seen by the values
        writer.slots.setdefault(PartOf(one.key, Face.VALUE, one.in_total), len(writer.slots))
    parts = tuple(writer.slots)
    keys = {key: at for at, key in enumerate(dict.fromkeys(one.key for one in parts))}
    slots = tuple(Slot(keys[one.key], one.face, one.in_total) for one in parts)
    abouts: list[tuple[int, ...]] = [(slot.kpi,) for slot in slots]
    moves = []
    for move in writer.moves:
        named = tuple(dict.fromkeys(keys[key] for key in move.about))
        if named not in abouts:
            abouts.append(named)
        moves.append(Move(move.op, move.setting, move.args, abouts.index(named)))
    looks_back = any(move.op in _IN_TIME for move in moves)
    return _one(slots, tuple(moves), results, tuple(abouts), looks_back), parts


@lru_cache(maxsize=32_768)
def _one(
    slots: tuple[Slot, ...],
    moves: tuple[Move, ...],
    results: tuple[int, ...],
    abouts: tuple[tuple[int, ...], ...],
    looks_back: bool,
) -> Tape:
    return Tape(slots, moves, results, abouts, looks_back)


class _Written(NamedTuple):
    op: Op
    setting: Any
    args: tuple[int, ...]
    about: tuple[str, ...]


@dataclass
class _Writer:
    """Numbers results: first the slots, then the moves; equal moves are one."""

    slots: dict[PartOf, int] = field(default_factory=dict)
    moves: list[_Written] = field(default_factory=list)
    _known: dict[_Written, int] = field(default_factory=dict)

    def write(self, expression: Expression) -> int:
        """The number of an expression's result: a slot from -1 downwards, a move from 0."""
        if expression.op is Op.PART:
            return -1 - self.slots.setdefault(expression.setting, len(self.slots))
        args = tuple(self.write(one) for one in expression.args)
        about: tuple[str, ...] = ()
        if expression.op in _ABOUT:
            about = tuple(dict.fromkeys(one.key for one in expression.args[-1].parts()))
        move = _Written(expression.op, expression.setting, args, about)
        if move not in self._known:
            self._known[move] = len(self.moves)
            self.moves.append(move)
        return self._known[move]
