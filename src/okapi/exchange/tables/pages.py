"""Tables in HTML, as many systems export them under the name of `.xls`.

Read as spreadsheets open such a file: everything on one sheet, texts above a table and its tables
one below the other. Nothing is fetched, run or expanded: pictures, scripts and links say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from okapi.core.errors import Refused, TooLarge
from okapi.exchange.tables.cells import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Grid,
    Kind,
    Note,
    Raw,
    Typed,
    note,
    trimmed,
)
from okapi.exchange.tables.encodings import Encoding, encoding_of
from okapi.exchange.tables.markup import whole
from okapi.exchange.tables.numbers import excel_number
from okapi.exchange.tables.sheets import MOST_ROWS
from okapi.exchange.tables.sources import FileKind, SheetInfo

_CHUNK = 1 << 16  # characters
_LONGEST_TAG = 1 << 18  # characters that wait for the end of a tag or a comment
_MOST_NESTED = 50
_MOST_SPAN = 1_000  # columns of one cell, as in browsers
_SHEET = (SheetInfo("", is_hidden=False),)
_CHINESE = re.compile(rb"charset\s*=\s*[\"']?\s*(?:gb|hz)", re.IGNORECASE)
_SHOWN_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+%?")
_UNSEEN = frozenset({"head", "script", "style", "template"})
_BLOCKS = frozenset(
    {"address", "article", "body", "br", "caption", "center", "div", "form", "h1", "h2", "h3", "h4"}
    | {"h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "ul"}
)
_ENDS = "</td></tr></table></body>"


@dataclass(frozen=True, slots=True)
class WebPage:
    """A file of HTML with at least one table."""

    path: Path
    name: str
    encoding: Encoding
    kind: FileKind = FileKind.HTML
    sheets: tuple[SheetInfo, ...] = _SHEET
    is_1904: bool = False
    comma_is_usual: bool = False

    @property
    def notes(self) -> tuple[Note, ...]:
        """How the file was read."""
        return (note("tables.file.html"),)

    def close(self) -> None:
        """Nothing stays open between two readings."""

    def rows(self, sheet: str) -> Iterator[tuple[int, Grid]]:
        """The rows of all tables with their numbers from 1; spanned cells are filled with copies.

        Refused: `tables.sheet.unknown`, `tables.file.encoding`, and what is over the limits.
        """
        if sheet:
            raise Refused("tables.sheet.unknown", file=self.name, found=sheet[:60], expected="")
        reader = _Rows(self.name)
        try:
            with self.path.open(encoding=self.encoding.name, newline="") as stream:
                while chunk := stream.read(_CHUNK):
                    reader.feed(chunk)
                    yield from reader.taken()
        except UnicodeDecodeError:
            raise Refused("tables.file.encoding", file=self.name) from None
        # What a broken file leaves open is closed; `close` would look at each open comment anew.
        reader.feed(_ENDS)
        yield from reader.taken()


def open_page(path: Path, name: str, *, encoding: str = "") -> WebPage:
    """A file of HTML. Refused: `tables.file.web_page` without a table, `tables.file.encoding`."""
    found = encoding_of(path, name, encoding)
    with path.open("rb") as stream:
        says_chinese = _CHINESE.search(stream.read(4096))
    if says_chinese and found.found_by == "guess":
        found = Encoding("gb18030", "given")
    page = WebPage(path, name, found)
    if not any(_has_table(path)):
        raise Refused("tables.file.web_page", file=name)
    return page


def _has_table(path: Path) -> Iterator[bool]:
    """Whether each part of the file has the beginning of a table."""
    tail = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield b"<table" in (tail + chunk).lower()
            tail = chunk[-6:]


class _Row:
    """A row that is being read; `held` are the cells that reach into it from above."""

    def __init__(self, held: dict[int, tuple[int, Raw]]) -> None:
        self.cells: Grid = []
        self.held = held
        self.pieces: list[str] | None = None
        self.length = 0
        self.span = (1, 1)
        self.number = ""

    def begin(self, given: dict[str, str | None]) -> None:
        """A cell begins."""
        self.end()
        self.pieces, self.length = [], 0
        self.span = (_span(given.get("colspan")), _span(given.get("rowspan")))
        self.number = given.get("x:num") or ""

    def end(self) -> None:
        """The cell, if one is open, takes its place."""
        if self.pieces is None:
            return
        text = " ".join("".join(self.pieces).split())
        raw = _numbered(text, self.number)
        self.pieces = None
        self.fill()
        across, down = self.span
        copy = Typed(Kind.TEXT, text, is_copy=True) if text else ""
        for more in range(min(across, MOST_COLUMNS + 1 - len(self.cells))):
            if down > 1:
                self.held[len(self.cells)] = (down, copy)
            self.cells.append(copy if more else raw)

    def fill(self) -> None:
        """The places that are taken from above."""
        while len(self.cells) in self.held:
            self.cells.append(self.held[len(self.cells)][1])


class _Table:
    """A table that is being read."""

    def __init__(self) -> None:
        self.row: _Row | None = None
        self.held: dict[int, tuple[int, Raw]] = {}


class _Rows(HTMLParser):
    """Gathers rows from the events of the parser."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self._name = name
        self._ready: list[tuple[int, Grid]] = []
        self._count = 0
        self._tables: list[_Table] = []
        self._loose: list[str] = []
        self._unseen = ""

    def feed(self, data: str) -> None:
        """A part of the file; what waits for its end must not be endless."""
        super().feed(data)
        if len(self.rawdata) > _LONGEST_TAG:
            raise TooLarge("tables.cell.too_long", line=self._count + 1, most=LONGEST_CELL)

    def taken(self) -> list[tuple[int, Grid]]:
        """The rows that are complete by now."""
        ready, self._ready = self._ready, []
        return ready

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen = self._unseen or tag
        elif tag == "body":
            self._unseen = ""  # also where nobody ended the head
        if tag == "table":
            self._end_loose()
            self._unseen = ""
            if len(self._tables) == _MOST_NESTED:
                raise TooLarge("tables.many_columns", line=self._count + 1, most=MOST_COLUMNS)
            self._tables.append(_Table())
        elif self._tables:
            self._inside(tag, dict(attrs))
        elif tag in _BLOCKS:
            self._end_loose()

    def _inside(self, tag: str, given: dict[str, str | None]) -> None:
        table = self._tables[-1]
        if tag == "tr":
            self._end_row(table)
            table.row = _Row(table.held)
        elif tag in ("td", "th"):
            table.row = table.row or _Row(table.held)
            table.row.begin(given)
        elif tag in _BLOCKS:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = ""
        if self._tables:
            table = self._tables[-1]
            if tag in ("td", "th") and table.row is not None:
                table.row.end()
            elif tag in ("tr", "table"):
                self._end_row(table)
            if tag == "table":
                self._tables.pop()
        elif tag in _BLOCKS:
            self._end_loose()

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        row = self._tables[-1].row if self._tables else None
        if row is not None and row.pieces is not None:
            row.pieces.append(data)
            row.length += len(data)
            if row.length > _LONGEST_TAG:
                raise TooLarge("tables.cell.too_long", line=self._count + 1, most=LONGEST_CELL)
        elif not self._tables and data.strip():
            self._loose.append(data[:LONGEST_CELL])

    def _end_row(self, table: _Table) -> None:
        row, table.row = table.row, None
        if row is None:
            return
        row.end()
        row.fill()
        for column, (left, raw) in list(table.held.items()):
            if left > 1:
                table.held[column] = (left - 1, raw)
            else:
                del table.held[column]
        self._add(row.cells)

    def _end_loose(self) -> None:
        if self._loose:
            text = " ".join("".join(self._loose).split())
            self._loose = []
            self._add([text[:LONGEST_CELL]])

    def _add(self, cells: Grid) -> None:
        self._count += 1
        if self._count > MOST_ROWS:
            raise TooLarge("tables.many_rows", most=MOST_ROWS)
        if len(trimmed(cells)) > MOST_COLUMNS:
            raise TooLarge(
                "tables.many_columns", file=self._name, line=self._count, most=MOST_COLUMNS
            )
        for raw in cells:
            if isinstance(raw, str) and len(raw) > LONGEST_CELL:
                raise TooLarge(
                    "tables.cell.too_long", file=self._name, line=self._count, most=LONGEST_CELL
                )
        self._ready.append((self._count, cells))


def _span(text: str | None) -> int:
    """How many rows or columns a cell takes."""
    return min(max(whole((text or "").strip()) or 1, 1), _MOST_SPAN)


def _numbered(text: str, number: str) -> Raw:
    """The cell with the number that Excel wrote beside it (`x:num`), with all its digits."""
    if not number or not _SHOWN_NUMBER.fullmatch(text):
        return text
    try:
        exact = excel_number(number)
    except (ValueError, ArithmeticError):
        return text
    return Typed(Kind.NUMBER, text, number=exact, is_percent=text.endswith("%"))
