"""The KPIs that I own, those that want attention first: one statement."""

from __future__ import annotations

from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.catalogue import Filter, matching
from okapi.kpis.queries.reading import rows_of
from okapi.kpis.queries.rows import KpiRow


def my_kpis(asking: Asking, *, most: int = 12) -> tuple[KpiRow, ...]:
    """At most so many; the catalogue has all of them."""
    rows = matching(asking, Filter(owner="me")).order_by("place", "name", "pk")
    return tuple(rows_of(asking, list(rows.values_list("pk", flat=True)[:most])))
