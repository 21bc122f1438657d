"""CSV as rows that know their line: comma-separated, quoted by `"`, UTF-8, one header line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from okapi.core.errors import OkapiError, Refused
from okapi.exchange import texts

LONGEST_CELL = 100_000


class Rows:
    """The rows of one file, read as they are asked for: (line, cells), as many cells as columns.

    What is wrong is kept in `errors`: malformed quoting or bytes that are no UTF-8 end the reading;
    a row of another length, or a header with a name twice, is told and left out.
    """

    def __init__(self, path: Path, file: str, largest: int) -> None:
        self.path = path
        self.file = file
        self.largest = largest
        self.columns: list[str] = []
        self.errors: list[OkapiError] = []

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        try:
            texts.check_size(self.path, self.file, self.largest)
            with self.path.open(encoding="utf-8-sig", newline="") as stream:
                yield from self._rows(stream)
        except UnicodeDecodeError:
            self.errors.append(_not_utf8(self.path, self.file))
        except OkapiError as error:
            self.errors.append(error)

    def _rows(self, stream: Any) -> Iterator[tuple[int, list[str]]]:
        csv.field_size_limit(LONGEST_CELL)
        reader = csv.reader(stream, strict=True)
        line = 1
        try:
            for cells in reader:
                if not self.columns:
                    self._take_header(cells)
                elif len(cells) == len(self.columns):
                    yield line, cells
                elif cells:  # an empty line is none
                    self._tell("table.cells", line, found=len(cells), expected=len(self.columns))
                line = reader.line_num + 1
        except csv.Error as error:
            self._tell("table.malformed", line, found=str(error))
        if not self.columns:
            self._tell("table.no_header", 1)

    def _take_header(self, cells: list[str]) -> None:
        self.columns = [cell.strip() for cell in cells]
        for at, name in enumerate(self.columns):
            if not name or name in self.columns[:at]:
                self._tell("table.column", 1, found=name, field=name)

    def _tell(self, code: str, line: int, **data: Any) -> None:
        self.errors.append(Refused(code, file=self.file, line=line, **data))


def _not_utf8(path: Path, file: str) -> OkapiError:
    """The first byte that is no UTF-8, looked for line by line."""
    byte = 0
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                refused = texts.not_utf8(line, error.start, file, line=number)
                return Refused(refused.code, **{**refused.data, "byte": byte + error.start})
            byte += len(line)
    return Refused("files.not_utf8", file=file, line=1, byte=0, found="", expected="UTF-8")
