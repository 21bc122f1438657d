"""Guards and KPIs shown for context, as rows of an objective's page."""

from __future__ import annotations

from collections.abc import Iterable

from okapi.core.freshness import Freshness
from okapi.core.limits import shown as shown_status
from okapi.goals.queries.rows import GuardRow, InformRow
from okapi.web.components import Age, Figure, KpiRow, Spark, StatusMark
from okapi.web.goals import shown
from okapi.web.http import Addresses
from okapi.wording import period, say


def guard_rows(guards: Iterable[GuardRow], at: Addresses) -> tuple[KpiRow, ...]:
    """The guarded KPIs in the order in which they were added."""
    return tuple(_guard(guard, at) for guard in guards)


def _guard(guard: GuardRow, at: Addresses) -> KpiRow:
    return KpiRow(
        name=shown.guard_name(guard),
        href=at.kpi(guard.kpi_key) if guard.is_open else "",
        value=shown.figure_of(guard.value, guard),
        status=StatusMark(shown.guard_status(guard)),
        where=say("goals.guard_broken_before") if guard.broken_at_start else "",
        spark=_spark(guard.spark, guard.freshness),
        target=shown.guard_target(guard),
        age=_age(guard.freshness, guard.label),
    )


def sentence(guard: GuardRow) -> str:
    """What a broken guard says: its value and the limit that it is past."""
    name = shown.guard_name(guard)
    value = shown.figure_of(guard.value, guard).text
    target = shown.guard_target(guard)
    if target is None:
        return say("goals.guard_off_target", kpi=name, value=value)
    return say("goals.guard_is", kpi=name, value=value, limit=target.bare)


def inform_rows(informs: Iterable[InformRow], at: Addresses) -> tuple[KpiRow, ...]:
    """The KPIs shown for context."""
    return tuple(
        KpiRow(
            name=inform.kpi_name,
            href=at.kpi(inform.kpi_key),
            value=Figure(inform.value, inform.unit, digits=inform.decimals),
            status=StatusMark(
                "no_data"
                if inform.freshness is Freshness.EMPTY
                else shown_status(inform.status, inform.freshness).value
            ),
            target=shown.target_of(inform.target, inform),
            spark=_spark(inform.spark, inform.freshness),
            age=_age(inform.freshness, inform.label),
        )
        for inform in informs
    )


def _spark(values: list[object], fresh: Freshness) -> Spark | None:
    known = shown.spark_values(values)
    if len(known) < 2:
        return None
    return Spark(known, width=88, height=28, faded=fresh is Freshness.STALE)


def _age(fresh: Freshness, label: str) -> Age:
    return Age(fresh.value, text=period(label, short=True) if label else "")
