"""What comes in, as columns: rows of a JSON array, lines of a long-form CSV file.

Nothing is judged here but the form: every later step works on columns of at most `BATCH` rows,
so that memory does not grow with the input.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any, Protocol

import orjson

from okapi.core.errors import OkapiError, Refused, TooLarge

BATCH = 20_000
LONGEST_LINE = 1 << 18  # bytes
FIELDS = ("kpi", "period", "value", "slice", "note", "numerator", "denominator")
_LONG_NUMBER = re.compile(rb"[0-9.]{16}")
_UNREADABLE = "?"


@dataclass(frozen=True, slots=True)
class Batch:
    """Up to `BATCH` rows as columns of equal length.

    `lines` are the rows' places, counted from 1. Texts are still as they came. `slices` holds one
    hashable per row: pairs (dimension, value), or, where `dimensions` are named, their values in
    that order; None where no row has any. The optional columns are None where no row has one.
    """

    lines: Sequence[int]
    kpis: Sequence[str]
    periods: Sequence[str]
    values: Sequence[Any]
    slices: Sequence[tuple[Any, ...]] | None = None
    dimensions: tuple[str, ...] | None = None
    notes: Sequence[Any] | None = None
    numerators: Sequence[Any] | None = None
    denominators: Sequence[Any] | None = None
    problems: tuple[OkapiError, ...] = ()


class Rows(Protocol):
    """A source of batches; `content_hash` is known when all of them were read."""

    @property
    def file_name(self) -> str:
        """The file's name, for the places of errors; empty where there is no file."""

    @property
    def content_hash(self) -> str:
        """SHA-256 of the content as it came; empty where it is not known."""

    def batches(self) -> Iterator[Batch]:
        """The rows, once."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows that are in memory: a parsed JSON array, or what a page or a generator made."""

    rows: Sequence[Mapping[str, Any]]
    file_name: str = ""
    content_hash: str = ""

    def batches(self) -> Iterator[Batch]:
        """The rows, once."""
        for start in range(0, len(self.rows), BATCH):
            yield _columns(self.rows[start : start + BATCH], start + 1)


def from_json(body: bytes, file_name: str = "") -> Listed:
    """A JSON array of rows; numbers keep all their digits.

    `Refused`: `json.unreadable` with line and column, `json.no_array`.
    """
    try:
        rows = _exact(body) if _LONG_NUMBER.search(body) else orjson.loads(body)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise Refused(
            "json.unreadable",
            file=file_name,
            line=getattr(error, "lineno", None),
            column=getattr(error, "colno", None),
        ) from None
    if not isinstance(rows, list):
        raise Refused("json.no_array", file=file_name, found=type(rows).__name__)
    return Listed(rows, file_name, hashlib.sha256(body).hexdigest())


def _exact(body: bytes) -> Any:
    """A float keeps 15 digits for sure; a body with longer numbers is read number by number."""
    text = body.decode("utf-8")
    return json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=str)


def _columns(rows: Sequence[Any], first_line: int) -> Batch:
    lines: Sequence[int] = range(first_line, first_line + len(rows))
    problems: list[OkapiError] = []
    named: set[Any] = set()
    try:
        named = set().union(*rows)
        strange = any(type(row) is not dict for row in rows)
    except TypeError:
        strange = True
    if strange or not named.issubset(FIELDS):
        lines, rows, problems = _well_formed(lines, rows)
        named = set().union(*rows)
    return Batch(
        lines=lines,
        kpis=texts([row.get("kpi") for row in rows]),
        periods=texts([row.get("period") for row in rows]),
        values=[row.get("value") for row in rows],
        slices=_pairs([row.get("slice") for row in rows]) if "slice" in named else None,
        notes=[row.get("note") for row in rows] if "note" in named else None,
        numerators=[row.get("numerator") for row in rows] if "numerator" in named else None,
        denominators=[row.get("denominator") for row in rows] if "denominator" in named else None,
        problems=tuple(problems),
    )


def _well_formed(
    lines: Sequence[int], rows: Sequence[Any]
) -> tuple[list[int], list[Mapping[str, Any]], list[OkapiError]]:
    kept: list[tuple[int, Mapping[str, Any]]] = []
    problems: list[OkapiError] = []
    for line, row in zip(lines, rows, strict=True):
        if not isinstance(row, Mapping):
            problems.append(Refused("row.no_object", line=line, found=repr(row)[:60]))
        elif unknown := [str(name) for name in row if name not in FIELDS]:
            problems.append(
                Refused(
                    "row.unknown_field",
                    line=line,
                    field=unknown[0][:60],
                    found=unknown[0][:60],
                    expected=", ".join(FIELDS),
                )
            )
        else:
            kept.append((line, row))
    return [line for line, _ in kept], [row for _, row in kept], problems


def texts(column: list[Any]) -> list[str]:
    """The column with every entry a text; numbers are written out, empty for None."""
    if set(map(type, column)) <= {str}:
        return column
    return [entry if isinstance(entry, str) else _text(entry) for entry in column]


def _text(entry: Any) -> str:
    if entry is None:
        return ""
    return str(entry)[:60] if isinstance(entry, int | float | Decimal) else repr(entry)[:60]


def _pairs(column: list[Any]) -> list[tuple[Any, ...]]:
    try:
        pairs = [tuple(entry.items()) if entry else () for entry in column]
        hash(tuple(pairs))
    except (AttributeError, TypeError):
        return [_hashable(entry) for entry in column]
    return pairs


