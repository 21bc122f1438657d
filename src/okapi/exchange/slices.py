r"""Slices as text: `region=East|product=A`; `\\` before a mark lets it stand for itself."""

from __future__ import annotations

from collections.abc import Iterable

from okapi.core.errors import Refused

Pairs = tuple[tuple[str, str], ...]
_EXAMPLE = "region=East|product=A"


def text_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Sorted pairs as text; the total is empty."""
    return "|".join(f"{_escaped(dimension, '=')}={_escaped(value)}" for dimension, value in pairs)


def pairs_of(text: str) -> list[tuple[str, str]]:
    """The pairs of a text, in its order; `Refused` (`value.slice`) where a part has no `=`."""
    found: list[tuple[str, str]] = []
    parts, is_escaped = [""], False
    for char in f"{text}|":
        if is_escaped:
            parts[-1] += char
            is_escaped = False
        elif char == "\\":
            is_escaped = True
        elif char == "=" and len(parts) == 1:
            parts.append("")
        elif char == "|":
            if len(parts) == 2:
                found.append((parts[0].strip(), parts[1].strip()))
            elif parts[0].strip():
                raise Refused("value.slice", found=text[:80], expected=_EXAMPLE)
            parts = [""]
        else:
            parts[-1] += char
    if is_escaped or parts != [""]:
        raise Refused("value.slice", found=text[:80], expected=_EXAMPLE)
    return found


def _escaped(text: str, more: str = "") -> str:
    for mark in ("\\", "|", *more):
        text = text.replace(mark, f"\\{mark}")
    return text
