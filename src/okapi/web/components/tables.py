"""A table of numbers, told column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from okapi.web.components.base import Component


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head: words, whether it holds figures, and the address that sorts by it.

    `sorted` is ascending or descending when the list is sorted by it; `hide` is the width below
    which it is left out: wide (1280), middle (1024), narrow (768).
    """

    text: str
    figures: bool = False
    href: str = ""
    sorted: str = ""
    hide: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: words or a component; a link with `href`; `quiet` is grey; `note` stands below."""

    content: object
    href: str = ""
    quiet: bool = False
    strong: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class DataTable(Component):
    """Rows of cells. The first cell of a row is its head.

    Attributes:
        caption: what the table holds; seen when `show_caption`, else read out.
        marked: numbers of the rows (from 0) that stand out.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    show_caption: bool = False
    marked: frozenset[int] = frozenset()
    id: str = ""
    template: ClassVar[str] = "components/data_table.html"

    @property
    def lines(self) -> list[tuple[bool, list[tuple[Column, Cell]]]]:
        """Each row: whether it stands out, and its cells with their columns."""
        return [
            (place in self.marked, list(zip(self.columns, row, strict=True)))
            for place, row in enumerate(self.rows)
        ]
