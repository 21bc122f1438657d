"""The order in which formulas are computed, and the circles that there must not be."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import TypeVar

from okapi.core.alignment import any_circle
from okapi.core.errors import Refused

N = TypeVar("N", bound=Hashable)


def levels(parts: Mapping[N, Collection[N]]) -> dict[N, int]:
    """For each formula how deep it is: 1 above what is measured only, in the order of computing.

    ``parts`` has what each formula names; what has no formula is measured. Refused:
    ``formula.circle``, naming it in order, its first node again at its end.
    """
    waiting = {one: sum(part in parts for part in named) for one, named in parts.items()}
    above: dict[N, list[N]] = {}
    for one, named in parts.items():
        for part in named:
            if part in parts:
                above.setdefault(part, []).append(one)
    found = {one: 1 for one, count in waiting.items() if not count}
    queue = list(found)
    for one in queue:
        for other in above.get(one, ()):
            waiting[other] -= 1
            found[other] = max(found.get(other, 1), found[one] + 1)
            if not waiting[other]:
                queue.append(other)
    if len(queue) < len(parts):
        edges = [(one, part) for one, named in parts.items() for part in named if part in parts]
        circle = any_circle(edges) or []
        raise Refused("formula.circle", field="formula", circle=tuple(circle))
    return {one: found[one] for one in queue}
