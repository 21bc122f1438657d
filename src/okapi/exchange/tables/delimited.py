"""Text files with a separator between the cells: CSV as comma, semicolon, tab or pipe."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from okapi.core.errors import Refused, TooLarge
from okapi.exchange.tables.cells import LONGEST_CELL, MOST_COLUMNS, Grid, Note, note, trimmed
from okapi.exchange.tables.encodings import Encoding, encoding_of
from okapi.exchange.tables.sources import FileKind, SheetInfo

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_SAMPLE_LINES = 200
_WRAPPED = re.compile('="')
_LONGEST_LINE = 1 << 20  # characters
_SHEET = (SheetInfo("", is_hidden=False),)


@dataclass(frozen=True, slots=True)
class Delimited:
    """A CSV file; its rows are counted as a spreadsheet counts them, blank ones too."""

    path: Path
    name: str
    encoding: Encoding
    delimiter: str
    has_sep_line: bool = False
    has_wraps: bool = False
    kind: FileKind = FileKind.CSV
    sheets: tuple[SheetInfo, ...] = _SHEET
    is_1904: bool = False

    @property
    def comma_is_usual(self) -> bool:
        """Where semicolons part the cells, commas usually part the decimals."""
        return self.delimiter == ";"

    @property
    def notes(self) -> tuple[Note, ...]:
        """How the file was read."""
        encoding = {"utf-8-sig": "UTF-8", "cp1252": "Windows-1252"}.get(
            self.encoding.name, self.encoding.name.upper()
        )
        return (
            note(f"tables.file.encoded_by_{self.encoding.found_by}", encoding=encoding),
            note(f"tables.file.{DELIMITERS.get(self.delimiter, 'delimiter')}"),
        )

    def close(self) -> None:
        """Nothing stays open between two readings."""

    def rows(self, sheet: str) -> Iterator[tuple[int, Grid]]:
        """All rows with their numbers from 1. The one sheet has no name."""
        if sheet:
            raise Refused("tables.sheet.unknown", file=self.name, found=sheet[:60], expected="")
        with self.path.open(encoding=self.encoding.name, newline="") as stream:
            lines = self._lines(stream)
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            number = 1 if self.has_sep_line else 0
            try:
                for row in reader:
                    number += 1
                    yield number, self._checked(row, number)
            except csv.Error as error:
                raise Refused(
                    "tables.file.csv", file=self.name, line=number + 1, found=str(error)
                ) from None
            except UnicodeDecodeError:
                raise Refused("tables.file.encoding", file=self.name, line=number + 1) from None

    def _lines(self, stream: io.TextIOBase) -> Iterator[str]:
        if self.has_sep_line:
            stream.readline()
        number = 0
        while line := stream.readline(_LONGEST_LINE):
            number += 1
            if len(line) == _LONGEST_LINE:
                raise TooLarge("csv.long_line", file=self.name, line=number, most=_LONGEST_LINE)
            yield line.removeprefix("\ufeff")  # files that were put together have more of them

    def _checked(self, row: list[str], number: int) -> Grid:
        cells: Grid = list(map(_unwrapped, row)) if self.has_wraps else list(row)
        if len(cells) > MOST_COLUMNS:
            trimmed(cells)
            if len(cells) > MOST_COLUMNS:
                raise TooLarge(
                    "tables.many_columns", file=self.name, line=number, most=MOST_COLUMNS
                )
        for cell in row:
            if len(cell) > LONGEST_CELL:
                raise TooLarge(
                    "tables.cell.too_long", file=self.name, line=number, most=LONGEST_CELL
                )
        return cells


def open_delimited(path: Path, name: str, *, encoding: str = "", delimiter: str = "") -> Delimited:
    """A CSV file, with encoding and separator found unless they are given."""
    found = encoding_of(path, name, encoding)
    try:
        with path.open(encoding=found.name, newline="") as stream:
            lines = [stream.readline(_LONGEST_LINE) for _ in range(_SAMPLE_LINES)]
    except UnicodeDecodeError:
        raise Refused("tables.file.encoding", file=name) from None
    has_sep_line = lines[0].strip().casefold().startswith("sep=") and len(lines[0].rstrip()) == 5
    if has_sep_line and not delimiter:
        delimiter = lines[0].strip()[4:]
    sample = [line for line in lines[has_sep_line:] if line.strip()]
    if not sample:
        raise Refused("tables.file.empty", file=name)
    if delimiter and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise Refused("tables.file.delimiter_unknown", file=name, found=delimiter[:10])
    has_wraps = any(map(_WRAPPED.search, sample))
    return Delimited(path, name, found, delimiter or _delimiter(sample), has_sep_line, has_wraps)


def _unwrapped(cell: str) -> str:
    """`="0012"` is how a CSV file keeps a spreadsheet from taking a text for a number."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 2 else cell


def _delimiter(lines: list[str]) -> str:
    """The separator by which most lines have one same number of cells; of those, the most cells."""
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        counts = Counter(_width(line, delimiter) for line in lines)
        counts.pop(1, None)
        if counts:
            width, times = max(counts.items(), key=lambda item: (item[1], item[0]))
            score = (round(times / len(lines), 1), width)
            if score > best_score:
                best, best_score = delimiter, score
    return best


def _width(line: str, delimiter: str) -> int:
    try:
        row = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.count(delimiter) + 1
    return len(row) if any(cell.strip() for cell in row) else 1
