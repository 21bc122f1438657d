"""The tree of a formula as it was written: nodes with their places in the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

_BARE = re.compile(r"[^\W\d][\w.]*")
RESERVED = frozenset({"and", "or", "not", "AND", "OR", "NOT", "且", "或", "非"})


class Kind(StrEnum):
    """What a node is; operators are called as they are written."""

    NUMBER = "number"
    PERCENT = "percent"
    TEXT = "text"
    KPI = "kpi"
    HOW = "how"
    CALL = "call"
    NEGATIVE = "negative"
    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    LESS = "<"
    LESS_EQUAL = "<="
    MORE = ">"
    MORE_EQUAL = ">="
    EQUAL = "="
    UNEQUAL = "<>"
    AND = "and"
    OR = "or"
    NOT = "not"


COMPARISONS = frozenset(
    {Kind.LESS, Kind.LESS_EQUAL, Kind.MORE, Kind.MORE_EQUAL, Kind.EQUAL, Kind.UNEQUAL}
)
_BINDING = {
    Kind.OR: 1, Kind.AND: 2, Kind.NOT: 3, **dict.fromkeys(COMPARISONS, 4), Kind.ADD: 5,
    Kind.SUBTRACT: 5, Kind.MULTIPLY: 6, Kind.DIVIDE: 6, Kind.NEGATIVE: 7,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """A number, a KPI, a call or an operation.

    ``value`` is the number as a text, the key of a KPI, a text, the function's own name, or how a
    window is combined. ``start`` and ``end`` are its place in the text, from 0, the end not
    included. ``depth`` counts the nodes from here to the deepest leaf. ``is_bare`` tells a KPI
    written without brackets.
    """

    kind: Kind
    args: tuple[Node, ...] = ()
    value: str = ""
    start: int = 0
    end: int = 0
    depth: int = 1
    is_bare: bool = False

    @property
    def number(self) -> float:
        """The number that a literal stands for, as it is written: 5 for ``5%`` too."""
        return float(self.value)


def walk(tree: Node) -> Iterator[Node]:
    """Every node, from left to right, parents first."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.args))


def keys_of(tree: Node) -> tuple[str, ...]:
    """The keys of the KPIs that a formula names, each once, in the order of the text."""
    return tuple(dict.fromkeys(node.value for node in walk(tree) if node.kind is Kind.KPI))


def written(
    tree: Node,
    names: Mapping[str, str] | None = None,
    called: Callable[[str], str] | None = None,
) -> str:
    """The formula in one canonical form, which reads back as the same tree.

    With ``names`` (key → name) KPIs are called by their names, for people; then the text does not
    read back. ``called`` says how a function is called, in the reader's language.
    """
    return _written(tree, names, called or str)


def _written(node: Node, names: Mapping[str, str] | None, called: Callable[[str], str]) -> str:
    kind = node.kind
    if kind is Kind.KPI:
        return _kpi(node.value, names)
    if kind in (Kind.NUMBER, Kind.HOW):
        return node.value
    if kind is Kind.PERCENT:
        return f"{node.value}%"
    if kind is Kind.TEXT:
        return f'"{node.value}"'
    if kind is Kind.CALL:
        listed = ", ".join(_written(one, names, called) for one in node.args)
        return f"{called(node.value)}({listed})"
    parts = [_operand(node, at, names, called) for at in range(len(node.args))]
    if kind is Kind.NEGATIVE:
        return f"-{parts[0]}"
    if kind is Kind.NOT:
        return f"not {parts[0]}"
    return f"{parts[0]} {_SIGNS.get(kind, kind.value) if names else kind.value} {parts[1]}"


_SIGNS = {Kind.MULTIPLY: "×", Kind.DIVIDE: "÷", Kind.SUBTRACT: "−"}


def _kpi(key: str, names: Mapping[str, str] | None) -> str:
    if names is not None and key in names:
        return names[key]
    return key if _BARE.fullmatch(key) and key not in RESERVED else f"[{key}]"


def _operand(
    node: Node, at: int, names: Mapping[str, str] | None, called: Callable[[str], str]
) -> str:
    """An argument, in brackets where it would be read otherwise."""
    inner = node.args[at]
    text = _written(inner, names, called)
    outer_binds, binds = _BINDING[node.kind], _BINDING.get(inner.kind, 9)
    if names is not None and inner.kind is Kind.KPI and re.search(r"[\s+*/×÷−-]", text):
        text = f"「{text}」" if re.search(r"[\u4e00-\u9fff]", text) else f"“{text}”"
    right = at == 1 and node.kind not in (Kind.AND, Kind.OR)
    loose = binds < outer_binds or (binds == outer_binds and (right or node.kind in COMPARISONS))
    if node.kind is Kind.NEGATIVE and inner.kind is Kind.NEGATIVE:
        loose = True
    return f"({text})" if loose else text
