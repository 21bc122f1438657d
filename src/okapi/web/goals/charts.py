"""The chart of a key result: its KPI's values, the target, the expected path, and what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from okapi.core.frequencies import Frequency
from okapi.core.periods import Period, next_period
from okapi.core.progress import Mode
from okapi.core.series import Aggregation
from okapi.core.thresholds import Thresholds
from okapi.goals.choices import ObjectiveKind
from okapi.goals.queries import ahead as queries
from okapi.goals.queries.ahead import KeyResultAhead, adds_up, ahead_of
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.curves import expected_at
from okapi.goals.queries.objective import ObjectivePage
from okapi.goals.queries.rows import KeyResultRow, MoveRow
from okapi.goals.queries.series import PointRow
from okapi.goals.queries.thread import Entry
from okapi.kpis.queries.outlook import Hindsight
from okapi.web.components import Component
from okapi.web.components.charts import ChartEvent, ChartPoint, ChartTarget, RunChart
from okapi.web.components.cones import ChartCone
from okapi.web.goals import shown
from okapi.web.goals.cones import Begun, cone_of, foretold_of
from okapi.wording import day, period, say

HEIGHT = 190
_MOST_GAPS = 60
_MOST_AHEAD = 400


@dataclass(frozen=True, slots=True)
class _Place:
    """One period of the chart; without a value where none was measured (yet)."""

    period: Period
    value: Decimal | None
    revision: int


def chart_of(
    who: Asking, row: KeyResultRow, found: ObjectivePage, coming: KeyResultAhead | None
) -> Component | None:
    """The chart of the first KPI moved, with what is coming; None where nothing is measured."""
    move = row.move
    points = found.series.get(move.series, ()) if move is not None else ()
    if move is None or not points or not move.is_open:
        return None
    cumulates = adds_up(row, move)
    places = _places(who, row, move, points, with_before=not cumulates)
    if cumulates:
        places = _running_total(places)
    inside = [at for at, place in enumerate(places) if row.first <= place.period.last <= row.last]
    if not inside:
        return None
    return RunChart(
        id=f"chart-{row.id}",
        label=_label(move, cumulates=cumulates),
        points=[_point(place) for place in places],
        unit=move.unit,
        targets=_targets(who, row, move, inside, found.row.kind),
        expected=_expected(who, row, move, places, cumulates=cumulates),
        events=_events(who, found.thread, row, places),
        cone=_cone(who, move, coming, places),
        foretold=foretold_of(told_before(who, row, found), _begun(places, cumulates), move),
        height=HEIGHT,
    )


def _cone(
    who: Asking, move: MoveRow, coming: KeyResultAhead | None, places: Sequence[_Place]
) -> ChartCone | None:
    """The forecast, growing out of the newest value of a period that has ended."""
    ended = [
        at for at, one in enumerate(places) if one.value is not None and one.period.last < who.today
    ]
    place_of = {place.period.last: at for at, place in enumerate(places)}
    newest = ended[-1] if ended else None
    return cone_of(coming, place_of, newest, move)


def ahead(who: Asking, row: KeyResultRow, found: ObjectivePage) -> KeyResultAhead | None:
    """What lies ahead of a key result of the page."""
    move = row.move
    if move is None or not move.is_open:
        return None
    points = found.series.get(move.slice_id, ())
    return ahead_of(who, row, points, found.fitted.get(move.slice_id))


def told_before(who: Asking, row: KeyResultRow, found: ObjectivePage) -> Hindsight | None:
    """What was forecast before of a key result of the page; None unless it was asked for."""
    move = row.move
    if move is None or not move.is_open or found.earlier is None:
        return None
    points = found.series.get(move.slice_id, ())
    return queries.told_before(who, row, points, found.earlier.get(move.slice_id))


def _begun(places: Sequence[_Place], cumulates: bool) -> dict[date, Begun]:
    """By the last day of a period its place, and what a running total stood at before it."""
    found: dict[date, Begun] = {}
    total = Decimal(0)
    for at, place in enumerate(places):
        found[place.period.last] = Begun(at, float(total))
        if cumulates and place.value is not None:
            total = place.value
    return found


def _places(
    who: Asking, row: KeyResultRow, move: MoveRow, points: Sequence[PointRow], *, with_before: bool
) -> list[_Place]:
    """A little of the time before the span, gaps, and the periods still to come."""
    measured = [
        _Place(Period(one.first, one.last, one.label), one.value, one.revision) for one in points
    ]
    inside = [place for place in measured if place.period.last >= row.first]
    before = [place for place in measured if place.period.last < row.first]
    ahead = _filled(who, move, inside, row.last)
    kept = max(1, len(ahead) // 5) if with_before else 0
    return [*(before[-kept:] if kept else []), *ahead]


def _filled(who: Asking, move: MoveRow, measured: Sequence[_Place], until: date) -> list[_Place]:
    """The measured periods with the gaps between them, and those to come until the span's end."""
    if not measured or move.frequency is Frequency.IRREGULAR:
        return list(measured)
    filled = [measured[0]]
    for place in measured[1:]:
        filled += _gaps(who, move, filled[-1].period, place.period.last, _MOST_GAPS, open_end=True)
        filled.append(place)
    return filled + _gaps(who, move, filled[-1].period, until, _MOST_AHEAD, open_end=False)


