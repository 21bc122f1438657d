"""Lines of a long-form CSV file as columns.

Most files quote nothing: then a block of lines is one pattern and one split. From the first quote
on the file is read by the csv module, since a quoted cell may go over lines and blocks.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from okapi.core.errors import OkapiError, Refused, TooLarge
from okapi.kpis.ingest.rows import BATCH, FIELDS, Batch

BLOCK = 1 << 19  # bytes: some `BATCH` rows
LONGEST_LINE = 1 << 18  # bytes
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"

Columns = Sequence[Sequence[str]]


@dataclass(slots=True)
class Lines:
    """A long-form CSV file: `kpi`, `period`, `value`, perhaps `note`, `numerator`, `denominator`.

    Every other column is a dimension by its name; an empty cell is no value in it. A column `slice`
    holds whole slices in the form of `core.slices`. UTF-8, with or without a byte order mark.
    Errors that end the reading (`file.encoding`, `csv.unreadable`, `csv.line_ends`,
    `csv.missing_column`, `csv.column_twice`, `csv.empty`, `csv.long_line`) are raised with their
    line.
    """

    stream: IO[bytes]
    file_name: str = ""
    content_hash: str = ""

    def batches(self) -> Iterator[Batch]:
        """The lines, once."""
        digest = hashlib.sha256()
        blocks = self._blocks(digest)
        start, text = next(blocks, (1, ""))
        head, _, body = text.removeprefix(_MARK).partition("\n")
        if '"' in head:
            rest = chain.from_iterable(_lines_of(more) for _, more in blocks)
            lines = chain([head + "\n"], _lines_of(body), rest)
            yield from self._quoted(lines, 1, None)
        else:
            header = self._header(self._cells(head))
            yield from self._plain(header, start + 1, body, blocks)
        self.content_hash = digest.hexdigest()

    def _plain(
        self, header: list[str], start: int, text: str, blocks: Iterator[tuple[int, str]]
    ) -> Iterator[Batch]:
        """Blocks without quotes, and from the first quote on the rest of the file."""
        for at, block in chain([(start, text)], blocks):
            if '"' in block:
                rest = chain.from_iterable(_lines_of(more) for _, more in blocks)
                yield from self._quoted(chain(_lines_of(block), rest), at, header)
                return
            if block:
                yield self._block(header, at, block)

    def _block(self, header: list[str], start: int, text: str) -> Batch:
        text = text.replace("\r\n", "\n")
        text = text if text.endswith("\n") else text + "\n"
        count, width = text.count("\n"), len(header)
        if "\r" not in text and _grid(width).fullmatch(text):
            cells = text[:-1].replace("\n", ",").split(",")
            columns = [cells[at::width] for at in range(width)]
            return _of_cells(header, range(start, start + count), columns)
        rows = self._read(csv.reader(text.split("\n")[:-1], strict=True), start - 1)
        return _of_rows(header, list(range(start, start + count)), rows)

    def _read(self, reader: Any, before: int) -> list[list[str]]:
        try:
            return list(reader)
        except csv.Error as error:
            raise self._unreadable(before + reader.line_num, error) from None

    def _quoted(
        self, lines: Iterable[str], start: int, header: list[str] | None
    ) -> Iterator[Batch]:
        """Rows by the csv module; each begins on the line after the one before it."""
        reader = csv.reader(lines, strict=True)
        try:
            if header is None:
                header = self._header(next(reader, []))
            while True:
                begins, rows = [start + reader.line_num], []
                for row in islice(reader, BATCH):
                    rows.append(row)
                    begins.append(start + reader.line_num)
                if not rows:
                    return
                yield _of_rows(header, begins[:-1], rows)
        except csv.Error as error:
            raise self._unreadable(start - 1 + reader.line_num, error) from None

    def _cells(self, head: str) -> list[str]:
        if "\r" in head.removesuffix("\r"):
            raise Refused("csv.line_ends", file=self.file_name, line=1)
        return next(iter(self._read(csv.reader([head], strict=True), 0)), [])

    def _header(self, names: list[str]) -> list[str]:
        header = [name.strip() for name in names]
        if not any(header):
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

    def _unreadable(self, line: int, error: csv.Error) -> Refused:
        return Refused("csv.unreadable", file=self.file_name, line=line, found=str(error))

    def _blocks(self, digest: Any) -> Iterator[tuple[int, str]]:
        """Whole lines, some hundred kilobytes at once, each with the number of its first line."""
        line = 1
        while block := self.stream.read(BLOCK):
            if not block.endswith(b"\n"):
                # A file without line breaks must not come into memory whole.
                rest = self.stream.readline(LONGEST_LINE)
                block += rest
                if len(rest) == LONGEST_LINE and not rest.endswith(b"\n"):
                    raise TooLarge(
                        "csv.long_line",
                        file=self.file_name,
                        line=line + block.count(b"\n"),
                        most=LONGEST_LINE,
                    )
            digest.update(block)
            yield line, self._decoded(block, line)
            line += block.count(b"\n")

    def _decoded(self, block: bytes, line: int) -> str:
        try:
            return block.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refused(
                "file.encoding",
                file=self.file_name,
                line=line + block.count(b"\n", 0, error.start),
                found=f"0x{block[error.start]:02x}",
                expected="UTF-8",
            ) from None


def from_csv(path: Path | str) -> Lines:
    """The lines of a CSV file."""
    file = Path(path)
    return Lines(file.open("rb"), file.name)


def _lines_of(text: str) -> Iterator[str]:
    return iter(io.StringIO(text, newline="\n"))


@lru_cache(maxsize=64)
def _grid(width: int) -> re.Pattern[str]:
    """Lines of so many cells each.

    The repetition of lines is not possessive: Python 3.11.2 matches some of those wrongly
    (cpython#106052).
    """
    return re.compile("(?:" + r"[^,\n]*+," * (width - 1) + r"[^,\n]*+\n)*")


def _of_rows(header: list[str], lines: list[int], rows: list[list[str]]) -> Batch:
    """Empty lines are left out, those with too few or too many cells told."""
    width = len(header)
    problems: list[OkapiError] = []
    if set(map(len, rows)) != {width}:
        problems = [
            Refused("csv.cells", line=line, found=len(row), expected=width)
            for line, row in zip(lines, rows, strict=True)
            if row and len(row) != width
        ]
        kept = [len(row) == width for row in rows]
        lines = [line for line, is_kept in zip(lines, kept, strict=True) if is_kept]
        rows = [row for row, is_kept in zip(rows, kept, strict=True) if is_kept]
    columns: Columns = list(zip(*rows, strict=True)) if rows else [()] * width
    return _of_cells(header, lines, columns, tuple(problems))


def _of_cells(
    header: list[str],
    lines: Sequence[int],
    cells: Columns,
    problems: tuple[OkapiError, ...] = (),
) -> Batch:
    columns = dict(zip(header, cells, strict=True))
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
