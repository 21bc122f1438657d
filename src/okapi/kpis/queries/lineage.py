"""Lineage: what a KPI is computed from, and what is computed from it, each with where it stands."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from okapi.base.arrays import Among
from okapi.base.prepared import Prepared
from okapi.base.rounds import Round
from okapi.base.statements import Row
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


class Walk:
    """The way down to what a KPI is made of and up to what is made of it, a level at a time.

    The first level of both ways is asked in a round of somebody else's; each further one is a
    statement, and nothing is asked where nothing lies beyond.
    """

    def __init__(self, asked: Round, kpi_id: UUID) -> None:
        self._ways = (_Way(kpi_id, upwards=False), _Way(kpi_id, upwards=True))
        self._ask(asked)

    def lineage(self, asking: Asking, row: KpiRow) -> Lineage:
        """What was found around the KPI of this row, which the reader may read.

        Of formula KPIs the version in force counts.
        """
        for level in range(1, LEVELS + 1):
            for way in self._ways:
                way.take(level)
            with Round() as asked:
                self._ask(asked)
        down, up = self._ways
        levels = {**{one: -level for one, level in down.found.items()}, **up.found, row.id: 0}
        if len(levels) == 1:
            return Lineage()
        known = {one.id: one for one in rows_of(asking, list(levels))}
        return Lineage(
            tuple(Node(known[one], level) for one, level in levels.items() if one in known),
            tuple(
                edge
                for edge in dict.fromkeys((*down.edges, *up.edges))
                if edge[0] in known and edge[1] in known
            ),
            is_cut=down.goes_on or up.goes_on,
        )

    def _ask(self, asked: Round) -> None:
        for way in self._ways:
            way.ask(asked)


class _Way:
    """One of the two ways: what was found by its level, and where it goes on."""

    def __init__(self, kpi_id: UUID, *, upwards: bool) -> None:
        self.found: dict[UUID, int] = {}
        self.edges: list[Edge] = []
        self._begin = kpi_id
        self._upwards = upwards
        self._frontier: Collection[UUID] = [kpi_id]
        self._is_cut = False
        self._answer: Callable[[], list[Row]] = list

    def ask(self, asked: Round) -> None:
        """Ask for the edges that begin or end at what was found last: part, formula."""
        part = _EDGES[self._upwards].part(self._frontier)
        self._answer = asked(part) if self._frontier else list

    def take(self, level: int) -> None:
        """Keep what was answered; the next level begins at what is new of it."""
        rows = [(part, formula) for part, formula in self._answer()]
        self.edges += rows
        new = dict.fromkeys(edge[1 if self._upwards else 0] for edge in rows)
        fresh = [one for one in new if one not in self.found and one != self._begin]
        room = MOST - len(self.found)
        self._is_cut = self._is_cut or len(fresh) > room
        self._frontier = fresh[:room]
        self.found |= dict.fromkeys(self._frontier, level)

    @property
    def goes_on(self) -> bool:
        """Whether there is more than was taken."""
        return self._is_cut or bool(self._answer())


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
