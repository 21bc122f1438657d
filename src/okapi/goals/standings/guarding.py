"""Guards of objectives: judged on the newest ended period of their KPIs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from okapi.core.columns import FAR, NEVER, Ints, codes, days
from okapi.core.errors import Refused
from okapi.core.guards import GuardCaps, GuardColumns, guard_caps
from okapi.core.objectives import earliest_by
from okapi.core.periods import Frequency, Period
from okapi.core.quantities import Band, Direction
from okapi.core.series import Aggregation, stale_on
from okapi.core.targets import Status, Target, TargetLimits, status, target_for
from okapi.goals.standings.loading import Goals, GuardRow, TargetRow
from okapi.goals.standings.readings import Readings, newest_two


@dataclass(frozen=True, slots=True)
class Guarding:
    """Per guard the row of its objective and what it leaves; per objective when a guard turns."""

    objective: Ints
    caps: GuardCaps
    columns: GuardColumns
    turns_on: Ints


def guarding(goals: Goals) -> Guarding:
    """All guards of these goals; one statement where there are any."""
    guards = goals.guards
    today = goals.setting.today.toordinal()
    readings = newest_two(
        goals.setting.organisation_id, (row.series for row in guards), goals.setting.today
    )
    series = np.asarray([row.series for row in guards], dtype=np.int64)
    now = np.full(len(guards), today, dtype=np.int64)
    after = readings.up_to(series, now)
    newest = np.where(readings.has_row_before(series, after), after - 1, -1)
    previous = np.where((newest >= 0) & readings.has_row_before(series, newest), newest - 1, -1)
    objective = np.asarray([goals.objective_at[row.objective_id] for row in guards], dtype=np.int64)
    columns = GuardColumns(
        newest=codes(_statuses(goals, readings, newest)),
        newest_end=_ends(readings, newest),
        previous=codes(_statuses(goals, readings, previous)),
        previous_end=_ends(readings, previous),
        agreed_on=days(goals.objectives[at].agreed_on for at in objective),
        stale_on=days(_stale(guards, readings, newest)),
        has_bad_signal=np.asarray(
            [bool(row.signal and row.signal.get("is_bad")) for row in guards], dtype=np.bool_
        ),
    )
    return Guarding(
        objective=objective,
        caps=guard_caps(columns, goals.setting.today, goals.setting.limits),
        columns=columns,
        turns_on=_turns_on(columns, readings, series, objective, today, len(goals.objectives)),
    )


def _ends(readings: Readings, rows: Ints) -> Ints:
    ends = np.full(len(rows), NEVER, dtype=np.int64)
    known = rows >= 0
    ends[known] = readings.last[rows[known]]
    return ends


def _turns_on(
    columns: GuardColumns, readings: Readings, series: Ints, objective: Ints, today: int, n: int
) -> Ints:
    """When data go stale, or a period that is measured already ends."""
    running = readings.up_to(series, np.full(len(series), today, dtype=np.int64))
    comes = np.zeros(len(series), dtype=np.bool_)
    if len(readings.series):
        at = np.minimum(running, len(readings.series) - 1)
        comes = (running < len(readings.series)) & (readings.series[at] == series)
    ends = np.full(len(series), NEVER, dtype=np.int64)
    ends[comes] = readings.last[running[comes]]
    stale = np.where(columns.stale_on > today, columns.stale_on, NEVER)
    own_days = [earliest_by(objective, ends, n), earliest_by(objective, stale, n)]
    soonest = np.minimum.reduce([np.where(one == NEVER, FAR, one) for one in own_days])
    return np.asarray(soonest, dtype=np.int64)


def _stale(guards: Sequence[GuardRow], readings: Readings, newest: Ints) -> Iterable[date | None]:
    for row, at in zip(guards, newest.tolist(), strict=True):
        if at < 0:
            yield None
        else:
            end = readings.points([at])[0].period.last
            yield stale_on(end, Frequency(row.frequency), row.delay_days)


def _statuses(goals: Goals, readings: Readings, rows: Ints) -> Iterable[Status]:
    for row, at in zip(goals.guards, rows.tolist(), strict=True):
        if at < 0:
            yield Status.NO_DATA
            continue
        point = readings.points([at])[0]
        yield status(point.value, limits_in(row, goals.targets.get(row.slice_id, ()), point.period))


def limits_in(guard: GuardRow, targets: Sequence[TargetRow], period: Period) -> TargetLimits | None:
    """The limits of a guard in a period: its own, or those of the KPI's target."""
    if guard.has_limits:
        return own_limits(guard)
    direction, frequency = Direction(guard.direction), Frequency(guard.frequency)
    known = [one for row in targets if (one := _target(row, direction)) is not None]
    found = target_for(known, period, frequency)
    if found is None:
        return None
    longer = found.frequency is not frequency
    return None if longer and guard.aggregation == Aggregation.SUM else found.limits


def own_limits(guard: GuardRow) -> TargetLimits:
    """Beyond `low` and `high` is red, between them and the amber ones amber."""
    outer = (guard.low, guard.high)
    inner = (
        guard.low if guard.amber_low is None else guard.amber_low,
        guard.high if guard.amber_high is None else guard.amber_high,
    )
    outer_band = None if outer == (None, None) else Band(*outer)
    return TargetLimits(
        Direction.BAND, band=Band(*inner), amber_band=None if outer == inner else outer_band
    )


def _target(row: TargetRow, direction: Direction) -> Target | None:
    try:
        limits = TargetLimits.of(
            direction,
            value=row.value,
            amber=row.amber,
            low=row.low,
            high=row.high,
            amber_low=row.amber_low,
            amber_high=row.amber_high,
        )
    except Refused:  # a target of another definition version, with another good direction
        return None
    return Target(Period(row.first, row.last, row.label), Frequency(row.frequency), limits)
