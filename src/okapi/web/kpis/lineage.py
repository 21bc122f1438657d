"""The lineage of a KPI as a picture drawn by the server, and as a list of the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from okapi.kpis.queries.lineage import Lineage, Node
from okapi.web.http import Addresses
from okapi.web.kpis import shown
from okapi.wording import say

WIDTH, HEIGHT = 176, 48
_ACROSS, _DOWN, _EDGE = 48, 12, 2
_MOST_IN_COLUMN = 7
_NAME_WIDTH = 23
"""In half characters: a Chinese one is twice as wide."""


@dataclass(frozen=True, slots=True)
class Box:
    """A KPI in the picture: its place, what it is called, and where it stands."""

    x: int
    y: int
    name: str
    short: str
    value: str
    href: str
    is_here: bool

    @property
    def text_x(self) -> int:
        """Where its texts begin."""
        return self.x + 12

    @property
    def name_y(self) -> int:
        """The line of its name."""
        return self.y + 20

    @property
    def value_y(self) -> int:
        """The line of its value."""
        return self.y + 38


@dataclass(frozen=True, slots=True)
class Row:
    """A KPI in the list."""

    name: str
    value: str
    href: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes in columns, from what is measured on the left to what is computed on the right."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    paths: tuple[str, ...]
    parts: tuple[Row, ...]
    dependants: tuple[Row, ...]
    more: int
    box_width: int = WIDTH
    box_height: int = HEIGHT


def picture(found: Lineage, at: Addresses) -> Picture | None:
    """The picture; None for a KPI that has no formula and that none names."""
    if len(found.nodes) < 2:
        return None
    columns = [list(nodes) for _, nodes in groupby(_sorted(found.nodes), lambda node: node.level)]
    drawn = [column[:_MOST_IN_COLUMN] for column in columns]
    tallest = max(len(column) for column in drawn)
    height = tallest * HEIGHT + (tallest - 1) * _DOWN + 2 * _EDGE
    places: dict[UUID, tuple[int, int]] = {}
    for across, column in enumerate(drawn):
        own = len(column) * HEIGHT + (len(column) - 1) * _DOWN
        for down, node in enumerate(column):
            x = _EDGE + across * (WIDTH + _ACROSS)
            places[node.row.id] = x, (height - own) // 2 + down * (HEIGHT + _DOWN)
    return Picture(
        width=len(drawn) * (WIDTH + _ACROSS) - _ACROSS + 2 * _EDGE,
        height=height,
        boxes=tuple(_box(node, *places[node.row.id], at) for column in drawn for node in column),
        paths=tuple(_paths(found, places)),
        parts=tuple(_row(node, at) for node in found.parts),
        dependants=tuple(_row(node, at) for node in found.dependants),
        more=sum(len(column) for column in columns) - len(places) + int(found.is_cut),
    )


def _sorted(nodes: Sequence[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: node.level)


def _box(node: Node, x: int, y: int, at: Addresses) -> Box:
    name = node.row.name
    return Box(x, y, name, _cut(name), _value(node), at.kpi(node.row.key), node.level == 0)


def _row(node: Node, at: Addresses) -> Row:
    return Row(node.row.name, _value(node), at.kpi(node.row.key))


def _value(node: Node) -> str:
    row = node.row
    if row.value is None:
        return say("kpis.formula.no_value")
    return shown.words(row.value, row.measure)


def _cut(name: str) -> str:
    """The name as far as the box has room."""
    room = _NAME_WIDTH
    for at, letter in enumerate(name):
        room -= 2 if ord(letter) > 0x2E80 else 1
        if room < 0:
            return f"{name[: max(at - 1, 1)].rstrip()}…"
    return name


def _paths(found: Lineage, places: Mapping[UUID, tuple[int, int]]) -> Iterator[str]:
    for part, formula in found.edges:
        if part not in places or formula not in places:
            continue
        (x1, y1), (x2, y2) = places[part], places[formula]
        begin, end, half = x1 + WIDTH, x2, HEIGHT // 2
        bend = max((end - begin) // 2, 24)
        yield (
            f"M{begin} {y1 + half}C{begin + bend} {y1 + half} {end - bend} {y2 + half}"
            f" {end} {y2 + half}"
        )
