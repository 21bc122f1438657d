"""The graph of contributions: circles, what lies above and below, paths upward.

A node is anything hashable that sorts the same way each time it is met: an objective, or a key
result. An edge is (child, parent). A key result stands below its objective, so that edge belongs
to the graph too.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

N = TypeVar("N", bound=Hashable)
Edge = tuple[N, N]


def find_circle(edges: Iterable[Edge[N]], new_edge: Edge[N]) -> list[N] | None:
    """The circle that a new edge would close, or None.

    It begins with the child, goes up along the new edge and comes back: the last node is the
    first again. The edges themselves must be without circles.
    """
    child, parent = new_edge
    if child == parent:
        return [child, child]
    came_from: dict[N, N] = {}
    above = _next(edges, upwards=True)
    queue = [parent]
    seen = {parent}
    for node in queue:
        if node == child:
            return [child, *_way(came_from, parent, child)]
        for further in above.get(node, ()):
            if further not in seen:
                seen.add(further)
                came_from[further] = node
                queue.append(further)
    return None


def _way(came_from: Mapping[N, N], first: N, last: N) -> list[N]:
    way = [last]
    while way[-1] != first:
        way.append(came_from[way[-1]])
    return way[::-1]


def any_circle(edges: Iterable[Edge[N]]) -> list[N] | None:
    """Some circle among the edges, its last node the first again; None if there is none."""
    above = _next(edges, upwards=True)
    finished: set[N] = set()
    for root in above:
        path: list[N] = []
        on_path: set[N] = set()
        # Each entry is a node to enter, or to leave again (True).
        stack: list[tuple[N, bool]] = [(root, False)]
        while stack:
            node, leaves = stack.pop()
            if leaves:
                finished.add(path.pop())
                on_path.discard(node)
            elif node in on_path:
                return [*path[path.index(node) :], node]
            elif node not in finished:
                path.append(node)
                on_path.add(node)
                stack.append((node, True))
                stack.extend((further, False) for further in above.get(node, ()))
    return None


def levels_up(edges: Iterable[Edge[N]], node: N, *, most: int = 12) -> list[list[N]]:
    """The node, and what lies above it level by level: all of a node's parents lie higher than it.

    Each node stands once, at the end of the longest way to it; of ways longer than ``most`` the
    rest is left out.
    """
    above = _next(edges, upwards=True)
    height = {node: 0}
    queue = [node]
    for at in queue:
        for further in above.get(at, ()):
            if height.get(further, -1) <= height[at] < most:
                height[further] = height[at] + 1
                queue.append(further)
    levels: list[list[N]] = [[] for _ in range(max(height.values()) + 1)]
    for one, level in height.items():
        levels[level].append(one)
    return [level for level in levels if level]


def _next(edges: Iterable[Edge[N]], *, upwards: bool) -> dict[N, list[N]]:
    found: dict[N, list[N]] = {}
    for child, parent in edges:
        start, end = (child, parent) if upwards else (parent, child)
        found.setdefault(start, []).append(end)
    return found
