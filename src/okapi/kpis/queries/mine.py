"""A few KPIs of somebody or of a team, those that want attention first: two statements."""

from __future__ import annotations

from okapi.kpis import access
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.catalogue import Filter, matching
from okapi.kpis.queries.reading import rows_of
from okapi.kpis.queries.rows import KpiRow


def my_kpis(asking: Asking, *, most: int = 12) -> tuple[KpiRow, ...]:
    """Those that I own."""
    return few_kpis(asking, Filter(owner="me"), most=most)


def few_kpis(asking: Asking, wanted: Filter, *, most: int = 12) -> tuple[KpiRow, ...]:
    """At most so many; the catalogue has all of them."""
    rows = matching(asking, wanted).order_by("place", "name", "pk")
    return tuple(rows_of(asking, list(rows.values_list("pk", flat=True)[:most])))


def any_kpi(asking: Asking) -> bool:
    """Whether the asker can read any KPI; one statement."""
    return bool(access.visible(asking.actor).filter(archived_at__isnull=True).exists())
