"""Lists of KPIs for other programs: by key, page by page, with their standings.

Other programs write what they have read: texts come in both languages, things by their keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from okapi.base.actor import Actor
from okapi.core.frequencies import Frequency
from okapi.core.freshness import Freshness, freshness
from okapi.kpis import access
from okapi.kpis.models import Definition, Kpi, Target
from okapi.orgs import access as orgs_access


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which KPIs: of a team or pillar (by key), an owner, a status, after a key, so many."""

    after: str = ""
    most: int = 100
    team: str = ""
    status: str = ""
    owner: str = ""
    pillar: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class KpiListed:
    """A KPI with its definition in force and its standing."""

    id: UUID
    key: str
    name: str
    name_other: str
    description: str
    description_other: str
    unit: str
    direction: str
    frequency: str
    aggregation: str
    definition: int
    formula: str
    team: str | None
    owner: str | None
    pillar: str | None
    state: str
    visibility: str
    current: Decimal | None
    period: str
    previous: Decimal | None
    year_before: Decimal | None
    to_date: Decimal | None
    status: str
    freshness: Freshness
    newest: date | None
    version: int


def kpis(actor: Actor, wanted: Wanted, *, today: date) -> list[KpiListed]:
    """KPIs in the order of their keys, with one statement."""
    rows = _kpis(actor).filter(key__gt=wanted.after)
    filters = {
        "team__key": wanted.team,
        "standing__status": wanted.status,
        "owner__email": wanted.owner.strip().lower(),
        "pillar__key": wanted.pillar,
        "state": wanted.state,
    }
    rows = rows.filter(**{name: value for name, value in filters.items() if value})
    return [_listed(row, today) for row in rows.order_by("key")[: wanted.most]]


def one_kpi(actor: Actor, ref: UUID | str, *, today: date) -> KpiListed:
    """The KPI with this id or key; `NotFound` when missing, hidden or retired."""
    found = orgs_access.by_ref(_kpis(actor), ref)
    if found is None:
        raise orgs_access.missing("kpi", ref)
    return _listed(found, today)


def _kpis(actor: Actor) -> Any:
    return (
        access.visible(actor)
        .filter(archived_at__isnull=True, definition__isnull=False)
        .select_related("definition", "standing", "team", "owner", "pillar")
    )


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
        description=kpi.description,
        description_other=kpi.description_other,
        unit=definition.unit,
        direction=definition.direction,
        frequency=definition.frequency,
        aggregation=definition.aggregation,
        definition=definition.number,
        formula=definition.formula,
        team=None if kpi.team is None else kpi.team.key,
        owner=None if kpi.owner is None else kpi.owner.email,
        pillar=None if kpi.pillar is None else kpi.pillar.key,
        state=kpi.state,
        visibility=kpi.visibility,
        current=None if standing is None else standing.value,
        period="" if standing is None else standing.label,
        previous=None if standing is None else standing.previous,
        year_before=None if standing is None else standing.year_before,
        to_date=None if standing is None else standing.to_date,
        status="no_data" if standing is None else standing.status,
        freshness=freshness(
            newest, Frequency(definition.frequency), today, delay_days=definition.delay_days
        ),
        newest=newest,
        version=kpi.version,
    )


@dataclass(frozen=True, slots=True)
class DefinitionListed:
    """A definition version; `decided_by` is an address."""

    number: int
    unit: str
    decimals: int | None
    direction: str
    frequency: str
    aggregation: str
    slice_aggregation: str
    delay_days: int
    dimensions: list[str]
    has_total: bool
    formula: str
    text: str
    source: str
    valid_from: date | None
    decided_by: str | None


@dataclass(frozen=True, slots=True)
class SpreadListed:
    """How a longer target was broken down."""

    method: str
    frequency: str
    shares: list[str]


@dataclass(frozen=True, slots=True)
class TargetListed:
    """A target of a period; `part_of` is the period of the longer one of which it is a part."""

    period: str
    frequency: str
    first: date
    last: date
    slice: str
    value: Decimal | None
    amber: Decimal | None
    low: Decimal | None
    high: Decimal | None
    amber_low: Decimal | None
    amber_high: Decimal | None
    note: str
    is_part: bool
    part_of: str | None
    breakdown: SpreadListed | None


_DEFINITION = (
    "number", "unit", "decimals", "direction", "frequency", "aggregation", "slice_aggregation",
    "delay_days", "dimensions", "has_total", "formula", "text", "source", "valid_from",
    "decided_by__email",
)  # fmt: skip
_TARGET = (
    "label", "frequency", "first", "last", "slice__key", "value", "amber", "low", "high",
    "amber_low", "amber_high", "note",
)  # fmt: skip

_SPREAD = ("spread__method", "spread__frequency", "spread__shares")


def definitions(actor: Actor, ref: UUID | str) -> list[DefinitionListed]:
    """The definition versions of a KPI, newest first; `NotFound` as `access.get`."""
    rows = Definition.objects.filter(kpi=access.get(actor, ref)).order_by("-number")
    return [DefinitionListed(*row) for row in rows.values_list(*_DEFINITION)]


def targets(actor: Actor, ref: UUID | str) -> list[TargetListed]:
    """The targets of a KPI by slice, frequency and time; `NotFound` as `access.get`."""
    rows = Target.objects.filter(kpi=access.get(actor, ref))
    rows = rows.order_by("slice__key", "frequency", "first")
    columns = (*_TARGET, "breakdown__target__label", *_SPREAD)
    return [_target(*row) for row in rows.values_list(*columns)]


def _target(*row: Any) -> TargetListed:
    *own, part_of, method, frequency, shares = row
    spread = None
    if method is not None:
        spread = SpreadListed(method, frequency, [str(share) for share in shares])
    return TargetListed(*(*own, part_of is not None, part_of, spread))
