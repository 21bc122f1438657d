"""Reading a formula: its text becomes a tree, or a refusal at its place.

KPIs stand by their keys in square brackets, ``[gross-margin]``; a key that is one word, of letters,
digits, ``_`` and ``.`` and not beginning with a digit, may stand bare. Full-width signs are read as
their narrow ones, ``×`` and ``÷`` as ``*`` and ``/``. The grammar is LALR(1): reading takes time in
proportion to the text and no recursion.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import Any, NoReturn

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from okapi.core.errors import Refused
from okapi.core.formulas.functions import HOW_WORDS, How, function_named
from okapi.core.formulas.tree import Kind, Node

LONGEST = 4_000  # characters
MOST_NESTED = 50  # brackets in each other
MOST_DEPTH = 150  # operations in each other; a sum of 150 KPIs is one within the other, too

_GRAMMAR = r"""
start: or_
?or_: and_ | or_ OR and_ -> binary
?and_: not_ | and_ AND not_ -> binary
?not_: comparison | NOT not_ -> unary
?comparison: sum_ | sum_ COMPARE sum_ -> binary
?sum_: product | sum_ (PLUS | MINUS) product -> binary
?product: signed | product (TIMES | OVER) signed -> binary
?signed: atom | MINUS signed -> unary | PLUS signed -> positive
?atom: NUMBER -> number | PERCENT -> percent | TEXT -> text | KPI -> kpi | WORD -> word
    | WORD OPEN arguments CLOSE -> call | OPEN or_ CLOSE -> bracket
?arguments: -> arguments | or_ (COMMA or_)* -> arguments

