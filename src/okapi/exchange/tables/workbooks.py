"""XLSX workbooks: their sheets, styles and shared texts, each sheet row by row.

Read here rather than through a library because a cell's number format is part of what stands in
it: 12.5 % is stored as 0.125, and the readers that are quick drop the format.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from okapi.core.errors import Refused, TooLarge
from okapi.exchange.tables.cells import Grid, Note, note
from okapi.exchange.tables.markup import Markup, check_archive, whole
from okapi.exchange.tables.number_formats import BUILT_IN, GENERAL, NumberFormat, number_format
from okapi.exchange.tables.sheets import Merge, Style, merges_of, sheet_rows
from okapi.exchange.tables.sources import FileKind, SheetInfo

MOST_SHEETS = 500
_MOST_TEXTS = 2_000_000
_LARGEST_TEXTS = 128 << 20  # bytes: shared texts are kept in memory
_RELATION = re.compile(r"/relationships/(\w+)$")


@dataclass(eq=False, slots=True)
class Workbook:
    """An XLSX file. It stays open as long as it is used; `close` gives it back."""

    path: Path
    name: str
    archive: ZipFile
    sheets: tuple[SheetInfo, ...] = ()
    is_1904: bool = False
    kind: FileKind = FileKind.XLSX
    comma_is_usual: bool = False
    _parts: dict[str, str] = field(default_factory=dict)
    _texts_part: str = ""
    _texts: list[str] | None = None
    _styles_part: str = ""
    _styles: Style | None = None
    _merges: dict[str, list[Merge]] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[Note, ...]:
        """How the file was read."""
        told = [note("tables.file.xlsx")]
        hidden = [sheet.name for sheet in self.sheets if sheet.is_hidden]
        if hidden:
            told.append(note("tables.sheet.hidden", sheets=", ".join(hidden)[:200]))
        if self.is_1904:
            told.append(note("tables.file.since_1904"))
        return tuple(told)

    def rows(self, sheet: str) -> Iterator[tuple[int, Grid]]:
        """The rows of a sheet; merged cells are filled with copies of what they show."""
        if sheet not in self._parts:
            names = ", ".join(info.name for info in self.sheets)[:200]
            raise Refused("tables.sheet.unknown", file=self.name, found=sheet[:60], expected=names)
        part = self._parts[sheet]
        if sheet not in self._merges:
            self._merges[sheet] = merges_of(self.archive, part, self.name)
        yield from sheet_rows(
            Markup(self.archive, part, self.name),
            self._shared_texts(),
            self._style(),
            self._merges[sheet],
        )

    def take_part(self, name: str, kind: str, target: str, known: set[str]) -> bool:
        """Note where a part is; whether it is a sheet of cells."""
        if target not in known:
            return False
        if kind == "sharedStrings":
            self._texts_part = target
        elif kind == "styles":
            self._styles_part = target
        elif kind == "worksheet":
            self._parts[name] = target
            return True
        return False  # a sheet of a chart has no cells

    def close(self) -> None:
        """Close the file."""
        self.archive.close()

    def _shared_texts(self) -> list[str]:
        if self._texts is None:
            self._texts = []
            if self._texts_part:
                self._texts = _texts(self.archive, self._texts_part, self.name)
        return self._texts

    def _style(self) -> Style:
        if self._styles is None:
            formats = [GENERAL]
            if self._styles_part:
                formats = _formats(self.archive, self._styles_part, self.name)
            self._styles = Style(tuple(formats), self.is_1904)
        return self._styles


def open_workbook(path: Path, name: str) -> Workbook:
    """A workbook, with the list of its sheets read.

    Refused: `tables.xlsx.unreadable`, `tables.xlsx.bomb`, `tables.xlsx.doctype`,
    `tables.xlsx.encrypted`, `tables.xlsx.no_workbook`, `tables.many_sheets`.
    """
    try:
        archive = ZipFile(path)
    except BadZipFile as error:
        raise Refused("tables.xlsx.unreadable", file=name, found=str(error)) from None
    try:
        check_archive(archive, name)
        book = Workbook(path, name, archive)
        _read_sheets(book)
    except BaseException:
        archive.close()
        raise
    return book


def _read_sheets(book: Workbook) -> None:
    known = set(book.archive.namelist())
    main = _main_part(book, known)
    folder, _, leaf = main.rpartition("/")
    relations = _relations(book, f"{folder}/_rels/{leaf}.rels".lstrip("/"), folder)
    book.sheets = tuple(
        SheetInfo(name, is_hidden)
        for name, relation, is_hidden in _listed(book, main)
        if book.take_part(name, *relations.get(relation, ("", "")), known)
    )
    for kind, target in relations.values():
        if kind in ("sharedStrings", "styles"):
            book.take_part("", kind, target, known)


def _main_part(book: Workbook, known: set[str]) -> str:
    found = _relations(book, "_rels/.rels", "").values()
    main = next(
        (target for kind, target in found if kind == "officeDocument" and target in known),
        "xl/workbook.xml",
    )
    if main not in known:
        raise Refused("tables.xlsx.no_workbook", file=book.name)
    return main


def _listed(book: Workbook, main: str) -> list[tuple[str, str, bool]]:
    """The sheets by name, by what they refer to, and whether they are hidden."""
    listed: list[tuple[str, str, bool]] = []

    def start(tag: str, given: dict[str, str]) -> None:
        if tag == "sheet":
            relation = next((given[key] for key in given if key.endswith(" id")), "")
            is_hidden = given.get("state", "") not in ("", "visible")
            listed.append((given.get("name", ""), relation, is_hidden))
        elif tag == "workbookPr":
            book.is_1904 = given.get("date1904", "0") in ("1", "true", "on")

    Markup(book.archive, main, book.name).read(start)
    if len(listed) > MOST_SHEETS:
        raise TooLarge("tables.many_sheets", file=book.name, most=MOST_SHEETS)
    return listed


def _relations(book: Workbook, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: id → kind and the part's name."""
    if part not in book.archive.namelist():
        return {}
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, given: dict[str, str]) -> None:
        kind = _RELATION.search(given.get("Type", ""))
        if tag == "Relationship" and kind and given.get("TargetMode") != "External":
            target = given.get("Target", "")
            base = "" if target.startswith("/") else folder
            path = posixpath.normpath(posixpath.join(base, target.lstrip("/")))
            found[given.get("Id", "")] = (kind[1], path)

    Markup(book.archive, part, book.name).read(start)
    return found


