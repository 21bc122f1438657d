"""JSON Lines, and a JSON array: one object a row, its fields the columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from okapi.core.errors import Refused, TooLarge
from okapi.core.slices import slice_key
from okapi.exchange.tables.cells import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Grid,
    Kind,
    Note,
    Raw,
    Typed,
    note,
)
from okapi.exchange.tables.encodings import Encoding, encoding_of
from okapi.exchange.tables.sources import FileKind, SheetInfo

_LONGEST_LINE = 1 << 20
_LARGEST_ARRAY = 1 << 26  # bytes: an array must come into memory whole
_SHEET = (SheetInfo("", is_hidden=False),)


@dataclass(frozen=True, slots=True)
class JsonLines:
    """A file of JSON objects. Row 0 has the fields; rows are lines (or places in an array)."""

    path: Path
    name: str
    encoding: Encoding
    is_array: bool
    fields: tuple[str, ...]
    kind: FileKind = FileKind.JSON
    sheets: tuple[SheetInfo, ...] = _SHEET
    is_1904: bool = False
    comma_is_usual: bool = False

    @property
    def notes(self) -> tuple[Note, ...]:
        """How the file was read."""
        return (note("tables.file.json_array" if self.is_array else "tables.file.json_lines"),)

    def close(self) -> None:
        """Nothing stays open between two readings."""

    def rows(self, sheet: str) -> Iterator[tuple[int, Grid]]:
        """The names of the fields, then the objects."""
        if sheet:
            raise Refused("tables.sheet.unknown", file=self.name, found=sheet[:60], expected="")
        yield 0, list(self.fields)
        for number, entry in _objects(self.path, self.name, self.encoding, is_array=self.is_array):
            yield number, [self._cell(entry.get(field), number) for field in self.fields]

    def _cell(self, value: Any, number: int) -> Raw:
        match value:
            case None:
                return ""
            case bool():
                return Typed(Kind.BOOLEAN, str(value).lower())
            case Decimal():
                return Typed(Kind.NUMBER, str(value), number=value)
            case str() if len(value) <= LONGEST_CELL:
                return value
            case Mapping() if all(isinstance(part, str) for part in value.values()):
                return slice_key(value)
        if isinstance(value, str):
            raise TooLarge("tables.cell.too_long", file=self.name, line=number, most=LONGEST_CELL)
        return Typed(Kind.FAULT, json.dumps(value, default=str)[:60])


def open_json(path: Path, name: str, *, is_array: bool, encoding: str = "") -> JsonLines:
    """A file of JSON; it is read once to learn its fields.

    Refused: `tables.file.json` with the line, `tables.file.empty`, `tables.many_columns`.
    """
    found = encoding_of(path, name, encoding)
    fields: dict[str, None] = {}
    for _, entry in _objects(path, name, found, is_array=is_array):
        if not fields.keys() >= entry.keys():
            fields.update(dict.fromkeys(entry))
            if len(fields) > MOST_COLUMNS:
                raise TooLarge("tables.many_columns", file=name, most=MOST_COLUMNS)
    if not fields:
        raise Refused("tables.file.empty", file=name)
    return JsonLines(path, name, found, is_array, tuple(fields))


def _objects(
    path: Path, name: str, encoding: Encoding, *, is_array: bool
) -> Iterator[tuple[int, dict[str, Any]]]:
    entries = _array(path, name, encoding) if is_array else _lines(path, name, encoding)
    for number, entry in entries:
        if not isinstance(entry, dict):
            raise Refused("tables.file.json_row", file=name, line=number, found=repr(entry)[:60])
        yield number, entry


def _lines(path: Path, name: str, encoding: Encoding) -> Iterator[tuple[int, Any]]:
    with path.open(encoding=encoding.name) as stream:
        number = 0
        while line := stream.readline(_LONGEST_LINE):
            number += 1
            if len(line) == _LONGEST_LINE:
                raise TooLarge("csv.long_line", file=name, line=number, most=_LONGEST_LINE)
            if line.strip():
                yield number, _parsed(line, name, number)


def _array(path: Path, name: str, encoding: Encoding) -> Iterator[tuple[int, Any]]:
    if path.stat().st_size > _LARGEST_ARRAY:
        raise TooLarge("tables.file.large_array", file=name, most=_LARGEST_ARRAY >> 20)
    entries = _parsed(path.read_text(encoding=encoding.name), name, 1)
    yield from enumerate(entries, start=1)


def _parsed(text: str, name: str, line: int) -> Any:
    """The value with every number as it is written. NaN, which JSON has not, is refused."""
    try:
        return _DECODER.decode(text)
    except (ValueError, ArithmeticError, RecursionError) as error:
        at = line + getattr(error, "lineno", 1) - 1
        raise Refused("tables.file.json", file=name, line=at) from None


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a field stands twice")
    return read


_DECODER = json.JSONDecoder(
    parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number, object_pairs_hook=_object
)
