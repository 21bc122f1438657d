"""Lists of KPIs for other programs: by key, page by page, with their standings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from okapi.base.actor import Actor
from okapi.core.frequencies import Frequency
from okapi.core.freshness import Freshness, freshness
from okapi.kpis import access
from okapi.kpis.models import Kpi


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which KPIs: of a team (by key), in a status, after a key, at most so many."""

    after: str = ""
    most: int = 100
    team: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class KpiListed:
    """A KPI with its definition in force and its standing."""

    id: UUID
    key: str
    name: str
    name_other: str
    unit: str
    direction: str
    frequency: str
    aggregation: str
    formula: str
    team: str | None
    owner: str | None
    current: Decimal | None
    period: str
    previous: Decimal | None
    year_before: Decimal | None
    status: str
    freshness: Freshness
    newest: date | None


def kpis(actor: Actor, wanted: Wanted, *, today: date) -> list[KpiListed]:
    """KPIs in the order of their keys, with one statement."""
    rows = (
        access.visible(actor)
        .filter(archived_at__isnull=True, key__gt=wanted.after)
        .select_related("definition", "standing", "team", "owner")
    )
    if wanted.team:
        rows = rows.filter(team__key=wanted.team)
    if wanted.status:
        rows = rows.filter(standing__status=wanted.status)
    return [_listed(row, today) for row in rows.order_by("key")[: wanted.most]]


def _listed(kpi: Kpi, today: date) -> KpiListed:
    definition, standing = kpi.definition, getattr(kpi, "standing", None)
    if definition is None:
        raise RuntimeError(f"KPI {kpi.key} has no definition in force")
    newest = None if standing is None else standing.last
    return KpiListed(
        id=kpi.pk,
        key=kpi.key,
        name=kpi.name,
        name_other=kpi.name_other,
        unit=definition.unit,
        direction=definition.direction,
        frequency=definition.frequency,
        aggregation=definition.aggregation,
        formula=definition.formula,
        team=None if kpi.team is None else kpi.team.key,
        owner=None if kpi.owner is None else kpi.owner.email,
        current=None if standing is None else standing.value,
        period="" if standing is None else standing.label,
        previous=None if standing is None else standing.previous,
        year_before=None if standing is None else standing.year_before,
        status="no_data" if standing is None else standing.status,
        freshness=freshness(
            newest, Frequency(definition.frequency), today, delay_days=definition.delay_days
        ),
        newest=newest,
    )
