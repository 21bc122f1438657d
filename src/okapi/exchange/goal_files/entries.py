"""Rows of a file as they were found, and the same rows once they are understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from okapi.core.errors import OkapiError, Refused
from okapi.exchange.goal_files.columns import Act, Thing
from okapi.exchange.tables.cells import Raw, letters, shown

_SAID_BY = {"parents": "parent", "parent_rows": "parent"}
"""Our columns that one of another name tells in files of other products."""


@dataclass(frozen=True, slots=True)
class Found:
    """A cell: what stands in it, and in which column (from 0)."""

    raw: Raw
    column: int

    @property
    def text(self) -> str:
        """As a person sees it."""
        return shown(self.raw)


@dataclass(slots=True)
class Entry:
    """One row of a file about one thing.

    `cells` are by the names of our columns, only those that the file has. `key` and `parents` are
    what the row names; `values` what it says, as texts of one form (see `values`), only what could
    be read. `is_broken` once one of its cells could not be; `is_there` where the row
    would add what is there already.
    """

    thing: Thing
    sheet: str
    line: int
    cells: Mapping[str, Found]
    key: str = ""
    row: str = ""
    parent_rows: tuple[str, ...] = ()
    act: Act | None = None
    values: dict[str, str] = field(default_factory=dict)
    is_broken: bool = False
    is_there: bool = False

    def text(self, column: str) -> str:
        """What stands in a column; empty where the file has none."""
        cell = self.cells.get(column)
        return "" if cell is None else cell.text

    def has(self, column: str) -> bool:
        """Whether the file has a cell that says it."""
        return column in self.cells or _SAID_BY.get(column, "") in self.cells

    def refused(self, code: str, column: str = "", **data: Any) -> Refused:
        """A refusal at the cell of a column, or at the row."""
        return Refused(code, **self.place(column), **data)

    def at(self, error: OkapiError, column: str = "") -> OkapiError:
        """The error, told at a cell."""
        told = {name: value for name, value in error.data.items() if name != "field"}
        return type(error)(error.code, **{**told, **self.place(column)})

    def place(self, column: str = "") -> dict[str, Any]:
        """Sheet, row and, where it is known, the cell."""
        place: dict[str, Any] = {"sheet": self.sheet, "line": self.line}
        cell = self.cells.get(column) or self.cells.get(_SAID_BY.get(column, ""))
        if cell is not None:
            place["cell"] = f"{letters(cell.column)}{self.line}"
        if column:
            place["field"] = column
        return place
