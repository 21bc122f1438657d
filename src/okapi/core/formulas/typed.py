"""Expressions with their units: what adding, multiplying and comparing make of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from okapi.core.formulas import units
from okapi.core.formulas.parsing import refusal_at
from okapi.core.formulas.parts import Expression, Op
from okapi.core.formulas.tree import Kind, Node
from okapi.core.formulas.units import LITERAL, PERCENT, PLAIN, Unit, told

_ARITHMETIC = {Kind.ADD: Op.ADD, Kind.SUBTRACT: Op.SUBTRACT}


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression, its unit, and whether it is a comparison and no value.

    ``node`` is where it stands in the text.
    """

    expression: Expression
    unit: Unit
    node: Node
    is_condition: bool = False

    def at(self, node: Node) -> Typed:
        """The same, told at another place."""
        return replace(self, node=node)


def literal(node: Node) -> Typed:
    """A number in the text; with a percent sign it is a percentage."""
    unit = PERCENT if node.kind is Kind.PERCENT else LITERAL
    return Typed(constant(node.number), unit, node)


def constant(number: float) -> Expression:
    """A number."""
    return Expression(Op.CONSTANT, (), number)


def scaled(expression: Expression, factor: float) -> Expression:
    """The expression times a number."""
    if factor == 1.0:
        return expression
    if expression.op is Op.CONSTANT:
        return constant(expression.setting * factor)
    if expression.op is Op.SCALE:
        return scaled(expression.args[0], expression.setting * factor)
    return Expression(Op.SCALE, (expression,), factor)


def value_of(typed: Typed) -> Typed:
    """The same, if it is a value. Refused: ``formula.condition``."""
    if typed.is_condition:
        raise refusal_at("formula.condition", typed.node)
    return typed


def combined(one: Typed, other: Typed, node: Node) -> Unit:
    """The unit of two values that are added, compared, or stand for each other.

    Refused at the second: ``formula.currencies``, ``formula.percent``, ``formula.units``.
    """
    unit = units.together(_zero(value_of(one), other), _zero(value_of(other), one))
    if unit is not None:
        return unit
    words = {"found": told(other.unit), "expected": told(one.unit)}
    code = "formula.units"
    if one.unit.currency and other.unit.currency:
        code = "formula.currencies"
    elif one.unit.is_percent or other.unit.is_percent:
        code = "formula.percent"
    raise refusal_at(code, other.node if other.node is not node else node, **words)


def _zero(typed: Typed, other: Typed) -> Unit:
    """The unit; 0 has any."""
    expression = typed.expression
    is_zero = expression.op is Op.CONSTANT and expression.setting == 0
    return other.unit if typed.unit.is_literal and is_zero else typed.unit


def add(kind: Kind, one: Typed, other: Typed, node: Node) -> Typed:
    """A sum or difference."""
    unit = combined(one, other, node)
    return Typed(Expression(_ARITHMETIC[kind], (one.expression, other.expression)), unit, node)


def multiply(one: Typed, other: Typed, node: Node) -> Typed:
    """A product; a percentage that does not meet a bare number counts as its hundredth."""
    unit = units.times(value_of(one).unit, value_of(other).unit)
    left, right = _plainly(one, other), _plainly(other, one)
    for number, inner in ((left, right), (right, left)):
        if number.op is Op.CONSTANT:
            return Typed(scaled(inner, number.setting), unit, node)
    return Typed(Expression(Op.MULTIPLY, (left, right)), unit, node)


def divide(one: Typed, other: Typed, node: Node) -> Typed:
    """A quotient. Refused: ``formula.by_zero`` (a bare 0)."""
    unit = units.over(value_of(one).unit, value_of(other).unit)
    left, right = quotient_parts(one, other)
    if right.op is Op.CONSTANT:
        if right.setting == 0:
            raise refusal_at("formula.by_zero", other.node)
        if left.op is Op.CONSTANT:
            return Typed(constant(left.setting / right.setting), unit, node)
    return Typed(Expression(Op.DIVIDE, (left, right)), unit, node)


def quotient_parts(one: Typed, other: Typed) -> tuple[Expression, Expression]:
    """Numerator and denominator as they are divided; of two percentages as they stand."""
    if one.unit.is_percent and (other.unit.is_percent or other.unit.is_literal):
        return one.expression, other.expression
    return _hundredth(one), _hundredth(other)


def _plainly(typed: Typed, other: Typed) -> Expression:
    return typed.expression if other.unit.is_literal else _hundredth(typed)


def _hundredth(typed: Typed) -> Expression:
    return scaled(typed.expression, 0.01) if typed.unit.is_percent else typed.expression


def relabelled(typed: Typed, unit: Unit, text: str, node: Node) -> tuple[Typed, float]:
    """The value told in another unit, as its author says; and by what it was multiplied.

    Between a plain number and % that is 100 or its hundredth; between others nothing is multiplied.
    Refused: ``formula.units`` (a named unit that is told in %).
    """
    factor = 1.0
    if unit.is_percent and not typed.unit.is_percent and not typed.unit.is_literal:
        fitting = units.scale_to(value_of(typed).unit, unit, text)
        if fitting is None:
            words = {"found": told(typed.unit), "expected": "%"}
            raise refusal_at("formula.units", node, **words)
        factor = fitting
    elif typed.unit.is_percent and unit == PLAIN:
        factor = 0.01
    return Typed(scaled(value_of(typed).expression, factor), unit, node), factor
