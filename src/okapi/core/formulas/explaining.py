"""Why a computed figure moved: its change between two periods, split over the KPIs of its formula.

A formula is looked at as a function of its *leaves*: each KPI as it is read in a period, at once,
shifted or over a window. Products and quotients of positive leaves are split by LMDI, all others by
Shapley's value, over KPIs (`core.drivers` has the sources). The effects add up to the change.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from okapi.core.columns import Floats
from okapi.core.drivers import lmdi, shapley
from okapi.core.errors import OkapiError
from okapi.core.formulas.axes import Axis, Rhythm
from okapi.core.formulas.cells import Cells, Why, reason
from okapi.core.formulas.moves import run
from okapi.core.formulas.parts import Expression, Op, PartOf
from okapi.core.formulas.tapes import Tape, tape_of
from okapi.core.frequencies import Frequency

_LEAVES = frozenset({Op.PART, Op.PREVIOUS, Op.LAST_YEAR, Op.ROLLING, Op.TO_DATE})
_ONE = Axis(Rhythm(Frequency.MONTH), 0, 0)

Keys = tuple[str, ...]
"""The KPIs of a leaf: one, or several that a window combines before anything else."""


@dataclass(frozen=True)
class Shape:
    """An expression with its leaves, each once, in the order of the text."""

    expression: Expression
    leaves: tuple[Expression, ...]

    @classmethod
    def of(cls, expression: Expression) -> Shape:
        """The shape of an expression."""
        found: dict[Expression, None] = {}
        stack = [expression]
        while stack:
            one = stack.pop()
            if one.op in _LEAVES:
                found[one] = None
            else:
                stack.extend(reversed(one.args))
        return cls(expression, tuple(found))

    @cached_property
    def keys(self) -> tuple[Keys, ...]:
        """The KPIs of each leaf."""
        return tuple(tuple(dict.fromkeys(p.key for p in leaf.parts())) for leaf in self.leaves)

    def value(self, leaves: Sequence[float]) -> float:
        """What the expression comes to; NaN is no value, of a leaf and of the whole."""
        slots = [self._slot(leaves, int(of.key)) for of in self._run[1]]
        [found] = run(self._run[0], slots, _ONE, 1)
        return math.nan if found.why[0, 0] else float(found.values[0, 0])

    @cached_property
    def _run(self) -> tuple[Tape, tuple[PartOf, ...]]:
        return tape_of((self._replaced(self.expression),))

    def _slot(self, leaves: Sequence[float], at: int) -> Cells:
        value = leaves[at]
        why = reason(Why.MISSING, 0) if math.isnan(value) else 0
        return Cells(np.full((1, 1), value), np.full((1, 1), why, dtype=np.int32))

    def _replaced(self, one: Expression) -> Expression:
        if one.op in _LEAVES:
            return Expression(Op.PART, (), PartOf(str(self.leaves.index(one))))
        return Expression(one.op, tuple(map(self._replaced, one.args)), one.setting)


def effects(
    shape: Shape, before: Sequence[float], after: Sequence[float]
) -> dict[Keys, float] | None:
    """What the KPIs of each leaf add to the change, in the formula's unit.

    ``before`` and ``after`` have the value of each leaf, NaN where there is none. None where the
    change cannot be split: with some KPIs as before and others as after there is no value.
    """
    product = _product(shape.expression, shape)
    if product is not None and all(one > 0 for one in (*before, *after)):
        scale, exponents = product
        old, new = ([v**e for v, e in zip(one, exponents, strict=True)] for one in (before, after))
        try:
            return _summed(shape, scale * lmdi(old, new))
        except OkapiError:  # beyond what floats hold
            return None
    return _by_turns(shape, before, after)


def _by_turns(
    shape: Shape, before: Sequence[float], after: Sequence[float]
) -> dict[Keys, float] | None:
    """By the mean over all orders in which the KPIs could have changed one after another."""
    groups = list(dict.fromkeys(shape.keys))
    place = [groups.index(keys) for keys in shape.keys]

    def mixed(turned: Sequence[float]) -> float | None:
        leaves = [after[n] if turned[at] else before[n] for n, at in enumerate(place)]
        found = shape.value(leaves)
        return None if math.isnan(found) else found

    try:
        found = shapley(mixed, [0.0] * len(groups), [1.0] * len(groups))
    except OkapiError:
        return None
    return {keys: float(one) for keys, one in zip(groups, found, strict=True)}


def _summed(shape: Shape, amounts: Floats) -> dict[Keys, float]:
    found: dict[Keys, float] = {}
    for keys, amount in zip(shape.keys, amounts, strict=True):
        found[keys] = found.get(keys, 0.0) + float(amount)
    return found


def _product(one: Expression, shape: Shape) -> tuple[float, list[int]] | None:
    """A number and the exponent of each leaf, 1 or -1, where the expression is their product."""
    scale, exponents = 1.0, [0] * len(shape.leaves)
    stack = [(one, 1)]
    while stack:
        now, sign = stack.pop()
        if now.op in _LEAVES:
            exponents[shape.leaves.index(now)] += sign
        elif now.op is Op.SCALE:
            scale *= now.setting**sign
            stack.append((now.args[0], sign))
        elif now.op is Op.CONSTANT and now.setting:
            scale *= now.setting**sign
        elif now.op is Op.MULTIPLY:
            stack += [(arg, sign) for arg in now.args]
        elif now.op is Op.DIVIDE:
            stack += [(now.args[0], sign), (now.args[1], -sign)]
        else:
            return None
    return (scale, exponents) if all(exponents) else None
