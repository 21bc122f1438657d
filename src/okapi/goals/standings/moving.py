"""What the moves of key results read now, and how far that is: columns, one row per move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from okapi.core.columns import (
    NEVER,
    Bools,
    Codes,
    Floats,
    Ints,
    code_of,
    codes,
    day_of,
    days,
    floats,
)
from okapi.core.errors import Refused
from okapi.core.expected import Curve, Curves, plan_curve
from okapi.core.outlooks import MoveAhead
from okapi.core.periods import Frequency
from okapi.core.progress import (
    Mode,
    MoveColumns,
    Reading,
    inside_columns,
    keep_band,
    misses_allowed,
    move_progress,
)
from okapi.core.quantities import Direction, divide
from okapi.core.series import Aggregation, aggregate, stale_on_many
from okapi.core.spans import Span
from okapi.goals.choices import ExpectedCurve
from okapi.goals.standings import starts
from okapi.goals.standings.ahead import MovesNow, moves_ahead
from okapi.goals.standings.loading import Goals, MoveRow
from okapi.goals.standings.readings import Readings, in_windows
from okapi.goals.standings.timing import Timing, baseline_from, reading_of, timing_of

SPARK = 12


@dataclass(frozen=True, slots=True)
class Moving:
    """Per move what its key result is computed from; days as ordinals.

    `newest` is the end of the newest period in the span once one of them has ended. `spark` are
    the last values in the span. `arrived` are the automatic starts found in this pass.
    """

    key_result: Ints
    mode: Codes
    progress: Floats
    current: Sequence[Decimal | None]
    newest: Ints
    is_complete: Bools
    stale_on: Ints
    first_due: Ints
    is_waiting: Bools
    inside: Ints
    ended: Ints
    allowed: Ints
    spark: Sequence[list[float]]
    plans: dict[int, Curve]
    arrived: Sequence[starts.Found]
    ahead: Mapping[int, MoveAhead | None]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The readings of each move: rows from `low` to before `high`, ended periods before `ended`.

    All are empty until a period of the span has ended. `is_past`: one after the span has a value,
    so that what the span lacks is a gap, and no longer waited for.
    """

    low: Ints
    high: Ints
    ended: Ints
    newest: Ints
    newest_at_all: Ints
    is_past: Bools


def moving(goals: Goals, spans: Sequence[Span]) -> Moving:
    """All moves of these goals; one statement."""
    moves = goals.moves
    key_result = np.asarray(
        [goals.key_result_at[move.key_result_id] for move in moves], dtype=np.int64
    )
    own = [spans[at] for at in key_result]
    waiting = [
        at
        for at, move in enumerate(moves)
        if starts.waits(goals, goals.key_results[key_result[at]], move)
    ]
    readings = _load(goals, own, set(waiting), key_result)
    found = starts.find(goals, readings, waiting, [own[at] for at in waiting])
    start = [found[at].value if at in found else move.start for at, move in enumerate(moves)]
    rows = _rows(goals, readings, own)
    timing = timing_of(goals.setting, moves, own)
    return _figures(goals, readings, key_result, own, start, rows, timing, list(found.values()))


def _load(goals: Goals, spans: Sequence[Span], waiting: set[int], key_result: Ints) -> Readings:
    wanted: dict[int, tuple[date, date]] = {}
    for at, (move, span) in enumerate(zip(goals.moves, spans, strict=True)):
        since = span.first
        if at in waiting:
            row = goals.key_results[key_result[at]]
            since = min(since, baseline_from(goals.setting, row, move, span))
        known = wanted.get(move.series, (since, span.last))
        wanted[move.series] = min(known[0], since), max(known[1], span.last)
    return in_windows(goals.setting.organisation_id, wanted, goals.setting.today)


