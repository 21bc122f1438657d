"""The spans of key results and how the periods of the KPIs that they move lie in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from okapi.core.columns import NEVER, Ints, ordinal
from okapi.core.periods import Frequency
from okapi.core.progress import Reading
from okapi.core.series import Aggregation
from okapi.core.spans import (
    Rhythm,
    Span,
    baseline_periods,
    default_reading,
    first_end,
    last_end,
    period_count_in,
    span_of,
)
from okapi.goals.standings.loading import Goals, KeyResultRow, MoveRow, ObjectiveRow, Setting


@dataclass(frozen=True, slots=True)
class Timing:
    """Per move: periods that end in the span, the ends of the first and last of them, as days."""

    count: Ints
    first_end: Ints
    last_end: Ints


def spans_of(goals: Goals) -> list[Span]:
    """The span of each key result; one that would end before it begins is its first day."""
    return [
        span_for(row, goals.objectives[goals.objective_at[row.objective_id]])
        for row in goals.key_results
    ]


def span_for(row: KeyResultRow, objective: ObjectiveRow) -> Span:
    """The span of one key result."""
    return _span(objective.starts, objective.ends, row.agreed_on, row.due)


@lru_cache(maxsize=4096)
def _span(starts: date, ends: date, agreed_on: date | None, due: date | None) -> Span:
    first = starts if agreed_on is None else max(starts, agreed_on)
    last = ends if due is None else due
    return span_of(starts, ends, agreed_on=agreed_on, due=max(first, last))


def timing_of(setting: Setting, moves: Sequence[MoveRow], spans: Sequence[Span]) -> Timing:
    """The periods of each move's KPI in its span."""
    rows = [
        _timing(span, Frequency(move.frequency), setting.fiscal_month, setting.first_weekday)
        for move, span in zip(moves, spans, strict=True)
    ]
    columns = np.asarray(rows, dtype=np.int64).reshape(-1, 3)
    return Timing(columns[:, 0], columns[:, 1], columns[:, 2])


@lru_cache(maxsize=16384)
def _timing(
    span: Span, frequency: Frequency, fiscal_month: int, first_weekday: int
) -> tuple[int, int, int]:
    rhythm = Rhythm(frequency, fiscal_month, first_weekday)
    count = period_count_in(span, rhythm)
    if count == 0:
        return 0, NEVER, NEVER
    return count, ordinal(first_end(span, rhythm)), ordinal(last_end(span, rhythm))


def rhythm_of(setting: Setting, move: MoveRow) -> Rhythm:
    """How the periods of a move's KPI lie."""
    return Rhythm(Frequency(move.frequency), setting.fiscal_month, setting.first_weekday)


def reading_of(row: KeyResultRow, move: MoveRow) -> Reading:
    """What the key result reads of this KPI: as it says, or by the KPI's aggregation."""
    return Reading(row.reading) if row.reading else default_reading(Aggregation(move.aggregation))


def baseline_from(setting: Setting, row: KeyResultRow, move: MoveRow, span: Span) -> date:
    """The day from which values are needed for the automatic start.

    One period more than counted, since the KPI's years or weeks may begin elsewhere.
    """
    rhythm, how = rhythm_of(setting, move), Aggregation(move.aggregation)
    reading = reading_of(row, move)
    if rhythm.is_irregular:
        return span.first - (span.last - span.first) - timedelta(days=1)
    return _baseline_from(span, rhythm, how, reading)


@lru_cache(maxsize=16384)
def _baseline_from(span: Span, rhythm: Rhythm, how: Aggregation, reading: Reading) -> date:
    periods = baseline_periods(span, rhythm, how, reading)
    more = timedelta(days=rhythm.frequency.typical_days)
    return min(period.first for period in periods) - more
