"""What a KPI may come to: its forecast to the end of the cycle, and the chance of its target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self

from okapi.core.forecast import Basis, ConeStep, Distribution, Forecast, Foretold, cone_of
from okapi.core.freshness import Freshness
from okapi.core.limits import TargetLimits
from okapi.core.periods import Period, period_of
from okapi.kpis.choices import KpiState
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.forecasts import Earlier, Fitted, earlier_of
from okapi.kpis.queries.page import KpiPage
from okapi.kpis.queries.rows import TargetRow
from okapi.orgs.queries import RunningCycle

FEWEST_STEPS = 3
"""So many periods are shown at least, also beyond a cycle that is nearly over."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A period to come with what it may be."""

    period: Period
    step: ConeStep


@dataclass(frozen=True, slots=True)
class AtEnd:
    """The last period of the cycle: what it may be, and the chance that it is on target.

    Without a `cycle` it is the last period that is shown; without a target `chance` is None.
    """

    ahead: Ahead
    cycle: RunningCycle | None
    target: TargetRow | None
    chance: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The forecast of the slice looked at; without `steps`, `without` is the code of the reason.

    `made_at` is when it was fitted, `after` the end of the newest period that it knows of.
    """

    steps: tuple[Ahead, ...] = ()
    at_end: AtEnd | None = None
    made_at: datetime | None = None
    after: date | None = None
    basis: Basis | None = None
    measured: int = 0
    without: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hindsight:
    """What was forecast of periods that have come since, by their last day, and how often it held.

    `held` of `judged` values came inside the band that was to hold 80 % of them. `rebuilt` are
    the periods whose forecast was made afterwards, from the values up to its day.
    """

    told: Mapping[date, Foretold]
    held: int
    judged: int
    rebuilt: frozenset[date] = frozenset()

    @classmethod
    def of(cls, earlier: Earlier, values: Mapping[int, float]) -> Self | None:
        """Earlier forecasts beside what came, by the ends of periods; None without both."""
        judged = {end: one for end, one in earlier.told.items() if end in values}
        if not judged:
            return None
        held = sum(one.holds(values[end]) for end, one in judged.items())
        told = {date.fromordinal(end): one for end, one in judged.items()}
        rebuilt = (last for last, one in told.items() if earlier.is_rebuilt(one))
        return cls(told, held, len(judged), frozenset(rebuilt))


def outlook(asking: Asking, found: KpiPage) -> Outlook | None:
    """The outlook of the slice that a page looks at; None where none is to be expected."""
    if found.slice is None or found.state is not KpiState.ACTIVE or not found.rows:
        return None
    if found.stand.age.freshness is Freshness.STALE:
        age = found.stand.age
        return Outlook(without="forecast.stale", data={"period": age.label, "late": age.late})
    fitted = found.fitted
    if fitted is None and not found.slice.is_total:
        return Outlook(without="forecast.slice")
    if fitted is None or fitted.version != found.definition.number:
        return Outlook(without="forecast.waiting")
    if fitted.made is None:
        return Outlook(made_at=fitted.made_at, without=fitted.refusal, data=_refused(found))
    return _seen(asking, found, fitted, fitted.made)


def _refused(found: KpiPage) -> Mapping[str, Any]:
    """What the sentences of refusals tell."""
    return {"found": len(found.rows), "fewest": _FEWEST_VALUES}


_FEWEST_VALUES = 3


def _seen(asking: Asking, found: KpiPage, fitted: Fitted, made: Forecast) -> Outlook:
    arrived = _arrived(found, fitted.ends, asking.today)
    cycle, last = _until(found.cycles, fitted.ends, newest=max(arrived, default=0))
    steps = tuple(
        Ahead(_period(asking, found, fitted.ends[step.step - 1]), step)
        for step in cone_of(made, max(last, min(FEWEST_STEPS, len(fitted.ends))), arrived)
    )
    return Outlook(
        steps=steps,
        at_end=_at_end(found, steps, cycle, last, made, arrived),
        made_at=fitted.made_at,
        after=fitted.after,
        basis=made.basis,
        measured=made.measured,
    )


def _arrived(found: KpiPage, ends: Sequence[int], today: date) -> dict[int, float]:
    """By step the values that came since the forecast was made."""
    step_of = {end: step for step, end in enumerate(ends, start=1)}
    return {
        step_of[row.period.last.toordinal()]: float(row.value)
        for row in found.rows
        if row.period.last < today and row.period.last.toordinal() in step_of
    }


def _until(
    cycles: Iterable[RunningCycle], ends: Sequence[int], *, newest: int
) -> tuple[RunningCycle | None, int]:
    """The running cycle that ends first with a period still to come in it, and its last step."""
    for cycle in cycles:
        last = sum(end <= cycle.ends.toordinal() for end in ends)
        if last > newest:
            return cycle, last
    return None, min(newest + FEWEST_STEPS, len(ends))


def _period(asking: Asking, found: KpiPage, end: int) -> Period:
    organisation = asking.organisation
    return period_of(
        date.fromordinal(end),
        found.row.measure.frequency,
        fiscal_month=organisation.fiscal_month,
        first_weekday=organisation.first_weekday,
    )


def _at_end(
    found: KpiPage,
    steps: Sequence[Ahead],
    cycle: RunningCycle | None,
    last: int,
    made: Forecast,
    arrived: Mapping[int, float],
) -> AtEnd | None:
    ahead = next((one for one in steps if one.step.step == last), None)
    if ahead is None:
        return None
    held = found.plan.holding(ahead.period.last)
    target = None if held is None else held.target
    chance = None if target is None else chance_of(made.at(last, arrived), target.limits)
    return AtEnd(ahead, cycle, target, chance)


def chance_of(distribution: Distribution, limits: TargetLimits) -> float | None:
    """How likely a value is on target; None without a figure to reach."""
    if limits.band is not None:
        low, high = (None if one is None else float(one) for one in _edges(limits))
        return distribution.probability_within(low, high)
    if limits.target is None:
        return None
    return distribution.probability(float(limits.target), limits.direction)


def _edges(limits: TargetLimits) -> tuple[Any, Any]:
    return (None, None) if limits.band is None else (limits.band.low, limits.band.high)


def hindsight(found: KpiPage) -> Hindsight | None:
    """How good the forecasts of the slice looked at were; None before one was put to the test.

    One statement.
    """
    if found.slice is None:
        return None
    values = {row.period.last.toordinal(): float(row.value) for row in found.rows}
    return Hindsight.of(earlier_of(found.slice.id), values)