def _rows(goals: Goals, readings: Readings, spans: Sequence[Span]) -> _Rows:
    series = np.asarray([move.series for move in goals.moves], dtype=np.int64)
    first, last = days(span.first for span in spans), days(span.last for span in spans)
    today = goals.setting.today.toordinal()
    low = readings.from_day(series, first)
    high = readings.up_to(series, last)
    if goals.setting.as_known:  # a value of a period that still ran was not known as it is now
        high = readings.up_to(series, np.minimum(last, today))
    ended = np.maximum(readings.up_to(series, np.minimum(last, today)), low)
    has = ended > low
    high = np.where(has, np.maximum(high, low), low)
    at_all = readings.has_row_before(series, np.where(has, high, low))
    ends = readings.last if len(readings.last) else np.zeros(1, dtype=np.int64)
    by_now = readings.up_to(series, np.full_like(last, today))
    is_past = has & (by_now > readings.up_to(series, last))
    newest = np.where(at_all, ends[np.maximum(np.where(has, high, low) - 1, 0)], NEVER)
    inside = np.where(has, newest, NEVER)
    return _Rows(low, high, np.where(has, ended, low), inside, newest, is_past)


def _figures(
    goals: Goals,
    readings: Readings,
    key_result: Ints,
    spans: Sequence[Span],
    start: Sequence[Decimal | None],
    rows: _Rows,
    timing: Timing,
    arrived: Sequence[starts.Found],
) -> Moving:
    moves, today = goals.moves, goals.setting.today.toordinal()
    of = [goals.key_results[at] for at in key_result]
    mode = codes(
        starts.mode_of(row, move, one) for row, move, one in zip(of, moves, start, strict=True)
    )
    keeps = mode == code_of(Mode.KEEP)
    low, high = _limits(moves, keeps, timing)
    inside, ended = _kept(readings, rows, keeps, low, high)
    current = [
        _current(readings, move, reading_of(row, move), range(first, after))
        for move, row, first, after in zip(
            moves, of, rows.low.tolist(), rows.high.tolist(), strict=True
        )
    ]
    measured = (timing.last_end != NEVER) & (rows.newest != NEVER)
    is_complete = measured & (rows.newest >= timing.last_end)
    plans = _plans(goals, key_result, spans, start, timing)
    covered = _covered(rows.newest, is_complete, spans, today)
    progress = move_progress(
        MoveColumns(
            mode=mode,
            start=floats(start),
            target=floats(move.target for move in moves),
            low=low,
            high=high,
            current=floats(current),
            covered=_shares(goals, key_result, spans, plans, covered),
            inside=inside,
            ended=ended,
        )
    )
    return Moving(
        key_result=key_result,
        mode=mode,
        progress=progress,
        current=current,
        newest=rows.newest,
        is_complete=is_complete,
        stale_on=np.where(is_complete | rows.is_past, NEVER, _stale_on(moves, rows.newest_at_all)),
        first_due=np.where(timing.first_end == NEVER, NEVER, timing.first_end + 1),
        is_waiting=~keeps & np.isnan(floats(start)),
        inside=inside,
        ended=ended,
        allowed=_allowed(goals, key_result, timing, ended),
        spark=[
            readings.number[max(first, after - SPARK) : after].tolist()
            for first, after in zip(rows.low.tolist(), rows.high.tolist(), strict=True)
        ],
        plans=plans,
        arrived=arrived,
        ahead=moves_ahead(
            goals,
            MovesNow(readings, key_result, mode, start, rows.low, rows.ended, spans, timing),
        ),
    )


def _limits(moves: Sequence[MoveRow], keeps: Bools, timing: Timing) -> tuple[Floats, Floats]:
    """The band to reach or to stay in. What a sum has to keep is the period's part of its total."""
    low: list[Decimal | None] = []
    high: list[Decimal | None] = []
    for move, keep, count in zip(moves, keeps.tolist(), timing.count.tolist(), strict=True):
        if not keep:
            low.append(move.low)
            high.append(move.high)
            continue
        band = keep_band(Direction(move.direction), starts.target_of(move))
        parts = count if move.aggregation == Aggregation.SUM and count else 1
        low.append(None if band.low is None else divide(band.low, Decimal(parts)))
        high.append(None if band.high is None else divide(band.high, Decimal(parts)))
    return floats(low), floats(high)


