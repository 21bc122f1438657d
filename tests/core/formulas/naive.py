"""Formulas computed one cell at a time, from the tree and by the words of the reference alone."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from okapi.core.formulas.axes import Rhythm
from okapi.core.formulas.formula import Formula
from okapi.core.formulas.parsing import parse
from okapi.core.formulas.parts import Measured, Series
from okapi.core.formulas.tree import Kind, Node
from okapi.core.frequencies import Frequency
from okapi.core.series import Aggregation
from okapi.core.slices import read_slice_key
from tests.core.formulas.world import Cell, World

NONE: Cell = (None, None, None)
SPANS = {"month_to_date": "month", "quarter_to_date": "quarter", "year_to_date": "year"}
COMPARE: dict[Kind, Callable[[float, float], bool]] = {
    Kind.LESS: operator.lt, Kind.LESS_EQUAL: operator.le, Kind.MORE: operator.gt,
    Kind.MORE_EQUAL: operator.ge, Kind.EQUAL: operator.eq, Kind.UNEQUAL: operator.ne,
}  # fmt: skip
ARITHMETIC: dict[Kind, Callable[[float, float], float]] = {
    Kind.ADD: operator.add, Kind.SUBTRACT: operator.sub, Kind.MULTIPLY: operator.mul,
}  # fmt: skip


def kept(value: float | None) -> float | None:
    """A value as it is kept: 12 significant digits, and not beyond all bounds."""
    if value is None or not abs(value) < 1e30:
        return None
    return float(f"{value:.11e}") + 0.0


def combine(how: str, values: list[float]) -> float | None:
    if not values:
        return None
    match how:
        case "sum":
            return sum(values)
        case "mean":
            return sum(values) / len(values)
        case "min":
            return min(values)
        case "max":
            return max(values)
    return values[-1]


def quotient(above: float | None, below: float | None, scale: float) -> float | None:
    return None if above is None or not below else above / below * scale


@dataclass
class Naive:
    world: World

    @cached_property
    def formulas(self) -> dict[str, Formula]:
        return self.world.checked()

    @cached_property
    def slices(self) -> dict[str, list[str]]:
        return self.world.slices()

    @cached_property
    def _known(self) -> dict[tuple[str, str, int], tuple[bool, Cell]]:
        return {}

    def cells(self) -> dict[Series, dict[int, Cell]]:
        found = {}
        for key, formula in self.formulas.items():
            rhythm = self.world.rhythm.of(formula.measured.frequency)
            begin, end = rhythm.index_range(self.world.days())
            for one in self.slices[key]:
                rows = {at: self.formula(key, one, at) for at in range(begin, end + 1)}
                found[Series(key, one)] = {
                    at: cell for at, (is_there, cell) in rows.items() if is_there
                }
        return found

    def formula(self, key: str, slice_: str, at: int) -> tuple[bool, Cell]:
        """Whether a formula has a period, and what it comes to."""
        if (key, slice_, at) not in self._known:
            formula = self.formulas[key]
            rhythm = self.world.rhythm.of(formula.measured.frequency)
            tree = parse(self.world.formulas[key][0])
            here = _Here(self, formula, rhythm, slice_)
            is_there = any(here.part(one, at, total)[0] is not None for one, total in _places(tree))
            value = kept(here.value(tree, at))
            cell: Cell = (value, None, None)
            if formula.measured.aggregation is Aggregation.RATIO and value is not None:
                above, below, factor = here.sums(tree, at)
                cell = (value, None if above is None else kept(above * factor), kept(below))
            self._known[key, slice_, at] = is_there, cell
        return self._known[key, slice_, at]

    def own(self, series: Series, part: Measured, rhythm: Rhythm, at: int) -> list[Cell]:
        """The cells of a series that lie in a period of another rhythm, in the order of time."""
        if series.kpi not in self.formulas:
            rows = sorted(self.world.values.get(series, ()), key=lambda row: (row[1], row[0]))
            return [
                tuple(None if math.isnan(one) else one for one in numbers)
                for _, last, *numbers in rows
                if rhythm.index(last) == at
            ]
        theirs = self.world.rhythm.of(part.frequency)
        first, last = (at, at) if theirs == rhythm else theirs.within(at, rhythm)
        found = [self.formula(series.kpi, series.slice, one) for one in range(first, last + 1)]
        return [cell for is_there, cell in found if is_there and cell[0] is not None]


@dataclass
class _Here:
    naive: Naive
    formula: Formula
    rhythm: Rhythm
    slice_: str

    def part(self, node: Node, at: int, total: bool) -> Cell:
        part = next(one for one in self.formula.parts if one.key == node.value)
        series = self._series(part, "" if total else self.slice_)
        ratio = part.aggregation is Aggregation.RATIO
        found = []
        for one in series:
            cells = self.naive.own(one, part, self.rhythm, at)
            shorter = part.is_formula and part.frequency != self.rhythm.frequency
            if len(cells) > 1 or (ratio and shorter and cells):
                cells = [_aggregated(cells, part)]
            found += [cell for cell in cells if cell[0] is not None or cell[1] is not None]
        if not found:
            return NONE
        if len(series) == 1:
            return found[0]
        if ratio:
            return _aggregated(found, part)
        return combine(part.merging.value, [one[0] for one in found]), None, None

    def _series(self, part: Measured, wanted: str) -> list[Series]:
        if not wanted and part.has_total:
            return [Series(part.key)]
        values = read_slice_key(wanted)
        return [
            Series(part.key, key)
            for key in self.naive.slices.get(part.key, ())
            if key and values.items() <= read_slice_key(key).items()
        ]

    def value(self, node: Node, at: int, total: bool = False) -> float | None:
        match node.kind:
            case Kind.NUMBER:
                return node.number
            case Kind.KPI:
                return self.part(node, at, total)[0]
            case Kind.CALL:
                return self._call(node, at, total)
            case Kind.AND | Kind.OR:
                decides = node.kind is Kind.OR
                sides = [self.value(one, at, total) for one in node.args]
                if any(one is not None and bool(one) is decides for one in sides):
                    return float(decides)
                return None if None in sides else float(not decides)
        args = [self.value(one, at, total) for one in node.args]
        return None if None in args else self._operation(node, args)

    def _operation(self, node: Node, args: list[float]) -> float | None:
        if node.kind in COMPARE:
            one, other = (float(f"{arg:.11e}") for arg in args)
            return float(COMPARE[node.kind](one, other))
        match node.kind:
            case Kind.NEGATIVE:
                found: float | None = -args[0]
            case Kind.NOT:
                found = 1 - args[0]
            case Kind.DIVIDE:
                found = args[0] / args[1] if args[1] else None
            case _:
                found = ARITHMETIC[node.kind](*args)
        return found if found is not None and abs(found) < 1e30 else None

    def _call(self, node: Node, at: int, total: bool) -> float | None:
        inner = node.args[0]
        match node.value:
            case "total":
                return self.value(inner, at, True)
            case "previous":
                back = int(node.args[1].number) if len(node.args) > 1 else 1
                return self.value(inner, at - back, total)
            case "last_year":
                return self.value(inner, self.rhythm.year_before(at), total)
            case "if":
                holds = self.value(inner, at, total)
                chosen = node.args[1:2] if holds else node.args[2:]
                given = holds is not None and chosen
                return self.value(chosen[0], at, total) if given else None
        if node.value == "rolling" or node.value in SPANS:
            return self._window(node, at, total)
        if node.value == "share":
            return quotient(self.value(inner, at, total), self.value(inner, at, True), 1)
        args = [self.value(one, at, total) for one in node.args]
        if node.value == "coalesce":
            return next((one for one in args if one is not None), None)
        return None if None in args else self._plain(node, args)

    def _plain(self, node: Node, args: list[float]) -> float | None:
        if node.value == "abs":
            return abs(args[0])
        if node.value == "round":
            power = 10 ** (args[1] if len(args) > 1 else 0)
            near = float(f"{abs(args[0]) * power:.11e}")
            return math.copysign(math.floor(near + 0.5) / power, args[0]) + 0.0
        return combine(node.value, args)

    def _window(self, node: Node, at: int, total: bool) -> float | None:
        inner = node.args[0]
        if node.value == "rolling":
            periods = range(at - int(node.args[1].number) + 1, at + 1)
        else:
            periods = range(self.rhythm.begins(at, Frequency(SPANS[node.value])), at + 1)
        told = node.args[-1].value if node.args[-1].kind is Kind.HOW else ""
        known = [one for one in periods if self.value(inner, one, total) is not None]
        if not told:
            parts = list(_places(inner, total))
            known = [
                one for one in periods
                if all(self.part(leaf, one, whole)[0] is not None for leaf, whole in parts)
            ]  # fmt: skip
        full = len(known) == len(periods) if node.value == "rolling" else at in known
        if not full:
            return None
        if told:
            return combine(told, [self.value(inner, one, total) for one in known])
        return self._pushed(inner, known, total)

    def _pushed(self, node: Node, known: list[int], total: bool) -> float | None:
        match node.kind:
            case Kind.NUMBER:
                return node.number
            case Kind.KPI:
                part = next(one for one in self.formula.parts if one.key == node.value)
                cells = [self.part(node, one, total) for one in known]
                if part.aggregation is Aggregation.RATIO:
                    sums = [[one[face] for one in cells] for face in (1, 2)]
                    if any(None in one for one in sums):
                        return None
                    return quotient(sum(sums[0]), sum(sums[1]), part.scale)
                return combine(part.aggregation.value, [one[0] for one in cells])
            case Kind.CALL if node.value == "total":
                return self._pushed(node.args[0], known, True)
            case Kind.CALL if node.value == "share":
                sides = (self._pushed(node.args[0], known, one) for one in (total, True))
                return quotient(*sides, 1)
        args = [self._pushed(one, known, total) for one in node.args]
        return None if None in args else self._operation(node, args)

    def sums(self, node: Node, at: int, total: bool = False) -> tuple[float, float, float]:
        """Numerator, denominator and factor of a ratio that has a value."""
        match node.kind:
            case Kind.KPI:
                _, above, below = self.part(node, at, total)
                return above, below, 1.0
            case Kind.NEGATIVE:
                above, below, factor = self.sums(node.args[0], at, total)
                return above, below, -factor
            case Kind.MULTIPLY:
                number, ratio = sorted(node.args, key=lambda one: one.kind is not Kind.NUMBER)
                above, below, factor = self.sums(ratio, at, total)
                return above, below, factor * number.number
            case Kind.CALL:
                return self._sums_of_call(node, at, total)
        return self.value(node.args[0], at, total), self.value(node.args[1], at, total), 1.0

    def _sums_of_call(self, node: Node, at: int, total: bool) -> tuple[float, float, float]:
        inner = node.args[0]
        match node.value:
            case "share":
                return self.value(inner, at, total), self.value(inner, at, True), 1.0
            case "total":
                return self.sums(inner, at, True)
            case "last_year":
                return self.sums(inner, self.rhythm.year_before(at), total)
        back = int(node.args[1].number) if len(node.args) > 1 else 1
        return self.sums(inner, at - back, total)


def _aggregated(cells: list[Cell], part: Measured) -> Cell:
    """The cells of several periods or slices as one."""
    if part.aggregation is not Aggregation.RATIO:
        return combine(part.aggregation.value, [one[0] for one in cells]), None, None
    if any(one[1] is None or one[2] is None for one in cells):
        return NONE
    above, below = sum(one[1] for one in cells), sum(one[2] for one in cells)
    return kept(quotient(above, below, part.scale)), above, below


def _places(tree: Node, total: bool = False):
    """Every KPI that is named, and whether in total; ``share`` reads both."""
    if tree.kind is Kind.KPI:
        yield tree, total
    name = tree.value if tree.kind is Kind.CALL else ""
    for one in tree.args:
        yield from _places(one, total or name == "total")
        if name == "share":
            yield from _places(one, True)
