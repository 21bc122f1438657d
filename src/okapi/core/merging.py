"""Two people changed the same thing: what each of them changed, and where they contradict.

A three-way merge of fields. What only one of both changed is taken from that one; what both changed
alike is no question; the rest is a clash, and people decide.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both changed, each in another way."""

    field: str
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The fields put together; where they clash, `values` holds mine.

    `mine` and `theirs` are the fields that each of both changed, seen from where I began.
    """

    values: Mapping[str, str]
    clashes: tuple[Clash, ...]
    mine: frozenset[str]
    theirs: frozenset[str]


def merge(
    base: Mapping[str, str],
    mine: Mapping[str, str],
    theirs: Mapping[str, str],
    *,
    bound: Mapping[str, Collection[str]] | None = None,
) -> Merged:
    """Put together what two people made of the same `base`.

    Args:
        base: the fields as they stood when I began.
        mine: the fields that I send; one that is not among them I have not touched.
        theirs: the fields as they stand now.
        bound: fields that mean nothing without another one: whoever changes the key has changed
            its values too (a target belongs to its KPI).
    """
    changed = _changed(base, mine, bound or {}) & set(theirs)
    others = _changed(base, theirs, bound or {})
    values = {**theirs, **{field: mine[field] for field in changed}}
    clashes = tuple(
        Clash(field, base.get(field, ""), mine[field], theirs[field])
        for field in theirs
        if field in changed and field in others and mine[field] != theirs[field]
    )
    return Merged(values, clashes, frozenset(changed), frozenset(others))


def _changed(
    base: Mapping[str, str], now: Mapping[str, str], bound: Mapping[str, Collection[str]]
) -> set[str]:
    found = {field for field, text in now.items() if text != base.get(field, "")}
    for head, fields in bound.items():
        if head in found:
            found |= set(fields) & set(now)
    return found
