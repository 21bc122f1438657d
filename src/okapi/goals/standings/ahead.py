"""How likely key results reach their success point, from the forecasts that are stored."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from okapi.core.columns import Bools, Codes, Floats, Ints, code_of
from okapi.core.forecast import Forecast, SpanSoFar
from okapi.core.frequencies import Frequency
from okapi.core.outlooks import MoveAhead, Outlook, outlook
from okapi.core.progress import Mode, Reading
from okapi.core.series import Aggregation
from okapi.core.spans import Span
from okapi.core.thresholds import ROUNDING
from okapi.goals.standings.loading import ForecastRow, Goals
from okapi.goals.standings.readings import Readings
from okapi.goals.standings.timing import Timing, reading_of


@dataclass(frozen=True, slots=True)
class MovesNow:
    """Per move what the outlook asks for: its rows of the readings, mode, start and span."""

    readings: Readings
    key_result: Ints
    mode: Codes
    start: Sequence[Decimal | None]
    low: Ints
    ended: Ints
    spans: Sequence[Span]
    timing: Timing


def moves_ahead(goals: Goals, now: MovesNow) -> Mapping[int, MoveAhead | None]:
    """By move what lies ahead of it, None where all of its span is measured.

    Left out are those that keep, have no start yet, or no forecast that reaches their span's end.
    """
    found: dict[int, MoveAhead | None] = {}
    forecast_of: dict[int, Forecast] = {}  # many key results may move the same series
    for at, move in enumerate(goals.moves):
        row = goals.forecasts.get(move.series)
        start = now.start[at]
        if row is None or start is None or now.mode[at] != code_of(Mode.REACH):
            continue
        if row.frequency != move.frequency or row.ends[-1] < now.timing.last_end[at]:
            continue
        if row.series not in forecast_of:
            forecast_of[row.series] = Forecast.from_dict(row.data)
        span, forecast = _span(now, at, row), forecast_of[row.series]
        found[at] = None if span is None else _ahead(goals, now, at, span, forecast, float(start))
    return found


def _ahead(
    goals: Goals, now: MovesNow, at: int, span: SpanSoFar, forecast: Forecast, start: float
) -> MoveAhead:
    move, key_result = goals.moves[at], goals.key_results[now.key_result[at]]
    is_latest = reading_of(key_result, move) is Reading.LATEST
    return MoveAhead(
        forecast=forecast,
        how=Aggregation.LAST if is_latest else Aggregation(move.aggregation),
        span=span,
        start=start,
        target=_float(move.target),
        low=_float(move.low),
        high=_float(move.high),
        weight=float(move.weight),
        frequency=Frequency(move.frequency),
    )


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)


def _span(now: MovesNow, at: int, row: ForecastRow) -> SpanSoFar | None:
    """Where the span of a move stands in its forecast; None if none of it is ahead."""
    span, ends, readings = now.spans[at], row.ends, now.readings
    first = bisect_left(ends, span.first.toordinal()) + 1
    last = bisect_right(ends, span.last.toordinal())
    rows = range(int(now.low[at]), int(now.ended[at]))
    days = [int(readings.last[one]) for one in rows]
    step_of = {end: step for step, end in enumerate(ends[:last], start=1)}
    arrived = {
        step_of[day]: float(readings.number[one])
        for one, day in zip(rows, days, strict=True)
        if day in step_of
    }
    before = [one for one, day in zip(rows, days, strict=True) if day < ends[0]]
    if last < first or len(arrived) == last - first + 1:
        return None
    return SpanSoFar(
        first=first,
        last=last,
        values=[float(readings.number[one]) for one in before],
        arrived=arrived,
        weights=[float(readings.denominator[one] or 0) for one in before],
    )


def outlooks_of(
    moves: Mapping[int, MoveAhead | None],
    key_result: Ints,
    progress: Floats,
    wanted: Bools,
    success: Floats,
) -> dict[int, Outlook]:
    """By key result its outlook: of the wanted ones all moves of which have something ahead.

    What has nothing ahead any more has reached its success point or has not.
    """
    found: dict[int, Outlook] = {}
    for row, own in _by_key_result(key_result, len(progress)).items():
        if not wanted[row] or any(at not in moves for at in own):
            continue
        ahead = [one for at in own if (one := moves[at]) is not None]
        if not ahead:
            reached = bool(progress[row] >= success[row] - ROUNDING)
            found[row] = Outlook(float(reached), 0)
        elif len(ahead) == len(own):
            found[row] = outlook(ahead, float(success[row]))
    return found


def _by_key_result(key_result: Ints, count: int) -> dict[int, list[int]]:
    places: dict[int, list[int]] = {}
    for at, row in enumerate(key_result.tolist()):
        places.setdefault(row, []).append(at)
    return {row: places[row] for row in range(count) if row in places}


def chances(outlooks: Mapping[int, Outlook], count: int) -> Floats:
    """The probabilities as a column; NaN without an outlook."""
    column = np.full(count, np.nan)
    for row, found in outlooks.items():
        column[row] = found.chance
    return column
