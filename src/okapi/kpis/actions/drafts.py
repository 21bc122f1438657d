"""What comes in when a KPI, its definition or its targets are made or changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

Ref: TypeAlias = UUID | str
"""An id, or what files call the thing: a key, or a person's e-mail address."""


@dataclass(frozen=True, slots=True)
class DefinitionDraft:
    """A definition version to be. Fields as in `kpis.models.Definition`."""

    unit: str = ""
    decimals: int | None = None
    direction: str = "up"
    frequency: str = "month"
    aggregation: str = "last"
    slice_aggregation: str = ""
    delay_days: int = 0
    dimensions: tuple[str, ...] = ()
    has_total: bool = True
    formula: str = ""
    text: str = ""
    source: str = ""
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class KpiDraft:
    """A KPI to be. Without a key it gets one from its name."""

    name: str
    definition: DefinitionDraft = field(default_factory=DefinitionDraft)
    key: str = ""
    name_other: str = ""
    description: str = ""
    description_other: str = ""
    team: Ref | None = None
    owner: Ref | None = None
    pillar: Ref | None = None
    visibility: str = "everyone"
    readers: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class BreakdownDraft:
    """How a longer target is spread over the periods of `frequency` (default: the KPI's own).

    `method` is one of `core.breakdowns.BreakdownMethod`; `shares` only where they are typed.
    """

    method: str = "equal"
    frequency: str = ""
    shares: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """A target to be: up and down take `value`, a band `low` and `high`.

    `amber_share` sets the amber limits as a share of the target (0.1: ten percent worse) in place
    of typed ones. `frequency` is that of the period unless told otherwise.
    """

    period: str
    frequency: str = ""
    slice: Mapping[str, str] = field(default_factory=dict)
    value: Decimal | None = None
    amber: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    amber_low: Decimal | None = None
    amber_high: Decimal | None = None
    amber_share: Decimal | None = None
    note: str = ""
    breakdown: BreakdownDraft | None = None
