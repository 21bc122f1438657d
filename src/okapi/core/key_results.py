"""The facts from which the health of key results is judged: one row, or columns of many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import numpy as np

from okapi.core.calendars import WorkingCalendar
from okapi.core.columns import Bools, Codes, Floats, Ints, codes, days, floats
from okapi.core.expected import Curve, Curves
from okapi.core.outlooks import Outlook
from okapi.core.progress import KeyResultKind, Mode


class Stage(StrEnum):
    """Where a goal is in its life; an agreed one runs from the first day of its span."""

    DRAFT = "draft"
    AGREED = "agreed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class KeyResultFacts:
    """All that the health of one key result depends on, apart from today.

    Args:
        curve: its span, and how the expected share runs over it (kind none for keep, levels and
            yes/no).
        kind, mode, stage: what it is and where it is in its life.
        aspirational: its objective is; a reach is then judged against 0.7 of the way.
        progress: raw; None where there is none. Kept although the data may be stale.
        newest: the end of the newest period of the span that has a value, in the future too;
            None while no period has ended and been measured (metric).
        first_due: the day on which the first value is due (metric without a value).
        stale_on: the first day on which its data are stale; None if nothing more is to come.
        is_complete: the last period that belongs to the span has its value.
        is_waiting: its automatic start waits for its baseline.
        misses, misses_allowed: of a keep.
        probability: of reaching the success point; None without a forecast. ``outlook`` says it
            with what is left of the way.
        confidence: the owner's last, 0 to 10; ``said_on`` the day of it.
        cadence_days: how often the owner gives word.
    """

    curve: Curve
    kind: KeyResultKind = KeyResultKind.METRIC
    mode: Mode = Mode.REACH
    stage: Stage = Stage.AGREED
    aspirational: bool = False
    progress: float | None = None
    newest: date | None = None
    first_due: date | None = None
    stale_on: date | None = None
    is_complete: bool = False
    is_waiting: bool = False
    misses: int = 0
    misses_allowed: int = 0
    probability: float | None = None
    outlook: Outlook | None = None
    confidence: float | None = None
    said_on: date | None = None
    cadence_days: int = 7


@dataclass(frozen=True, slots=True)
class KeyResultColumns:
    """``KeyResultFacts`` of many key results; first and last day are those of ``curves``.

    ``outlooks`` by row, of those that have one.
    """

    curves: Curves
    kind: Codes
    mode: Codes
    stage: Codes
    aspirational: Bools
    progress: Floats
    newest: Ints
    first_due: Ints
    stale_on: Ints
    is_complete: Bools
    is_waiting: Bools
    misses: Ints
    misses_allowed: Ints
    probability: Floats
    confidence: Floats
    said_on: Ints
    cadence_days: Ints
    outlooks: Mapping[int, Outlook] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Sequence[KeyResultFacts], calendar: WorkingCalendar) -> KeyResultColumns:
        """The columns of these rows."""
        return cls(
            curves=Curves.of([row.curve for row in rows], calendar),
            kind=codes(row.kind for row in rows),
            mode=codes(row.mode for row in rows),
            stage=codes(row.stage for row in rows),
            aspirational=np.asarray([row.aspirational for row in rows], dtype=np.bool_),
            progress=floats(row.progress for row in rows),
            newest=days(row.newest for row in rows),
            first_due=days(row.first_due for row in rows),
            stale_on=days(row.stale_on for row in rows),
            is_complete=np.asarray([row.is_complete for row in rows], dtype=np.bool_),
            is_waiting=np.asarray([row.is_waiting for row in rows], dtype=np.bool_),
            misses=np.asarray([row.misses for row in rows], dtype=np.int64),
            misses_allowed=np.asarray([row.misses_allowed for row in rows], dtype=np.int64),
            probability=floats(row.probability for row in rows),
            confidence=floats(row.confidence for row in rows),
            said_on=days(row.said_on for row in rows),
            cadence_days=np.asarray([row.cadence_days for row in rows], dtype=np.int64),
            outlooks={at: row.outlook for at, row in enumerate(rows) if row.outlook is not None},
        )

    def __len__(self) -> int:
        return len(self.kind)
