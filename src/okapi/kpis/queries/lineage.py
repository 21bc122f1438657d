"""Lineage: what a KPI is computed from, and what is computed from it, each with where it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from okapi.base.arrays import Among
from okapi.base.prepared import Prepared
from okapi.kpis.models import FormulaPart
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.reading import rows_of
from okapi.kpis.queries.rows import KpiRow

LEVELS = 3
"""So many steps are looked at each way."""
MOST = 60
"""So many KPIs are told each way; the nearest first."""

Edge = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Node:
    """A KPI of the lineage. `level` is 0 for the KPI asked for, below 0 for what it is made of."""

    row: KpiRow
    level: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """The KPIs around one, as far as the reader may read them; an edge leads from part to formula.

    `is_cut`: there are more than are told.
    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    is_cut: bool = False

    @property
    def parts(self) -> tuple[Node, ...]:
        """What the formula names itself, in its order."""
        return tuple(one for one in self.nodes if one.level == -1)

    @property
    def dependants(self) -> tuple[Node, ...]:
        """What names the KPI itself."""
        return tuple(one for one in self.nodes if one.level == 1)


def lineage(asking: Asking, row: KpiRow, *, has_formula: bool) -> Lineage:
    """What a KPI is made of, and what is made of it; a statement for each level, and one for all.

    Of formula KPIs the version in force counts.
    """
    down, down_edges, down_cut = _walk(row.id, upwards=False) if has_formula else ({}, [], False)
    up, up_edges, up_cut = _walk(row.id, upwards=True)
    levels = {**{one: -level for one, level in down.items()}, **up, row.id: 0}
    if len(levels) == 1:
        return Lineage()
    known = {one.id: one for one in rows_of(asking, list(levels))}
    nodes = tuple(Node(known[one], level) for one, level in levels.items() if one in known)
    edges = tuple(
        edge
        for edge in dict.fromkeys((*down_edges, *up_edges))
        if edge[0] in known and edge[1] in known
    )
    return Lineage(nodes, edges, down_cut or up_cut)


def _walk(kpi_id: UUID, *, upwards: bool) -> tuple[dict[UUID, int], list[Edge], bool]:
    found: dict[UUID, int] = {}
    edges: list[Edge] = []
    frontier: Collection[UUID] = {kpi_id}
    is_cut = False
    for level in range(1, LEVELS + 1):
        rows = list(_named(frontier, upwards=upwards))
        edges += rows
        new = [one for edge in rows if (one := edge[1 if upwards else 0]) not in found]
        new = list(dict.fromkeys(one for one in new if one != kpi_id))
        room = MOST - len(found)
        is_cut = is_cut or len(new) > room
        found |= dict.fromkeys(new[:room], level)
        frontier = new[:room]
        if not frontier:
            return found, edges, is_cut
    return found, edges, is_cut or any(_named(frontier, upwards=upwards))


def _named(kpi_ids: Collection[UUID], *, upwards: bool) -> Iterable[Edge]:
    """The edges that begin or end at these KPIs: part, formula."""
    return ((part, formula) for part, formula in _EDGES[upwards].rows(kpi_ids))


def _edges(column: str) -> Prepared:
    return Prepared(
        lambda ids: (
            FormulaPart.objects.filter(
                Among(column, ids),
                definition_id=F("definition__kpi__definition_id"),
                definition__kpi__archived_at__isnull=True,
            )
            .order_by("definition_id", "position")
            .values_list("part_id", "definition__kpi_id")
        )
    )


_EDGES = {True: _edges("part_id"), False: _edges("definition__kpi_id")}