def _kept(
    readings: Readings, rows: _Rows, keeps: Bools, low: Floats, high: Floats
) -> tuple[Ints, Ints]:
    """Periods inside, and periods ended, of the moves that keep; 0 for the others."""
    ended = np.where(keeps, rows.ended - rows.low, 0)
    move = np.repeat(np.arange(len(ended), dtype=np.int64), ended)
    row = np.arange(len(move)) - np.repeat(np.cumsum(ended) - ended, ended) + rows.low[move]
    is_inside = inside_columns(low[move], high[move], readings.number[row])
    return np.bincount(move[is_inside], minlength=len(ended)), ended


def _current(readings: Readings, move: MoveRow, reading: Reading, rows: range) -> Decimal | None:
    if not rows:
        return None
    if reading is Reading.LATEST:
        return readings.decimal(rows[-1])
    try:
        return aggregate(
            readings.points(rows), Aggregation(move.aggregation), scale=starts.scale_of(move)
        )
    except Refused:  # overlapping periods, or a ratio without its parts: there is no such figure
        return None


def _covered(newest: Ints, is_complete: Bools, spans: Sequence[Span], today: int) -> Ints:
    """The covered date of each move, as `core.spans.covered_date` has it; NEVER without a value."""
    first, last = days(span.first for span in spans), days(span.last for span in spans)
    end = np.minimum(np.maximum(np.minimum(newest, today), first), last)
    end = np.where(is_complete & (today > last), last, end)
    return np.where(newest == NEVER, NEVER, end)


def _plans(
    goals: Goals,
    key_result: Ints,
    spans: Sequence[Span],
    start: Sequence[Decimal | None],
    timing: Timing,
) -> dict[int, Curve]:
    """The curve of each move whose KPI has a plan that is asked for."""
    found: dict[int, Curve] = {}
    for at, move in enumerate(goals.moves):
        follows = goals.key_results[key_result[at]].curve == ExpectedCurve.PLAN
        adds_up = move.aggregation == Aggregation.SUM
        rows = [
            row
            for row in goals.targets.get(move.slice_id, ())
            if row.frequency == move.frequency and row.value is not None
        ]
        if not rows or not (follows or adds_up):
            continue
        span = spans[at]
        before = [row.value for row in rows if row.last < span.first]
        found[at] = plan_curve(
            span,
            [
                (row.last, row.value)
                for row in rows
                if span.first <= row.last <= span.last and row.value is not None
            ],
            adds_up=adds_up,
            origin=before[-1] if before else start[at],
            last_end=day_of(int(timing.last_end[at])),
        )
    return found


def _shares(
    goals: Goals,
    key_result: Ints,
    spans: Sequence[Span],
    plans: dict[int, Curve],
    covered: Ints,
) -> Floats:
    """The covered share of the span where the KPI adds up; NaN for the others."""
    shares = np.full(len(goals.moves), np.nan)
    rows = np.asarray(
        [
            at
            for at, move in enumerate(goals.moves)
            if move.aggregation == Aggregation.SUM
            and covered[at] != NEVER
            and reading_of(goals.key_results[key_result[at]], move) is Reading.SPAN
        ],
        dtype=np.int64,
    )
    curves = Curves.of([plans.get(at) or Curve(spans[at]) for at in rows], goals.setting.calendar)
    shares[rows] = curves.at(np.arange(len(rows), dtype=np.int64), covered[rows])
    return shares


def _stale_on(moves: Sequence[MoveRow], newest: Ints) -> Ints:
    frequencies = np.asarray([move.frequency for move in moves])
    delay = np.asarray([move.delay_days for move in moves], dtype=np.int64)
    found = np.full(len(moves), NEVER, dtype=np.int64)
    for frequency in Frequency:
        rows = np.flatnonzero((frequencies == frequency.value) & (newest != NEVER))
        if len(rows):
            days_ = stale_on_many(newest[rows], frequency, delay[rows])
            found[rows] = np.where(days_ > 0, days_, NEVER)
    return found


def _allowed(goals: Goals, key_result: Ints, timing: Timing, ended: Ints) -> Ints:
    """How many periods of the span may be missed; of an irregular KPI, of those that there are."""
    count = np.where(timing.count > 0, timing.count, ended)
    return np.asarray(
        [
            misses_allowed(int(n), goals.key_results[at].keep_share)
            for at, n in zip(key_result, count, strict=True)
        ],
        dtype=np.int64,
    )
