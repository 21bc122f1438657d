"""The shapes of what the API answers. Numbers that must stay exact are texts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import PlainSerializer, WithJsonSchema

from okapi.core.quantities import canonical

Exact = Annotated[
    Decimal,
    PlainSerializer(canonical, return_type=str),
    WithJsonSchema({"type": "string", "description": "an exact decimal", "examples": ["83.9"]}),
]


class Counts(Schema):
    """What became of measurements."""

    received: int
    new: int
    revised: int
    unchanged: int
    intake: str = Field(description="names what came in, to undo all of it")


class KeyResultOut(Schema):
    """A key result with its standing. `progress` is raw; `expected` is that of the covered date."""

    id: UUID
    key: str
    title: str
    objective: UUID
    kind: str
    mode: str | None
    state: str
    current: Exact | None
    progress: float | None
    expected: float | None
    health: str
    reason: str
    confidence: int | None
    covered_on: date | None
    kpis: list[str]


class ObjectiveOut(Schema):
    """An objective with its own standing; it has no value of its own, so `current` is null."""

    id: UUID
    key: str
    title: str
    kind: str
    state: str
    current: None = None
    progress: float | None
    expected: float | None
    health: str
    reason: str
    known: int
    counted: int
    support: float | None


class KpiOut(Schema):
    """A KPI with its definition in force and its standing; it has no end, hence no progress."""

    id: UUID
    key: str
    title: str
    unit: str
    direction: str
    frequency: str
    aggregation: str
    formula: str = Field(description="what it is computed from; empty for one that is measured")
    team: str | None
    owner: str | None
    current: Exact | None
    period: str
    previous: Exact | None
    year_before: Exact | None
    progress: None = None
    expected: None = None
    health: str = Field(description="its status: green, amber, red, no_target or no_data")
    freshness: str


class KeyResultPage(Schema):
    """A page of key results; `next` is the cursor of the next one, null on the last."""

    items: list[KeyResultOut]
    next: str | None


class ObjectivePage(Schema):
    """A page of objectives."""

    items: list[ObjectiveOut]
    next: str | None


class KpiPage(Schema):
    """A page of KPIs."""

    items: list[KpiOut]
    next: str | None


class Refusal(Schema):
    """One thing that was refused, with its place."""

    code: str
    detail: str
    row: int | None = None
    line: int | None = None
    field: str | None = None
    found: Any = None
    expected: Any = None


class Problem(Schema):
    """Problem JSON (RFC 9457): nothing was changed."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Refusal]
    total_errors: int


MEASUREMENTS: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["kpi", "period"],
                        "additionalProperties": False,
                        "properties": {
                            "kpi": {"type": "string", "description": "the KPI's key"},
                            "period": {"type": "string", "examples": ["2026-11", "2026-W47"]},
                            "value": {"type": ["number", "string"]},
                            "numerator": {"type": ["number", "string"]},
                            "denominator": {"type": ["number", "string"]},
                            "slice": {
                                "type": "object",
                                "additionalProperties": {"type": "string"},
                            },
                            "note": {"type": "string"},
                        },
                    },
                }
            }
        },
    },
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            "description": "the same key and body again: the same answer, and nothing is written",
        }
    ],
}
"""Described by hand: a hundred thousand rows are not worth a model object each."""