def _hashable(entry: Any) -> tuple[Any, ...]:
    if not entry:
        return ()
    if not isinstance(entry, Mapping):
        return ((_UNREADABLE, None),)
    return tuple((name, value if isinstance(value, str) else None) for name, value in entry.items())


@dataclass(slots=True)
class Lines:
    """A long-form CSV file: `kpi`, `period`, `value`, perhaps `note`, `numerator`, `denominator`.

    Every other column is a dimension by its name; an empty cell is no value in it. A column `slice`
    holds whole slices in the form of `core.slices`. UTF-8, with or
    without a byte order mark. Errors that end the reading (`file.encoding`, `csv.unreadable`,
    `csv.missing_column`, `csv.column_twice`, `csv.empty`) are raised as `Refused` with their line.
    """

    stream: IO[bytes]
    file_name: str = ""
    content_hash: str = ""
    _seen: _Hashing | None = field(default=None, init=False)

    def batches(self) -> Iterator[Batch]:
        """The lines, once."""
        self._seen = _Hashing(self.stream, self.file_name)
        reader = csv.reader(self._seen, strict=True)
        header = self._header(reader)
        while (found := self._next(reader, header)) is not None:
            yield found
        self.content_hash = self._seen.digest.hexdigest()

    def _header(self, reader: Any) -> list[str]:
        try:
            header = [name.strip() for name in next(reader, [])]
        except csv.Error as error:
            raise self._unreadable(reader, error) from None
        if not header:
            raise Refused("csv.empty", file=self.file_name)
        for name in ("kpi", "period", "value"):
            if name not in header:
                raise Refused(
                    "csv.missing_column", file=self.file_name, line=1, field=name, expected=name
                )
        twice = [name for name in header if name and header.count(name) > 1]
        if twice:
            raise Refused("csv.column_twice", file=self.file_name, line=1, field=twice[0])
        return header

    def _next(self, reader: Any, header: list[str]) -> Batch | None:
        # A cell may hold line breaks: a row begins on the line after the one before it.
        lines, rows = [reader.line_num + 1], []
        try:
            for row in islice(reader, BATCH):
                rows.append(row)
                lines.append(reader.line_num + 1)
        except csv.Error as error:
            raise self._unreadable(reader, error) from None
        if not rows:
            return None
        lines.pop()
        problems: list[OkapiError] = []
        if set(map(len, rows)) != {len(header)}:
            lines, rows, problems = self._complete(lines, rows, len(header))
        return _of_cells(header, lines, rows, tuple(problems))

    def _complete(
        self, lines: Sequence[int], rows: list[list[str]], width: int
    ) -> tuple[list[int], list[list[str]], list[OkapiError]]:
        """Leave out empty lines; tell those with too few or too many cells."""
        kept = [(line, row) for line, row in zip(lines, rows, strict=True) if len(row) == width]
        problems: list[OkapiError] = [
            Refused("csv.cells", line=line, found=len(row), expected=width)
            for line, row in zip(lines, rows, strict=True)
            if row and len(row) != width
        ]
        return [line for line, _ in kept], [row for _, row in kept], problems

    def _unreadable(self, reader: Any, error: csv.Error) -> Refused:
        return Refused(
            "csv.unreadable", file=self.file_name, line=reader.line_num, found=str(error)
        )


def from_csv(path: Path | str) -> Lines:
    """The lines of a CSV file; opened when `batches` is asked for the first time."""
    file = Path(path)
    return Lines(file.open("rb"), file.name)


def _of_cells(
    header: list[str],
    lines: Sequence[int],
    rows: list[list[str]],
    problems: tuple[OkapiError, ...],
) -> Batch:
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    columns: dict[str, Sequence[str]] = dict(zip(header, cells, strict=True))
    dimensions = tuple(name for name in header if name not in FIELDS or name == "slice")
    sliced = any(any(columns[name]) for name in dimensions)
    return Batch(
        lines=lines,
        kpis=columns["kpi"],
        periods=columns["period"],
        values=columns["value"],
        slices=list(zip(*(columns[name] for name in dimensions), strict=True)) if sliced else None,
        dimensions=dimensions,
        notes=_filled(columns.get("note")),
        numerators=_filled(columns.get("numerator")),
        denominators=_filled(columns.get("denominator")),
        problems=problems,
    )


def _filled(column: Sequence[str] | None) -> Sequence[str] | None:
    return column if column and any(column) else None


class _Hashing:
    """The lines of a binary stream as text, hashed as they pass."""

    def __init__(self, stream: IO[bytes], file_name: str) -> None:
        self.digest = hashlib.sha256()
        self._stream = stream
        self._file_name = file_name
        self._line = 0

    def __iter__(self) -> Iterator[str]:
        # A file without line breaks must not come into memory whole.
        for line in iter(partial(self._stream.readline, LONGEST_LINE), b""):
            self._line += 1
            self.digest.update(line)
            if len(line) == LONGEST_LINE:
                raise TooLarge(
                    "csv.long_line", file=self._file_name, line=self._line, most=LONGEST_LINE
                )
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError as error:
                raise Refused(
                    "file.encoding",
                    file=self._file_name,
                    line=self._line,
                    found=f"0x{line[error.start]:02x}",
                    expected="UTF-8",
                ) from None
            yield text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}") if self._line == 1 else text
