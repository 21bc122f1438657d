"""Definitions as the core reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from okapi.core.formulas.parts import Measured
from okapi.core.frequencies import Frequency
from okapi.core.series import Aggregation

COLUMNS = (
    "unit",
    "frequency",
    "aggregation",
    "slice_aggregation",
    "dimensions",
    "has_total",
    "formula",
)


def measured_of(key: str, values: Mapping[str, Any]) -> Measured:
    """How a KPI is measured, from the `COLUMNS` of a definition version."""
    over_slices = values["slice_aggregation"]
    return Measured(
        key=key,
        unit=values["unit"],
        frequency=Frequency(values["frequency"]),
        aggregation=Aggregation(values["aggregation"]),
        over_slices=Aggregation(over_slices) if over_slices else None,
        dimensions=tuple(values["dimensions"]),
        has_total=values["has_total"],
        is_formula=bool(values["formula"]),
    )
