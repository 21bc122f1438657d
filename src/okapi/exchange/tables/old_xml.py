"""XML Spreadsheet 2003: a workbook in one XML file, as systems export it by the name of `.xls`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from xml.parsers import expat  # guarded as in `markup`: no document type, no entities

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
from okapi.exchange.tables.markup import whole
from okapi.exchange.tables.number_formats import GENERAL, NumberFormat, number_format
from okapi.exchange.tables.numbers import excel_number
from okapi.exchange.tables.sheets import MOST_ROWS
from okapi.exchange.tables.sources import FileKind, SheetInfo
from okapi.exchange.tables.workbooks import MOST_SHEETS

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_SS = f"{NAMESPACE} "
_CHUNK = 1 << 16
_MOST_STYLES = 65_536
_NAMED = {
    "percent": NumberFormat(is_percent=True),
    **dict.fromkeys(
        ("general date", "long date", "medium date", "short date"),
        NumberFormat(is_date=True, shows_day=True),
    ),
}


@dataclass(eq=False, slots=True)
class XmlWorkbook:
    """A workbook in XML. It is read anew for each sheet; nothing stays open."""

    path: Path
    name: str
    sheets: tuple[SheetInfo, ...] = ()
    kind: FileKind = FileKind.XLSX
    is_1904: bool = False
    comma_is_usual: bool = False
    notes: tuple[Note, ...] = field(default=(note("tables.file.xml_2003"),))

    def close(self) -> None:
        """Nothing stays open between two readings."""

    def rows(self, sheet: str) -> Iterator[tuple[int, Grid]]:
        """The rows of a sheet with their numbers; merged cells are filled with copies."""
        if sheet not in {one.name for one in self.sheets}:
            names = ", ".join(one.name for one in self.sheets)[:200]
            raise Refused("tables.sheet.unknown", file=self.name, found=sheet[:60], expected=names)
        reader = _Reader(sheet)
        for _ in reader.read(self.path, self.name):
            ready, reader.ready = reader.ready, []
            yield from ready


def open_xml(path: Path, name: str) -> XmlWorkbook:
    """The workbook with the list of its sheets.

    Refused: `tables.xlsx.unreadable`, `tables.xlsx.doctype`, `tables.many_sheets`,
    `tables.xlsx.no_workbook`.
    """
    reader = _Reader(None)
    for _ in reader.read(path, name):
        reader.ready.clear()
    if not reader.sheets:
        raise Refused("tables.xlsx.no_workbook", file=name)
    return XmlWorkbook(path, name, tuple(reader.sheets))


@dataclass(slots=True)
class _Held:
    """A cell that reaches into rows below: how many, and what it shows there."""

    rows: int
    raw: Raw


class _Reader:
    """Gathers the rows of one sheet from the events of the parser; of none for `None`."""

    def __init__(self, wanted: str | None) -> None:
        self.sheets: list[SheetInfo] = []
        self.ready: list[tuple[int, Grid]] = []
        self._wanted = wanted
        self._inside = False
        self._styles: dict[str, NumberFormat] = {}
        self._style = ""
        self._row = 0
        self._cells: Grid = []
        self._held: dict[int, _Held] = {}
        self._place = (0, 0, 0)  # column, and the columns and rows that are merged into it
        self._format = GENERAL
        self._kind = ""
        self._pieces: list[str] | None = None
        self._length = 0
        self._raw: Raw = ""

    def read(self, path: Path, name: str) -> Iterator[None]:
        """Parse the file; yields after every piece, so that what was gathered can be taken."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True

        def refuse(*_: object) -> None:
            raise Refused("tables.xlsx.doctype", file=name)

        parser.StartDoctypeDeclHandler = refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            with path.open("rb") as stream:
                start = stream.read(_CHUNK).lstrip()
                while start:
                    parser.Parse(start, False)
                    yield
                    start = stream.read(_CHUNK)
            parser.Parse(b"", True)
            yield
        except expat.ExpatError as error:
            raise Refused("tables.xlsx.unreadable", file=name, found=str(error)[:120]) from None

    def _start(self, tag: str, given: dict[str, str]) -> None:
        local = tag.removeprefix(_SS)
        if local == "Worksheet":
            self._start_sheet(given.get(f"{_SS}Name", ""))
        elif local == "Style" and len(self._styles) < _MOST_STYLES:
            self._style = given.get(f"{_SS}ID", "")
            parent = given.get(f"{_SS}Parent", "Default")
            self._styles[self._style] = self._styles.get(parent, GENERAL)
        elif local == "NumberFormat" and self._style:
            self._styles[self._style] = _format(given.get(f"{_SS}Format", ""))
        elif self._inside:
            self._start_inside(local, given)

    def _start_sheet(self, name: str) -> None:
        self.sheets.append(SheetInfo(name, is_hidden=False))
        if len(self.sheets) > MOST_SHEETS:
            raise TooLarge("tables.many_sheets", most=MOST_SHEETS)
        self._inside = name == self._wanted and [one.name for one in self.sheets].count(name) == 1
        self._row, self._held = 0, {}

    def _start_inside(self, local: str, given: dict[str, str]) -> None:
        if local == "Row":
            self._row = max(whole(given.get(f"{_SS}Index", "")) or 0, self._row + 1)
            self._cells = []
            if self._row > MOST_ROWS:
                raise TooLarge("tables.many_rows", most=MOST_ROWS)
        elif local == "Cell":
            self._start_cell(given)
        elif local == "Data":
            self._kind = given.get(f"{_SS}Type", "String")
            self._pieces, self._length = [], 0

    def _start_cell(self, given: dict[str, str]) -> None:
        self._fill()
        at = whole(given.get(f"{_SS}Index", ""))
        column = len(self._cells) if not at else max(at - 1, len(self._cells))
        across = whole(given.get(f"{_SS}MergeAcross", "")) or 0
        if column + across >= MOST_COLUMNS:
            raise TooLarge("tables.many_columns", line=self._row, most=MOST_COLUMNS)
        self._place = (column, across, whole(given.get(f"{_SS}MergeDown", "")) or 0)
        self._format = self._styles.get(given.get(f"{_SS}StyleID", "Default"), GENERAL)
        self._raw = ""

    def _text(self, piece: str) -> None:
        if self._pieces is not None:
            self._pieces.append(piece)
            self._length += len(piece)
            if self._length > LONGEST_CELL:
                raise TooLarge("tables.cell.too_long", line=self._row, most=LONGEST_CELL)

    def _end(self, tag: str) -> None:
        local = tag.removeprefix(_SS)
        if local == "Data" and self._pieces is not None:
            self._raw = _cell(self._kind, "".join(self._pieces), self._format)
            self._pieces = None
        elif local == "Style":
            self._style = ""
        elif local == "Worksheet":
            self._inside = False
        elif self._inside and local == "Cell":
            self._end_cell()
        elif self._inside and local == "Row":
            self._end_row()

    def _end_cell(self) -> None:
        column, across, down = self._place
        while len(self._cells) < column:
            held = self._held.get(len(self._cells))
            self._cells.append(held.raw if held else "")
        copy = _copy(self._raw)
        for more in range(across + 1):
            if down:
                self._held[len(self._cells)] = _Held(down + 1, copy)
            self._cells.append(copy if more else self._raw)

    def _end_row(self) -> None:
        self._fill()
        for column, held in list(self._held.items()):
            held.rows -= 1
            if not held.rows:
                del self._held[column]
        self.ready.append((self._row, trimmed(self._cells)))

    def _fill(self) -> None:
        """The places that are taken from above."""
        while len(self._cells) in self._held:
            self._cells.append(self._held[len(self._cells)].raw)


