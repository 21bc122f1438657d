"""What lies ahead of a key result: its first KPI to the end of its span, and its figure then."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from okapi.core.forecast import (
    ConeStep,
    Forecast,
    SpanSoFar,
    at_end,
    cone_of,
    cone_of_totals,
    median_and_bands,
)
from okapi.core.progress import Mode, Reading
from okapi.core.series import Aggregation
from okapi.goals.choices import GoalState
from okapi.goals.queries import lists
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.rows import KeyResultRow, MoveRow
from okapi.goals.queries.series import PointRow, series_of
from okapi.kpis.queries.forecasts import Earlier, Fitted, fitted_of
from okapi.kpis.queries.outlook import Hindsight

UNWEIGHED = frozenset({Aggregation.SUM, Aggregation.MEAN, Aggregation.MIN, Aggregation.MAX})
"""How a span's figure can be told from values alone; a ratio needs its parts."""


@dataclass(frozen=True, slots=True)
class KeyResultAhead:
    """The periods to come by their last day, and the figure of the span when it is over.

    `cumulates`: steps are totals of the span so far. `median` and `bands` (at `LEVELS`) are those
    of the figure, None where it cannot be told.
    """

    cumulates: bool
    steps: tuple[tuple[date, ConeStep], ...]
    median: float | None = None
    bands: tuple[tuple[float, float], ...] = ()


def adds_up(row: KeyResultRow, move: MoveRow) -> bool:
    """Whether what is shown of it is the running total of its span."""
    is_sum = move.aggregation is Aggregation.SUM and row.reading is Reading.SPAN
    return is_sum and row.mode is not Mode.KEEP


def fitted_for(rows: Sequence[KeyResultRow]) -> Mapping[int, Fitted]:
    """The forecasts of the first KPIs that running key results move, by slice: one statement."""
    return fitted_of(slices_ahead(rows))


def slices_ahead(rows: Sequence[KeyResultRow]) -> set[int]:
    """The slices that running key results move first, of KPIs that the reader may read."""
    moves = (row.move for row in rows if row.state is GoalState.AGREED)
    return {move.slice_id for move in moves if move is not None and move.is_open}


def ahead_of(
    asking: Asking, row: KeyResultRow, points: Sequence[PointRow], fitted: Fitted | None
) -> KeyResultAhead | None:
    """What lies ahead; None where nothing does, or nothing is forecast."""
    move = row.move
    if move is None or row.state is not GoalState.AGREED or row.reason.code == "health.stale":
        return None
    if fitted is None or fitted.made is None or fitted.frequency is not move.frequency:
        return None
    span = _span(asking, row, points, fitted.ends)
    if span.last < 1 or span.last <= max(span.arrived, default=0):
        return None
    cumulates = adds_up(row, move)
    made = fitted.made
    steps = cone_of_totals(made, span) if cumulates else cone_of(made, span.last, span.arrived)
    told = tuple((date.fromordinal(fitted.ends[one.step - 1]), one) for one in steps)
    return _with_figure(KeyResultAhead(cumulates, told), row, move, made, span)


def told_before(
    asking: Asking, row: KeyResultRow, points: Sequence[PointRow], earlier: Earlier | None
) -> Hindsight | None:
    """What was forecast of the periods of a key result's span that have come, and how it held."""
    if earlier is None:
        return None
    values = {
        one.last.toordinal(): float(one.value)
        for one in points
        if row.first <= one.last < asking.today
    }
    return Hindsight.of(earlier, values)


def _span(
    asking: Asking, row: KeyResultRow, points: Sequence[PointRow], ends: Sequence[int]
) -> SpanSoFar:
    """Where the span stands in the forecast."""
    ended = [one for one in points if one.last < asking.today]
    step_of = {end: step for step, end in enumerate(ends, start=1)}
    arrived = {
        step: float(one.value) for one in ended if (step := step_of.get(one.last.toordinal()))
    }
    before = [one for one in ended if one.last >= row.first and one.last.toordinal() < ends[0]]
    return SpanSoFar(
        first=bisect_left(ends, row.first.toordinal()) + 1,
        last=bisect_right(ends, row.last.toordinal()),
        values=[float(one.value) for one in before],
        arrived=arrived,
    )


def _with_figure(
    found: KeyResultAhead, row: KeyResultRow, move: MoveRow, made: Forecast, span: SpanSoFar
) -> KeyResultAhead:
    """With what the key result reads when its span is over."""
    how = Aggregation.LAST if row.reading is Reading.LATEST else move.aggregation
    if row.mode is Mode.KEEP or span.first > span.last:
        return found
    if how is not Aggregation.LAST and how not in UNWEIGHED:
        return found
    median, bands = median_and_bands(at_end(made, how, span))
    return KeyResultAhead(found.cumulates, found.steps, median, bands)


def key_result_ahead(
    asking: Asking, ref: UUID | str
) -> tuple[KeyResultRow, Fitted | None, KeyResultAhead | None]:
    """A key result by id or key, its forecast, and what lies ahead; `NotFound` as for itself."""
    row: KeyResultRow = lists.one_key_result(asking, ref).row
    move = row.move
    fitted = None if move is None else fitted_for([row]).get(move.slice_id)
    if move is None or not move.is_open:
        return row, None, None
    points = series_of([row]).get(move.slice_id, ())
    return row, fitted, ahead_of(asking, row, points, fitted)
