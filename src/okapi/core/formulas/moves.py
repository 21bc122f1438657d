"""Running a tape: every move of it on the rows of all tasks at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from okapi.core.formulas import cells, spans
from okapi.core.formulas.axes import Axis
from okapi.core.formulas.cells import Cells, Why, reason
from okapi.core.formulas.parts import Op
from okapi.core.formulas.tapes import Tape


def run(tape: Tape, slots: Sequence[Cells], axis: Axis, tasks: int) -> list[Cells]:
    """The results of a tape as they are kept; ``slots`` have a row for each of so many tasks."""
    made: list[Cells] = []
    for move in tape.moves:
        if move.op is Op.CONSTANT:
            made.append(cells.filled(tasks, len(axis), move.setting))
            continue
        args = [made[at] if at >= 0 else slots[-1 - at] for at in move.args]
        made.append(_OPERATIONS[move.op](args, move.setting, move.about, axis))
    results = [made[at] if at >= 0 else slots[-1 - at] for at in tape.results]
    return [cells.finished(one) for one in results]


_Operation = Callable[[Sequence[Cells], Any, int, Axis], Cells]


def _previous(args: Sequence[Cells], setting: Any, about: int, _: Axis) -> Cells:
    return spans.shifted(args[0], setting, reason(Why.MISSING, about))


def _last_year(args: Sequence[Cells], _: Any, about: int, axis: Axis) -> Cells:
    return spans.taken(args[0], axis.year_before, reason(Why.MISSING, about))


def _rolling(args: Sequence[Cells], setting: Any, about: int, _: Axis) -> Cells:
    n, how = setting
    return spans.rolling(args[0], n, how, reason(Why.NOT_FULL, about))


def _to_date(args: Sequence[Cells], setting: Any, _: int, axis: Axis) -> Cells:
    span, how = setting
    return spans.to_date(args[0], axis.begins(span), how)


def _choose(args: Sequence[Cells], _: Any, about: int, __: Axis) -> Cells:
    return cells.choose(args[0], args[1], args[2] if len(args) > 2 else None, about)


def _binary(op: Op) -> _Operation:
    return lambda args, _, about, __: cells.binary(op.value, args[0], args[1], about)


_OPERATIONS: dict[Op, _Operation] = {
    **{op: _binary(op) for op in (Op.ADD, Op.SUBTRACT, Op.MULTIPLY, Op.MIN, Op.MAX)},
    Op.DIVIDE: lambda args, _, about, __: cells.divide(args[0], args[1], about),
    Op.SCALE: lambda args, factor, about, _: cells.scale(args[0], factor, about),
    Op.ABS: lambda args, *_: cells.absolute(args[0]),
    Op.ROUND: lambda args, places, *_: cells.round_to(args[0], places),
    Op.COALESCE: lambda args, *_: cells.coalesce(args[0], args[1]),
    Op.COMPARE: lambda args, kind, *_: cells.compare(kind, args[0], args[1]),
    Op.AND: lambda args, *_: cells.both(args[0], args[1]),
    Op.OR: lambda args, *_: cells.either(args[0], args[1]),
    Op.NOT: lambda args, *_: cells.negated(args[0]),
    Op.CHOOSE: _choose,
    Op.GIVEN: lambda args, *_: cells.given(*args),
    Op.PREVIOUS: _previous,
    Op.LAST_YEAR: _last_year,
    Op.ROLLING: _rolling,
    Op.TO_DATE: _to_date,
}