def _texts(archive: ZipFile, part: str, name: str) -> list[str]:
    """The shared texts."""
    if archive.getinfo(part).file_size > _LARGEST_TEXTS:
        raise TooLarge("tables.xlsx.bomb", file=name)
    gathered = _Texts(name)
    Markup(archive, part, name).read(gathered.start, gathered.end, gathered.text)
    return gathered.texts


class _Texts:
    """Gathers shared texts; what is written above one to tell its pronunciation is left out."""

    def __init__(self, name: str) -> None:
        self.texts: list[str] = []
        self._name = name
        self._pieces: list[str] = []
        self._depth = {"t": 0, "rPh": 0}

    def start(self, tag: str, _: dict[str, str]) -> None:
        """An element begins."""
        if tag in self._depth:
            self._depth[tag] += 1
        elif tag == "si":
            self._pieces = []

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag in self._depth:
            self._depth[tag] -= 1
        elif tag == "si":
            self.texts.append("".join(self._pieces))
            if len(self.texts) > _MOST_TEXTS:
                raise TooLarge("tables.xlsx.bomb", file=self._name)

    def text(self, piece: str) -> None:
        """A piece of text."""
        if self._depth["t"] and not self._depth["rPh"]:
            self._pieces.append(piece)


def _formats(archive: ZipFile, part: str, name: str) -> list[NumberFormat]:
    """What each style of a cell shows, in the order of the styles."""
    own: dict[int, NumberFormat] = {}
    formats: list[NumberFormat] = []
    inside = {"cellXfs": False}

    def start(tag: str, given: dict[str, str]) -> None:
        known = whole(given.get("numFmtId", ""))
        if tag == "numFmt" and known is not None:
            own[known] = number_format(given.get("formatCode", ""))
        elif tag == "cellXfs":
            inside["cellXfs"] = True
        elif tag == "xf" and inside["cellXfs"]:
            formats.append(own.get(known or 0) or BUILT_IN.get(known or 0, GENERAL))

    def end(tag: str) -> None:
        if tag == "cellXfs":
            inside["cellXfs"] = False

    Markup(archive, part, name).read(start, end)
    return formats or [GENERAL]
