"""What becomes of measurements, and the body that brings them."""

from __future__ import annotations

from typing import Any

from ninja import Field, Schema


class Counts(Schema):
    """What became of measurements."""

    received: int
    new: int
    revised: int
    unchanged: int
    intake: str = Field(description="names what came in, to undo all of it")


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
