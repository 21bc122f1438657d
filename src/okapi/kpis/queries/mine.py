"""The KPIs that I own, those that want attention first: one statement."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, UUIDField

from okapi.base.actor import Actor
from okapi.base.given import Given
from okapi.base.prepared import ReadersQuestion
from okapi.kpis import access
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.reading import COLUMNS, kpi_row
from okapi.kpis.queries.rows import KpiRow


def my_kpis(asking: Asking, *, most: int = 12) -> tuple[KpiRow, ...]:
    """At most so many; the catalogue has all of them."""
    rows = _MINE.rows(asking.actor, most, me=asking.actor.person_id)
    return tuple(kpi_row(asking, dict(zip(COLUMNS, values, strict=True))) for values in rows)


def _mine(reader: Actor, most: int) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = access.visible(reader).filter(
        owner_id=Given("me", UUIDField()), entry__isnull=False, definition__isnull=False
    )
    return rows.order_by("entry__place", "name", "pk").values_list(*COLUMNS.values())[:most]


_MINE = ReadersQuestion(_mine)
