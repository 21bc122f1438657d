"""The KPIs that I own, those that want attention first; whether there are any at all."""

from __future__ import annotations

from okapi.kpis import access
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.catalogue import Filter, matching
from okapi.kpis.queries.reading import rows_of
from okapi.kpis.queries.rows import KpiRow


def my_kpis(asking: Asking, *, most: int = 12) -> tuple[KpiRow, ...]:
    """At most so many; the catalogue has all of them."""
    rows = matching(asking, Filter(owner="me")).order_by("place", "name", "pk")
    first = rows.filter(pk__in=rows.values("pk")[:most])
    return tuple(rows_of(asking, first))


def any_kpi(asking: Asking) -> bool:
    """Whether the asker can read any KPI; one statement."""
    return bool(access.visible(asking.actor).filter(archived_at__isnull=True).exists())
