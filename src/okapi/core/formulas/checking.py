"""Whether a formula fits the KPIs that it names, and what is computed then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache, reduce

from okapi.core.errors import Refused
from okapi.core.formulas import slicing, splitting
from okapi.core.formulas.formula import Formula
from okapi.core.formulas.parsing import refusal_at
from okapi.core.formulas.parts import Measured
from okapi.core.formulas.reading import Reader
from okapi.core.formulas.tree import Kind, Node, keys_of, walk
from okapi.core.formulas.typed import Typed, scaled, value_of
from okapi.core.formulas.units import NoUnit, named, scale_to, told, unit_of
from okapi.core.frequencies import Frequency
from okapi.core.series import Aggregation


def check(tree: Node, declared: Measured, parts: Mapping[str, Measured]) -> Formula:
    """The formula as it is computed, in its declared unit.

    Args:
        tree: the formula as it was read.
        declared: how the KPI itself is defined; without dimensions it gets those its parts share.
        parts: the KPIs that may be named, by key.

    Refused at a place of the text: ``formula.unknown``, ``formula.no_parts``,
    ``formula.condition``, ``formula.units``, ``formula.currencies``, ``formula.percent``,
    ``formula.unit`` (the result is not in the declared one), ``formula.times_hundred``,
    ``formula.longer`` (a part of a longer frequency), ``formula.irregular``, ``formula.by_zero``,
    ``formula.count``, ``formula.to_date``, ``formula.say_how``, ``formula.ratio_window``,
    ``formula.no_ratio``, ``formula.mean_of_ratios``, ``formula.no_total``, ``formula.dimensions``.
    """
    named_parts = tuple(parts[key] for key in keys_of(tree) if key in parts)
    return _check(tree, declared, named_parts)


@lru_cache(maxsize=32_768)
def _check(tree: Node, declared: Measured, parts: tuple[Measured, ...]) -> Formula:
    known = {part.key: part for part in parts}
    _check_parts(tree, declared, known)
    reader = Reader(known, declared.frequency)
    whole = value_of(reader.read(tree))
    scale = _scale(tree, whole, declared)
    measured = slicing.sliced(tree, declared, known)
    split = splitting.split(reader, tree)
    if declared.aggregation is Aggregation.RATIO:
        if split is None:
            raise refusal_at("formula.no_ratio", tree, expected="a / b")
        above = scaled(split.numerator, split.factor * scale / declared.scale)
        expressions = (scaled(whole.expression, scale), above, split.denominator)
        return Formula.of(measured, parts, named(whole.unit), expressions)
    if split is not None and declared.aggregation in (Aggregation.SUM, Aggregation.MEAN):
        raise refusal_at("formula.mean_of_ratios", tree, found=declared.aggregation)
    return Formula.of(measured, parts, named(whole.unit), (scaled(whole.expression, scale),))


def _check_parts(tree: Node, declared: Measured, known: Mapping[str, Measured]) -> None:
    if declared.frequency is Frequency.IRREGULAR:
        raise Refused("formula.irregular", field="frequency", found=declared.frequency)
    names = [node for node in walk(tree) if node.kind is Kind.KPI]
    if not names:
        raise refusal_at("formula.no_parts", tree)
    for node in names:
        part = known.get(node.value)
        if part is None:
            raise refusal_at("formula.unknown", node, found=node.value[:120])
        longer = part.frequency.typical_days > declared.frequency.typical_days
        if longer:
            raise refusal_at(
                "formula.longer",
                node,
                found=part.frequency,
                expected=declared.frequency,
                kpi=part.key,
            )


def _scale(tree: Node, whole: Typed, declared: Measured) -> float:
    """By what the result is multiplied to be in the declared unit."""
    unit = unit_of(declared.unit)
    if unit.is_percent and whole.unit.is_share and _bare_factor(tree) == 100:
        raise refusal_at("formula.times_hundred", tree)
    scale = scale_to(whole.unit, unit, declared.unit)
    if scale is None:
        raise refusal_at(
            "formula.unit", tree, found=declared.unit or NoUnit.NUMBER, expected=told(whole.unit)
        )
    return scale


def _bare_factor(tree: Node) -> float:
    """The product of the bare numbers that the whole is multiplied by."""
    if tree.kind is not Kind.MULTIPLY:
        return 1.0
    numbers = [one.number for one in tree.args if one.kind is Kind.NUMBER]
    inner = [_bare_factor(one) for one in tree.args if one.kind is not Kind.NUMBER]
    return reduce(lambda one, other: one * other, [*numbers, *inner], 1.0)


def near(key: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Keys that somebody may have meant: those that begin so, then those that look alike."""
    listed = sorted(set(known))
    folded = key.casefold()
    begin = [one for one in listed if one.casefold().startswith(f"{folded}-")]
    same = [one for one in listed if one.casefold() == folded]
    alike = get_close_matches(key, listed, n=most, cutoff=0.6)
    return list(dict.fromkeys([*same, *begin, *alike]))[:most]
