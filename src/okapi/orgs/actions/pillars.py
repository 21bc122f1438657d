"""Pillars and the perspectives from which they look."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from okapi.base import changes, clock, events
from okapi.base.actor import Actor
from okapi.core.errors import Refusals, Refused
from okapi.orgs import access
from okapi.orgs.actions import fields, holding
from okapi.orgs.actions.fields import Ref
from okapi.orgs.events import ArchivingPillar
from okapi.orgs.models import Person, Perspective, Pillar

_KEPT = ("key", "title", "owner_id", "perspective_id", "horizon_starts", "horizon_ends")


@transaction.atomic
def create(actor: Actor, *, title: str, key: str = "", **given: Any) -> Pillar:
    """A new pillar, last in its order. `given` as for `edit`."""
    access.require_manager(actor, Pillar)
    holding.organisation(actor)
    rows = access.visible_pillars(actor)
    tidy = fields.title(title, "title", 300)
    values = _read(actor, given)
    fields.span(values.get("horizon_starts"), values.get("horizon_ends"), "horizon_ends")
    pillar: Pillar = Pillar.objects.create(
        organisation_id=actor.organisation_id,
        key=fields.given_key(rows, key) if key else fields.free_key(rows, tidy, "pillar"),
        title=tidy,
        position=_next_position(rows),
        **values,
    )
    holding.made(actor, "pillar", [pillar], *_KEPT)
    return pillar


@transaction.atomic
def edit(actor: Actor, pillar: UUID, *, version: int | None = None, **given: Any) -> Pillar:
    """Change title, description, owner, perspective, horizon_starts, horizon_ends and the like."""
    held = holding.hold(actor, Pillar, "pillar", pillar, version)
    values = _read(actor, given)
    starts = values.get("horizon_starts", held.horizon_starts)
    fields.span(starts, values.get("horizon_ends", held.horizon_ends), "horizon_ends")
    holding.change(actor, "edit", "pillar", held, values)
    return held


@transaction.atomic
def archive(actor: Actor, pillar: UUID, *, version: int | None = None) -> Pillar:
    """Put a pillar away; `Refusals` while open goals or KPIs in use belong to it."""
    held = holding.hold(actor, Pillar, "pillar", pillar, version)
    if held.archived_at is None:
        if reasons := events.vetoes(ArchivingPillar(actor.organisation_id, held.pk)):
            raise Refusals(reasons)
        holding.change(actor, "archive", "pillar", held, {"archived_at": clock.now()})
    return held


@transaction.atomic
def restore(actor: Actor, pillar: UUID, *, version: int | None = None) -> Pillar:
    """Take a pillar back."""
    held = holding.hold(actor, Pillar, "pillar", pillar, version)
    holding.change(actor, "restore", "pillar", held, {"archived_at": None})
    return held


@transaction.atomic
def move(actor: Actor, pillar: UUID, *, earlier: bool, version: int | None = None) -> None:
    """Let a pillar change places with the one before or after it in its perspective."""
    access.require_manager(actor, Pillar)
    holding.organisation(actor)
    held = holding.hold(actor, Pillar, "pillar", pillar, version)
    rows = access.visible_pillars(actor).filter(
        archived_at__isnull=True, perspective=held.perspective
    )
    _change_places(actor, "pillar", list(rows.order_by("position", "id")), held.pk, earlier)


def hand_over(actor: Actor, person: UUID, heir: UUID) -> int:
    """Give a person's pillars to another one; how many. Within an action on people."""
    owned = list(Pillar.objects.filter(owner_id=person, archived_at__isnull=True).order_by("id"))
    for pillar in owned:
        holding.change(actor, "hand_over", "pillar", pillar, {"owner_id": heir})
    return len(owned)


