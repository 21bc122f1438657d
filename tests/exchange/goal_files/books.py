"""Workbooks of goals as somebody edits them: read, changed in some cells, and written again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

from xlsxwriter import Workbook

from okapi.base.actor import Actor
from okapi.exchange.goal_files import workbook
from okapi.exchange.goal_files.columns import COLUMNS
from okapi.exchange.goal_files.reading import BASE_SHEET
from okapi.exchange.tables import open_table
from okapi.exchange.tables.cells import shown
from okapi.goals.models import Objective
from okapi.wording import say

Rows = list[list[str]]
Edit = Callable[["Sheet"], None]


class Sheet:
    """The rows of the sheet of goals by our names of columns; `rows[0]` is the header."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def at(self, key: str) -> int:
        """The place of the row with this ID."""
        place = column("key")
        return next(at for at, row in enumerate(self.rows) if row[place] == key)

    def set(self, key: str, **cells: str) -> None:
        """Write into cells of the row with this ID."""
        row = self.rows[self.at(key)]
        for name, text in cells.items():
            row[column(name)] = text

    def add(self, **cells: str) -> int:
        """A new row below all others; its number in the sheet."""
        row = [""] * len(COLUMNS)
        for name, text in cells.items():
            row[column(name)] = text
        self.rows.append(row)
        return len(self.rows)

    def drop(self, key: str) -> None:
        """Delete a row."""
        del self.rows[self.at(key)]


def column(name: str) -> int:
    """The place of one of our columns."""
    return [one.name for one in COLUMNS].index(name)


def ids(*objectives: Objective) -> list[UUID]:
    return [one.pk for one in objectives]


def exported(actor: Actor, path: Path, *objectives: Objective) -> Path:
    """The workbook of these objectives, as it is downloaded."""
    path.write_bytes(workbook.write(actor, ids(*objectives)))
    return path


def edited(path: Path, edit: Edit, *, with_base: bool = True, damaged: str = "") -> Path:
    """The workbook after somebody has edited it and saved it again, all cells as texts.

    `damaged` stands in its hidden sheet in place of what its rows said.
    """
    with closing(open_table(path, name=path.name)) as source:
        sheets = {
            one.name: [[shown(cell) for cell in cells] for _, cells in source.rows(one.name)]
            for one in source.sheets
        }
    name = say("goalfile.sheet.goals")
    width = len(COLUMNS)
    sheet = Sheet([row + [""] * (width - len(row)) for row in sheets[name]])
    edit(sheet)
    base = [[*row[:2], damaged or row[2]] for row in sheets[BASE_SHEET]]
    kept = {name: sheet.rows} | ({BASE_SHEET: base} if with_base else {})
    return book(path, kept, hidden={BASE_SHEET})


def book(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], hidden: set[str]) -> Path:
    """A workbook of these cells."""
    made = Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell != "":
                    sheet.write_string(at, place, cell)
        if name in hidden:
            sheet.very_hidden()
    made.close()
    return path


def csv_file(path: Path, rows: Sequence[Sequence[str]], *, delimiter: str = ",") -> Path:
    """A CSV file of these cells."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path
