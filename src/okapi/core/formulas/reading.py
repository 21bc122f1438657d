"""From a tree to typed expressions: every function's meaning, and the units that it takes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from okapi.core.formulas import typed
from okapi.core.formulas.functions import How
from okapi.core.formulas.parsing import refusal_at
from okapi.core.formulas.parts import Expression, Face, Measured, Op, PartOf
from okapi.core.formulas.tree import COMPARISONS, Kind, Node
from okapi.core.formulas.typed import Typed, combined, relabelled, value_of
from okapi.core.formulas.units import PLAIN, unit_of
from okapi.core.formulas.windows import Window, pushed
from okapi.core.frequencies import Frequency
from okapi.core.series import Aggregation

MOST_PERIODS = 1_000
MOST_PLACES = 12
_SPANS = {
    "month_to_date": Frequency.MONTH,
    "quarter_to_date": Frequency.QUARTER,
    "year_to_date": Frequency.YEAR,
}
_FOLDED = {"min": Op.MIN, "max": Op.MAX, "coalesce": Op.COALESCE}
_ADDED = frozenset({How.SUM, How.MEAN})


class Reader:
    """Reads the nodes of one formula.

    Args:
        parts: the KPIs that it names, by key.
        frequency: the formula's own.
    """

    def __init__(self, parts: Mapping[str, Measured], frequency: Frequency) -> None:
        self.parts = parts
        self._frequency = frequency

    def part(self, part: Measured, *, in_total: bool, face: Face = Face.VALUE) -> Expression:
        """A KPI, or a part of its ratio."""
        return Expression(Op.PART, (), PartOf(part.key, face, in_total))

    def read(self, node: Node, *, in_total: bool = False) -> Typed:
        """The node's expression with its unit."""
        match node.kind:
            case Kind.NUMBER | Kind.PERCENT:
                return typed.literal(node)
            case Kind.KPI:
                part = self.parts[node.value]
                return Typed(self.part(part, in_total=in_total), unit_of(part.unit), node)
            case Kind.TEXT | Kind.HOW:
                raise refusal_at("formula.unexpected", node, found=node.value[:60])
            case Kind.CALL:
                return self._call(node, in_total)
        args = [self.read(one, in_total=in_total) for one in node.args]
        match node.kind:
            case Kind.NEGATIVE:
                inner = value_of(args[0])
                return Typed(typed.scaled(inner.expression, -1.0), inner.unit, node)
            case Kind.ADD | Kind.SUBTRACT:
                return typed.add(node.kind, args[0], args[1], node)
            case Kind.MULTIPLY:
                return typed.multiply(args[0], args[1], node)
            case Kind.DIVIDE:
                return typed.divide(args[0], args[1], node)
            case _:
                return _condition(node, args)

    def _call(self, node: Node, in_total: bool) -> Typed:
        name = node.value
        if name in _SPANS:
            return self._to_date(node, _SPANS[name], in_total)
        if name == "rolling":
            n = _whole(node.args[1], 1, MOST_PERIODS)
            return self._windowed(node, Window(Op.ROLLING, n), in_total)
        if name in ("previous", "last_year"):
            return self._shifted(node, in_total)
        if name == "total":
            return self.read(node.args[0], in_total=True).at(node)
        if name == "share":
            here = self.read(node.args[0], in_total=in_total)
            return typed.divide(here, self.read(node.args[0], in_total=True), node)
        if name == "as":
            return self._as(node, in_total)
        if name == "round":
            return self._round(node, in_total)
        args = [self.read(one, in_total=in_total) for one in node.args]
        return _choice(node, args) if name == "if" else _many(node, args)

    def _shifted(self, node: Node, in_total: bool) -> Typed:
        inner = _of_time(value_of(self.read(node.args[0], in_total=in_total)))
        if node.value == "last_year":
            return Typed(Expression(Op.LAST_YEAR, (inner.expression,)), inner.unit, node)
        n = _whole(node.args[1], 1, MOST_PERIODS) if len(node.args) > 1 else 1
        return Typed(Expression(Op.PREVIOUS, (inner.expression,), n), inner.unit, node)

    def _to_date(self, node: Node, span: Frequency, in_total: bool) -> Typed:
        if self._frequency.typical_days > span.typical_days:
            raise refusal_at("formula.to_date", node, found=node.value, expected=self._frequency)
        return self._windowed(node, Window(Op.TO_DATE, span), in_total)

    def _windowed(self, node: Node, window: Window, in_total: bool) -> Typed:
        """A window, as it is said; else each KPI by its own aggregation, so that ratios stay so."""
        inner, *told = node.args
        read = _of_time(value_of(self.read(inner, in_total=in_total)))
        if told and told[-1].kind is Kind.HOW:
            how = How(told[-1].value)
            if how in _ADDED and is_ratio(inner, self.parts):
                raise refusal_at("formula.ratio_window", told[-1], found=how.value)
            return Typed(window.over(read.expression, how), read.unit, node)
        return pushed(self, inner, window, in_total=in_total).at(node)

    def _as(self, node: Node, in_total: bool) -> Typed:
        inner, text = node.args
        if text.kind is not Kind.TEXT:
            raise refusal_at("formula.text", text, expected='"¥"')
        read = self.read(inner, in_total=in_total)
        return relabelled(read, unit_of(text.value), text.value, node)[0]

    def _round(self, node: Node, in_total: bool) -> Typed:
        inner = value_of(self.read(node.args[0], in_total=in_total))
        places = 0
        if len(node.args) > 1:
            places = _whole(node.args[1], -MOST_PLACES, MOST_PLACES)
        return Typed(Expression(Op.ROUND, (inner.expression,), places), inner.unit, node)


