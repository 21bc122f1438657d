"""What every kind of file is to the reader: sheets, and rows of cells that come one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from okapi.exchange.tables.cells import Grid, Note


class FileKind(StrEnum):
    """The kinds of files that are read."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """A sheet by its name; empty in files that have none."""

    name: str
    is_hidden: bool


class Source(Protocol):
    """A file whose rows can be read more than once."""

    @property
    def name(self) -> str:
        """The file's name, for places."""

    @property
    def kind(self) -> FileKind:
        """What kind of file it is."""

    @property
    def sheets(self) -> tuple[SheetInfo, ...]:
        """All sheets, in their order."""

    @property
    def notes(self) -> tuple[Note, ...]:
        """How the file was read."""

    @property
    def is_1904(self) -> bool:
        """Whether serial numbers of days count from 1904."""

    @property
    def comma_is_usual(self) -> bool:
        """Whether in a file of this kind the comma usually parts the decimals."""

    def close(self) -> None:
        """Give the file back; nothing is read after that."""

    def rows(self, sheet: str) -> Iterator[tuple[int, Grid]]:
        """The rows of a sheet with their numbers from 1; wholly empty ones may be left out."""
