"""What becomes of measurements, and the body that brings them."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Field, Schema

from okapi.api.schemas.base import Exact


class Counts(Schema):
    """What became of measurements."""

    received: int
    new: int
    revised: int
    unchanged: int
    intake: str = Field(description="names what came in, to undo all of it")


class MeasurementOut(Schema):
    """A value of a KPI in a period."""

    kpi: str
    period: str
    first: date
    last: date
    value: Exact
    numerator: Exact | None
    denominator: Exact | None
    note: str
    revision: int = Field(description="1 for a first value")


class ColumnsOut(Schema):
    """The values of a KPI in the order of time, as columns of equal length."""

    kpi: str
    periods: list[str] = Field(description="labels")
    last: list[date] = Field(description="the periods' last days")
    values: list[Exact]


class Columns(Schema):
    """All KPIs at once, for charts."""

    items: list[ColumnsOut]


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
                            "kpi": {
                                "type": "string",
                                "description": "the KPI's key",
                                "examples": ["repair-days"],
                            },
                            "period": {"type": "string", "examples": ["2026-11", "2026-W47"]},
                            "value": {"type": ["number", "string"], "examples": ["6.0"]},
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
        }
    ],
}
"""Described by hand: a hundred thousand rows are not worth a model object each."""
