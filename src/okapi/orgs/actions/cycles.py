"""Cycles: a year with its parts at once, single ones, other days, putting one away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from okapi.base import clock, events
from okapi.base.actor import Actor
from okapi.core.errors import OkapiError, Refusals, Refused
from okapi.core.frequencies import Frequency
from okapi.core.periods import Period, period_of, periods_between
from okapi.orgs import access
from okapi.orgs.actions import fields, holding
from okapi.orgs.actions.fields import Ref
from okapi.orgs.choices import CycleKind, CycleState
from okapi.orgs.events import ArchivingCycle, CyclesChanged, MovingCycle
from okapi.orgs.models import Cycle
from okapi.orgs.queries import Settings, settings_of
from okapi.wording import period

PARTS = (CycleKind.QUARTER, CycleKind.HALF, CycleKind.MONTH)
_KEPT = ("key", "title", "kind", "starts", "ends", "parent_id", "state")
_LONGEST_CADENCE = 366


@transaction.atomic
def create(
    actor: Actor,
    *,
    title: str,
    starts: date | None,
    ends: date | None,
    title_other: str = "",
    kind: str = CycleKind.CUSTOM.value,
    parent: Ref | None = None,
    cadence_days: int = 7,
    key: str = "",
) -> Cycle:
    """A new cycle, within another one or by itself; it runs if today lies in it.

    `Refused` at the field that is wrong; `cycle.outside` where it does not lie within `parent`.
    """
    access.require_manager(actor, Cycle)
    holding.organisation(actor)
    first, last = _days(starts, ends)
    above = fields.cycle(actor, parent)
    _check_within(first, last, above)
    tidy = fields.title(title, "title")
    rows = access.visible_cycles(actor)
    cycle: Cycle = Cycle.objects.create(
        organisation_id=actor.organisation_id,
        key=fields.given_key(rows, key) if key else fields.free_key(rows, tidy, "cycle"),
        title=tidy,
        title_other=fields.short(title_other, "title_other"),
        kind=fields.choice(CycleKind, kind, "kind"),
        starts=first,
        ends=last,
        parent=above,
        state=_state(actor, first, last),
        cadence_days=fields.whole(cadence_days, "cadence_days", 1, _LONGEST_CADENCE),
    )
    holding.made(actor, "cycle", [cycle], *_KEPT)
    return cycle


@transaction.atomic
def create_year(
    actor: Actor, *, year: int, parts: str = CycleKind.QUARTER.value, cadence_days: int = 7
) -> list[Cycle]:
    """The fiscal year that begins in `year`, with its quarters, halves or months (or "" for none).

    Cycles of these names that are there already stay as they are; `Refused` (`cycle.year_there`)
    where nothing is left to make.
    """
    access.require_manager(actor, Cycle)
    holding.organisation(actor)
    settings = settings_of(actor.organisation_id)
    cadence = fields.whole(cadence_days, "cadence_days", 1, _LONGEST_CADENCE)
    whole = _fiscal_year(settings, year)
    kind = None if not parts else CycleKind(fields.choice(CycleKind, parts, "parts"))
    there = {cycle.key: cycle for cycle in access.visible_cycles(actor)}
    top = there.get(whole.label) or _cycle(actor, settings, whole, CycleKind.YEAR, None, cadence)
    wanted = [top]
    for part in () if kind is None else _parts(settings, whole, kind):
        found = there.get(part.label)
        wanted.append(found or _cycle(actor, settings, part, kind or CycleKind.YEAR, top, cadence))
    fresh = [cycle for cycle in wanted if cycle.key not in there]
    if not fresh:
        raise Refused("cycle.year_there", field="year", found=whole.label)
    for cycle in fresh:
        cycle.save(force_insert=True)
    holding.made(actor, "cycle", fresh, *_KEPT)
    return fresh


def _fiscal_year(settings: Settings, year: int) -> Period:
    fields.whole(year, "year", 1990, 2200)
    first = date(year, settings.fiscal_month, 1)
    return period_of(first, Frequency.YEAR, fiscal_month=settings.fiscal_month)


def _parts(settings: Settings, whole: Period, kind: CycleKind) -> list[Period]:
    if kind not in PARTS:
        raise Refused("choice.unknown", field="parts", found=kind.value, expected=", ".join(PARTS))
    frequency = Frequency(kind.value)
    return periods_between(whole.first, whole.last, frequency, fiscal_month=settings.fiscal_month)


def _cycle(
    actor: Actor,
    settings: Settings,
    span: Period,
    kind: CycleKind,
    parent: Cycle | None,
    cadence: int,
) -> Cycle:
    other = "en" if settings.language == "zh" else "zh"
    return Cycle(
        organisation_id=actor.organisation_id,
        key=span.label,
        title=period(span.label, language=settings.language),
        title_other=period(span.label, language=other),
        kind=kind.value,
        starts=span.first,
        ends=span.last,
        parent=parent,
        state=_state(actor, span.first, span.last),
        cadence_days=cadence,
    )


def _state(actor: Actor, first: date, last: date) -> str:
    today = settings_of(actor.organisation_id).today
    return (CycleState.RUNNING if first <= today <= last else CycleState.DRAFT).value


@transaction.atomic
def edit(actor: Actor, cycle: UUID, *, version: int | None = None, **given: Any) -> Cycle:
    """Change title, title_other, kind, starts, ends, parent, cadence_days or state of a cycle.

    A closed one stays as it is (`cycle.closed`). Its days change only while nothing is agreed in it
    (those above object), and what lies within it must still do so (`cycle.parts_outside`).
    """
    access.require_manager(actor, Cycle)
    holding.organisation(actor)
    held = holding.hold(actor, Cycle, "cycle", cycle, version)
    if held.state == CycleState.CLOSED:
        raise Refused("cycle.closed", field="state", found=held.title)
    values = fields.read(_readers(actor), given)
    first, last = _days(values.get("starts", held.starts), values.get("ends", held.ends))
    above = values.pop("parent", held.parent)
    _check_parent(held, above)
    _check_within(first, last, above)
    values["parent_id"] = None if above is None else above.pk
    if (first, last) != (held.starts, held.ends):
        _check_parts(actor, held, first, last)
        if reasons := events.vetoes(MovingCycle(actor.organisation_id, held.pk)):
            raise Refusals(reasons)
    was = holding.change(actor, "edit", "cycle", held, values)
    if was.keys() & {"starts", "ends", "cadence_days"}:
        events.publish(CyclesChanged(actor.organisation_id, frozenset({held.pk})))
    return held


def _readers(actor: Actor) -> dict[str, Any]:
    return {
        "title": lambda text: fields.title(text, "title"),
        "title_other": lambda text: fields.short(text, "title_other"),
        "kind": lambda value: fields.choice(CycleKind, value, "kind"),
        "starts": lambda value: fields.day(value, "starts"),
        "ends": lambda value: fields.day(value, "ends"),
        "parent": lambda ref: fields.cycle(actor, ref),
        "cadence_days": lambda value: fields.whole(value, "cadence_days", 1, _LONGEST_CADENCE),
        "state": _open_state,
    }


def _open_state(value: str) -> str:
    """Draft or running: closing is an action of its own."""
    offered = (CycleState.DRAFT.value, CycleState.RUNNING.value)
    if value not in offered:
        raise Refused("choice.unknown", field="state", found=value, expected=", ".join(offered))
    return value


@transaction.atomic
def archive(actor: Actor, cycle: UUID, *, version: int | None = None) -> Cycle:
    """Put a cycle away that was never used: `Refusals` while goals or other cycles lie in it."""
    access.require_manager(actor, Cycle)
    holding.organisation(actor)
    held = holding.hold(actor, Cycle, "cycle", cycle, version)
    if held.archived_at is not None:
        return held
    reasons: list[OkapiError] = list(_cycles_within(actor, held))
    reasons += events.vetoes(ArchivingCycle(actor.organisation_id, held.pk))
    if reasons:
        raise Refusals(reasons)
    holding.change(actor, "archive", "cycle", held, {"archived_at": clock.now()})
    return held


def _cycles_within(actor: Actor, held: Cycle) -> Iterator[Refused]:
    within = access.visible_cycles(actor).filter(parent_id=held.pk, archived_at__isnull=True)
    if names := list(within.order_by("starts").values_list("title", flat=True)[:6]):
        yield Refused("cycle.has_cycles", n=within.count(), names=names)


def _days(starts: date | None, ends: date | None) -> tuple[date, date]:
    first, last = fields.day(starts, "starts"), fields.day(ends, "ends")
    if first is None or last is None:
        raise Refused("text.empty", field="starts" if first is None else "ends")
    fields.span(first, last, "ends")
    return first, last


def _check_within(first: date, last: date, above: Cycle | None) -> None:
    if above is not None and not (above.starts <= first and last <= above.ends):
        raise Refused(
            "cycle.outside",
            field="parent",
            found=above.title,
            starts=above.starts,
            ends=above.ends,
        )


def _check_parent(held: Cycle, above: Cycle | None) -> None:
    parents: dict[UUID, UUID | None] = dict(Cycle.objects.values_list("pk", "parent_id"))
    step = None if above is None else above.pk
    for _ in range(len(parents) + 1):
        if step == held.pk:
            raise Refused("cycle.within_itself", field="parent", found=held.title)
        step = None if step is None else parents.get(step)


def _check_parts(actor: Actor, held: Cycle, first: date, last: date) -> None:
    parts = access.visible_cycles(actor).filter(parent_id=held.pk, archived_at__isnull=True)
    outside = [one.title for one in parts if one.starts < first or one.ends > last]
    if outside:
        raise Refused("cycle.parts_outside", field="starts", names=outside[:6])
