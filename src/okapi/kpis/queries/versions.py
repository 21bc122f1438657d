"""The versions of a KPI's definition as its page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from okapi.core.frequencies import Frequency
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation
from okapi.kpis.queries.asking import Asking

DEFINITION = (
    "id",
    "number",
    "unit",
    "decimals",
    "direction",
    "frequency",
    "aggregation",
    "slice_aggregation",
    "delay_days",
    "dimensions",
    "has_total",
    "formula",
    "text",
    "source",
    "valid_from",
    "created_at",
    "decided_by__name",
    "decided_by__name_other",
    "waiting_since",
)


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """A definition version, with who decided on it and when."""

    number: int
    unit: str
    direction: Direction
    frequency: Frequency
    aggregation: Aggregation
    slice_aggregation: str
    delay_days: int
    dimensions: tuple[str, ...]
    has_total: bool
    formula: str
    text: str
    source: str
    valid_from: date
    decided_by: str
    waiting_since: datetime | None = None


def definition_row(asking: Asking, values: Mapping[str, Any]) -> DefinitionRow:
    """A version from its columns `DEFINITION`, each by its name after `its_`."""

    def its(column: str) -> Any:
        return values[f"its_{column}"]

    return DefinitionRow(
        number=its("number"),
        unit=its("unit"),
        direction=Direction(its("direction")),
        frequency=Frequency(its("frequency")),
        aggregation=Aggregation(its("aggregation")),
        slice_aggregation=its("slice_aggregation"),
        delay_days=its("delay_days"),
        dimensions=tuple(its("dimensions")),
        has_total=its("has_total"),
        formula=its("formula"),
        text=its("text"),
        source=its("source"),
        valid_from=its("valid_from") or asking.organisation.day_of(its("created_at")),
        decided_by=asking.text(its("decided_by__name") or "", its("decided_by__name_other") or ""),
        waiting_since=its("waiting_since"),
    )