def _of_time(read: Typed) -> Typed:
    """The same, if it has other values in other periods. Refused: ``formula.no_parts``."""
    if next(read.expression.parts(), None) is None:
        raise refusal_at("formula.no_parts", read.node)
    return read


def _condition(node: Node, args: list[Typed]) -> Typed:
    """A comparison, or conditions that are joined."""
    expressions = tuple(one.expression for one in args)
    if node.kind in COMPARISONS:
        combined(args[0], args[1], node)
        return Typed(Expression(Op.COMPARE, expressions, node.kind), PLAIN, node, True)
    for one in args:
        if not one.is_condition:
            raise refusal_at("formula.no_condition", one.node)
    return Typed(Expression(Op(node.kind.value), expressions), PLAIN, node, True)


def _choice(node: Node, args: list[Typed]) -> Typed:
    """One value or another; without another there is none."""
    condition, *branches = args
    if not condition.is_condition:
        raise refusal_at("formula.no_condition", condition.node)
    unit = value_of(branches[0]).unit
    if len(branches) > 1:
        unit = combined(branches[0], branches[1], node)
    return Typed(Expression(Op.CHOOSE, tuple(one.expression for one in args)), unit, node)


def _many(node: Node, args: list[Typed]) -> Typed:
    """The smallest, the largest, the first that there is; and the size of one."""
    if node.value == "abs":
        return Typed(Expression(Op.ABS, (value_of(args[0]).expression,)), args[0].unit, node)
    op = _FOLDED[node.value]

    def folded(one: Typed, other: Typed) -> Typed:
        unit = combined(one, other, node)
        return Typed(Expression(op, (one.expression, other.expression)), unit, node)

    return reduce(folded, args)


def _whole(node: Node, least: int, most: int) -> int:
    """A whole number that is written out. Refused: ``formula.count``."""
    if node.kind is Kind.NUMBER:
        number = node.number
        if number == int(number) and least <= number <= most:
            return int(number)
    raise refusal_at("formula.count", node, least=least, most=most)


def is_ratio(node: Node, parts: Mapping[str, Measured]) -> bool:
    """Whether the values of a node are a ratio, which is not to be summed or averaged."""
    match node.kind:
        case Kind.KPI:
            return parts[node.value].aggregation is Aggregation.RATIO
        case Kind.DIVIDE:
            by_number = node.args[1].kind is Kind.NUMBER
            return not by_number or is_ratio(node.args[0], parts)
        case Kind.NEGATIVE | Kind.MULTIPLY:
            return any(is_ratio(one, parts) for one in node.args)
        case Kind.CALL:
            passed = node.value in ("as", "total", "previous", "last_year", "round", "coalesce")
            return node.value == "share" or (passed and is_ratio(node.args[0], parts))
        case _:
            return False
