"""A few KPIs of a person or a team, those that want attention first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, UUIDField

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import Part, ReadersQuestion
from okapi.base.statements import Row
from okapi.kpis import access
from okapi.kpis.models import Kpi
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.reading import COLUMNS, kpi_row
from okapi.kpis.queries.rows import KpiRow

FEW = 12
"""So many; the catalogue has all of them."""
FOLLOWED = 24
"""So many that are followed are shown."""


def my_kpis(asking: Asking, *, most: int = FEW) -> tuple[KpiRow, ...]:
    """Those that I own."""
    return _few(asking, "owner_id", asking.actor.person_id, most).alone()


def kpis_of_person(asking: Asking, person_id: UUID) -> Part[tuple[KpiRow, ...]]:
    """Those that a person owns."""
    return _few(asking, "owner_id", person_id, FEW)


def kpis_of_team(asking: Asking, team_id: UUID) -> Part[tuple[KpiRow, ...]]:
    """Those of a team itself."""
    return _few(asking, "team_id", team_id, FEW)


MineAndFollowed = tuple[tuple[KpiRow, ...], tuple[KpiRow, ...]]


def mine_and_followed(asking: Asking, followed: Collection[UUID]) -> Part[MineAndFollowed]:
    """Those that I own, and of the `followed` ones those that are not mine."""
    me, ids = asking.actor.person_id, set(list(followed)[:FOLLOWED])

    def apart(rows: Iterable[Row]) -> MineAndFollowed:
        found = _rows(asking, rows)
        mine = [row for row in found if row.owner is not None and row.owner.id == me]
        others = [row for row in found if row.id in ids and row not in mine]
        return tuple(mine[:FEW]), tuple(others)

    return _MINE_AND_FOLLOWED.part(asking.actor, me=me, ids=ids).to(apart)


def _mine_and_followed(reader: Actor) -> QuerySet[Kpi, Any]:
    followed = Kpi.objects.filter(Among("id", GivenIds()))
    own = Kpi.objects.filter(owner_id=Given("me", UUIDField()))
    rows: QuerySet[Kpi, Any] = access.visible(reader).filter(
        pk__in=own.values("pk").union(followed.values("pk")),
        archived_at__isnull=True,
        entry__isnull=False,
        definition__isnull=False,
    )
    # First those that were asked for by name; then the others as far as there is room.
    named = rows.annotate(is_other=~Q(Among("id", GivenIds())))
    ordered = named.order_by("is_other", "entry__place", "name", "pk")
    return ordered.values_list(*COLUMNS.values())[: FEW + FOLLOWED]


_MINE_AND_FOLLOWED = ReadersQuestion(_mine_and_followed)


def any_kpi(asking: Asking) -> bool:
    """Whether the asker can read any KPI; one statement."""
    return bool(access.visible(asking.actor).filter(archived_at__isnull=True).exists())


def _few(asking: Asking, by: str, of: UUID | None, most: int) -> Part[tuple[KpiRow, ...]]:
    return _QUESTION.part(asking.actor, by, most, of=of).to(lambda rows: _rows(asking, rows))


def _rows(asking: Asking, rows: Iterable[Row]) -> tuple[KpiRow, ...]:
    return tuple(kpi_row(asking, dict(zip(COLUMNS, values, strict=True))) for values in rows)


def _question(reader: Actor, by: str, most: int) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = access.visible(reader).filter(
        **{by: Given("of", UUIDField())}, entry__isnull=False, definition__isnull=False
    )
    return rows.order_by("entry__place", "name", "pk").values_list(*COLUMNS.values())[:most]


_QUESTION = ReadersQuestion(_question)
