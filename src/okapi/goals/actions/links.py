"""Links of objectives: guarded KPIs, KPIs for context, and alignment with what lies above."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from okapi.base import changes
from okapi.base.actor import Actor
from okapi.base.changes import told_all
from okapi.core.alignment import find_circle
from okapi.core.errors import NotFound, Refused
from okapi.core.quantities import Band, parse_decimal
from okapi.goals import access, standings
from okapi.goals.actions import acting
from okapi.goals.actions.drafts import Ref
from okapi.goals.actions.reach import check_reach
from okapi.goals.models import Contribution, Guard, Informs, KeyResult, Objective
from okapi.kpis import access as kpi_access
from okapi.kpis.models import Kpi, Slice

LIMITS = ("low", "high", "amber_low", "amber_high")


@transaction.atomic
def guard(
    actor: Actor,
    objective: Ref,
    kpi: Ref,
    *,
    slice: str = "",
    limits: Mapping[str, Decimal | None] | None = None,
    version: int | None = None,
    reason: str = "",
) -> Guard:
    """Guard a KPI in its definition version of today, or change the limits of a guard.

    `limits`: low and high, amber_low and amber_high inside of them; without any, the KPI's target
    holds. On an agreed objective it is an adjustment with a reason. Refused: `guard.limits`.
    """
    held = acting.hold_objective(actor, objective, "edit", version=version)
    acting.refuse_ended(held)
    adjusts = acting.check_adjustment(actor, held, reason)
    found = kpi_access.get(actor, kpi)
    check_reach(held, found, "kpi")
    one = Slice.objects.filter(kpi=found, key=slice).first()
    if one is None or found.definition is None:
        raise Refused("slice.unknown", field="slice", found=slice)
    values = _limits(limits or {})
    old = held.guards.filter(kpi=found, slice=one).first()
    before = {} if old is None else _told_guard(old)
    guarded: Guard = old or Guard(
        organisation_id=actor.organisation_id,
        objective=held,
        kpi=found,
        slice=one,
        definition=found.definition,
        position=held.guards.count(),
    )
    for name, value in values.items():
        setattr(guarded, name, value)
    guarded.version += 0 if old is None else 1
    guarded.save()
    _record(actor, held, "guard", before, _told_guard(guarded), reason if adjusts else "")
    return guarded


def _told_guard(one: Guard) -> dict[str, object]:
    """A guard, as change records keep it; the name is for those who read them."""
    limits = {name: getattr(one, name) for name in LIMITS}
    return {"kpi": one.kpi_id, "name": one.kpi.name, "slice": one.slice.key, **limits}


def _limits(given: Mapping[str, Decimal | None]) -> dict[str, Decimal | None]:
    unknown = set(given) - set(LIMITS)
    if unknown:
        raise TypeError(f"unknown limits: {', '.join(sorted(unknown))}")
    values = {
        name: None if given.get(name) is None else parse_decimal(given[name] or 0)
        for name in LIMITS
    }
    low, amber_low, amber_high, high = (
        values[name] for name in ("low", "amber_low", "amber_high", "high")
    )
    known = [limit for limit in (low, amber_low, amber_high, high) if limit is not None]
    if known != sorted(known):
        raise Refused("guard.limits", field="low", found=[str(limit) for limit in known])
    if low is not None or high is not None:
        Band(low, high)
    return values


@transaction.atomic
def unguard(
    actor: Actor,
    objective: Ref,
    kpi: Ref,
    *,
    slice: str = "",
    version: int | None = None,
    reason: str = "",
) -> None:
    """Guard a KPI no longer. On an agreed objective: an adjustment with a reason."""
    held = acting.hold_objective(actor, objective, "edit", version=version)
    acting.refuse_ended(held)
    adjusts = acting.check_adjustment(actor, held, reason)
    found = kpi_access.get(actor, kpi)
    old = held.guards.filter(kpi=found, slice__key=slice).first()
    if old is None:
        raise NotFound("access.not_found", kind="guard", ref=found.key)
    before = _told_guard(old)
    old.delete()
    _record(actor, held, "unguard", before, {}, reason if adjusts else "")


def _record(
    actor: Actor,
    held: Objective,
    verb: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    reason: str,
) -> None:
    held.version += 1
    held.save(update_fields=["version"])
    changes.record(
        actor, verb, "objective", held.pk,
        before=told_all(before), after=told_all(after),
    )  # fmt: skip
    if reason:
        acting.adjust(actor, held, reason, before=before, after=after)
    acting.finish(actor, [held.pk])


@transaction.atomic
def inform(actor: Actor, objective: Ref, kpi: Ref, *, key_result: Ref | None = None) -> Informs:
    """Show a KPI for context beside an objective, or beside one of its key results."""
    held = acting.hold_objective(actor, objective, "edit")
    acting.refuse_ended(held)
    found = kpi_access.get(actor, kpi)
    check_reach(held, found, "kpi")
    below = None if key_result is None else access.get_key_result(actor, key_result)
    if below is not None and below.objective_id != held.pk:
        raise Refused("reference.unknown", field="key_result", found=below.key)
    informs: Informs
    informs, is_new = Informs.objects.get_or_create(
        organisation_id=actor.organisation_id, objective=held, key_result=below, kpi=found
    )
    if is_new:
        _record(actor, held, "inform", {}, _told_informs(found, below), "")
    return informs


@transaction.atomic
def uninform(actor: Actor, objective: Ref, kpi: Ref, *, key_result: Ref | None = None) -> None:
    """Show a KPI no longer for context."""
    held = acting.hold_objective(actor, objective, "edit")
    found = kpi_access.get(actor, kpi)
    below = None if key_result is None else access.get_key_result(actor, key_result)
    if Informs.objects.filter(objective=held, key_result=below, kpi=found).delete()[0]:
        _record(actor, held, "uninform", _told_informs(found, below), {}, "")


def _told_informs(kpi: Kpi, key_result: KeyResult | None) -> dict[str, object]:
    below = None if key_result is None else key_result.pk
    return {"kpi": kpi.pk, "name": kpi.name, "key_result": below}


@transaction.atomic
def contribute(
    actor: Actor,
    child: Ref,
    *,
    to_objective: Ref | None = None,
    to_key_result: Ref | None = None,
) -> Contribution:
    """Align an objective with an objective or a key result above it; again changes nothing.

    `Refused`: `alignment.circle` naming the keys of the circle, `link.private` where readers of
    the child may not read the parent.
    """
    # Two alignments that close a circle only together must not pass each other.
    standings.lock_renewer(actor.organisation_id)
    below = acting.get_objective(actor, child, "edit")
    parent, key_result = _parent(actor, to_objective, to_key_result)
    standings.hold(below.pk, parent.pk)
    acting.refuse_ended(below)
    acting.refuse_ended(parent)
    check_reach(below, parent, "contributes_to")
    _check_circle(below, parent)
    contribution: Contribution
    contribution, is_new = Contribution.objects.get_or_create(
        organisation_id=actor.organisation_id,
        child=below,
        parent=parent,
        parent_key_result=key_result,
    )
    if is_new:
        _finish_alignment(actor, below, parent, "contribute", {}, _told(contribution))
    return contribution


@transaction.atomic
def withdraw(
    actor: Actor,
    child: Ref,
    *,
    to_objective: Ref | None = None,
    to_key_result: Ref | None = None,
) -> None:
    """Contribute no longer; `NotFound` where there was no such alignment."""
    below = acting.get_objective(actor, child, "edit")
    parent, key_result = _parent(actor, to_objective, to_key_result)
    standings.hold(below.pk, parent.pk)
    found = Contribution.objects.filter(
        child=below, parent=parent, parent_key_result=key_result
    ).first()
    if found is None:
        raise NotFound("access.not_found", kind="contribution", ref=parent.key)
    was = _told(found)
    found.delete()
    _finish_alignment(actor, below, parent, "withdraw", was, {})


def _parent(
    actor: Actor, to_objective: Ref | None, to_key_result: Ref | None
) -> tuple[Objective, KeyResult | None]:
    if to_key_result is not None:
        key_result = access.get_key_result(actor, to_key_result)
        return key_result.objective, key_result
    if to_objective is None:
        raise Refused("text.empty", field="contributes_to")
    return acting.get_objective(actor, to_objective), None


def _check_circle(child: Objective, parent: Objective) -> None:
    edges = standings.alignments_above(child.organisation_id, [parent.pk])
    circle = find_circle(edges, (child.pk, parent.pk))
    if circle is not None:
        keys: dict[UUID, str] = dict(
            Objective.objects.filter(pk__in=circle).values_list("pk", "key")
        )
        raise Refused(
            "alignment.circle",
            field="contributes_to",
            circle=" → ".join(keys[one] for one in circle),
        )


def _finish_alignment(
    actor: Actor,
    below: Objective,
    parent: Objective,
    verb: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    changes.record(actor, verb, "objective", below.pk, before=before, after=after)
    acting.finish(actor, [below.pk], above=[below.pk, parent.pk])


def _told(one: Contribution) -> dict[str, object]:
    return told_all({"parent_id": one.parent_id, "parent_key_result_id": one.parent_key_result_id})
