"""Where a KPI stands, in sentences: its period, the year so far, and how old its data is."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from okapi.core.freshness import Freshness
from okapi.core.limits import Status, TargetLimits
from okapi.core.quantities import EXACT, Band
from okapi.core.series import Aggregation
from okapi.kpis.choices import KpiState
from okapi.kpis.queries.page import KpiPage
from okapi.kpis.queries.rows import Measure
from okapi.kpis.queries.stand import Stand
from okapi.web.components import Notice
from okapi.web.kpis import shown
from okapi.wording import day, period, say


def notice_of(found: KpiPage) -> Notice:
    """The sentence above the chart, on the soft colour of the status."""
    stand, measure = found.stand, found.row.measure
    kind = shown.status_shown(stand.status, stand.age).value
    more = " ".join(
        sentence for sentence in (to_date_sentence(stand, measure), due_sentence(stand)) if sentence
    )
    if stand.age.freshness is Freshness.STALE:
        return Notice(kind, stale_sentence(stand, measure), _as_it_was(stand, measure))
    return Notice(kind, period_sentence(stand, measure), more)


def first_step(found: KpiPage) -> str:
    """What to do where nothing was measured yet."""
    if found.state is KpiState.PROPOSED:
        return say("kpi.proposed.decide" if found.may.define else "kpi.proposed.wait")
    if not found.may_measure:
        return say("kpis.first_by_owner")
    if found.next_period is None:
        has_total = found.definition.has_total
        return say("kpis.first_by_you" if has_total else "kpis.first_by_file")
    return say("kpis.first_value", period=period(found.next_period.label))


def period_sentence(stand: Stand, measure: Measure) -> str:
    """How the newest period is: `W47 is 3.4%: off target, 0.9 pp above (target ≤ 2.5%).`."""
    value = shown.words(stand.value, measure, limits=shown.limits_of(stand.target))
    when = period(stand.age.label)
    target = shown.target_of(stand.target, measure)
    match stand.status:
        case Status.NO_DATA:
            return say("kpis.no_value")
        case Status.NO_TARGET:
            return say("kpis.is_no_target", period=when, value=value)
        case Status.GREEN:
            return say("kpis.is_green", period=when, value=value, target=target.bare)
        case Status.AMBER | Status.RED:
            code = f"kpis.is_{stand.status.value}"
            gap = _gap(stand, measure)
            return say(code, period=when, value=value, target=target.bare, gap=gap)
        case _:
            assert_never(stand.status)


def _gap(stand: Stand, measure: Measure) -> str:
    """By how much the target is missed, and on which side."""
    if stand.target is None or stand.value is None:
        return ""
    edge = _edge(stand.value, stand.target.limits)
    if edge is None:
        return ""
    gap = EXACT.subtract(stand.value, edge)
    side = "kpis.above" if gap > 0 else "kpis.below"
    return say(side, gap=shown.gap_words(abs(gap), measure))


def _edge(value: Decimal, limits: TargetLimits) -> Decimal | None:
    """The side of the target that the value is beyond."""
    if limits.target is not None:
        return limits.target
    band = limits.band or Band(None, value)
    return band.high if band.low is None or value >= band.low else band.low


def to_date_sentence(stand: Stand, measure: Measure) -> str:
    """`Q4 to date 3.1%, on target (plan ≤ 2.6%).`; empty where there is no plan to date."""
    if stand.to_date is None or stand.to_date_status is None:
        return ""
    if not says_to_date(stand, measure):
        return ""
    of = stand.to_date_of
    plan = shown.rounded(stand.to_date_plan, measure)
    return say(
        "kpis.to_date_is",
        span=period(of.label) if of else "",
        value=shown.words(stand.to_date, measure),
        status=say(f"kpis.word_{stand.to_date_status.value}"),
        plan="" if plan is None else say("kpis.plan", plan=shown.words(plan, measure)),
    )


def says_to_date(stand: Stand, measure: Measure) -> bool:
    """Whether the figure to date says more than the period's own: a last value is the same one."""
    if measure.aggregation is not Aggregation.LAST:
        return True
    return stand.to_date_of is not None and stand.to_date_of != stand.target


def due_sentence(stand: Stand) -> str:
    """What is due and when it becomes stale; empty where nothing is."""
    age = stand.age
    if age.freshness is not Freshness.DUE or age.due_on is None or age.stale_on is None:
        return ""
    return say("kpis.is_due", due=age.due_on, stale=age.stale_on)


def stale_sentence(stand: Stand, measure: Measure) -> str:
    """How it ends and how late it is: `The data ends with W44 (1 Nov 2026): 3 weeks late.`."""
    age = stand.age
    late = shown.late_words(age.late, measure.frequency)
    return say("kpis.is_stale", period=period(age.label), day=day(age.last), late=late)


def _as_it_was(stand: Stand, measure: Measure) -> str:
    """The last value, without the colour that it no longer has."""
    age = stand.age
    value = shown.words(stand.value, measure)
    return say("kpis.last_value", value=value, first=age.due_on, stale=age.stale_on)
