"""The run chart of a KPI: values, gaps, the target where it holds, and what was said meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from okapi.core.frequencies import Frequency
from okapi.core.periods import Period, next_period
from okapi.core.slices import read_slice_key
from okapi.goals.queries.kpi_links import Said
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.measured import MeasuredRow
from okapi.kpis.queries.outlook import Hindsight, Outlook
from okapi.kpis.queries.page import KpiPage
from okapi.kpis.queries.plan import PlannedRow
from okapi.kpis.queries.rows import Measure
from okapi.kpis.queries.signals import Process
from okapi.kpis.queries.target_changes import TargetChange
from okapi.web.components.charts import (
    ChartCause,
    ChartEvent,
    ChartPoint,
    ChartTarget,
    Legend,
    RunChart,
)
from okapi.web.kpis import shown, signals
from okapi.web.kpis.cone import Writing, cone_of, foretold_of
from okapi.wording import moment, period, say

_MOST_MISSING = 26
"""So many periods without a value are drawn after the newest one."""


class Range(StrEnum):
    """How much of the past is looked at."""

    SHORT = "13"
    LONG = "26"
    YEARS = "2y"
    ALL = "all"


def rows_in(rows: Sequence[MeasuredRow], wanted: Range, today: date) -> Sequence[MeasuredRow]:
    """The newest values that a range holds."""
    match wanted:
        case Range.SHORT | Range.LONG:
            return rows[-int(wanted.value) :]
        case Range.YEARS:
            since = today - timedelta(days=2 * 365 + 1)
            return [row for row in rows if row.period.last > since]
        case Range.ALL:
            return rows


@dataclass(frozen=True, slots=True)
class _Place:
    """One period of the chart; without a row where nothing was measured."""

    period: Period
    row: MeasuredRow | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """What is told on the axis of time: check-ins, changed targets; and signals with limits."""

    said: Sequence[Said] = ()
    changes: Sequence[TargetChange] = ()
    process: Process = field(default_factory=lambda: Process(None, (), ()))


@dataclass(frozen=True, slots=True)
class Forecasts:
    """What is forecast, and what was forecast of the periods that are shown."""

    outlook: Outlook | None = None
    hindsight: Hindsight | None = None


def chart_of(
    who: Asking,
    found: KpiPage,
    rows: Sequence[MeasuredRow],
    happened: Happened,
    forecasts: Forecasts,
) -> RunChart | None:
    """The chart of these values; None where there are none."""
    if not rows:
        return None
    places = [*_places(who, found, rows)]
    places += _ahead(forecasts.outlook, places[-1].period)
    measure, writing = found.row.measure, Writing.of(found)
    place_of = {place.period.last: at for at, place in enumerate(places)}
    values = {row.period.last: float(row.value) for row in rows}
    newest = place_of[rows[-1].period.last]
    chart = RunChart(
        id=f"chart-{found.row.id}",
        label=_label(found),
        points=[_point(place) for place in places],
        unit=measure.unit,
        targets=[*_old_targets(found, places, happened.changes), *_targets(found, places)],
        events=[
            *_said(who, happened.said, places),
            *_changed(who, found, happened.changes, places),
        ],
        causes=[*_today(who, places), *_versions(found, places)],
        cone=cone_of(forecasts.outlook, place_of, newest, writing),
        foretold=foretold_of(forecasts.hindsight, place_of, values, writing),
    )
    days = [(place.period.first, place.period.last) for place in places]
    return signals.on_chart(chart, days, happened.process, measure.decimals)


def legend_of(chart: RunChart) -> Legend:
    """What the marks of this chart mean, as far as it has them."""
    kinds = (
        ("target", any(target.value is not None for target in chart.targets)),
        ("band", any(target.value is None for target in chart.targets)),
        ("limits", chart.limits is not None),
        ("signal", any(point.signal for point in chart.points)),
        ("forecast", chart.cone is not None),
        ("foretold", chart.foretold is not None),
        ("check_in", any(event.kind == "check_in" for event in chart.events)),
        ("adjustment", any(event.kind == "adjustment" for event in chart.events)),
    )
    return Legend(tuple(kind for kind, is_there in kinds if is_there))


def _places(who: Asking, found: KpiPage, rows: Sequence[MeasuredRow]) -> list[_Place]:
    """The values with the gaps between them, and what is missing since."""
    begin = rows[0].period.last
    known = [_Place(row.period, row) for row in rows]
    gaps = [_Place(gap) for gap in found.gaps if gap.last > begin]
    places = sorted((*known, *gaps), key=lambda place: place.period)
    return [*places, *_missing(who, found, rows[-1].period)]


def _missing(who: Asking, found: KpiPage, newest: Period) -> Iterator[_Place]:
    """The periods that have ended since the newest value."""
    frequency = found.row.measure.frequency
    if frequency is Frequency.IRREGULAR:
        return
    here = newest
    for _ in range(min(found.stand.age.late, _MOST_MISSING)):
        here = next_period(
            here,
            frequency,
            fiscal_month=who.organisation.fiscal_month,
            first_weekday=who.organisation.first_weekday,
        )
        yield _Place(here)


def _ahead(outlook: Outlook | None, drawn: Period) -> list[_Place]:
    """The periods to come that a forecast is about."""
    steps = () if outlook is None else outlook.steps
    return [_Place(one.period) for one in steps if one.period.last > drawn.last]


def _point(place: _Place) -> ChartPoint:
    row, here = place.row, place.period
    label, days = period(here.label, short=True), shown.days_of(here.first, here.last)
    if row is None:
        return ChartPoint(label, None, days=days)
    if row.origin is None:
        source = say("kpis.formula.computed")
    else:
        said = (shown.origin_words(row.origin), moment(row.origin.at, short=True))
        source = say("kpis.joint").join(said)
    if row.revision > 1:
        source = say("kpis.source_revised", source=source, n=row.revision)
    return ChartPoint(label, row.value, days=days, status=row.status.value, source=source)


def _targets(found: KpiPage, places: Sequence[_Place]) -> Iterator[ChartTarget]:
    """One line for each stretch over which a target holds; the newest one has its words."""
    held = [found.plan.holding(place.period.last) for place in places]
    begin = 0
    for end in range(1, len(held) + 1):
        if end < len(held) and _same(held[end], held[begin]):
            continue
        if row := held[begin]:
            yield _target(found, row, begin, end - 1, is_last=end == len(held))
        begin = end


def _same(one: PlannedRow | None, other: PlannedRow | None) -> bool:
    """Whether two targets ask for the same: the parts of a breakdown often do."""
    if one is None or other is None:
        return one is other
    return one.target.limits == other.target.limits


def _target(
    found: KpiPage, row: PlannedRow, first: int, last: int, *, is_last: bool
) -> ChartTarget:
    target = shown.target_of(row.target, found.row.measure)
    label = target.text if is_last else ""
    return ChartTarget(
        first, last, value=target.value, low=target.low, high=target.high, label=label
    )


def _old_targets(
    found: KpiPage, places: Sequence[_Place], changes: Sequence[TargetChange]
) -> Iterator[ChartTarget]:
    """What was adjusted away stays on the chart, over the periods that it was set for."""
    held = [found.plan.holding(place.period.last) for place in places]
    for change in changes:
        over = [
            at
            for at, row in enumerate(held)
            if row is not None
            and (row.target.label, row.target.frequency)
            == (change.before.label, change.before.frequency)
        ]
        if over:
            old = shown.target_of(change.before, found.row.measure)
            yield ChartTarget(
                over[0], over[-1], value=old.value, low=old.low, high=old.high, old=True
            )


def _said(who: Asking, said: Iterable[Said], places: Sequence[_Place]) -> Iterator[ChartEvent]:
    for entry in said:
        at = _place_of(who.organisation.day_of(entry.at), places)
        if at is not None:
            joint = say("kpis.joint").join(one for one in (entry.person, entry.title) if one)
            text = f"{joint}{say('kpis.says')}{entry.text[:140]}" if entry.text else joint
            yield ChartEvent(at, "check_in", text)


def _changed(
    who: Asking, found: KpiPage, changes: Iterable[TargetChange], places: Sequence[_Place]
) -> Iterator[ChartEvent]:
    for change in changes:
        at = _place_of(who.organisation.day_of(change.at), places)
        if at is not None:
            yield ChartEvent(at, "adjustment", change_words(change, found.row.measure))


def change_words(change: TargetChange, measure: Measure) -> str:
    """`Shen Li: target 2026 ≥ 95% → ≥ 96%. H3 sells above plan.`."""
    old = shown.target_of(change.before, measure).bare
    new = "—" if change.after is None else shown.target_of(change.after, measure).bare
    return say(
        "kpis.target_changed",
        person=change.person,
        period=period(change.before.label),
        old=old,
        new=new,
        reason=change.reason,
    ).strip()


def _today(who: Asking, places: Sequence[_Place]) -> Iterator[ChartCause]:
    """Today, where the chart reaches so far."""
    at = _place_of(who.today, places)
    if at is not None:
        yield ChartCause(at, say("chart.today"))


def _versions(found: KpiPage, places: Sequence[_Place]) -> Iterator[ChartCause]:
    """Where the meaning of a formula changed: each version begins at its day."""
    if not any(one.formula for one in found.versions):
        return
    for one in found.versions:
        at = _place_of(one.valid_from, places) if one.number > 1 else None
        if at is not None:
            yield ChartCause(at, say("kpis.formula.version", n=one.number))


def _place_of(when: date, places: Sequence[_Place]) -> int | None:
    return next(
        (at for at, place in enumerate(places) if place.period.first <= when <= place.period.last),
        None,
    )


def _label(found: KpiPage) -> str:
    name = found.row.name
    if found.slice is not None and found.slice.key:
        name = f"{name}{say('kpis.joint')}{slice_words(found.slice.values)}"
    target = shown.target_of(found.stand.target, found.row.measure)
    return say("kpis.chart_label", name=name, target=target.text)


def slice_words(values: Mapping[str, str]) -> str:
    """A slice by its values; the dimension's name only where there are several."""
    if len(values) == 1:
        return next(iter(values.values()))
    return say("kpis.joint").join(f"{name} {value}" for name, value in values.items())


def slice_of(key: str) -> str:
    """A slice by its key, in words; empty for the total."""
    return slice_words(read_slice_key(key)) if key else ""
