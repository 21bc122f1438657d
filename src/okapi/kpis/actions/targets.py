"""Targets of KPIs: set for periods with their limits, broken down, and removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from okapi.base.actor import Actor
from okapi.base.changes import Record, told_all
from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency
from okapi.core.limits import TargetLimits, relative_band, relative_limit
from okapi.core.periods import Period, frequency_of, parse_period
from okapi.core.quantities import Band, Direction, parse_decimal
from okapi.core.slices import slice_key
from okapi.kpis.actions import breakdowns, fields, holding, target_rows
from okapi.kpis.actions.drafts import Ref, TargetDraft
from okapi.kpis.actions.target_rows import WAY_BACK
from okapi.kpis.models import Breakdown, Definition, Kpi, Slice, Target
from okapi.kpis.queries.rows import LIMITS
from okapi.kpis.standings.figures import limit_numbers
from okapi.orgs.actions.fields import choice
from okapi.orgs.queries import Settings, settings_of


@dataclass(frozen=True, slots=True)
class Read:
    """A draft that is right."""

    draft: TargetDraft
    period: Period
    frequency: Frequency
    slice: Slice
    limits: TargetLimits


@transaction.atomic
def set_targets(
    actor: Actor,
    kpi: Ref,
    drafts: Sequence[TargetDraft],
    *,
    version: int | None = None,
    reason: str = "",
) -> list[Target]:
    """Set targets, all or none; one that is there for a period is replaced with its breakdown.

    `Refused` at the field that is wrong: `target.empty`, `target.shorter` (than the KPI's own
    frequency), `target.amber_side` and the like, and what a breakdown refuses.
    """
    held = holding.hold(actor, kpi, "adjust", version=version)
    definition = definition_of(held)
    settings = settings_of(actor.organisation_id)
    found = [read(held, definition, draft, settings) for draft in drafts]
    if not found:
        return []
    there = [target for one in found if (target := stored(held, one)) is not None]
    around = target_rows.Span.of(held, there, ((one.slice, one.period) for one in found))
    before, rows = _told(there), around.rows()
    targets = [_put(held, definition, one, settings) for one in found]
    after = _told(targets)
    if before == after and not any(one.draft.breakdown for one in found):
        return targets
    was, now = target_rows.differing(rows, around.rows())
    sides = ({"targets": before, WAY_BACK: was}, {"targets": after, WAY_BACK: now})
    _finish(actor, "set_targets", held, *sides, reason=reason)
    return targets


@transaction.atomic
def remove_targets(
    actor: Actor,
    kpi: Ref,
    periods: Iterable[str],
    *,
    of_slice: Mapping[str, str] | None = None,
    version: int | None = None,
    reason: str = "",
) -> int:
    """Remove the targets of these periods, with their breakdowns; how many there were.

    `Refused` (`target.unknown`) for a period that has none.
    """
    held = holding.hold(actor, kpi, "adjust", version=version)
    settings = settings_of(actor.organisation_id)
    gone: list[Target] = []
    for text in periods:
        period = _period(text, settings)
        found = Target.objects.filter(
            kpi=held, slice__key=slice_key(of_slice or {}), first=period.first, last=period.last
        )
        if not found:
            raise Refused("target.unknown", field="period", found=text[:60])
        gone.extend(found)
    if gone:
        around = target_rows.Span.of(held, gone)
        before, rows = _told(gone), around.rows()
        Target.objects.filter(pk__in=[target.pk for target in gone]).delete()
        was, now = target_rows.differing(rows, around.rows())
        sides = ({"targets": before, WAY_BACK: was}, {WAY_BACK: now})
        _finish(actor, "remove_targets", held, *sides, reason=reason)
    return len(gone)


def take_back(actor: Actor, change: Record) -> Kpi:
    """Make the targets what they were before a change of them; see `target_rows.put_back`."""
    held = holding.hold(actor, change.object_id, "adjust")
    rows = {"to": change.before[WAY_BACK], "of": change.after[WAY_BACK]}
    target_rows.put_back(held, definition_of(held), **rows)
    sides = [
        {name: side[name] for name in ("targets", WAY_BACK) if name in side}
        for side in (change.after, change.before)
    ]
    verb = "set_targets" if sides[1].get("targets") else "remove_targets"
    _finish(actor, verb, held, *sides)
    return held


def _finish(
    actor: Actor,
    verb: str,
    held: Kpi,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    reason: str = "",
) -> None:
    holding.raise_version(held)
    said = {**after, "reason": reason.strip()}
    holding.record(actor, verb, held, before=before, after=said)
    holding.finish(actor, [held.pk])


def definition_of(kpi: Kpi) -> Definition:
    """The version in force; `Refused` (`kpi.undefined`) without one."""
    if kpi.definition is None:
        raise Refused("kpi.undefined", field="kpi", found=kpi.key)
    return kpi.definition


def _period(text: str, settings: Settings) -> Period:
    read = parse_period(
        text, fiscal_month=settings.fiscal_month, first_weekday=settings.first_weekday
    )
    return read.period


def read(
    kpi: Kpi, definition: Definition, draft: TargetDraft, settings: Settings, *, store: bool = True
) -> Read:
    """The draft, checked; unless `store`, a slice that is new is not written."""
    period = _period(draft.period, settings)
    own = Frequency(definition.frequency)
    frequency = frequency_of(period)
    if draft.frequency:
        frequency = Frequency(choice(Frequency, draft.frequency, "frequency"))
    shorter = frequency.typical_days < own.typical_days or frequency is Frequency.IRREGULAR
    if own is not Frequency.IRREGULAR and shorter:
        raise Refused("target.shorter", field="period", found=draft.period[:60], expected=own)
    return Read(
        draft,
        period,
        frequency,
        _slice(kpi, definition, draft.slice, store=store),
        _limits(definition, draft),
    )


def _slice(kpi: Kpi, definition: Definition, values: Mapping[str, str], *, store: bool) -> Slice:
    wanted = sorted(definition.dimensions)
    if not values and not definition.has_total:
        raise Refused("slice.no_total", field="slice", kpi=kpi.key, expected=", ".join(wanted))
    if values and sorted(values) != wanted:
        raise Refused("slice.dimensions", field="slice", found=sorted(values), expected=wanted)
    key = slice_key(values)
    if not store:
        found: Slice | None = Slice.objects.filter(kpi=kpi, key=key).first()
        return found or Slice(kpi=kpi, key=key, values=dict(values))
    made: Slice
    made, _ = Slice.objects.get_or_create(
        organisation_id=kpi.organisation_id,
        kpi=kpi,
        key=key,
        defaults={"values": dict(values)},
    )
    return made


def _limits(definition: Definition, draft: TargetDraft) -> TargetLimits:
    numbers = {
        name: None if getattr(draft, name) is None else parse_decimal(getattr(draft, name))
        for name in LIMITS
    }
    limits = TargetLimits.of(Direction(definition.direction), **numbers)
    if limits.is_empty:
        raise Refused("target.empty", field="value")
    if draft.amber_share is None:
        return limits
    if limits.amber is not None or limits.amber_band is not None:
        raise Refused("target.two_ambers", field="amber")
    share = parse_decimal(draft.amber_share)
    if limits.band is not None:
        return _with_band(limits, relative_band(limits.band, share))
    if limits.target is None:
        raise Refused("target.empty", field="value")
    amber = relative_limit(limits.target, share, limits.direction)
    return TargetLimits(limits.direction, limits.target, amber)


def _with_band(limits: TargetLimits, amber: Band) -> TargetLimits:
    return TargetLimits(limits.direction, band=limits.band, amber_band=amber)


def stored(kpi: Kpi, read: Read) -> Target | None:
    """The target that is there for the same period, slice and frequency."""
    found: Target | None = Target.objects.filter(
        kpi=kpi,
        slice__key=read.slice.key,
        frequency=read.frequency.value,
        first=read.period.first,
    ).first()
    return found


def _put(kpi: Kpi, definition: Definition, read: Read, settings: Settings) -> Target:
    target = stored(kpi, read) or Target(
        organisation_id=kpi.organisation_id,
        kpi=kpi,
        slice=read.slice,
        frequency=read.frequency.value,
        first=read.period.first,
        version=0,
    )
    target.last, target.label = read.period.last, read.period.label[:60]
    target.note = fields.short(read.draft.note, "note", 500)
    # Typed for itself, it is no longer a part of a longer one.
    target.breakdown = None
    target.version += 1
    for name, number in limit_numbers(read.limits).items():
        setattr(target, name, number)
    target.save()
    if read.draft.breakdown is None:
        Breakdown.objects.filter(target=target).delete()
    else:
        breakdowns.spread(kpi, definition, target, read.limits, read.draft.breakdown, settings)
    return target


def _told(targets: Iterable[Target]) -> list[dict[str, Any]]:
    """Targets as the change record keeps them."""
    said = ("label", "frequency", *LIMITS, "note")
    return [
        told_all({"slice": target.slice.key, **{name: getattr(target, name) for name in said}})
        for target in targets
    ]
