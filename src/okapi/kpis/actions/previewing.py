"""What a target and its breakdown would be, while somebody still writes them; nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from okapi.base.actor import Actor
from okapi.core.errors import OkapiError, Refused
from okapi.core.frequencies import Frequency
from okapi.core.limits import Status, TargetLimits, status
from okapi.core.periods import Period
from okapi.core.scales import ratio_scale
from okapi.core.series import Aggregation, Point
from okapi.core.targets import ToDate, to_date
from okapi.kpis import access
from okapi.kpis.actions import breakdowns, targets
from okapi.kpis.actions.drafts import Ref, TargetDraft
from okapi.kpis.models import Definition, Measurement, Slice, Target
from okapi.orgs.queries import Settings, settings_of


@dataclass(frozen=True, slots=True)
class PartPreview:
    """One period of a breakdown: its limits, what was measured in it, and a year before."""

    period: Period
    limits: TargetLimits
    value: Decimal | None
    year_before: Decimal | None
    status: Status


@dataclass(frozen=True, slots=True)
class TargetPreview:
    """A target as it would be.

    `parts` are empty without a breakdown, or where `refused` says why there is none. `to_date` is
    how the measured ones stand together (累计). `labels` are the periods it could be spread over,
    whatever becomes of it. `done` periods of a re-spread are measured and keep
    their targets; `replaces` says that the period has a target already.
    """

    period: Period
    frequency: Frequency
    limits: TargetLimits
    parts: tuple[PartPreview, ...]
    to_date: ToDate | None
    labels: tuple[str, ...]
    done: int
    replaces: bool
    refused: Refused | None


def preview_target(actor: Actor, kpi: Ref, draft: TargetDraft) -> TargetPreview:
    """The target as it would be; `Refused` where it could not even be set without a breakdown."""
    held = access.get(actor, kpi, "adjust")
    definition = targets.definition_of(held)
    settings = settings_of(actor.organisation_id)
    read = targets.read(held, definition, draft, settings, store=False)
    target = Target(
        organisation_id=actor.organisation_id,
        kpi=held,
        slice=read.slice,
        frequency=read.frequency.value,
        first=read.period.first,
        last=read.period.last,
    )
    plan, refused = None, None
    if draft.breakdown is not None:
        try:
            plan = breakdowns.planned(definition, target, read.limits, draft.breakdown, settings)
        except Refused as error:
            refused = error
    parts = () if plan is None else tuple(_parts(read.slice, plan, settings))
    return TargetPreview(
        period=read.period,
        frequency=read.frequency,
        limits=read.limits,
        parts=parts,
        to_date=None if plan is None else _to_date(definition, read.slice, parts),
        labels=_labels(definition, target, draft, settings),
        done=0 if plan is None else plan.done,
        replaces=targets.stored(held, read) is not None,
        refused=refused,
    )


def _labels(
    definition: Definition, target: Target, draft: TargetDraft, settings: Settings
) -> tuple[str, ...]:
    if draft.breakdown is None:
        return ()
    try:
        own = Frequency(draft.breakdown.frequency or definition.frequency)
    except ValueError:
        return ()
    if own is Frequency.IRREGULAR:
        return ()
    return tuple(one.label for one in breakdowns.periods_of(target, own, settings))


def _parts(slice_: Slice, plan: breakdowns.Spread, settings: Settings) -> list[PartPreview]:
    values = breakdowns.values_of(slice_, plan.periods)
    earlier = breakdowns.year_before(plan.periods, plan.frequency, settings)
    before = breakdowns.values_of(slice_, earlier)
    return [
        PartPreview(
            period,
            limits,
            values.get(period),
            before.get(last_year),
            status(values.get(period), limits),
        )
        for period, limits, last_year in zip(plan.periods, plan.parts, earlier, strict=True)
    ]


def _to_date(definition: Definition, slice_: Slice, parts: Sequence[PartPreview]) -> ToDate | None:
    """The measured parts together, against the plan of the same periods."""
    measured = [part for part in parts if part.value is not None]
    if not measured:
        return None
    points = _points(slice_, [part.period for part in measured])
    scale = Decimal(ratio_scale(definition.unit))
    how = Aggregation(definition.aggregation)
    try:
        limits = [part.limits for part in measured]
        return to_date([points[part.period] for part in measured], limits, how, scale=scale)
    except OkapiError:  # values that cannot be put together say nothing to date
        return None


def _points(slice_: Slice, periods: Sequence[Period]) -> dict[Period, Point]:
    rows = Measurement.objects.filter(
        slice_id=slice_.pk, last__gte=periods[0].last, last__lte=periods[-1].last
    )
    columns = ("first", "last", "mark", "value", "numerator", "denominator")
    found = {}
    for first, last, mark, value, above, below in rows.values_list(*columns):
        period = Period(first, last, "", mark)
        found[period] = Point(period, value, above, below)
    return found
