"""Longer targets spread over the KPI's periods (目标分解); the parts are targets too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from okapi.core.breakdowns import BreakdownMethod, typed_shares
from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency
from okapi.core.limits import TargetLimits
from okapi.core.periods import Period, a_year_before, periods_between
from okapi.core.quantities import EXACT, canonical, exact_sum, parse_decimal
from okapi.core.series import Aggregation
from okapi.core.targets import break_down_limits
from okapi.kpis.actions.drafts import BreakdownDraft
from okapi.kpis.models import Breakdown, Definition, Kpi, Measurement, Slice, Target
from okapi.kpis.standings.figures import limit_numbers
from okapi.orgs.actions.fields import choice
from okapi.orgs.queries import Settings


@dataclass(frozen=True, slots=True)
class Spread:
    """The parts of a longer target, by period; `done` periods before them are measured already."""

    method: BreakdownMethod
    frequency: Frequency
    periods: tuple[Period, ...]
    parts: tuple[TargetLimits, ...]
    done: int = 0


def planned(
    definition: Definition,
    target: Target,
    limits: TargetLimits,
    draft: BreakdownDraft,
    settings: Settings,
) -> Spread:
    """The parts of a target that need not be stored yet: `target` says period and slice.

    Refused: `breakdown.frequency` (not shorter than the target), `breakdown.not_additive`,
    `breakdown.shape_missing` (last year lacks a value) and what else the core refuses.
    """
    method = BreakdownMethod(choice(BreakdownMethod, draft.method, "method"))
    own = Frequency(choice(Frequency, draft.frequency or definition.frequency, "frequency"))
    if own.typical_days == 0 or own.typical_days >= Frequency(target.frequency).typical_days > 0:
        raise Refused("breakdown.frequency", field="frequency", found=own)
    periods = periods_of(target, own, settings)
    how = Aggregation(definition.aggregation)
    done = 0
    if method is BreakdownMethod.RESPREAD:
        limits, done = _remaining(target, limits, periods, how)
        periods = periods[done:]
    shape = _shape(method, draft, target.slice, periods, own, settings)
    parts = break_down_limits(limits, len(periods), how, shape=shape, places=definition.decimals)
    return Spread(method, own, tuple(periods), tuple(parts), done)


def spread(
    kpi: Kpi,
    definition: Definition,
    target: Target,
    limits: TargetLimits,
    draft: BreakdownDraft,
    settings: Settings,
) -> None:
    """Make the parts of a target; earlier parts of it go, but for re-spread periods that ended.

    Refused is what `planned` refuses.
    """
    plan = planned(definition, target, limits, draft, settings)
    row, _ = Breakdown.objects.update_or_create(
        organisation_id=kpi.organisation_id,
        target=target,
        defaults={
            "method": plan.method.value,
            "frequency": plan.frequency.value,
            "shares": [canonical(parse_decimal(share)) for share in draft.shares],
        },
    )
    _replace(kpi, target, row, plan.periods, plan.parts, plan.frequency)


def periods_of(target: Target, frequency: Frequency, settings: Settings) -> list[Period]:
    """The periods of this frequency in a target."""
    return periods_between(
        target.first,
        target.last,
        frequency,
        fiscal_month=settings.fiscal_month,
        first_weekday=settings.first_weekday,
    )


def _remaining(
    target: Target, limits: TargetLimits, periods: Sequence[Period], how: Aggregation
) -> tuple[TargetLimits, int]:
    """What is left of a sum, and how many of its periods are measured already."""
    if how is not Aggregation.SUM:
        raise Refused("breakdown.not_additive", field="method", how=how)
    values = values_of(target.slice, periods)
    done = 0
    while done < len(periods) and periods[done] in values:
        done += 1
    gone = exact_sum(values[period] for period in periods[:done])
    left = {
        name: None if number is None else EXACT.subtract(number, gone)
        for name, number in limit_numbers(limits).items()
    }
    return TargetLimits.of(limits.direction, **left), done


def _shape(
    method: BreakdownMethod,
    draft: BreakdownDraft,
    slice_: Slice,
    periods: Sequence[Period],
    frequency: Frequency,
    settings: Settings,
) -> list[Decimal] | None:
    if method is BreakdownMethod.TYPED:
        return list(typed_shares([parse_decimal(share) for share in draft.shares]))
    if method is not BreakdownMethod.LAST_YEAR:
        return None
    earlier = year_before(periods, frequency, settings)
    values = values_of(slice_, earlier)
    lacking = next((at for at, period in enumerate(earlier) if period not in values), None)
    if lacking is not None:
        raise Refused("breakdown.shape_missing", field="shares", row=lacking + 1)
    return [values[period] for period in earlier]


def year_before(
    periods: Sequence[Period], frequency: Frequency, settings: Settings
) -> list[Period]:
    """The same periods of last year."""
    return [
        a_year_before(
            period,
            frequency,
            fiscal_month=settings.fiscal_month,
            first_weekday=settings.first_weekday,
        )
        for period in periods
    ]


def values_of(slice_: Slice, periods: Sequence[Period]) -> dict[Period, Decimal]:
    """What was measured in these periods; a slice that is not stored has nothing."""
    if not periods or slice_.pk is None:
        return {}
    rows = Measurement.objects.filter(
        slice_id=slice_.pk, last__gte=periods[0].last, last__lte=periods[-1].last
    )
    return {
        Period(first, last, "", mark): value
        for first, last, mark, value in rows.values_list("first", "last", "mark", "value")
    }


def _replace(
    kpi: Kpi,
    target: Target,
    row: Breakdown,
    periods: Sequence[Period],
    parts: Sequence[TargetLimits],
    frequency: Frequency,
) -> None:
    """Parts take the place of what was typed for the same periods."""
    same = Target.objects.filter(kpi=kpi, slice=target.slice, frequency=frequency.value)
    same.filter(first__in=[period.first for period in periods]).delete()
    if periods:
        row.parts.filter(last__gte=periods[0].last).delete()
    Target.objects.bulk_create(
        Target(
            organisation_id=kpi.organisation_id,
            kpi=kpi,
            slice=target.slice,
            frequency=frequency.value,
            first=period.first,
            last=period.last,
            label=period.label,
            breakdown=row,
            **limit_numbers(part),
        )
        for period, part in zip(periods, parts, strict=True)
    )
