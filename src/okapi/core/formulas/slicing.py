"""The slices of a formula: those that its parts share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from okapi.core.errors import Refused
from okapi.core.formulas.parsing import refusal_at
from okapi.core.formulas.parts import Measured
from okapi.core.formulas.tree import Kind, Node

_TOTALS = frozenset({"total"})


def sliced(tree: Node, declared: Measured, parts: Mapping[str, Measured]) -> Measured:
    """The declared KPI with its dimensions, and whether it has a total.

    Refused: ``formula.dimensions`` (one that not all parts have), ``formula.no_total`` (a part that
    neither has a total nor says how its slices make one).
    """
    for node, in_total in _places(tree, in_total=False):
        part = parts[node.value]
        if in_total and not _gives_total(part):
            raise refusal_at("formula.no_total", node, kpi=part.key)
    outside = [node for node, in_total in _places(tree, in_total=False) if not in_total]
    sliced_by = [parts[node.value] for node in outside]
    shared = _shared(sliced_by)
    wrong = next((one for one in declared.dimensions if one not in shared), None)
    if wrong is not None:
        expected = ", ".join(shared) or "–"
        raise Refused("formula.dimensions", field="dimensions", found=wrong, expected=expected)
    dimensions = declared.dimensions or shared
    if not all(_can_be(part, dimensions) for part in sliced_by):
        if declared.dimensions:
            at = next(at for at, one in enumerate(sliced_by) if not _can_be(one, dimensions))
            raise refusal_at("formula.no_total", outside[at], kpi=sliced_by[at].key)
        dimensions = ()
    lacking = next((at for at, one in enumerate(sliced_by) if not _gives_total(one)), None)
    if lacking is not None and not dimensions:
        raise refusal_at("formula.no_total", outside[lacking], kpi=sliced_by[lacking].key)
    has_total = declared.has_total and lacking is None
    return replace(
        declared,
        dimensions=dimensions,
        has_total=has_total or not dimensions,
        is_formula=True,
    )


def _shared(parts: list[Measured]) -> tuple[str, ...]:
    if not parts:
        return ()
    first, *others = parts
    return tuple(name for name in first.dimensions if all(name in one.dimensions for one in others))


def _can_be(part: Measured, dimensions: tuple[str, ...]) -> bool:
    """Whether the part has values in slices of these dimensions."""
    same = set(part.dimensions) == set(dimensions)
    return same or not dimensions or part.merging is not None


def _gives_total(part: Measured) -> bool:
    return part.has_total or part.merging is not None


def _places(node: Node, *, in_total: bool) -> Iterator[tuple[Node, bool]]:
    """Where KPIs are named, and whether that is within a ``total``.

    ``share(x)`` reads x at the slice and in total.
    """
    stack = [(node, in_total)]
    while stack:
        one, within = stack.pop()
        if one.kind is Kind.KPI:
            yield one, within
        calls = one.value if one.kind is Kind.CALL else ""
        stack.extend((inner, within or calls in _TOTALS) for inner in reversed(one.args))
        if calls == "share":
            stack.append((one.args[0], True))
