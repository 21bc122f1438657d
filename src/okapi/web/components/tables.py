"""A table of numbers, told column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from okapi.web.components.base import Component
from okapi.web.components.writing import icon, text


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head: words, whether it holds figures, and the address that sorts by it.

    `sorted` is ascending or descending when the list is sorted by it; `hide` is the width below
    which it is left out: wide (1280), middle (1024), narrow (768). What is `whole` stays on one
    line: a period, a word of status.
    """

    text: str
    figures: bool = False
    href: str = ""
    sorted: str = ""
    hide: str = ""
    whole: bool = False


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
        stacked: on a phone the cells of a row stand below each other, beside its head.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    show_caption: bool = False
    marked: frozenset[int] = frozenset()
    id: str = ""
    stacked: bool = False

    def render(self) -> SafeString:
        """The table, in a box that scrolls when it is too wide."""
        caption, seen = text(self.caption), "" if self.show_caption else ' class="visually-hidden"'
        named = f' id="{text(self.id)}"' if self.id else ""
        names = "table table-stacked" if self.stacked else "table"
        heads = "".join([_head(column) for column in self.columns])
        lines = "\n".join([self._line(at, row) for at, row in enumerate(self.rows)])
        return SafeString(
            f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}">\n'
            f'<table class="{names}"{named}>\n<caption{seen}>{caption}</caption>\n'
            f"<thead>\n<tr>\n{heads}\n</tr>\n</thead>\n<tbody>\n{lines}\n</tbody>\n"
            "</table>\n</div>"
        )

    def _line(self, at: int, row: Sequence[Cell]) -> str:
        marked = ' class="marked"' if at in self.marked else ""
        first, *rest = (
            f' class="{_class(column, cell)}">{_inside(cell)}'
            for column, cell in zip(self.columns, row, strict=True)
        )
        cells = "".join([f"<td{cell}</td>" for cell in rest])
        return f'<tr{marked}>\n<th scope="row"{first}</th>{cells}\n</tr>'


def _head(column: Column) -> str:
    sort = f' aria-sort="{text(column.sorted)}"' if column.sorted else ""
    inside = text(column.text)
    if column.href:
        arrow = icon(_ARROWS[column.sorted], 12) if column.sorted in _ARROWS else ""
        inside = f'<a href="{text(column.href)}">{inside}{arrow}</a>'
    return f'<th scope="col" class="{_class(column)}"{sort}>{inside}</th>'


_ARROWS = {"ascending": "arrow-up", "descending": "arrow-down"}


def _class(column: Column, cell: Cell | None = None) -> str:
    names = []
    if column.figures:
        names.append("figures")
    if column.whole:
        names.append("whole")
    if cell is not None and cell.quiet:
        names.append("quiet")
    if cell is not None and cell.strong:
        names.append("strong")
    if column.hide:
        names.append(f"hide-{text(column.hide)}")
    return " ".join(names)


def _inside(cell: Cell) -> str:
    content = cell.content
    inside = content.__html__() if hasattr(content, "__html__") else text(str(content))
    if cell.href:
        inside = f'<a href="{text(cell.href)}">{inside}</a>'
    note = f'<span class="cell-note">{text(cell.note)}</span>' if cell.note else ""
    return f"{inside}{note}"
