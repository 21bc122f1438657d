"""A few KPIs of a person or a team, those that want attention first: one statement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet, UUIDField

from okapi.base.actor import Actor
from okapi.base.given import Given
from okapi.base.prepared import ReadersQuestion
from okapi.kpis import access
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.reading import COLUMNS, kpi_row
from okapi.kpis.queries.rows import KpiRow

FEW = 12
"""So many; the catalogue has all of them."""


def my_kpis(asking: Asking, *, most: int = FEW) -> tuple[KpiRow, ...]:
    """Those that I own."""
    return _few(asking, "owner_id", asking.actor.person_id, most)


def kpis_of_person(asking: Asking, person_id: UUID) -> tuple[KpiRow, ...]:
    """Those that a person owns."""
    return _few(asking, "owner_id", person_id, FEW)


def kpis_of_team(asking: Asking, team_id: UUID) -> tuple[KpiRow, ...]:
    """Those of a team itself."""
    return _few(asking, "team_id", team_id, FEW)


def any_kpi(asking: Asking) -> bool:
    """Whether the asker can read any KPI; one statement."""
    return bool(access.visible(asking.actor).filter(archived_at__isnull=True).exists())


def _few(asking: Asking, by: str, of: UUID | None, most: int) -> tuple[KpiRow, ...]:
    rows = _QUESTION.rows(asking.actor, by, most, of=of)
    return tuple(kpi_row(asking, dict(zip(COLUMNS, values, strict=True))) for values in rows)


def _question(reader: Actor, by: str, most: int) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = access.visible(reader).filter(
        **{by: Given("of", UUIDField())}, entry__isnull=False, definition__isnull=False
    )
    return rows.order_by("entry__place", "name", "pk").values_list(*COLUMNS.values())[:most]


_QUESTION = ReadersQuestion(_question)
