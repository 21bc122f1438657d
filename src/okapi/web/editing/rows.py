"""Rows of inputs in a form: read in their order, and kept as one text, which can be merged."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.http import QueryDict

from okapi.web.editing.sent import tidy

MOST = 60
"""More rows than this nobody types."""


def numbered(
    post: QueryDict, name: str, fields: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows that were sent, by number; inputs are named `<name>-<number>-<field>`."""
    pattern = re.compile(rf"{re.escape(name)}-(\d{{1,4}})-")
    found = (pattern.match(one) for one in post)
    for number in sorted({int(match[1]) for match in found if match})[:MOST]:
        yield number, {field: tidy(post.get(f"{name}-{number}-{field}", "")) for field in fields}


def were_sent(post: QueryDict, name: str) -> bool:
    """Whether the form had these rows at all; without any row left its mark says so."""
    return f"{name}-rows" in post or any(True for _ in numbered(post, name, ()))


def read(
    post: QueryDict, name: str, fields: Sequence[str], *, needs: Collection[str]
) -> list[dict[str, str]]:
    """The rows in which at least one of the needed fields is filled in."""
    return [row for _, row in numbered(post, name, fields) if any(row[one] for one in needs)]


def told(rows: Iterable[Mapping[str, str]]) -> str:
    """Rows as one text; none are the empty text."""
    found = [dict(row) for row in rows]
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) if found else ""


def parsed(text: str) -> list[dict[str, str]]:
    """The rows of a text that `told` wrote."""
    found: list[dict[str, str]] = json.loads(text) if text else []
    return found
