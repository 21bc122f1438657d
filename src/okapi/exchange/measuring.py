"""Measurements of a folder's files as one intake; every mistake at its file and line."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from okapi.base.actor import Actor, Door
from okapi.core.errors import OkapiError, Refusals
from okapi.exchange import texts
from okapi.kpis import ingest
from okapi.kpis.ingest.lines import Lines
from okapi.kpis.ingest.results import IntakeResult
from okapi.kpis.ingest.rows import BATCH, Batch

FOLDER = "measurements"


@dataclass(slots=True)
class MeasurementFiles:
    """Many files as one source of rows. Their lines are numbered through, file after file."""

    files: Sequence[tuple[Path, str]]
    file_name: str = FOLDER
    content_hash: str = ""
    errors: list[OkapiError] = field(default_factory=list)
    kpis: set[str] = field(default_factory=set)
    _starts: list[int] = field(default_factory=list)

    def batches(self) -> Iterator[Batch]:
        """The rows of all files; one that cannot be read is told in `errors` and left out."""
        # Files of the same columns are joined: what is looked up once for a batch would otherwise
        # be looked up once for each of many small files.
        waiting: dict[tuple[str, ...] | None, list[Batch]] = {}
        counts: Counter[tuple[str, ...] | None] = Counter()
        for batch in self._of_files():
            self.kpis.update(batch.kpis)
            waiting.setdefault(batch.dimensions, []).append(batch)
            counts[batch.dimensions] += len(batch.kpis)
            if counts[batch.dimensions] >= BATCH:
                counts[batch.dimensions] = 0
                yield _joined(waiting.pop(batch.dimensions))
        yield from map(_joined, waiting.values())
        if self.errors:  # refused together with what is wrong in the files that could be read
            yield Batch([], [], [], [], problems=tuple(self.errors))

    def _of_files(self) -> Iterator[Batch]:
        digest, start = hashlib.sha256(), 0
        for path, name in self.files:
            self._starts.append(start)
            last = start
            try:
                texts.check_size(path, name, texts.LARGEST_MEASUREMENTS)
                with path.open("rb") as stream:
                    lines = Lines(stream, name)
                    for batch in lines.batches():
                        yield _shifted(batch, start)
                        last = max(last, start + max(batch.lines, default=0))
                        last = max(last, start + _last_line(batch.problems))
                    digest.update(lines.content_hash.encode())
            except OkapiError as error:
                self.errors.append(error)
                last = max(last, start + int(error.data.get("line") or 0))
            start = last
        self.content_hash = digest.hexdigest()

    def placed(self, error: OkapiError) -> OkapiError:
        """The error with the file and the line in it, instead of the line in all of them."""
        line = error.data.get("line")
        if error.data.get("file") != self.file_name:
            told = {**error.data, "line": line or None}
            return type(error)(error.code, **told)
        if not line:
            return error
        name, own = self._place(int(line))
        told = {**error.data, "file": name, "line": own}
        if "first_line" in told:
            first_file, first_line = self._place(int(told["first_line"]))
            told |= {"first_line": first_line, "first_file": first_file}
        return type(error)(error.code, **told)

    def _place(self, line: int) -> tuple[str, int]:
        at = bisect_right(self._starts, line - 1) - 1
        # Files without rows share their start with the next one; the row is of the last of them.
        return self.files[at][1], line - self._starts[at]


def _shifted(batch: Batch, start: int) -> Batch:
    problems = tuple(
        type(problem)(
            problem.code, **{**problem.data, "line": start + int(problem.data.get("line") or 0)}
        )
        for problem in batch.problems
    )
    return replace(batch, lines=[start + line for line in batch.lines], problems=problems)


def _joined(batches: Sequence[Batch]) -> Batch:
    """Batches of the same dimensions as one; an optional column that some lack is filled."""
    if len(batches) == 1:
        return batches[0]
    columns: dict[str, Any] = {
        name: [one for batch in batches for one in getattr(batch, name)]
        for name in ("lines", "kpis", "periods", "values", "problems")
    }
    for name in ("slices", "notes", "numerators", "denominators"):
        parts = [getattr(batch, name) for batch in batches]
        if any(part is not None for part in parts):
            columns[name] = [
                one
                for part, batch in zip(parts, batches, strict=True)
                for one in (part if part is not None else [""] * len(batch.kpis))
            ]
    columns["problems"] = tuple(columns["problems"])
    return Batch(dimensions=batches[0].dimensions, **columns)


def _last_line(problems: Sequence[OkapiError]) -> int:
    return max((int(problem.data.get("line") or 0) for problem in problems), default=0)


def take(actor: Actor, source: MeasurementFiles) -> IntakeResult:
    """Take all measurements in; `Refusals` with every bad row, placed in its file."""
    try:
        result = ingest.take(
            actor, source, door=Door.FILES, file_name=source.file_name, has_history=True
        )
    except Refusals as refusals:
        raise Refusals([source.placed(error) for error in refusals.errors]) from None
    return result
