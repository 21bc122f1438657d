"""Reading a file of goals: which form it has, its rows, and what it said when it was written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from okapi.core.errors import OkapiError, Refused, TooLarge
from okapi.exchange.goal_files.columns import Act, Thing
from okapi.exchange.goal_files.entries import Entry, Found
from okapi.exchange.goal_files.forms import BY_NAME, FORMS, Form, Shape
from okapi.exchange.goal_files.values import several
from okapi.exchange.goal_files.words import code_of
from okapi.exchange.tables import Source, open_table
from okapi.exchange.tables.cells import Grid, Raw, cell_at, is_empty, shown, trimmed, unquoted
from okapi.exchange.tables.sources import FileKind
from okapi.exchange.texts import MEGABYTE, check_size

MOST = 10_000
LARGEST = 32 * MEGABYTE
BASE_SHEET = "okapi"
"""The hidden sheet of our workbook: what its rows said when it was written."""
_LOOKED_THROUGH = 30

Base = dict[tuple[Thing, str], dict[str, str]]


@dataclass(slots=True)
class FileRead:
    """A file as it was found: its form, its rows, what was wrong, and what is not carried over.

    `base` is what the rows said when the file was written, by thing and key; empty where the file
    does not say.
    """

    form: Form
    entries: list[Entry] = field(default_factory=list)
    errors: list[OkapiError] = field(default_factory=list)
    base: Base = field(default_factory=dict)
    has_base: bool = False
    lost: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Header:
    form: Form
    sheet: str
    line: int
    columns: dict[str, int]
    texts: list[str]


def read(path: Path, name: str, *, form: str = "") -> FileRead:
    """Read a file by the form that its header tells, or by the one that is asked for.

    Refused: what `tables.open_table` refuses, `goalfile.no_form`, `goalfile.form_unknown`,
    `goalfile.no_rows`; `TooLarge`: `goalfile.many_rows`.
    """
    if form and form not in BY_NAME:
        raise Refused("goalfile.form_unknown", found=form, expected=", ".join(BY_NAME))
    check_size(path, name, LARGEST)
    with closing(open_table(path, name=name)) as source:
        if source.kind is FileKind.JSON:
            raise Refused("goalfile.no_form", file=name)
        header = _header(source, (BY_NAME[form],) if form else FORMS)
        if header is None:
            raise Refused("goalfile.no_form", file=name)
        found = FileRead(header.form)
        found.lost, found.unknown = header.form.left_out(header.texts)
        if header.form.is_own:
            _read_base(source, found)
        _read_rows(source, header, found)
    if not found.entries and not found.errors:
        raise Refused("goalfile.no_rows", file=name)
    return found


def _header(source: Source, forms: Sequence[Form]) -> _Header | None:
    """The row of headers that fits best, in a sheet that is not hidden."""
    best: tuple[int, _Header] | None = None
    for sheet in source.sheets:
        if sheet.is_hidden:
            continue
        for at, (line, cells) in enumerate(source.rows(sheet.name)):
            if at >= _LOOKED_THROUGH:
                break
            texts = [shown(cell) for cell in cells]
            for form in forms:
                score = form.fits(texts)
                if score and (best is None or score > best[0]):
                    columns = form.columns(texts)
                    best = score, _Header(form, sheet.name, line, columns, texts)
    return None if best is None else best[1]


def _read_rows(source: Source, header: _Header, found: FileRead) -> None:
    gather = (
        _Repeated(header, found) if header.form.shape is Shape.REPEATED else _Typed(header, found)
    )
    is_text = source.kind is FileKind.CSV
    for line, cells in source.rows(header.sheet):
        if line <= header.line or not trimmed(cells):
            continue
        if len(found.entries) > MOST:
            raise TooLarge("goalfile.many_rows", most=MOST)
        gather.take(line, [_as_typed(cell) for cell in cells] if is_text else cells)


def _as_typed(cell: Raw) -> Raw:
    return unquoted(cell) if isinstance(cell, str) else cell


class _Typed:
    """Rows of one thing each."""

    def __init__(self, header: _Header, found: FileRead) -> None:
        self._header = header
        self._found = found
        self._last: dict[Thing, str] = {}

    def take(self, line: int, cells: Grid) -> None:
        columns = self._header.columns
        given = {name: Found(cell_at(cells, at), at) for name, at in columns.items()}
        if all(is_empty(one.raw) for name, one in given.items() if name not in _NOT_ALONE):
            return
        entry = Entry(Thing.OBJECTIVE, self._header.sheet, line, given)
        try:
            self._understand(entry)
        except OkapiError as error:
            entry.is_broken = True
            self._found.errors.append(entry.at(error, error.field or ""))
        self._found.entries.append(entry)

    def _understand(self, entry: Entry) -> None:
        form = self._header.form
        entry.thing = self._thing(entry)
        entry.key = key_of(form, entry.text("key"))
        entry.row = entry.text("row") or f"line {entry.line}"
        if word := entry.text("action"):
            entry.act = Act(_at_column("action", word))
        if form.is_own:
            entry.parent_rows = several(entry.text("parent_rows"))
            return
        if entry.thing is Thing.OBJECTIVE:
            self._last[Thing.OBJECTIVE] = entry.row
        elif not entry.text("parent"):
            above = self._last.get(Thing.OBJECTIVE, "")
            if not above and form.is_done_or_not(entry.text("thing")):
                return  # it is left out, and named
            if not above:
                raise Refused("goalfile.no_above", field="thing")
            entry.parent_rows = (above,)

    def _thing(self, entry: Entry) -> Thing:
        form, word = self._header.form, entry.text("thing")
        if not form.is_own:
            return form.thing_of(word)
        if word:
            return Thing(_at_column("thing", word))
        # Without a word it is what it is made of.
        return Thing.KEY_RESULT if entry.text("measured") or entry.text("kpi") else Thing.OBJECTIVE


def _at_column(column: str, word: str) -> str:
    """The code of a word; what is refused is told at its column."""
    try:
        return code_of(column, word)
    except Refused as unknown:
        raise Refused(unknown.code, **{**unknown.data, "field": column}) from None


_NOT_ALONE = frozenset({"row", "version", "state", "progress", "health"})


def key_of(form: Form, text: str) -> str:
    """The key of what a row names: as it is, or, of another product, made fit for ours."""
    if form.is_own or not text:
        return text
    plain = "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in text)
    return f"{form.prefix}{plain}"[:120]


class _Repeated:
    """A key result a row; its objective stands beside it in each, or is left empty below."""

    def __init__(self, header: _Header, found: FileRead) -> None:
        self._header = header
        self._found = found
        self._rows: dict[tuple[str, ...], str] = {}
        self._current = ""

    def take(self, line: int, cells: Grid) -> None:
        above: dict[str, Found] = {}
        below: dict[str, Found] = {}
        for name, at in self._header.columns.items():
            cell = Found(cell_at(cells, at), at)
            if name.startswith("kr."):
                below[name.removeprefix("kr.")] = cell
            else:
                above[name] = cell
        self._take_objective(line, above, below)
        if any(not is_empty(one.raw) for one in below.values()):
            self._take_key_result(line, below)

    def _take_objective(self, line: int, cells: dict[str, Found], below: dict[str, Found]) -> None:
        entry = Entry(Thing.OBJECTIVE, self._header.sheet, line, cells)
        if not entry.text("title"):
            return
        names = ("key", "title", "owner", "team", "last")
        same = tuple(entry.text(name) for name in names)
        entry.row = self._rows.setdefault(same, f"line {line}")
        self._current = entry.row
        if entry.row == f"line {line}":
            entry.key = key_of(self._header.form, entry.text("key"))
            if "owner" not in cells and "owner" in below:  # one column of owners is of both
                entry.cells = {**cells, "owner": below["owner"]}
            self._found.entries.append(entry)

    def _take_key_result(self, line: int, cells: dict[str, Found]) -> None:
        entry = Entry(Thing.KEY_RESULT, self._header.sheet, line, cells)
        entry.row = f"line {line} kr"
        self._found.entries.append(entry)
        if self._current:
            entry.parent_rows = (self._current,)
            return
        entry.is_broken = True
        self._found.errors.append(entry.refused("goalfile.no_above", "title"))


def _read_base(source: Source, found: FileRead) -> None:
    """What the rows said when the file was written; a damaged sheet is as good as none."""
    if BASE_SHEET not in {sheet.name for sheet in source.sheets}:
        return
    try:
        for thing, key, values in _base_rows(source.rows(BASE_SHEET)):
            found.base[thing, key] = values
    except (ValueError, KeyError, TypeError, RecursionError, OkapiError):
        found.base = {}
        return
    found.has_base = True


def _base_rows(rows: Iterator[tuple[int, Grid]]) -> Iterator[tuple[Thing, str, dict[str, str]]]:
    for _, cells in rows:
        kind, key, text = (shown(cell_at(cells, at)) for at in range(3))
        told: Any = json.loads(text)
        if not isinstance(told, dict):
            raise TypeError(text[:20])
        yield Thing(kind), key, {str(name): str(value) for name, value in told.items()}
