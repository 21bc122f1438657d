"""A file some of whose cells somebody has put right; the file itself stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from okapi.core.errors import Refused
from okapi.exchange.tables.cells import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Grid,
    Note,
    Spot,
    column_of,
    note,
    shown,
)
from okapi.exchange.tables.sources import FileKind, SheetInfo, Source

_PLACE = re.compile(r"(?:(?P<sheet>.{1,100})!)?(?P<column>[A-Za-z]{1,3})(?P<row>[1-9]\d{0,6})")
_Cells = Mapping[int, Mapping[int, str]]


def spot_of(place: str) -> Spot:
    """The cell that is called so, `B5` or `Sheet!B5`. `Refused` (`tables.place.unreadable`)."""
    found = _PLACE.fullmatch(place.strip())
    column = column_of(found["column"].upper()) if found else MOST_COLUMNS
    if found is None or column >= MOST_COLUMNS:
        raise Refused("tables.place.unreadable", found=place[:60], expected="B5")
    return Spot(found["sheet"] or "", int(found["row"]), column)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A file as it is read with corrections: by place, what is to stand there.

    `was` has what stood in the corrected cells, by their places, once their rows were read.
    """

    inner: Source
    cells: Mapping[str, _Cells]
    was: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, inner: Source, corrections: Mapping[str, str]) -> Corrected:
        """The file with these corrections."""
        cells: dict[str, dict[int, dict[int, str]]] = {}
        for place, text in corrections.items():
            spot = spot_of(place)
            cells.setdefault(spot.sheet, {}).setdefault(spot.row, {})[spot.column] = text[
                :LONGEST_CELL
            ]
        return cls(inner, cells)

    @property
    def name(self) -> str:
        """The file's name, for places."""
        return self.inner.name

    @property
    def kind(self) -> FileKind:
        """What kind of file it is."""
        return self.inner.kind

    @property
    def sheets(self) -> tuple[SheetInfo, ...]:
        """All sheets, in their order."""
        return self.inner.sheets

    @property
    def notes(self) -> tuple[Note, ...]:
        """How the file was read, and how many cells were corrected."""
        rows = [row for sheet in self.cells.values() for row in sheet.values()]
        return (*self.inner.notes, note("tables.corrected", n=sum(len(row) for row in rows)))

    @property
    def is_1904(self) -> bool:
        """Whether serial numbers of days count from 1904."""
        return self.inner.is_1904

    @property
    def comma_is_usual(self) -> bool:
        """Whether in a file of this kind the comma usually parts the decimals."""
        return self.inner.comma_is_usual

    def close(self) -> None:
        """Give the file back."""
        self.inner.close()

    def rows(self, sheet: str) -> Iterator[tuple[int, Grid]]:
        """The rows of a sheet, with what was corrected in them."""
        corrected = self.cells.get(sheet, {})
        for number, cells in self.inner.rows(sheet):
            for column, text in corrected.get(number, {}).items():
                cells.extend([""] * (column + 1 - len(cells)))
                self.was.setdefault(str(Spot(sheet, number, column)), shown(cells[column]))
                cells[column] = text
            yield number, cells