def _gaps(
    who: Asking, move: MoveRow, after: Period, end: date, most: int, *, open_end: bool
) -> list[_Place]:
    """Periods without a value from `after` to `end` (which itself counts unless `open_end`)."""
    found: list[_Place] = []
    here = _next(who, move, after)
    while len(found) < most and (here.last < end or (here.last == end and not open_end)):
        found.append(_Place(here, None, 1))
        here = _next(who, move, here)
    return found


def _next(who: Asking, move: MoveRow, here: Period) -> Period:
    organisation = who.organisation
    return next_period(
        here,
        move.frequency,
        fiscal_month=organisation.fiscal_month,
        first_weekday=organisation.first_weekday,
    )


def _running_total(places: Sequence[_Place]) -> list[_Place]:
    totals = accumulate(place.value or Decimal(0) for place in places)
    return [
        _Place(place.period, None if place.value is None else total, place.revision)
        for place, total in zip(places, totals, strict=True)
    ]


def _point(place: _Place) -> ChartPoint:
    here = place.period
    days = f"{day(here.first, short=True)} – {day(here.last, short=True)}"
    if here.first == here.last:
        days = ""
    source = say("goals.revision", n=place.revision) if place.revision > 1 else ""
    return ChartPoint(period(here.label, short=True), place.value, days=days, source=source)


def _targets(
    who: Asking, row: KeyResultRow, move: MoveRow, inside: Sequence[int], kind: ObjectiveKind
) -> list[ChartTarget]:
    """The target over the span; for a bold try also the point that counts as a success."""
    first, last = inside[0], inside[-1]
    parts = len(inside) if _keeps_a_sum(row, move) else 1
    low, high = (None if edge is None else edge / parts for edge in (move.low, move.high))
    value = None if move.target is None else move.target / parts
    label = say("goals.chart_target", target=shown.target_words(move))
    found = [ChartTarget(first, last, value, low, high, label if parts == 1 else "")]
    success = _success_point(who, row, move) if kind is ObjectiveKind.ASPIRATIONAL else None
    if success is not None:
        words = say("goals.chart_success", value=shown.limit_of(success, move).text)
        found.append(ChartTarget(first, last, success, label=words, old=True))
    return found


def _keeps_a_sum(row: KeyResultRow, move: MoveRow) -> bool:
    """What a sum has to keep is each period's part of the total."""
    return row.mode is Mode.KEEP and move.aggregation is Aggregation.SUM


def _success_point(who: Asking, row: KeyResultRow, move: MoveRow) -> Decimal | None:
    if row.mode is not Mode.REACH or move.start is None or move.target is None:
        return None
    limits = Thresholds.chosen(dict(who.organisation.thresholds))
    return move.start + Decimal(str(limits.success)) * (move.target - move.start)


def _expected(
    who: Asking, row: KeyResultRow, move: MoveRow, places: Sequence[_Place], *, cumulates: bool
) -> list[float | None]:
    """What the value should be at the end of each period of the span; nothing without a path."""
    if row.mode is not Mode.REACH or move.start is None or move.target is None:
        return []
    start, way = float(move.start), float(move.target - move.start)

    def at(day: date) -> float | None:
        share = expected_at(who, row.curve, day) if row.first <= day <= row.last else None
        if share is None:
            return None
        part = who.calendar.elapsed(row.first, row.last, day) if cumulates else 1.0
        return start * part + way * share

    return [at(place.period.last) for place in places]


def _events(
    who: Asking, thread: Sequence[Entry], row: KeyResultRow, places: Sequence[_Place]
) -> list[ChartEvent]:
    found = []
    for entry in thread:
        if entry.key_result_id != row.id:
            continue
        at = _place_of(who.organisation.day_of(entry.at), places)
        if at is not None:
            found.append(ChartEvent(at, entry.kind.value, entry.text[:140]))
    return found


def _place_of(said: date, places: Sequence[_Place]) -> int | None:
    days = (range(p.period.first.toordinal(), p.period.last.toordinal() + 1) for p in places)
    return next(
        (at for at, period_days in enumerate(days) if said.toordinal() in period_days), None
    )


def _label(move: MoveRow, *, cumulates: bool) -> str:
    code = "goals.chart_total" if cumulates else "goals.chart_label"
    return say(code, kpi=move.kpi_name, target=shown.target_words(move))