@transaction.atomic
def add_perspective(actor: Actor, *, title: str, title_other: str = "") -> Perspective:
    """A new perspective, last in its order."""
    access.require_manager(actor, Pillar)
    holding.organisation(actor)
    rows = Perspective.objects.filter(organisation_id=actor.organisation_id)
    tidy = fields.title(title, "title")
    made: Perspective = Perspective.objects.create(
        organisation_id=actor.organisation_id,
        key=fields.free_key(rows, tidy, "perspective"),
        title=tidy,
        title_other=fields.short(title_other, "title_other"),
        position=_next_position(rows),
    )
    holding.made(actor, "perspective", [made], "key", "title")
    return made


@transaction.atomic
def edit_perspective(
    actor: Actor, perspective: UUID, *, title: str, title_other: str, version: int | None = None
) -> Perspective:
    """Call a perspective otherwise."""
    held = _hold_perspective(actor, perspective, version)
    values = {
        "title": fields.title(title, "title"),
        "title_other": fields.short(title_other, "title_other"),
    }
    holding.change(actor, "edit", "perspective", held, values)
    return held


@transaction.atomic
def remove_perspective(actor: Actor, perspective: UUID, *, version: int | None = None) -> None:
    """Take a perspective away: `Refused` (`perspective.in_use`) while a pillar looks from it."""
    held = _hold_perspective(actor, perspective, version)
    pillars = access.visible_pillars(actor).filter(perspective=held, archived_at__isnull=True)
    if n := pillars.count():
        raise Refused("perspective.in_use", n=n, found=held.title)
    before = {"key": held.key, "title": held.title}
    changes.record(actor, "remove", "perspective", held.pk, before=before)
    holding.tell(actor, "perspective", [held])
    held.delete()


@transaction.atomic
def move_perspective(
    actor: Actor, perspective: UUID, *, earlier: bool, version: int | None = None
) -> None:
    """Let a perspective change places with the one before or after it."""
    access.require_manager(actor, Pillar)
    holding.organisation(actor)
    held = _hold_perspective(actor, perspective, version)
    rows = list(Perspective.objects.order_by("position", "id"))
    _change_places(actor, "perspective", rows, held.pk, earlier)


def _hold_perspective(actor: Actor, perspective: UUID, version: int | None) -> Perspective:
    access.require_manager(actor, Pillar)
    rows = Perspective.objects.filter(organisation_id=actor.organisation_id, pk=perspective)
    held: Perspective | None = rows.select_for_update(of=("self",), no_key=True).first()
    if held is None:
        raise access.missing("perspective", perspective)
    holding.check_version(held, version)
    return held


def _change_places(actor: Actor, kind: str, rows: list[Any], pk: UUID, earlier: bool) -> None:
    at = next((place for place, one in enumerate(rows) if one.pk == pk), None)
    other = None if at is None else at + (-1 if earlier else 1)
    if at is None or other is None or not 0 <= other < len(rows):
        return
    rows[at], rows[other] = rows[other], rows[at]
    base = min(one.position for one in rows)  # positions as files leave them may be equal
    for place, one in enumerate(rows, start=base):
        holding.change(actor, "move", kind, one, {"position": place})


def _read(actor: Actor, given: dict[str, Any]) -> dict[str, Any]:
    def owner(ref: Ref | None) -> UUID | None:
        found: Person | None = fields.person(actor, ref, "owner")
        return None if found is None else found.pk

    def perspective(ref: Ref | None) -> UUID | None:
        rows = Perspective.objects.filter(organisation_id=actor.organisation_id)
        found = fields.reference(rows, ref, "perspective")
        return None if found is None else found.pk

    read = fields.read(
        {
            "title": lambda text: fields.title(text, "title", 300),
            "title_other": lambda text: fields.short(text, "title_other", 300),
            "description": lambda text: fields.long(text, "description"),
            "owner": owner,
            "perspective": perspective,
            "horizon_starts": lambda value: fields.day(value, "horizon_starts"),
            "horizon_ends": lambda value: fields.day(value, "horizon_ends"),
        },
        given,
    )
    named = {"owner": "owner_id", "perspective": "perspective_id"}
    return {named.get(name, name): value for name, value in read.items()}


def _next_position(rows: Any) -> int:
    last = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1
