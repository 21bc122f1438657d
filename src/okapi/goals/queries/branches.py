"""Branches of teams, of the organisation and of objectives for other programs."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value

from okapi.base.actor import Actor
from okapi.goals import access
from okapi.goals.choices import BranchOf
from okapi.goals.models import BranchStanding
from okapi.orgs import access as orgs_access


@dataclass(frozen=True, slots=True)
class BranchListed:
    """A branch: how the objectives in it stand. `key` is its objective's or team's."""

    id: int
    kind: str
    key: str
    object_id: UUID
    cycle: str
    on_track: int
    at_risk: int
    off_track: int
    no_data: int
    none: int
    progress: float | None


_COLUMNS = (
    "id", "kind", "named", "object_id", "cycle__key", "on_track", "at_risk", "off_track",
    "no_data", "none", "progress",
)  # fmt: skip


def branches(
    actor: Actor, kind: BranchOf, *, cycle: str = "", after: int = 0, most: int = 100
) -> list[BranchListed]:
    """Branches of a kind that the actor may read, in a cycle (by key) or all, with one statement.

    `key` of the organisation's branch is empty. Pages go on `after` an id.
    """
    rows = BranchStanding.objects.filter(kind=kind.value, pk__gt=after)
    if cycle:
        rows = rows.filter(cycle__key=cycle)
    if kind is BranchOf.ORGANISATION:
        rows = rows.annotate(named=Value("", output_field=CharField()))
    else:
        things = _things(actor, kind)
        key = Subquery(things.filter(pk=OuterRef("object_id")).values("key")[:1])
        rows = rows.annotate(named=key).filter(named__isnull=False)
    return [BranchListed(*row) for row in rows.order_by("pk").values_list(*_COLUMNS)[:most]]


def _things(actor: Actor, kind: BranchOf) -> QuerySet:  # type: ignore[type-arg]  # teams or objectives
    if kind is BranchOf.TEAM:
        return orgs_access.visible_teams(actor)
    return access.visible(actor).filter(archived_at__isnull=True)
