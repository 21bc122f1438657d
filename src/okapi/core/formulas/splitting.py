"""The two sums of a ratio: of a formula of the form a / b, also times a number."""

from __future__ import annotations

from dataclasses import dataclass, replace

from okapi.core.formulas.parts import Expression, Face, Op
from okapi.core.formulas.reading import Reader
from okapi.core.formulas.tree import Kind, Node
from okapi.core.formulas.typed import quotient_parts, relabelled
from okapi.core.formulas.units import unit_of
from okapi.core.series import Aggregation


@dataclass(frozen=True, slots=True)
class Split:
    """The formula is numerator ÷ denominator × factor."""

    numerator: Expression
    denominator: Expression
    factor: float = 1.0

    def times(self, factor: float) -> Split:
        """The same, multiplied."""
        return replace(self, factor=self.factor * factor)

    def each(self, op: Op, setting: object) -> Split:
        """The same, of other periods."""
        above = Expression(op, (self.numerator,), setting)
        return replace(
            self, numerator=above, denominator=Expression(op, (self.denominator,), setting)
        )


def split(reader: Reader, node: Node, *, in_total: bool = False) -> Split | None:
    """The sums of a formula that the reader has read; None where it is no ratio."""
    match node.kind:
        case Kind.KPI:
            part = reader.parts[node.value]
            if part.aggregation is not Aggregation.RATIO:
                return None
            above = reader.part(part, in_total=in_total, face=Face.NUMERATOR)
            below = reader.part(part, in_total=in_total, face=Face.DENOMINATOR)
            return Split(above, below, part.scale)
        case Kind.NEGATIVE:
            inner = split(reader, node.args[0], in_total=in_total)
            return inner and inner.times(-1.0)
        case Kind.MULTIPLY:
            return _product(reader, node, in_total)
        case Kind.DIVIDE:
            return _quotient(reader, node, in_total)
        case Kind.CALL:
            return _call(reader, node, in_total)
        case _:
            return None


def _product(reader: Reader, node: Node, in_total: bool) -> Split | None:
    for number, other in (node.args, reversed(node.args)):
        if number.kind in (Kind.NUMBER, Kind.PERCENT):
            inner = split(reader, other, in_total=in_total)
            factor = number.number / 100 if number.kind is Kind.PERCENT else number.number
            return inner and inner.times(factor)
    return None


def _quotient(reader: Reader, node: Node, in_total: bool) -> Split | None:
    above, below = node.args
    if below.kind is Kind.NUMBER:
        inner = split(reader, above, in_total=in_total)
        return inner and inner.times(1 / below.number)
    if above.kind in (Kind.NUMBER, Kind.PERCENT):
        return None  # 1 / x: its numerator is no sum
    one, other = (reader.read(side, in_total=in_total) for side in (above, below))
    return Split(*quotient_parts(one, other))


def _call(reader: Reader, node: Node, in_total: bool) -> Split | None:
    inner = node.args[0]
    match node.value:
        case "share":
            here = reader.read(inner, in_total=in_total)
            return Split(here.expression, reader.read(inner, in_total=True).expression)
        case "total":
            return split(reader, inner, in_total=True)
        case "as":
            found = split(reader, inner, in_total=in_total)
            text = node.args[1].value
            typed = reader.read(inner, in_total=in_total)
            return found and found.times(relabelled(typed, unit_of(text), text, node)[1])
        case "previous" | "last_year":
            found = split(reader, inner, in_total=in_total)
            read = reader.read(node, in_total=in_total).expression
            return found and found.each(read.op, read.setting)
        case _:
            return None
