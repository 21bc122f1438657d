"""Rows of measurements as they are read from files: of tables, and with how far it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from okapi.base.telling import Tell, nobody
from okapi.core.errors import OkapiError
from okapi.core.periods import Period, written
from okapi.core.quantities import canonical
from okapi.exchange.tables import (
    Kpis,
    Layout,
    Outcome,
    RowRead,
    Setting,
    Source,
    read_rows,
    refusals_of,
)
from okapi.kpis.ingest.rows import BATCH, Batch, Rows

READING = "reading"
_BLOCK = 1 << 20


@dataclass(slots=True)
class TableRows:
    """What was read from a table, as rows that `kpis.ingest` takes.

    Cells without a value and repetitions are left out; refusals come with the batches, so that all
    are told together and nothing is stored. `covered` has the newest period of each KPI by then.
    """

    source: Source
    layouts: Sequence[Layout]
    kpis: Kpis
    setting: Setting
    content_hash: str = ""
    covered: dict[str, Period] = field(default_factory=dict)
    _labels: dict[tuple[Period, str], str] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        """The file's name, for places."""
        return self.source.name

    def batches(self) -> Iterator[Batch]:
        """The rows, once."""
        return self.of_rows(read_rows(self.source, self.layouts, self.kpis, self.setting))

    def of_rows(self, rows: Iterator[RowRead]) -> Iterator[Batch]:
        """The measurements of rows that were read."""
        kept: list[tuple[Any, ...]] = []
        problems: list[OkapiError] = []
        for row in rows:
            for cell in row.cells:
                problems += refusals_of(cell)
                read = cell.measured
                if cell.outcome is Outcome.READ and read is not None:
                    value, *parts = (
                        "" if number is None else canonical(number)
                        for number in (read.value, read.numerator, read.denominator)
                    )
                    label = self._label(read.period)
                    newest = self.covered.get(read.kpi)
                    if newest is None or newest.last < read.period.last:
                        self.covered[read.kpi] = read.period
                    kept.append((row.row, read.kpi, label, value, read.slice, read.note, *parts))
            if len(kept) >= BATCH or len(problems) >= BATCH:
                yield _batch(kept, problems)
                kept, problems = [], []
        if kept or problems:
            yield _batch(kept, problems)

    def _label(self, period: Period) -> str:
        """A text that the ingest reads as this period."""
        known = (period, period.label)
        label = self._labels.get(known)
        if label is None:
            label = written(
                period,
                fiscal_month=self.setting.fiscal_month,
                first_weekday=self.setting.first_weekday,
            )
            self._labels[known] = label
        return label


@dataclass(frozen=True, slots=True)
class Watched:
    """Rows of which somebody hears how many are read; of a file of lines, of how many."""

    inner: Rows
    total: int
    tell: Tell

    @classmethod
    def of(cls, inner: Rows, path: Path, tell: Tell, *, is_text: bool = True) -> Rows:
        """The rows as they are, where nobody listens."""
        return inner if tell is nobody else cls(inner, _lines_of(path) if is_text else 0, tell)

    @property
    def file_name(self) -> str:
        """The file's name, for places."""
        return self.inner.file_name

    @property
    def content_hash(self) -> str:
        """Of the content, when all was read."""
        return self.inner.content_hash

    def batches(self) -> Iterator[Batch]:
        """The rows, once."""
        self.tell(READING, 0, self.total)
        for batch in self.inner.batches():
            yield batch
            self.tell(READING, max(batch.lines, default=0), self.total)


def _lines_of(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(partial(stream.read, _BLOCK), b""))


def _batch(rows: list[tuple[Any, ...]], problems: list[OkapiError]) -> Batch:
    columns = list(zip(*rows, strict=True)) if rows else [()] * 8
    lines, kpis, periods, values, slices, notes, numerators, denominators = columns
    return Batch(
        lines=lines,
        kpis=kpis,
        periods=periods,
        values=values,
        slices=slices if any(slices) else None,
        notes=notes if any(notes) else None,
        numerators=numerators if any(numerators) else None,
        denominators=denominators if any(denominators) else None,
        problems=tuple(problems),
    )
