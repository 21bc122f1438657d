"""What an intake reads of KPIs: their definitions in force, and, for history, the earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import F

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import GivenIds
from okapi.base.prepared import ReadersQuestion
from okapi.kpis import access
from okapi.kpis.models import Definition


@dataclass(frozen=True, slots=True)
class Shape:
    """How the values of a definition that is no longer in force look."""

    frequency: str
    aggregation: str
    dimensions: Sequence[str]
    has_total: bool
    formula: str


@dataclass(frozen=True, slots=True)
class Known:
    """The columns of a KPI and of its definition in force that the check reads.

    `earlier` are definitions by which values were measured before, where history comes in.
    """

    id: UUID | None
    key: str
    team_id: UUID | None
    owner_id: UUID | None
    state: str
    archived_at: Any
    unit: str
    frequency: str | None
    aggregation: str
    dimensions: list[str]
    has_total: bool
    formula: str
    earlier: tuple[Shape, ...] = ()


_COLUMNS = (
    "pk",
    "key",
    "team_id",
    "owner_id",
    "state",
    "archived_at",
    "definition__unit",
    "definition__frequency",
    "definition__aggregation",
    "definition__dimensions",
    "definition__has_total",
    "definition__formula",
)

_READABLE = ReadersQuestion(
    lambda actor: (
        access.visible(actor).filter(Among("key", GivenIds("keys"))).values_list(*_COLUMNS)
    ),
    planned=True,
)


def readable(actor: Actor, keys: Sequence[str], *, has_history: bool) -> Iterator[Known]:
    """Those of the KPIs that are there and may be read; with earlier definitions if asked for."""
    found = [Known(*values) for values in _READABLE.rows(actor, keys=keys)]
    shapes = _earlier([kpi.id for kpi in found]) if has_history else {}
    for kpi in found:
        yield replace(kpi, earlier=tuple(shapes[kpi.id])) if kpi.id in shapes else kpi


def _earlier(kpi_ids: Sequence[UUID | None]) -> dict[UUID | None, list[Shape]]:
    """The definitions that are not in force, by KPI."""
    rows = Definition.objects.filter(kpi_id__in=kpi_ids).exclude(pk=F("kpi__definition_id"))
    columns = ("kpi_id", "frequency", "aggregation", "dimensions", "has_total", "formula")
    found: dict[UUID | None, list[Shape]] = {}
    for kpi_id, *values in rows.order_by("kpi_id", "number").values_list(*columns):
        found.setdefault(kpi_id, []).append(Shape(*values))
    return found


def aggregations(kpi: Known) -> list[str]:
    """Those of all definitions."""
    return [kpi.aggregation, *(one.aggregation for one in kpi.earlier)]


def earlier_dimensions(kpi: Known) -> Iterator[frozenset[str]]:
    """The sets of dimensions that earlier values have; an empty one for the total."""
    for one in kpi.earlier:
        if one.dimensions:
            yield frozenset(one.dimensions)
        if one.has_total or not one.dimensions:
            yield frozenset()
