"""What reading a table gives: each cell with how it was read or why it was refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from okapi.core.errors import OkapiError
from okapi.core.periods import Period
from okapi.exchange.tables.cells import Note, Spot
from okapi.exchange.tables.layouts import Layout

Slice = tuple[tuple[str, str], ...]


class Outcome(StrEnum):
    """What became of a cell: a measurement, no value, a refusal, or the same once more."""

    READ = "read"
    NOTHING = "nothing"
    REFUSED = "refused"
    REPEATED = "repeated"


class RowKind(StrEnum):
    """What a row is. All but data is told and left out."""

    DATA = "data"
    HEADER = "header"
    TOTAL = "total"
    PLAN = "plan"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement: KPI by key, value in its unit (None: from the parts of a ratio)."""

    kpi: str
    period: Period
    slice: Slice
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that was read: where, what stood in it, what it means, or the refusal.

    A refusal's data has its place: `file`, `line` (the row), `field` (the header), `sheet`, `cell`.
    """

    spot: Spot
    found: str
    outcome: Outcome
    measured: Measured | None = None
    notes: tuple[Note, ...] = ()
    refusal: OkapiError | None = None


@dataclass(frozen=True, slots=True)
class RowRead:
    """A row that is not blank. Rows of other kinds than data have no cells."""

    sheet: str
    row: int
    kind: RowKind
    cells: tuple[Cell, ...] = ()
    found: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """A whole file in numbers: cells by what became of them, rows by what they are."""

    read: int = 0
    nothing: int = 0
    refused: int = 0
    repeated: int = 0
    rows: int = 0
    totals: int = 0
    remarks: int = 0

    @classmethod
    def of(cls, outcomes: Counter[Outcome], kinds: Counter[RowKind]) -> Counts:
        """From what was counted."""
        return cls(
            read=outcomes[Outcome.READ],
            nothing=outcomes[Outcome.NOTHING],
            refused=outcomes[Outcome.REFUSED],
            repeated=outcomes[Outcome.REPEATED],
            rows=kinds[RowKind.DATA],
            totals=kinds[RowKind.TOTAL] + kinds[RowKind.PLAN],
            remarks=kinds[RowKind.REMARK],
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """How a file will be read: its layouts, its first rows, and all of it in numbers.

    `refusals` are the first ones, as many as were asked for; `notes` tell how the file was read;
    `is_whole`: to its end.
    """

    layouts: tuple[Layout, ...]
    rows: tuple[RowRead, ...]
    counts: Counts
    refusals: tuple[OkapiError, ...]
    notes: tuple[Note, ...]
    is_whole: bool = True