def _format(code: str) -> NumberFormat:
    return _NAMED.get(code.strip().casefold()) or number_format(code)


def _copy(raw: Raw) -> Raw:
    text = raw if isinstance(raw, str) else raw.text
    return Typed(Kind.TEXT, text, is_copy=True) if text.strip() else ""


def _cell(kind: str, text: str, form: NumberFormat) -> Raw:
    """A cell as its type and format say."""
    match kind:
        case "Number":
            return _number(text.strip(), form)
        case "DateTime":
            return _day(text.strip(), form)
        case "Boolean":
            return Typed(Kind.BOOLEAN, "TRUE" if text.strip() in ("1", "true") else "FALSE")
        case "Error":
            return Typed(Kind.FAULT, text.strip()[:60])
    return text


def _number(text: str, form: NumberFormat) -> Raw:
    try:
        number = excel_number(text)
    except (ValueError, ArithmeticError):
        return Typed(Kind.FAULT, text[:60])
    seen = format(number, "f")
    if form.is_percent:
        seen = f"{format((number * 100).normalize(), 'f')}%"
    elif form.unit:
        seen = f"{seen} {form.unit}"
    return Typed(Kind.NUMBER, seen, number=number, is_percent=form.is_percent, unit=form.unit)


def _day(text: str, form: NumberFormat) -> Raw:
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        return text
    shows_day = form.shows_day or not form.is_date
    return Typed(
        Kind.DAY, f"{day:%Y-%m-%d}" if shows_day else f"{day:%Y-%m}", day=day, shows_day=shows_day
    )
