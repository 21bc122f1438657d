"""What a person holds in KPIs: what would need somebody else if they left."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from okapi.kpis import access
from okapi.kpis.choices import KpiState
from okapi.kpis.models import Kpi
from okapi.kpis.queries.asking import Asking

MOST = 50


@dataclass(frozen=True, slots=True)
class HeldKpis:
    """The first of a person's KPIs (key, name), how many in all, how many the asker cannot read."""

    kpis: tuple[tuple[str, str], ...]
    total: int
    hidden: int


def held_kpis(asking: Asking, person: UUID) -> HeldKpis:
    """The KPIs in use of a person; three statements."""
    own = Kpi.objects.filter(owner_id=person, archived_at__isnull=True)
    total = own.exclude(state=KpiState.RETIRED.value).count()
    readable = access.visible(asking.actor).filter(owner_id=person, archived_at__isnull=True)
    rows = readable.exclude(state=KpiState.RETIRED.value).order_by("name", "pk")
    named = rows.values_list("key", "name", "name_other")[:MOST]
    kpis = tuple((key, asking.text(name, other)) for key, name, other in named)
    return HeldKpis(kpis, total, total - rows.count())
