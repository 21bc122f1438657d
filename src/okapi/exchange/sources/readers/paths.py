"""Names of files in a query to DuckDB, as places below the organisation's folder.

People write `FROM 'sales/*.parquet'`; where the folder lies is the installation's business. The
engine itself refuses what lies elsewhere, so this is a convenience and no guard.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlglot import tokenize
from sqlglot.tokenizer_core import Token, TokenType

_BEFORE = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.COMMA})
_TABLES = frozenset({TokenType.FROM, TokenType.JOIN})
_READING = ("read_", "parquet_", "glob")


def placed(query: str, root: Path) -> str:
    """The query with every name of a file made absolute: after FROM or JOIN, and in `read_…(…)`."""
    tokens = tokenize(query, dialect="duckdb")
    parts, last = [], 0
    for token in _names(tokens):
        name = str(root / token.text).replace("'", "''")
        parts += [query[last : token.start], f"'{name}'"]
        last = token.end + 1
    return "".join([*parts, query[last:]])


def _names(tokens: list[Token]) -> Iterator[Token]:
    calls: list[str] = []
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        match token.token_type:
            case TokenType.L_PAREN:
                calls.append(before.text.lower() if before is not None else "")
            case TokenType.R_PAREN if calls:
                calls.pop()
            case TokenType.STRING if before is not None:
                in_call = bool(calls) and calls[-1].startswith(_READING)
                if before.token_type in _TABLES or (in_call and before.token_type in _BEFORE):
                    yield token
            case _:
                continue
