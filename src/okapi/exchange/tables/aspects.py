"""The column that says of each row whether it is actual or planned: `类型` with `实际`, `目标`."""

from __future__ import annotations

from dataclasses import replace

from okapi.exchange.tables.cells import (
    LONGEST_NAME,
    Grid,
    Note,
    cell_at,
    letters,
    note,
    shown,
)
from okapi.exchange.tables.layouts import Column, ColumnMapping, Layout
from okapi.exchange.tables.words import Role, is_aspect

_MOST_WORDS = 8  # by which a column can tell actual from plan


class Aspects:
    """Gathers the words of columns that nobody has said anything of."""

    def __init__(self, layout: Layout, mapping: ColumnMapping) -> None:
        self._layout = layout
        self._words: dict[int, set[str]] = {
            column.index: set()
            for column in layout.columns
            if column.role is Role.IGNORED and not mapping.target_of(column.header, column.index)
        }

    def see(self, cells: Grid) -> None:
        """Take a row's words in; columns with too many different ones are out."""
        for index, words in self._words.items():
            if len(words) <= _MOST_WORDS and (word := shown(cell_at(cells, index))):
                words.add(word[:LONGEST_NAME])

    def columns(self) -> tuple[tuple[Column, ...], list[Note]]:
        """The layout's columns with what was found, and notes that tell it."""
        found = {
            index
            for index, words in self._words.items()
            if 0 < len(words) <= _MOST_WORDS and is_aspect(words)
        }
        columns = tuple(
            replace(c, role=Role.ASPECT) if c.index in found else c for c in self._layout.columns
        )
        named = [c.header or letters(c.index) for c in columns if c.role is Role.ASPECT]
        return columns, [note("tables.aspect", column=named[0])] if named else []
