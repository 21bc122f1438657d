"""Windows pushed down to the KPIs: each is combined by its own aggregation, ratios by their sums.

Only periods in which all KPIs of the window's formula have a value count, so that a difference to
date never lacks one side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from okapi.core.formulas import typed
from okapi.core.formulas.functions import How
from okapi.core.formulas.parsing import refusal_at
from okapi.core.formulas.parts import Expression, Face, Measured, Op, PartOf
from okapi.core.formulas.tree import Kind, Node
from okapi.core.formulas.typed import Typed, relabelled, scaled
from okapi.core.formulas.units import unit_of
from okapi.core.frequencies import Frequency
from okapi.core.series import Aggregation

_HOWS = {
    Aggregation.SUM: How.SUM,
    Aggregation.MEAN: How.MEAN,
    Aggregation.MIN: How.MIN,
    Aggregation.MAX: How.MAX,
    Aggregation.LAST: How.LAST,
}


class Reads(Protocol):
    """What a window must be able to ask of the formula's reader."""

    parts: Mapping[str, Measured]

    def part(self, part: Measured, *, in_total: bool, face: Face) -> Expression:
        """A KPI, or a part of its ratio."""

    def read(self, node: Node, *, in_total: bool) -> Typed:
        """The node's expression with its unit."""


@dataclass(frozen=True, slots=True)
class Window:
    """The newest ``of`` periods (ROLLING), or those of the running ``of`` (TO_DATE)."""

    op: Op
    of: int | Frequency

    def over(self, expression: Expression, how: How) -> Expression:
        """The expression's values in the window as one."""
        return Expression(self.op, (expression,), (self.of, how))


def pushed(reader: Reads, node: Node, window: Window, *, in_total: bool) -> Typed:
    """The window over a node without being told how.

    Refused: ``formula.say_how`` where the KPIs' own aggregations do not say it.
    """
    return _Pushing(reader, window, node, in_total).push(node, in_total=in_total)


class _Pushing:
    def __init__(self, reader: Reads, window: Window, node: Node, in_total: bool) -> None:
        self._reader, self._window, self._whole = reader, window, node
        read = reader.read(node, in_total=in_total).expression
        self._read = tuple(dict.fromkeys(read.parts()))

    def push(self, node: Node, *, in_total: bool) -> Typed:
        match node.kind:
            case Kind.NUMBER | Kind.PERCENT if node is not self._whole:
                return typed.literal(node)
            case Kind.KPI:
                return self._part(node, in_total)
            case Kind.NEGATIVE:
                inner = self.push(node.args[0], in_total=in_total)
                return Typed(scaled(inner.expression, -1.0), inner.unit, node)
            case Kind.ADD | Kind.SUBTRACT:
                for one in node.args:
                    self._refuse_extremes(one)
                left, right = (self._of_kpi(one, in_total) for one in node.args)
                return typed.add(node.kind, left, right, node)
            case Kind.MULTIPLY if any(_is_literal(one) for one in node.args):
                left, right = (self.push(one, in_total=in_total) for one in node.args)
                return typed.multiply(left, right, node)
            case Kind.DIVIDE:
                left, right = (self.push(one, in_total=in_total) for one in node.args)
                return typed.divide(left, right, node)
            case Kind.CALL:
                return self._call(node, in_total)
        raise refusal_at("formula.say_how", node)

    def _of_kpi(self, node: Node, in_total: bool) -> Typed:
        """A summand: numbers alone are none, since it is open how often they count."""
        if _is_literal(node):
            raise refusal_at("formula.say_how", node)
        return self.push(node, in_total=in_total)

    def _call(self, node: Node, in_total: bool) -> Typed:
        inner = node.args[0]
        match node.value:
            case "total":
                return self.push(inner, in_total=True).at(node)
            case "share":
                here = self.push(inner, in_total=in_total)
                return typed.divide(here, self.push(inner, in_total=True), node)
            case "as":
                text = node.args[1].value
                found = self.push(inner, in_total=in_total)
                return relabelled(found, unit_of(text), text, node)[0]
            case _:
                raise refusal_at("formula.say_how", node)

    def _part(self, node: Node, in_total: bool) -> Typed:
        part = self._reader.parts[node.value]
        unit = unit_of(part.unit)
        if part.aggregation is not Aggregation.RATIO:
            how = _HOWS[part.aggregation]
            return Typed(self._summed(part, Face.VALUE, in_total, how), unit, node)
        above = self._summed(part, Face.NUMERATOR, in_total, How.SUM)
        below = self._summed(part, Face.DENOMINATOR, in_total, How.SUM)
        ratio = Expression(Op.DIVIDE, (above, below))
        return Typed(scaled(ratio, part.scale), unit, node)

    def _summed(self, part: Measured, face: Face, in_total: bool, how: How) -> Expression:
        own = self._reader.part(part, in_total=in_total, face=face)
        others = [one for one in self._read if one != PartOf(part.key, Face.VALUE, in_total)]
        if others:
            given = tuple(Expression(Op.PART, (), one) for one in others)
            own = Expression(Op.GIVEN, (own, *given))
        return self._window.over(own, how)

    def _refuse_extremes(self, node: Node) -> None:
        """The smallest of a sum is not the sum of the smallest."""
        if node.kind is Kind.KPI:
            how = self._reader.parts[node.value].aggregation
            if how in (Aggregation.MIN, Aggregation.MAX):
                raise refusal_at("formula.say_how", node)


def _is_literal(node: Node) -> bool:
    return node.kind in (Kind.NUMBER, Kind.PERCENT)
