"""The rows of one sheet of a workbook, with what its styles and merged cells say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zipfile import ZipFile

from okapi.core.errors import OkapiError, TooLarge
from okapi.exchange.tables.cells import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Grid,
    Kind,
    Raw,
    Typed,
    column_of,
)
from okapi.exchange.tables.days import of_serial
from okapi.exchange.tables.markup import Markup, whole
from okapi.exchange.tables.number_formats import GENERAL, NumberFormat
from okapi.exchange.tables.numbers import excel_number

MOST_ROWS = 1_048_576
_MOST_MERGES = 200_000
_REF = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_MERGE = re.compile(rb'mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Style:
    """What each style shows, and how days are counted."""

    formats: tuple[NumberFormat, ...]
    is_1904: bool


@dataclass(frozen=True, slots=True)
class Merge:
    """Merged cells: first and last column (from 0) and row (from 1)."""

    first_column: int
    first_row: int
    last_column: int
    last_row: int


def merges_of(archive: ZipFile, part: str, name: str) -> list[Merge]:
    """The merged cells of a sheet, by their first row.

    They stand behind the rows, so the sheet is looked through for them; as bytes, which is quick.
    """
    tail = b""
    found = False
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            tail += chunk
            at = 0 if found else tail.find(b"mergeCell")
            found = found or at >= 0
            tail = tail[at:] if found else tail[-20:]
            if len(tail) > 32 * _CHUNK:
                raise TooLarge("tables.xlsx.bomb", file=name)
    merges = [
        Merge(column_of(c1.decode()), int(r1), column_of(c2.decode()), int(r2))
        for c1, r1, c2, r2 in (_MERGE.findall(tail) if found else ())
    ]
    if len(merges) > _MOST_MERGES:
        raise TooLarge("tables.xlsx.bomb", file=name)
    sane = [merge for merge in merges if merge.last_column < MOST_COLUMNS]
    return sorted(sane, key=lambda merge: merge.first_row)


def sheet_rows(
    markup: Markup, texts: Sequence[str], style: Style, merges: Sequence[Merge]
) -> Iterator[tuple[int, Grid]]:
    """The rows of a sheet with their numbers; rows without cells are left out."""
    reader = _Rows(texts, style)
    filler = _Filler(merges)
    for _ in markup.parse(reader.start, reader.end, reader.text):
        ready, reader.ready = reader.ready, []
        for number, cells in ready:
            yield number, filler.filled(number, cells)


class _Rows:
    """Gathers rows from the events of the parser."""

    def __init__(self, texts: Sequence[str], style: Style) -> None:
        self.ready: list[tuple[int, Grid]] = []
        self._texts = texts
        self._style = style
        self._row = 0
        self._cells: Grid = []
        self._column = -1
        self._kind = ""
        self._format = GENERAL
        self._pieces: list[str] | None = None
        self._value = ""
        self._has_formula = False
        self._in_pronunciation = False

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "c":
            self._start_cell(given)
        elif tag in ("v", "t"):
            self._pieces = [] if not self._in_pronunciation else None
        elif tag == "f":
            self._has_formula = True
        elif tag == "rPh":
            self._in_pronunciation = True
        elif tag == "row":
            number = whole(given.get("r", ""))
            self._row = self._row + 1 if number is None else number
            self._column = -1
            self._cells = []
            if self._row > MOST_ROWS:
                raise TooLarge("tables.many_rows", most=MOST_ROWS)

    def _start_cell(self, given: dict[str, str]) -> None:
        found = _REF.fullmatch(given.get("r", ""))
        self._column = column_of(found[1]) if found else self._column + 1
        if self._column >= MOST_COLUMNS:
            raise TooLarge("tables.many_columns", line=self._row, most=MOST_COLUMNS)
        self._kind = given.get("t", "n")
        at = whole(given.get("s", "")) or 0
        formats = self._style.formats
        self._format = formats[at] if at < len(formats) else GENERAL
        self._value, self._has_formula = "", False

    def text(self, piece: str) -> None:
        if self._pieces is not None:
            self._pieces.append(piece)

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            if self._pieces is not None:
                self._value += "".join(self._pieces)
            self._pieces = None
        elif tag == "c":
            raw = self._raw()
            if raw != "":
                self._cells.extend([""] * (self._column - len(self._cells)))
                self._cells[self._column :] = [raw]
        elif tag == "rPh":
            self._in_pronunciation = False
        elif tag == "row":
            self.ready.append((self._row, self._cells))

    def _raw(self) -> Raw:
        value = self._value
        if len(value) > LONGEST_CELL:
            raise TooLarge("tables.cell.too_long", line=self._row, most=LONGEST_CELL)
        match self._kind:
            case "s":
                at = whole(value)
                return "" if at is None or at >= len(self._texts) else _unescaped(self._texts[at])
            case "str" | "inlineStr":
                return _unescaped(value)
            case "b":
                return Typed(Kind.BOOLEAN, "TRUE" if value.strip() in ("1", "true") else "FALSE")
            case "e":
                return Typed(Kind.FAULT, value)
            case "d":
                return _iso_day(value)
        if not value.strip():
            return Typed(Kind.FAULT, "=") if self._has_formula else ""
        return self._number(value.strip())

    def _number(self, value: str) -> Raw:
        try:
            number = excel_number(value)
        except (ValueError, ArithmeticError):
            return Typed(Kind.FAULT, value[:60])
        form = self._format
        if form.is_date:
            try:
                day = of_serial(int(number), is_1904=self._style.is_1904)
            except OkapiError:
                return Typed(Kind.FAULT, value)
            text = f"{day:%Y-%m-%d}" if form.shows_day else f"{day:%Y-%m}"
            return Typed(Kind.DAY, text, day=day, shows_day=form.shows_day)
        if form.is_time:
            return Typed(Kind.TIME, value, number=number)
        text = str(number) if "E" not in str(number) else format(number, "f")
        if form.is_percent:
            text = f"{format((number * 100).normalize(), 'f')}%"
        elif form.unit:
            text = f"{text} {form.unit}"
        return Typed(Kind.NUMBER, text, number=number, is_percent=form.is_percent, unit=form.unit)


def _unescaped(text: str) -> str:
    """`_x000D_` is how a workbook writes what XML cannot hold."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _iso_day(value: str) -> Raw:
    try:
        day = datetime.fromisoformat(value.strip()).date()
    except ValueError:
        return value
    return Typed(Kind.DAY, day.isoformat(), day=day)


class _Filler:
    """Fills merged cells with copies of their first, row after row."""

    def __init__(self, merges: Sequence[Merge]) -> None:
        self._waiting = list(reversed(merges))
        self._open: list[tuple[Merge, Raw]] = []

    def filled(self, number: int, cells: Grid) -> Grid:
        """The row with copies in it; rows must come in their order."""
        if not self._waiting and not self._open:
            return cells
        self._open = [(merge, raw) for merge, raw in self._open if merge.last_row >= number]
        while self._waiting and self._waiting[-1].first_row <= number:
            merge = self._waiting.pop()
            if merge.first_row == number and merge.first_column < len(cells):
                raw = cells[merge.first_column]
                if raw != "":
                    self._open.append((merge, _copy(raw)))
        for merge, raw in self._open:
            first = merge.first_column + (merge.first_row == number)
            missing = merge.last_column + 1 - len(cells)
            cells.extend([""] * missing)
            cells[first : merge.last_column + 1] = [raw] * (merge.last_column + 1 - first)
        return cells


def _copy(raw: Raw) -> Typed:
    if isinstance(raw, str):
        return Typed(Kind.TEXT, raw, is_copy=True)
    return replace(raw, is_copy=True)
