"""KPIs with their standings, as rows: one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import GivenIds
from okapi.base.prepared import ReadersQuestion
from okapi.core.frequencies import Frequency
from okapi.core.limits import Status
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation
from okapi.kpis import access
from okapi.kpis.models import Kpi
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.rows import KpiRow, Measure, PersonRow, TargetRow, age_of, has_open
from okapi.orgs import access as orgs_access

COLUMNS = {
    "id": "id",
    "key": "key",
    "name": "name",
    "name_other": "name_other",
    "visibility": "visibility",
    "team_id": "team_id",
    "team": "team__name",
    "team_other": "team__name_other",
    "pillar_id": "pillar_id",
    "owner_id": "owner_id",
    "owner": "owner__name",
    "owner_other": "owner__name_other",
    "unit": "definition__unit",
    "decimals": "definition__decimals",
    "direction": "definition__direction",
    "frequency": "definition__frequency",
    "aggregation": "definition__aggregation",
    "delay_days": "definition__delay_days",
    "value": "standing__value",
    "previous": "standing__previous",
    "year_before": "standing__year_before",
    "to_date": "standing__to_date",
    "status": "standing__status",
    "target": "standing__target",
    "spark": "standing__spark",
    "signal": "standing__signal",
    "remarks": "standing__remarks",
    "slice_key": "standing__slice_key",
    "first": "standing__first",
    "last": "standing__last",
    "label": "standing__label",
    "due_on": "standing__due_on",
    "stale_on": "standing__stale_on",
    "number": "standing__number_of_state",
}


def rows_of(asking: Asking, ids: Sequence[UUID]) -> list[KpiRow]:
    """Those of these KPIs that are visible, in this order, with one statement."""
    found = _KPIS.rows(asking.actor, ids=ids)
    rows = [kpi_row(asking, dict(zip(COLUMNS, values, strict=True))) for values in found]
    place = {kpi: at for at, kpi in enumerate(ids)}
    return sorted(rows, key=lambda row: place[row.id])


def _kpis(reader: Actor) -> QuerySet[Kpi, Any]:
    rows: QuerySet[Kpi, Any] = access.visible(reader).filter(
        Among("id", GivenIds()), definition__isnull=False
    )
    return rows.values_list(*COLUMNS.values())


_KPIS = ReadersQuestion(_kpis)


def kpi_row(asking: Asking, values: Mapping[str, Any]) -> KpiRow:
    """One row from its `COLUMNS`."""
    direction, frequency = Direction(values["direction"]), Frequency(values["frequency"])
    owner = values["owner_id"]
    return KpiRow(
        id=values["id"],
        key=values["key"],
        name=asking.text(values["name"], values["name_other"]),
        team_id=values["team_id"],
        team=asking.text(values["team"] or "", values["team_other"] or ""),
        pillar_id=values["pillar_id"],
        owner=owner and PersonRow(owner, asking.text(values["owner"], values["owner_other"] or "")),
        measure=Measure(
            values["unit"],
            values["decimals"],
            direction,
            frequency,
            Aggregation(values["aggregation"]),
            values["delay_days"],
        ),
        value=values["value"],
        previous=values["previous"],
        year_before=values["year_before"],
        to_date=values["to_date"],
        status=Status(values["status"] or Status.NO_DATA),
        age=age_of(values, frequency, asking.today),
        target=TargetRow.of(direction, values["target"]),
        spark=tuple(point["value"] for point in values["spark"] or ()),
        is_signal=values["signal"] is not None,
        slice_key=values["slice_key"] or "",
        number=values["number"] or 0,
        private=values["visibility"] != "everyone",
        has_remarks=has_open(values["remarks"]),
    )


def one_row(asking: Asking, ref: UUID | str) -> KpiRow:
    """The KPI with this id or key; `NotFound` when missing, hidden or archived."""
    one = orgs_access.by_ref(access.visible(asking.actor).filter(archived_at__isnull=True), ref)
    found = [] if one is None else rows_of(asking, [one.pk])
    if not found:
        raise orgs_access.missing("kpi", ref)
    return found[0]
