"""The figures of one KPI, from its points and targets; all arithmetic is the core's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency
from okapi.core.freshness import due_on, stale_on
from okapi.core.limits import Status, TargetLimits, status
from okapi.core.periods import Period, period_of, periods_between
from okapi.core.quantities import canonical
from okapi.core.series import Aggregation, Changes, Point, changes
from okapi.core.targets import (
    Target,
    ToDate,
    break_down_limits,
    target_for,
    targets_holding,
    to_date,
)
from okapi.kpis.standings.loading import SHOWN, KpiFacts, Loaded, Measured
from okapi.orgs.queries import Settings

Stored = dict[str, Any]
"""Columns of `KpiStanding`."""


@dataclass(frozen=True, slots=True)
class _Series:
    """One KPI's points and targets, and the calendar in which its periods lie."""

    kpi: KpiFacts
    points: Sequence[Point]
    targets: Sequence[Target]
    settings: Settings

    @property
    def calendar(self) -> dict[str, int]:
        return {
            "fiscal_month": self.settings.fiscal_month,
            "first_weekday": self.settings.first_weekday,
        }

    def held(self, period: Period) -> Target | None:
        """The target that judges a period. A longer one of a sum does so only when broken down."""
        target = target_for(self.targets, period, self.kpi.frequency)
        if target is None or target.frequency is self.kpi.frequency:
            return target
        return None if self.kpi.aggregation is Aggregation.SUM else target


def compute(settings: Settings, loaded: Loaded, kpi: KpiFacts, today: date) -> Stored:
    """The columns of a KPI's standing today."""
    measured = loaded.measured.get(kpi.id, Measured(0, None))
    stored = _empty(kpi, measured, today)
    if kpi.total is None:
        return stored
    points = loaded.points.get(kpi.total, ())
    series = _Series(kpi, points, loaded.targets.get(kpi.total, ()), settings)
    if not points:
        asked = period_of(today, _rhythm(kpi.frequency), **series.calendar)
        return {**stored, "target": _target(series.held(asked))}
    return {**stored, **_newest(series)}


def _rhythm(frequency: Frequency) -> Frequency:
    return Frequency.YEAR if frequency is Frequency.IRREGULAR else frequency


def _empty(kpi: KpiFacts, measured: Measured, today: date) -> Stored:
    """The standing of a KPI without a value of its own: when it was due, and nothing else."""
    due = stale = None
    if measured.last is not None:
        due = due_on(measured.last, kpi.frequency)
        stale = stale_on(measured.last, kpi.frequency, kpi.delay_days)
    turns = [day for day in (due, stale) if day is not None and day > today]
    return {
        "definition_id": kpi.definition_id,
        "slice_key": "",
        "value": None,
        "number": None,
        "first": None,
        "last": measured.last,
        "label": "",
        "status": Status.NO_DATA.value,
        "previous": None,
        "year_before": None,
        "to_date": None,
        "to_date_year_before": None,
        "to_date_plan": None,
        "to_date_status": "",
        "target": None,
        "spark": [],
        "measured": measured.count,
        "due_on": due,
        "stale_on": stale,
        "turns_on": min(turns, default=None),
    }


def _newest(series: _Series) -> Stored:
    kpi, point = series.kpi, series.points[-1]
    held = series.held(point.period)
    compared = changes(
        series.points,
        point.period,
        kpi.frequency,
        how=kpi.aggregation,
        scale=kpi.scale,
        **series.calendar,
    )
    return {
        "value": point.value,
        "number": float(point.value),
        "first": point.period.first,
        "last": point.period.last,
        "label": point.period.label,
        "status": status(point.value, None if held is None else held.limits).value,
        "previous": compared.previous.value,
        "year_before": compared.year_before.value,
        "target": _target(held),
        "spark": [float(each.value) for each in series.points[-SHOWN:]],
        **_to_date(series, point.period, compared),
    }


def _to_date(series: _Series, period: Period, compared: Changes) -> Stored:
    """To date: of the longer target where there is one, else of the year."""
    figures: Stored = {
        "to_date": compared.to_date,
        "to_date_year_before": compared.to_date_year_before.value,
    }
    longer = _longest(series, period)
    if longer is None:
        return figures
    so_far = _against_plan(series, longer, period)
    if so_far is None or so_far.value is None:
        return figures
    if longer.frequency is not Frequency.YEAR:
        figures["to_date_year_before"] = None
    return {
        **figures,
        "to_date": so_far.value,
        "to_date_plan": None if so_far.limits is None else so_far.limits.target,
        "to_date_status": so_far.status.value,
    }


def _longest(series: _Series, period: Period) -> Target | None:
    own = series.kpi.frequency
    held = targets_holding(series.targets, period, own)
    longer = [target for target in held if target.frequency is not own]
    return longer[-1] if longer and own is not Frequency.IRREGULAR else None


def _against_plan(series: _Series, longer: Target, period: Period) -> ToDate | None:
    """The periods so far of the longer target's span, against its parts; typed ones come first."""
    kpi = series.kpi
    if longer.frequency is Frequency.IRREGULAR:
        return None
    whole = period_of(period.last, longer.frequency, **series.calendar)
    periods = periods_between(whole.first, whole.last, kpi.frequency, **series.calendar)
    if not periods:
        return None
    values = {point.period: point for point in series.points}
    plan = [
        _part(series, one, equal)
        for one, equal in zip(
            periods, break_down_limits(longer.limits, len(periods), kpi.aggregation), strict=True
        )
    ]
    so_far = [at for at, one in enumerate(periods) if one.last <= period.last]
    try:
        return to_date(
            [values.get(periods[at]) for at in so_far],
            [plan[at] for at in so_far],
            kpi.aggregation,
            scale=kpi.scale,
        )
    except Refused:  # overlaps, or a ratio without parts: there is no figure to date
        return None


def _part(series: _Series, period: Period, equal: TargetLimits) -> TargetLimits:
    own = target_for(series.targets, period, series.kpi.frequency)
    is_own = own is not None and own.frequency is series.kpi.frequency
    return own.limits if own is not None and is_own else equal


def _target(held: Target | None) -> dict[str, Any] | None:
    """A target as the number component shows it; numbers as exact texts."""
    if held is None or held.limits.is_empty:
        return None
    limits = held.limits
    numbers: dict[str, Decimal | None] = {
        "value": limits.target,
        "amber": limits.amber,
        "low": None if limits.band is None else limits.band.low,
        "high": None if limits.band is None else limits.band.high,
        "amber_low": None if limits.amber_band is None else limits.amber_band.low,
        "amber_high": None if limits.amber_band is None else limits.amber_band.high,
    }
    told = {name: canonical(one) for name, one in numbers.items() if one is not None}
    return {**told, "label": held.period.label, "frequency": held.frequency.value}