COMPARE: /<=|>=|<>|!=|==|[<>=≤≥≠＜＞＝]/
PLUS: /[+＋]/
MINUS: /[-−－–]/
TIMES: /[*×＊]/
OVER: /[\/÷／]/
OPEN: /[(（]/
CLOSE: /[)）]/
COMMA: /[,，]/
PERCENT.2: /(\d+(\.\d*)?|\.\d+)\s*[%％]/
NUMBER: /\d+(\.\d*)?([eE][+-]?\d{1,3})?|\.\d+/
TEXT: /"[^"\n]*"|'[^'\n]*'|“[^”\n]*”/
KPI: /[\[［【][^\[\]［］【】\n]+[\]］】]/
WORD: /[^\W\d][\w.]*/
%ignore /\s+/
%declare OR AND NOT
"""
_WORDS = {
    "or": "OR", "OR": "OR", "或": "OR", "and": "AND", "AND": "AND", "且": "AND", "not": "NOT",
    "NOT": "NOT", "非": "NOT",
}  # fmt: skip
_SIGNS = {
    "＋": "+", "−": "-", "－": "-", "–": "-", "×": "*", "＊": "*", "÷": "/", "／": "/",
    "≤": "<=", "≥": ">=", "≠": "<>", "!=": "<>", "==": "=", "＜": "<", "＞": ">", "＝": "=",
    "OR": "or", "或": "or", "AND": "and", "且": "and", "NOT": "not", "非": "not",
}  # fmt: skip


@lru_cache(maxsize=32_768)
def parse(text: str) -> Node:
    """The tree of a formula.

    Refused, each with ``at`` (the place in the text, from 1) and ``found``: ``formula.empty``,
    ``formula.too_long``, ``formula.too_deep``, ``formula.character``, ``formula.unexpected``,
    ``formula.ends``, ``formula.not_closed``, ``formula.function``, ``formula.arguments``,
    ``formula.how``, ``formula.number``.
    """
    if len(text) > LONGEST:
        raise Refused("formula.too_long", field="formula", found=len(text), most=LONGEST)
    if not text.strip():
        raise Refused("formula.empty", field="formula")
    _check_nesting(text)
    try:
        tree: Node = _parser().parse(text)  # type: ignore[assignment]  # the transformer makes nodes
    except UnexpectedInput as unexpected:
        _refuse(text, unexpected)
    return tree


def _check_nesting(text: str) -> None:
    depth = 0
    for at, character in enumerate(text):
        if character in "(（":
            depth += 1
            if depth > MOST_NESTED:
                raise refusal("formula.too_deep", at, at + 1, most=MOST_NESTED)
        elif character in ")）":
            depth -= 1


def refusal(code: str, start: int, end: int, **data: Any) -> Refused:
    """A refusal at a place of the text, told from 1."""
    return Refused(code, field="formula", at=start + 1, size=max(end - start, 1), **data)


def refusal_at(code: str, node: Node, **data: Any) -> Refused:
    """A refusal at a node."""
    return refusal(code, node.start, node.end, **data)


def _refuse(text: str, unexpected: UnexpectedInput) -> NoReturn:
    if isinstance(unexpected, UnexpectedCharacters):
        at = int(unexpected.pos_in_stream or 0)  # type: ignore[redundant-expr]  # may be None
        found = text[at]
        if found in "[［【":
            raise refusal("formula.not_closed", at, at + 1, found=found) from None
        raise refusal("formula.character", at, at + 1, found=found) from None
    if isinstance(unexpected, UnexpectedToken) and unexpected.token.type != "$END":
        token = unexpected.token
        start = token.start_pos or 0
        raise refusal(
            "formula.unexpected", start, start + len(token), found=str(token)[:60]
        ) from None
    end = len(text.rstrip())
    opened = _not_closed(text)
    if opened is not None:
        raise refusal("formula.not_closed", opened, opened + 1, found=text[opened]) from None
    raise refusal("formula.ends", end, end + 1) from None


def _not_closed(text: str) -> int | None:
    """The last bracket that is opened and not closed."""
    opened: list[int] = []
    for at, character in enumerate(text):
        if character in "(（":
            opened.append(at)
        elif character in ")）" and opened:
            opened.pop()
    return opened[-1] if opened else None


@cache
def _parser() -> Lark:
    return Lark(
        _GRAMMAR,
        parser="lalr",
        lexer="basic",
        transformer=_Builder(),
        lexer_callbacks={"WORD": _word},
    )


def _word(token: Token) -> Token:
    """A word of the language, or a name."""
    kind = _WORDS.get(token)
    return token if kind is None else Token.new_borrow_pos(kind, token.value, token)


class _Builder(Transformer[Token, Node]):
    """Makes nodes while the text is read, from the leaves up."""

    def start(self, found: list[Node]) -> Node:
        return found[0]

    def number(self, found: list[Token]) -> Node:
        return _literal(Kind.NUMBER, found[0], str(found[0]))

    def percent(self, found: list[Token]) -> Node:
        return _literal(Kind.PERCENT, found[0], str(found[0]).rstrip("%％ \t\n　"))

    def text(self, found: list[Token]) -> Node:
        start, end = _place(found[0])
        return Node(Kind.TEXT, (), str(found[0])[1:-1].strip(), start, end)

    def kpi(self, found: list[Token]) -> Node:
        start, end = _place(found[0])
        return Node(Kind.KPI, (), str(found[0])[1:-1].strip(), start, end)

    def word(self, found: list[Token]) -> Node:
        start, end = _place(found[0])
        return Node(Kind.KPI, (), str(found[0]), start, end, is_bare=True)

    def bracket(self, found: list[Any]) -> Node:
        opening, inner, closing = found
        start, end = _place(opening)[0], _place(closing)[1]
        return Node(
            inner.kind, inner.args, inner.value, start, end, inner.depth, is_bare=inner.is_bare
        )

    def arguments(self, found: list[Any]) -> list[Node]:
        return [one for one in found if isinstance(one, Node)]

    def call(self, found: list[Any]) -> Node:
        name, _, args, closing = found
        start, end = _place(name)[0], _place(closing)[1]
        function = function_named(str(name))
        if function is None:
            raise refusal("formula.function", start, start + len(name), found=str(name)[:60])
        if not function.least <= len(args) <= function.most:
            raise refusal(
                "formula.arguments",
                start,
                end,
                found=len(args),
                function=function.name,
                expected=f"{function.name}({function.sample})",
            )
        if function.how_at is not None and len(args) > function.how_at:
            args[function.how_at] = _how(args[function.how_at])
        return _node(Kind.CALL, args, start, end, function.name)

    def unary(self, found: list[Any]) -> Node:
        sign, inner = found
        start = _place(sign)[0]
        if _SIGNS.get(sign, sign) == "not":
            return _node(Kind.NOT, [inner], start, inner.end)
        if inner.kind in (Kind.NUMBER, Kind.PERCENT):  # a negative number is a number
            value = inner.value[1:] if inner.value.startswith("-") else f"-{inner.value}"
            return Node(inner.kind, (), value, start, inner.end)
        return _node(Kind.NEGATIVE, [inner], start, inner.end)

    def positive(self, found: list[Any]) -> Node:
        inner: Node = found[1]
        return inner

    def binary(self, found: list[Any]) -> Node:
        left, sign, right = found
        return _node(Kind(_SIGNS.get(sign, str(sign))), [left, right], left.start, right.end)


def _literal(kind: Kind, token: Token, text: str) -> Node:
    start, end = _place(token)
    plain = unicodedata.normalize("NFKC", text)
    if plain.startswith("."):
        plain = f"0{plain}"
    if abs(float(plain)) > 1e100 or len(plain) > 60:
        raise refusal("formula.number", start, end, found=text[:60])
    return Node(kind, (), plain.removesuffix("."), start, end)


def _node(kind: Kind, args: list[Node], start: int, end: int, value: str = "") -> Node:
    depth = 1 + max((one.depth for one in args), default=0)
    if depth > MOST_DEPTH:
        raise refusal("formula.too_deep", start, end, most=MOST_DEPTH)
    return Node(kind, tuple(args), value, start, end, depth)


def _place(token: Token) -> tuple[int, int]:
    start = token.start_pos or 0
    return start, start + len(token)


def _how(node: Node) -> Node:
    """The argument that says how a window is combined: a word such as ``sum``."""
    how = HOW_WORDS.get(node.value.lower()) if node.is_bare else None
    if how is None:
        raise refusal_at("formula.how", node, expected=", ".join(one.value for one in How))
    return Node(Kind.HOW, (), how.value, node.start, node.end)
