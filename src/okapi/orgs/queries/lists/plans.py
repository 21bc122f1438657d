"""Cycles, pillars and perspectives by their keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from okapi.base.actor import Actor
from okapi.orgs import access
from okapi.orgs.choices import CycleKind, CycleState
from okapi.orgs.models import Perspective
from okapi.orgs.queries.lists.wanted import Wanted, found_by, narrowed


@dataclass(frozen=True, slots=True)
class CycleListed:
    """A cycle; `parent` is the key of the one that it lies in."""

    id: UUID
    key: str
    title: str
    title_other: str
    kind: CycleKind
    starts: date
    ends: date
    parent: str | None
    state: CycleState
    cadence_days: int
    version: int


def cycles(
    actor: Actor,
    wanted: Wanted,
    *,
    kind: str = "",
    state: str = "",
    parent: str = "",
    on: date | None = None,
) -> list[CycleListed]:
    """Cycles in the order of their keys: of a kind or state, within one, that hold a day."""
    filters = {"kind": kind, "state": state, "parent__key": parent}
    rows = narrowed(access.visible_cycles(actor), wanted, filters)
    if on is not None:
        rows = rows.filter(starts__lte=on, ends__gte=on)
    found = rows.select_related("parent").order_by("key")[: wanted.most]
    return [_cycle(row) for row in found]


def one_cycle(actor: Actor, ref: UUID | str) -> CycleListed:
    """The cycle with this id or key; `NotFound`, also for one that was put away."""
    rows = access.visible_cycles(actor).filter(archived_at__isnull=True)
    return _cycle(found_by(rows.select_related("parent"), "cycle", ref))


def _cycle(row: Any) -> CycleListed:
    return CycleListed(
        id=row.pk,
        key=row.key,
        title=row.title,
        title_other=row.title_other,
        kind=CycleKind(row.kind),
        starts=row.starts,
        ends=row.ends,
        parent=None if row.parent is None else row.parent.key,
        state=CycleState(row.state),
        cadence_days=row.cadence_days,
        version=row.version,
    )


@dataclass(frozen=True, slots=True)
class PillarListed:
    """A pillar; `owner` is an address, `perspective` a key."""

    id: UUID
    key: str
    title: str
    title_other: str
    description: str
    owner: str | None
    perspective: str | None
    horizon_starts: date | None
    horizon_ends: date | None
    position: int
    is_archived: bool
    version: int


def pillars(
    actor: Actor, wanted: Wanted, *, owner: str = "", perspective: str = ""
) -> list[PillarListed]:
    """Pillars in the order of their keys: of an owner, of a perspective."""
    filters = {"owner__email": owner, "perspective__key": perspective}
    rows = narrowed(access.visible_pillars(actor), wanted, filters)
    found = rows.select_related("owner", "perspective").order_by("key")[: wanted.most]
    return [_pillar(row) for row in found]


def one_pillar(actor: Actor, ref: UUID | str) -> PillarListed:
    """The pillar with this id or key, put away or not; `NotFound`."""
    rows = access.visible_pillars(actor).select_related("owner", "perspective")
    return _pillar(found_by(rows, "pillar", ref))


def _pillar(row: Any) -> PillarListed:
    return PillarListed(
        id=row.pk,
        key=row.key,
        title=row.title,
        title_other=row.title_other,
        description=row.description,
        owner=None if row.owner is None else row.owner.email,
        perspective=None if row.perspective is None else row.perspective.key,
        horizon_starts=row.horizon_starts,
        horizon_ends=row.horizon_ends,
        position=row.position,
        is_archived=row.archived_at is not None,
        version=row.version,
    )


@dataclass(frozen=True, slots=True)
class PerspectiveListed:
    """A perspective from which pillars look."""

    id: UUID
    key: str
    title: str
    title_other: str
    position: int
    version: int


_PERSPECTIVE = ("pk", "key", "title", "title_other", "position", "version")


def perspectives(actor: Actor, wanted: Wanted) -> list[PerspectiveListed]:
    """Perspectives in the order of their keys."""
    rows = _perspectives(actor).filter(key__gt=wanted.after).order_by("key")
    found = rows.values_list(*_PERSPECTIVE)[: wanted.most]
    return [PerspectiveListed(*row) for row in found]


def one_perspective(actor: Actor, ref: UUID | str) -> PerspectiveListed:
    """The perspective with this id or key; `NotFound`."""
    return PerspectiveListed(
        *found_by(_perspectives(actor).values_list(*_PERSPECTIVE), "perspective", ref)
    )


def _perspectives(actor: Actor) -> QuerySet[Any]:
    rows: QuerySet[Any] = Perspective.objects.filter(organisation_id=actor.organisation_id)
    return rows
