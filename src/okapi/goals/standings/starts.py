"""Automatic starts: filled when the value of the baseline arrives, and then frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np

from okapi.base import changes
from okapi.base.actor import Door, system
from okapi.core.columns import days
from okapi.core.errors import Refused
from okapi.core.health import Stage
from okapi.core.progress import Mode, is_keep
from okapi.core.quantities import Band, Direction, canonical
from okapi.core.scales import ratio_scale
from okapi.core.series import Aggregation, Point
from okapi.core.spans import Span, baseline, baseline_periods
from okapi.core.starts import decide_mode
from okapi.goals.models import KeyResult, Moves
from okapi.goals.standings.loading import (
    DEFINED,
    Goals,
    KeyResultRow,
    MoveRow,
    Setting,
    setting_of,
)
from okapi.goals.standings.readings import Readings, in_windows
from okapi.goals.standings.timing import baseline_from, reading_of, rhythm_of
from okapi.kpis.queries.series_numbers import number_of


@dataclass(frozen=True, slots=True)
class Found:
    """The start that a move waited for."""

    move: MoveRow
    value: Decimal
    label: str


def scale_of(move: MoveRow) -> Decimal:
    """By what a ratio of sums is multiplied to be in the KPI's unit."""
    return Decimal(ratio_scale(move.unit))


def waits(goals: Goals, row: KeyResultRow, move: MoveRow) -> bool:
    """Whether the move's start is automatic and not there yet; a draft does not wait."""
    if move.start is not None or move.is_start_typed:
        return False
    objective = goals.objectives[goals.objective_at[row.objective_id]]
    stage = goals.stage(row.state, row.agreed_on, objective.closed_on)
    return stage in (Stage.AGREED, Stage.CLOSED)


def find(
    goals: Goals, readings: Readings, waiting: Sequence[int], spans: Sequence[Span]
) -> dict[int, Found]:
    """The starts that have arrived, by the row of the move; `spans` are those of `waiting`."""
    if not waiting:
        return {}
    series = np.asarray([goals.moves[at].series for at in waiting], dtype=np.int64)
    ends = readings.from_day(series, days(span.first for span in spans))
    found: dict[int, Found] = {}
    for at, span, one, end in zip(waiting, spans, series, ends, strict=True):
        first = int(np.searchsorted(readings.series, one))
        move = goals.moves[at]
        row = goals.key_results[goals.key_result_at[move.key_result_id]]
        start = _start(goals.setting, row, move, readings.points(range(first, int(end))), span)
        if start is not None:
            found[at] = start
    return found


def _start(
    setting: Setting, row: KeyResultRow, move: MoveRow, points: Sequence[Point], span: Span
) -> Found | None:
    rhythm, how = rhythm_of(setting, move), Aggregation(move.aggregation)
    reading = reading_of(row, move)
    try:
        value = baseline(points, span, rhythm, how, reading)
    except Refused:  # values that cannot be added up make no baseline
        return None
    if value is None:
        return None
    count = max(len(baseline_periods(span, rhythm, how, reading)), 1)
    held = [point.period for point in points][-count:]
    first, last = held[0], held[-1]
    label = last.label if first == last else f"{first.label} – {last.label}"
    return Found(move, value, label[:60])


def preview_start(key_result: KeyResult, move: Moves, span: Span, today: date) -> Decimal | None:
    """The automatic start that a move would have as things are; None while it would wait."""
    setting = setting_of(key_result.organisation_id, today)
    row = KeyResultRow(*(getattr(key_result, name) for name in KeyResultRow._fields))
    definition = move.definition
    likely = MoveRow._make(
        (
            *(getattr(move, name) for name in MoveRow._fields[:9]),
            *(getattr(definition, name) for name in DEFINED),
            number_of(definition.pk, move.slice_id, is_computed=bool(definition.formula)),
        )
    )
    since = baseline_from(setting, row, likely, span)
    window = {likely.series: (since, span.first)}
    readings = in_windows(setting.organisation_id, window, today)
    points = [
        point
        for point in readings.points(range(len(readings.series)))
        if point.period.last < span.first
    ]
    found = _start(setting, row, likely, points, span)
    return None if found is None else found.value


def freeze(organisation_id: UUID, found: Sequence[Found]) -> None:
    """Write the starts, each with its change record."""
    if not found:
        return
    rows = [Moves(id=one.move.id, start=one.value, start_label=one.label) for one in found]
    Moves.objects.bulk_update(rows, ["start", "start_label"], batch_size=200)
    by_key_result: dict[UUID, dict[str, Any]] = {}
    for one in found:
        told = by_key_result.setdefault(one.move.key_result_id, {})
        told[f"start:{one.move.id}"] = canonical(one.value)
    changes.record_many(
        system(organisation_id, Door.JOB),
        "freeze_start",
        "key_result",
        [(key_result_id, {}, after) for key_result_id, after in by_key_result.items()],
    )


def target_of(move: MoveRow) -> Decimal | Band:
    """A number, or a band."""
    return Band(move.low, move.high) if move.target is None else move.target


def mode_of(row: KeyResultRow, move: MoveRow, start: Decimal | None) -> Mode:
    """To reach or to keep, as the core decides it; what it would refuse today counts as it can."""
    direction, target = Direction(move.direction), target_of(move)
    asked = Mode(row.mode) if row.mode else None
    try:
        return decide_mode(direction, start, target, asked=asked, against=row.against)
    except Refused:
        meets = start is not None and is_keep(direction, start, target)
        return Mode.KEEP if meets and not row.against else Mode.REACH
